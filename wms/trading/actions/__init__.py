"""Changes to the board."""
