"""What of the floor waits for a decision: counts, quarantine, bookings, losses; each leads to where it is decided."""

from collections.abc import Iterator

from flask import url_for
from sqlalchemy.orm import Session

from wms import dock, lots, parties, receipts
from wms.delivery.identity import now
from wms.kernel.actor import Actor
from wms.kernel.actor import Permission as P
from wms.web.desk.item import Item
from wms.web.desk.workplace import waited
from wms.web.shell import say as _
from wms.web.shell import say_count as _n


def items_of_floor(session: Session, by: Actor) -> Iterator[Item]:
    """Yield what waits for the reader as a second or third person, or as who answers for the floor."""
    if by.may(P.APPROVE_COUNT):
        yield from _counts(session, by)
        yield from _losses(session, by)
    if by.may(P.HOLD_STOCK):
        yield from _releases(session, by)
    if by.may(P.TAKE_IN):
        yield from _bookings(session, by)


def _counts(session: Session, by: Actor) -> Iterator[Item]:
    asked = {"reviewing": _("Review a count"), "approving": _("Book a count's differences")}
    for row in lots.list_counts(session, under_way=True, limit=100).items:
        if row.state in asked:
            own = by.eyes in (row.opened_by_eyes, row.reviewer_eyes)
            yield Item(
                asked[row.state],
                row.code,
                url_for("terminal.count", count_id=row.id),
                waited(row.opened_at),
                "quiet" if own else "warn",
                _("you have acted: another person") if own else _("round {n}, reasons given", n=row.round_no),
                since=row.opened_at,
            )


def _releases(session: Session, by: Actor) -> Iterator[Item]:
    for row in lots.releases_asked(session):
        own = row.asker_eyes == by.eyes
        yield Item(
            _("Decide on a quarantine"),
            lots.get_lot(session, row.lot_id).code,
            url_for("terminal.quarantine", lot_id=row.lot_id),
            waited(row.asked_at),
            "quiet" if own else "warn",
            _("you have acted: another person") if own else row.reason,
            since=row.asked_at,
        )


def _bookings(session: Session, by: Actor) -> Iterator[Item]:
    asked = (dock.BookingState.ASKED.value,)
    for row in dock.list_bookings(session, by, states=asked, limit=100).items:
        if row.due_on >= now().on:
            yield Item(
                _("Confirm a booked truck"),
                parties.get_party(session, row.owner_id).name,
                url_for("terminal.booking", booking_id=row.id),
                _("due {day}", day=row.due_on.isoformat()),
                "warn" if row.due_on == now().on else "info",
                _n("1 unit", "{n} units", row.units),
                since=row.asked_at,
            )


def _losses(session: Session, by: Actor) -> Iterator[Item]:
    for row in receipts.list_liabilities(session, by, state=receipts.LiabilityState.OPEN, limit=100).items:
        own = row.recorder_eyes == by.eyes
        yield Item(
            _("Decide on a loss beyond the standard"),
            parties.get_party(session, row.owner_id).name,
            url_for("terminal.losses"),
            _("since {day}", day=row.opened_on.isoformat()),
            "quiet" if own else "warn",
            _("you have acted: another person") if own else lots.get_lot(session, row.lot_id).code,
            row.value_fen,
        )
