"""What the pickup room does."""
