"""Changes: statements taken in, entries matched, days signed off."""
