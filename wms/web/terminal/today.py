"""The screen the terminal opens on: what is at the dock now, each with its next action, oldest first."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app, url_for
from sqlalchemy.orm import Session

from wms import billing, lots, parties
from wms.delivery.identity import actor, now
from wms.delivery.work import read
from wms.kernel.actor import Actor
from wms.web.i18n import note
from wms.web.navigation import navigation
from wms.web.terminal import scales, words
from wms.web.terminal.workplace import blueprint, lot_words, page

OPEN_DELIVERIES = ("arrived", "gross_weighed", "weighed")
OPEN_EXITS = tuple(billing.ExitState(state) for state in ("open", "quoted", "cleared", "picking", "weighed"))
MOST = 60
DOCK_DAYS = 7  # goods that stand on the dock longer are found by their number
PUT_AWAY = note("Put away")
ON_DOCK = note("On the dock")


@dataclass(frozen=True, slots=True)
class Work:
    """One line of the queue; `state` and `next` are message ids."""

    since: datetime
    icon: str
    title: str
    code: str
    owner: str
    units: int | None
    state: str
    tone: str
    next: str
    url: str


@blueprint.get("/")
def queue() -> Any:
    """Show today's queue beside the live weight."""
    work, found = read(lambda session: (work_now(session, actor()), scales.list_scales(session)))
    return page("queue", work=work, scales=found, scale=scales.chosen(found, scales.PLATFORM), next="/terminal/")


@blueprint.get("/more")
def more() -> Any:
    """Show where else a clerk may go, each by the key of its number."""
    return page("more", links=navigation(current_app, "terminal", tucked=True))


def work_now(session: Session, by: Actor) -> list[Work]:
    """Return everything that waits for a hand at the dock, the longest waiting first."""
    lines = [*_deliveries(session, by), *_dock(session, by), *_exits(session, by)]
    return sorted(lines, key=lambda line: line.since)


def _deliveries(session: Session, by: Actor) -> list[Work]:
    found = lots.list_deliveries(session, by, states=OPEN_DELIVERIES, limit=MOST).items
    return [
        Work(
            row.arrived_at, "truck", row.plate, row.code, parties.get_party(session, row.owner_id).name,
            row.platform_units or None, *words.DELIVERY[row.state], words.DELIVERY_NEXT[row.state],
            url_for("terminal.delivery", delivery_id=row.id),
        )
        for row in found
    ]  # fmt: skip


def _dock(session: Session, by: Actor) -> list[Work]:
    wanted = lots.LotFilter(on_hand=True, entered_from=now().on - timedelta(days=DOCK_DAYS))
    return [
        Work(
            row.entered_at, "crate", lot_words(row), row.code,
            parties.get_party(session, row.owner_id).name, row.units_standing, ON_DOCK, "info",
            PUT_AWAY, url_for("terminal.put_away", lot_id=row.id),
        )
        for row in lots.list_lots(session, by, wanted, limit=200).items
        if row.units_standing
    ]  # fmt: skip


def _exits(session: Session, by: Actor) -> list[Work]:
    found = billing.list_exit_orders(session, by, states=OPEN_EXITS, limit=MOST).items
    return [
        Work(
            row.opened_at, "leave", row.plate, lots.get_lot(session, row.lot_id).code,
            parties.get_party(session, row.party_id).name, row.units, *words.EXIT[row.state],
            words.EXIT_NEXT[row.state], url_for("terminal.exit_page", exit_id=row.id),
        )
        for row in found
    ]  # fmt: skip
