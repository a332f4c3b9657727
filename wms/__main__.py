"""`python -m wms`."""

from wms.cli import books, main, people, running

COMMANDS = (books, people, running)  # importing them adds their commands

if __name__ == "__main__":
    main()
