"""What the dunning room does."""
