"""Pure rules of the dock."""
