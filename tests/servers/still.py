"""The product as `wms serve` serves it, but its clock stands still at the moment its environment names."""

import os
import sys
from typing import Any

from wms.app import create_app
from wms.config import load_config
from wms.kernel.clock import Moment, from_ms

STANDS_AT_MS = "COLDLOT_TEST_NOW_MS"
THREADS = 8


def application() -> Any:
    """Return the product for a server process."""
    config = load_config(None)
    at = from_ms(int(os.environ[STANDS_AT_MS]))
    return create_app(config, clock=lambda: Moment(at, at.astimezone(config.site.timezone).date()))


def command(port: int) -> list[str]:
    """Return how to serve it at a loopback port; the environment says with which settings."""
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--host", "127.0.0.1", "--port", str(port),
        "--blocking-threads", str(THREADS), "--no-ws", "--no-access-log", "tests.servers.still:application",
    ]  # fmt: skip
