"""Readings of instruments' files become inspections."""

from dataclasses import asdict

from sqlalchemy.orm import Session

from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.kernel.ids import derived_id
from wms.lots.actions.inspect import inspect
from wms.lots.errors.quality import ReadingsWrong
from wms.lots.queries.readings import NewInspection, ReadingChanges, reading_changes, reading_id
from wms.lots.rules.readings import ImportReadings
from wms.lots.rules.requests import Inspect
from wms.lots.tables import InstrumentReading


def import_readings(session: Session, request: ImportReadings, *, by: Actor, at: Moment) -> ReadingChanges:
    """Take an instrument's rows in, all of them or none: one inspection for each lot and day; `reading_changes` is dry.

    An apple known by its lot, day, number and parameter is not taken twice, whoever sends it. Locks the lots in order.
    A repeat changes nothing more. Raises Forbidden, SiteNotFound, ReadingsWrong, RequestIdReused.
    """
    by.must(Permission.INSPECT)
    repeat = not idempotency.claim(session, request.id, "lots.import_readings", asdict(request), by=by, at=at)
    changes = reading_changes(session, request, by=by, at=at)
    if repeat:
        return changes
    if changes.bad or not request.rows:
        first = changes.bad[0] if changes.bad else None
        raise ReadingsWrong(bad=len(changes.bad), line=first.line if first else 1, why=first.why if first else "-")
    for new in sorted(changes.new, key=lambda one: (one.lot_id, one.on)):
        _take(session, request, new, by=by, at=at)
    audit.record(
        session, "lots.import_readings", ("site", request.site_id), by=by, at=at, inspections=len(changes.new),
        rows=len(request.rows), known=changes.known,
    )  # fmt: skip
    return changes


def _take(session: Session, request: ImportReadings, new: NewInspection, *, by: Actor, at: Moment) -> None:
    wanted = Inspect(
        derived_id(request.id, new.lot_id, new.on), new.lot_id, new.on, request.sample_units, values=new.values,
        pieces=new.pieces,
    )  # fmt: skip
    made = inspect(session, wanted, by=by, at=at)
    for fruit, code, value in new.readings:
        reading = InstrumentReading(
            id=reading_id(new.lot_id, new.on, fruit, code), inspection_id=made.id, code=code, fruit=fruit, value=value
        )
        append(session, reading)
