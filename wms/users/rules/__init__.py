"""Pure rules of accounts: roles, secrets, limits and requests."""
