"""Changes of accounts and credentials, and signing in."""
