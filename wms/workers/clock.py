"""The clock's loop: what has run out ends within a minute, and every business day that has ended is closed."""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from wms import settlement, telemetry
from wms.config import Config
from wms.kernel.clock import Clock, Moment
from wms.kernel.database import Database
from wms.kernel.errors import WmsError
from wms.workers.daily_close import close_day, expire, write_anchor

LOG = logging.getLogger(__name__)
TICK_S = 60.0


def run_clock(
    config: Config, database: Database, clock: Clock, stop: threading.Event, beat: Callable[[], None] = lambda: None
) -> None:
    """Tick until `stop` is set. What a tick cannot do is told, and tried again by the next."""
    while not stop.is_set():
        try:
            tick(database, clock(), Path(config.anchor.file))
            keep_readings(database, clock(), config.telemetry.keep_days)
        except (WmsError, SQLAlchemyError, OSError):
            LOG.exception("the clock could not finish; it tries again in %d s", TICK_S)
        beat()
        stop.wait(TICK_S)


def keep_readings(database: Database, at: Moment, keep_days: int) -> None:
    """Make the readings' next months ready and let go what is older than the settings keep. A repeat does nothing."""
    _month_by_month(database, "made", lambda session: telemetry.arrange_month(session, at=at))
    gone = database.write(lambda session: telemetry.let_go(session, keep_days, at=at))
    if gone is not None:
        LOG.info("%d readings older than %s let go", gone.readings, gone.kept_from)
    _month_by_month(database, "dropped", telemetry.drop_month)


def _month_by_month(database: Database, done: str, step: Callable[[Session], str | None]) -> None:
    """Do one month a transaction until there is none; the inbox goes first, and a later tick tries again."""
    try:
        while month := database.write(step):
            LOG.info("month of readings %s: %s", done, month)
    except telemetry.ReadingsBusy:
        LOG.info("the readings are in use; their months wait for the next tick")


def tick(database: Database, at: Moment, anchor: Path) -> None:
    """End what has run out, then close each day that has ended since the last that was closed, the oldest first.

    Days that ended while nothing ran are closed too; a house that never closed a day begins with yesterday.
    """
    for progress in expire(database, at):
        LOG.debug("%s %d/%d", progress.step, progress.done, progress.total)
    yesterday = at.on - timedelta(days=1)
    closed = database.read(settlement.last_day_close)
    if closed is not None:
        write_anchor(anchor, closed)  # a kill may have come between the close and its anchor
    last = closed.closed_on if closed else yesterday - timedelta(days=1)
    while last < yesterday:
        last += timedelta(days=1)
        for progress in close_day(database, Moment(at=at.at, on=last), anchor):
            LOG.info("close of %s: %s %d/%d", last, progress.step, progress.done, progress.total)
