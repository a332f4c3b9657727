"""The pure part of the lots room: words, requests, and the arithmetic of weights, holds and condition."""
