"""What waits for the tax bureau, what was handed over, and what it is called there."""
