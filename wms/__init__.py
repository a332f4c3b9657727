"""Coldlot (冷仓): a cold store that is free at entry, paid at exit, lends on what it keeps and sells it first."""

__version__ = "0.1.0"
