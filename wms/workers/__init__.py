"""The workers: loops beside the web. The inbox takes messages in, the outbox works what transactions left to do, the
clock ends what has run out, the daily close reckons a day.

Each loop is one transaction at a time and safe to kill: what was not committed is done again. Owns no table.
"""
