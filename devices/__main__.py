"""``python -m devices``: the gateway's commands."""

from devices.cli import main

if __name__ == "__main__":
    main()
