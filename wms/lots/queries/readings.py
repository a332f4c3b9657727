"""What taking an instrument's rows in would do: its dry run."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms import facility
from wms.kernel.actor import Actor
from wms.kernel.clock import Moment
from wms.kernel.ids import derived_id
from wms.kernel.numbers import half_up
from wms.lots.errors import LotNotFound, ScanMisread
from wms.lots.queries.lots import lot_by_scan
from wms.lots.queries.quality import parameters
from wms.lots.rules.quality import Measured
from wms.lots.rules.readings import LONGEST_TEXT, BadReading, ImportReadings, ReadingRow
from wms.lots.tables import InstrumentReading, Lot

CHUNK = 500
Reading = tuple[str, str, int]  # fruit, parameter, value


@dataclass(frozen=True, slots=True)
class NewInspection:
    """An inspection to be: of a lot and day, the means of its new apples, and each figure."""

    lot_id: UUID
    lot_code: str
    on: date
    pieces: int
    values: tuple[Measured, ...]
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class ReadingChanges:
    """What would be taken, how many figures are known already, and every row that cannot be taken."""

    new: tuple[NewInspection, ...]
    known: int
    bad: tuple[BadReading, ...]


def reading_id(lot_id: UUID, on: date, fruit: str, code: str) -> UUID:
    """Return the id of one figure: the same apple, day and parameter is the same reading."""
    return derived_id(lot_id, "reading", on, fruit, code)


def reading_changes(session: Session, request: ImportReadings, *, by: Actor, at: Moment) -> ReadingChanges:
    """Return what taking these rows in would do; changes and locks nothing. Raises SiteNotFound."""
    facility.get_site(session, request.site_id)
    bad: list[BadReading] = []
    groups: dict[tuple[UUID, date], list[ReadingRow]] = defaultdict(list)
    lots = {text: _lot(session, request.site_id, text, by) for text in dict.fromkeys(row.lot for row in request.rows)}
    codes = parameters(session)
    for row in request.rows:
        lot = lots[row.lot]
        if lot is None:
            bad.append(BadReading(row.line, "no_lot", row.lot[:40]))
        elif not lot.entry_on <= row.on <= at.on:
            bad.append(BadReading(row.line, "day_wrong", row.on.isoformat()))
        elif (
            not 1 <= len(row.fruit) <= LONGEST_TEXT
            or not row.values
            or any(one.code not in codes or one.value < 0 for one in row.values)
        ):
            bad.append(BadReading(row.line, "no_value", ""))
        else:
            groups[lot.id, row.on].append(row)
    known, new = 0, []
    by_id = {lot.id: lot for lot in lots.values() if lot is not None}
    for (lot_id, on), rows in groups.items():
        fresh, seen, differing = _sifted(session, lot_id, on, rows)
        bad, known = bad + differing, known + seen
        if fresh:
            new.append(_new(by_id[lot_id], on, fresh))
    return ReadingChanges(tuple(new), known, tuple(sorted(bad, key=lambda one: one.line)))


def _lot(session: Session, site_id: UUID, text: str, by: Actor) -> Lot | None:
    try:
        return lot_by_scan(session, site_id, text, by)
    except (LotNotFound, ScanMisread):
        return None


def _sifted(
    session: Session, lot_id: UUID, on: date, rows: Sequence[ReadingRow]
) -> tuple[list[Reading], int, list[BadReading]]:
    """Return the figures not known yet, how many are, and the rows that contradict a known one or each other."""
    lines = {
        reading_id(lot_id, on, row.fruit, one.code): (row.line, row.fruit, one.code, one.value)
        for row in rows
        for one in row.values
    }
    first = {row.fruit: row.line for row in reversed(rows)}
    bad = [BadReading(row.line, "twice", row.fruit) for row in rows if first[row.fruit] != row.line]
    kept: dict[UUID, int] = {}
    ids = sorted(lines)
    for start in range(0, len(ids), CHUNK):
        query = select(InstrumentReading.id, InstrumentReading.value)
        for reading, value in session.execute(query.where(InstrumentReading.id.in_(ids[start : start + CHUNK]))):
            kept[reading] = value
    bad += [BadReading(lines[key][0], "differs", str(value)) for key, value in kept.items() if lines[key][3] != value]
    return [line[1:] for key, line in lines.items() if key not in kept], len(kept), bad


def _new(lot: Lot, on: date, fresh: list[Reading]) -> NewInspection:
    by_code: dict[str, list[int]] = defaultdict(list)
    for _, code, value in fresh:
        by_code[code].append(value)
    values = tuple(
        Measured(code, half_up(Fraction(sum(found), len(found))), len(found), min(found), max(found))
        for code, found in sorted(by_code.items())
    )
    return NewInspection(lot.id, lot.code, on, len({fruit for fruit, _, _ in fresh}), values, tuple(fresh))
