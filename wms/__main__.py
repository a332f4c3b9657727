"""`python -m wms`."""

from wms.cli import books, main, people, running  # noqa: F401 -- each adds its commands

if __name__ == "__main__":
    main()
