"""Measures of speed, run by hand: `python -m tests.bench`. They print numbers of this machine and judge nothing."""
