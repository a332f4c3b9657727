"""Lending's use cases."""
