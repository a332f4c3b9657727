"""Meaning over time: what an instrument's frames are worth, and how it is talked to. One file a kind."""
