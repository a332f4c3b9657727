"""A batch's readings of each sensor, as they go into the tables: rising, with their conflicts and rollups.

The way of nearly every reading, new and newer than the last of its sensor, is short: one COPY (one executemany on
SQLite) a batch. What may be there already goes by a staging table. Instants are whole milliseconds all the way.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import text
from sqlalchemy.orm import Session

from devices.messages import Row
from wms.kernel import bulk
from wms.kernel.clock import from_ms
from wms.kernel.evidence import append
from wms.kernel.ids import derived_id
from wms.telemetry.rules.laying import COLUMNS, ROLLUP_COLUMNS, Identity, Key, Laid, Spans, Summed, sheet_of, sum_up
from wms.telemetry.rules.strands import Strand
from wms.telemetry.rules.vectors import Codes, Ints, Loose, Rows, joined, rows_of, wholes_of
from wms.telemetry.tables import Reading, ReadingConflict, Rollup

Standing = tuple[int | None, str | None]  # value and quality


@dataclass(slots=True)
class Known:
    """A sensor in a batch: what it is, its newest stamp, and what is on its way in.

    `felt` is what it says right now by a clock that was not set: shown, but not stored before its time is known.
    """

    key: Key
    number: int
    id: UUID
    kind: str
    room_id: UUID
    last_ms: int
    strand: Strand | None = None
    loose: list[Loose] = field(default_factory=list)
    run: Rows[Ints] | None = None
    live_ms: int = 0
    felt: Row | None = None

    def take(self, strand: Strand) -> None:
        """Take what the sensor said in messages that nothing is wrong with."""
        self.strand = strand
        self.live_ms = max(self.live_ms, strand.live_ms)

    def goes_by(self, laid: Laid) -> bool:
        """Tell whether all that is on its way in is laid out already, for what the sensor is now, and is new."""
        if self.loose or laid.sensors.get(self.key) != Identity(self.number, self.kind):
            return False
        return bool(laid.runs[self.key].at[0] > self.last_ms)

    def settle(self) -> list[Loose]:
        """Make one run of what came; what came second for a stamp is returned."""
        if self.strand is not None:
            said = self.strand.rows.with_values(wholes_of(self.strand.rows.value, self.kind))
            if self.strand.rises and not self.loose:
                self.run = said
                return []
            self.loose += said.loose()
        if not self.loose:
            return []
        first: dict[int, Loose] = {}
        twins: list[Loose] = []
        for row in sorted(self.loose, key=itemgetter(0, 1, 2)):  # of one message in its own order
            if first.setdefault(row[0], row) is not row:
                twins.append(row)
        self.run = rows_of(first.values())
        return twins


def store(session: Session, sensors: Sequence[Known], laid: Laid | None = None) -> None:
    """Write what sensors said: new rows, conflicts beside what stands, and the windows they fall into.

    `laid` is what all of them said, laid out before anybody knew what is stored.
    """
    if laid is not None and all([sensor.goes_by(laid) for sensor in sensors]):
        bulk.load_packed(session, Reading, COLUMNS, laid.packed)
        for sensor in sensors:
            sensor.run = laid.runs[sensor.key]
        spans = laid.spans
    else:
        spans = _store_runs(session, sensors)
    _roll_up(session, sum_up(spans, {sensor.number: sensor.last_ms for sensor in sensors}))


def _store_runs(session: Session, sensors: Sequence[Known]) -> Spans:
    twins = [(sensor, row) for sensor in sensors for row in sensor.settle()]
    straight: list[tuple[Known, Rows[Ints]]] = []
    doubtful: list[tuple[Known, Rows[Ints]]] = []
    for sensor in sensors:
        if sensor.run is not None:
            (straight if sensor.run.at[0] > sensor.last_ms else doubtful).append((sensor, sensor.run))
    if straight:
        sheet = sheet_of(*_joined(straight))
        bulk.load_columns(session, Reading, COLUMNS, [sheet.columns], sheet.rows)
    if doubtful:
        _insert_new(session, doubtful)
    for sensor, row in twins:
        _keep_conflict(session, sensor, row, _standing(session, sensor.number, row[0]))
    news = [(sensor, sensor.run) for sensor in sensors if sensor.run]
    return sheet_of(*_joined(news)).spans if news else []


def _joined(runs: Sequence[tuple[Known, Rows[Ints]]]) -> tuple[Codes, Rows[Ints]]:
    """Return runs one after the other, with the number of each row's sensor."""
    numbers = np.array([sensor.number for sensor, _ in runs], np.int32)
    return np.repeat(numbers, [len(run) for _, run in runs]), joined([run for _, run in runs])


def _insert_new(session: Session, doubtful: Sequence[tuple[Known, Rows[Ints]]]) -> None:
    """Write rows that may be there already; what was not new is taken out of its run, and kept if it differs."""
    rows = [
        (sensor.number, ms, value, quality, epoch, sequence)
        for sensor, run in doubtful for ms, epoch, sequence, value, quality in run.loose()
    ]  # fmt: skip
    staged = bulk.stage(session, Reading, COLUMNS, rows)
    named = ", ".join(COLUMNS)
    done: Any = session.execute(
        text(f"INSERT INTO readings ({named}) SELECT {named} FROM {staged} WHERE 1 = 1 ON CONFLICT DO NOTHING")
    )
    if done.rowcount == len(rows):
        return
    query = text(
        f"SELECT s.sensor, s.at, r.value, r.quality FROM {staged} s JOIN readings r ON r.sensor = s.sensor "
        "AND r.at = s.at WHERE r.epoch <> s.epoch OR r.sequence <> s.sequence"
    )
    standing: dict[tuple[int, int], Standing] = {
        (number, ms): (value, quality) for number, ms, value, quality in session.execute(query)
    }
    for sensor, run in doubtful:
        kept = []
        for row in run.loose():
            stands = standing.get((sensor.number, row[0]))
            if stands is None:
                kept.append(row)
            else:
                _keep_conflict(session, sensor, row, stands)
        sensor.run = rows_of(kept)


def _standing(session: Session, number: int, ms: int) -> Standing:
    first = session.get_one(Reading, (number, from_ms(ms)), populate_existing=True)
    return first.value, first.quality


def _keep_conflict(session: Session, sensor: Known, row: Loose, standing: Standing) -> None:
    ms, epoch, sequence, value, quality = row
    if standing == (value, quality):
        return
    row_id = derived_id(sensor.id, "conflict", ms, epoch, sequence, value, quality)
    if session.get(ReadingConflict, row_id) is None:
        conflict = ReadingConflict(
            id=row_id, sensor=sensor.number, at=from_ms(ms), value=value, quality=quality, epoch=epoch,
            sequence=sequence,
        )  # fmt: skip
        append(session, conflict)


def _roll_up(session: Session, summed: Summed) -> None:
    if summed.new:
        bulk.load_columns(session, Rollup, ROLLUP_COLUMNS, summed.new)
    if not summed.begun:
        return
    staged = bulk.stage(session, Rollup, ROLLUP_COLUMNS, sorted(summed.begun))
    named = ", ".join(ROLLUP_COLUMNS)
    session.execute(
        text(
            f"INSERT INTO reading_rollups ({named}) SELECT {named} FROM {staged} WHERE 1 = 1 "
            "ON CONFLICT (sensor, span_ms, start_at) DO UPDATE SET "
            "least = CASE WHEN excluded.least < reading_rollups.least "
            "THEN excluded.least ELSE reading_rollups.least END, "
            "most = CASE WHEN excluded.most > reading_rollups.most THEN excluded.most ELSE reading_rollups.most END, "
            "total = reading_rollups.total + excluded.total, count = reading_rollups.count + excluded.count"
        )
    )
