"""Tells systemd that the gateway is ready and alive; without systemd, does nothing."""

import os
import socket


def notify(state: str) -> bool:
    """Sends one line of sd_notify(3), such as READY=1 or WATCHDOG=1; false if nobody listens."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return False
    if address.startswith("@"):  # the abstract namespace
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
        try:
            line.sendto(state.encode(), address)
        except OSError:  # systemd is being restarted; the next line reaches it
            return False
    return True
