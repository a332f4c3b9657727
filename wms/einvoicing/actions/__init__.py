"""Changes of what is called how, batches, and the tax bureau's numbers."""
