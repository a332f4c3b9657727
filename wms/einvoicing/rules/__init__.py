"""The room's rules: what callers ask, how a document becomes rows, and what a file of numbers says."""
