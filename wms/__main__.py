"""`python -m wms`."""

from wms.cli import books, demo, describing, main, people, running

COMMANDS = (books, demo, describing, people, running)  # importing them adds their commands

if __name__ == "__main__":
    main()
