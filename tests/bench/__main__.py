"""Runs every measure, or those whose names are given, and prints one line each."""

import sys

from tests.bench import posting, starting

MEASURES = {"starting": starting.measure, "posting": posting.measure}

if __name__ == "__main__":
    for name in sys.argv[1:] or MEASURES:
        for line in MEASURES[name]():
            sys.stdout.write(f"{name}: {line}\n")
            sys.stdout.flush()
