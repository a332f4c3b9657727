"""Reads of accounts, and who acts behind a session or key."""
