"""Reads: statements, entries, proposals, the reconciliation."""
