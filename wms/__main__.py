"""`python -m wms`."""

from wms.cli import books, demo, main, people, running

COMMANDS = (books, demo, people, running)  # importing them adds their commands

if __name__ == "__main__":
    main()
