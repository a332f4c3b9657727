"""The clock's loop: what has run out ends within a minute, and a new business day closes the one before."""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from wms.config import Config
from wms.kernel.clock import Clock, Moment
from wms.kernel.database import Database
from wms.workers.daily_close import close_day, expire

LOG = logging.getLogger(__name__)
TICK_S = 60.0


def run_clock(
    config: Config, database: Database, clock: Clock, stop: threading.Event, beat: Callable[[], None] = lambda: None
) -> None:
    """Tick until `stop` is set; each day that has ended since the start is closed once."""
    closed = clock().on - timedelta(days=1)
    while not stop.is_set():
        moment = clock()
        for progress in expire(database, moment):
            LOG.debug("%s %d/%d", progress.step, progress.done, progress.total)
        while closed < moment.on - timedelta(days=1):
            closed += timedelta(days=1)
            ended = Moment(at=moment.at, on=closed)
            for progress in close_day(database, ended, Path(config.anchor.file)):
                LOG.info("close of %s: %s %d/%d", closed, progress.step, progress.done, progress.total)
        beat()
        stop.wait(TICK_S)
