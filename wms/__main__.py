"""`python -m wms`."""

from wms.cli import books, demo, describing, main, people, quoting, running

COMMANDS = (books, demo, describing, people, quoting, running)  # importing them adds their commands

if __name__ == "__main__":
    main()
