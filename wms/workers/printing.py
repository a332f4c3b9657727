"""Labels on their way to a printer: raw bytes to its port, as label printers have taken them for decades."""

import socket
from collections.abc import Mapping
from typing import Any
from uuid import UUID


class PrinterUnknown(LookupError):
    """A job names a printer that the settings do not."""


class RawPrinter:
    """Sends a job's content to its printer; whatever goes wrong is raised, and the outbox tries again later.

    Sent is not printed: a printer says nothing back here. What did not come out is printed again, with a reason.
    """

    def __init__(self, addresses: Mapping[str, tuple[str, int]], timeout_s: float) -> None:
        self._addresses = addresses
        self._timeout_s = timeout_s

    def __call__(self, key: UUID, payload: dict[str, Any]) -> None:
        """Print. Raises OSError, PrinterUnknown."""
        address = self._addresses.get(payload["printer"])
        if address is None:
            raise PrinterUnknown(payload["printer"])
        with socket.create_connection(address, timeout=self._timeout_s) as printer:
            printer.sendall(str(payload["content"]).encode())
            printer.shutdown(socket.SHUT_WR)
