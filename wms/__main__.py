"""`python -m wms`."""

from wms.cli import books, demo, describing, gateways, main, people, quoting, running

COMMANDS = (books, demo, describing, gateways, people, quoting, running)  # importing them adds their commands
__all__ = ["main"]

if __name__ == "__main__":
    main()
