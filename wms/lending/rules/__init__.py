"""Lending's arithmetic: interest to the day, value and exposure, the levels, and what an advance may be. Pure."""
