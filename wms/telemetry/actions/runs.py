"""A batch's readings of each sensor, as they go into the tables: rising, with their conflicts and rollups.

The way of nearly every reading, new and newer than the last of its sensor, is short: one COPY (one executemany on
SQLite) a batch. What may be there already goes by a staging table. Instants are whole milliseconds all the way.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from devices.messages import Row
from wms.kernel import bulk
from wms.kernel.clock import from_ms
from wms.kernel.evidence import append
from wms.kernel.ids import derived_id
from wms.telemetry.rules.laying import (
    COLUMNS,
    ROLLUP_COLUMNS,
    Identity,
    Key,
    Laid,
    Loose,
    Run,
    Summed,
    blocks_of,
    run_of,
)
from wms.telemetry.rules.strands import Strand, Wholes
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
    wholes: Wholes
    strand: Strand | None = None
    loose: list[Loose] = field(default_factory=list)
    run: Run | None = None
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
        return laid.runs[self.key].at[0] > self.last_ms

    def settle(self) -> list[Loose]:
        """Make one run of what came; what came second for a stamp is returned."""
        strand = self.strand
        if strand is not None:
            values = self.wholes.of(strand.texts)
            if strand.rises and not self.loose:
                self.run = Run(strand.at, values, strand.quality, strand.epoch, strand.sequence)
                return []
            self.loose += Run(strand.at, values, strand.quality, strand.epoch, strand.sequence).rows()
        if not self.loose:
            return []
        first: dict[int, Loose] = {}
        twins: list[Loose] = []
        for row in sorted(self.loose, key=itemgetter(0, 1, 2)):  # of one message in its own order
            if first.setdefault(row[0], row) is not row:
                twins.append(row)
        self.run = run_of(first.values())
        return twins


def store(session: Session, sensors: Sequence[Known], laid: Laid | None = None) -> None:
    """Write what sensors said: new rows, conflicts beside what stands, and the windows they fall into.

    `laid` is what all of them said, laid out before anybody knew what is stored.
    """
    summed = Summed()
    if laid is not None and all([sensor.goes_by(laid) for sensor in sensors]):
        _store_laid(session, sensors, laid, summed)
    else:
        _store_runs(session, sensors, summed)
    _roll_up(session, summed)


def _store_laid(session: Session, sensors: Sequence[Known], laid: Laid, summed: Summed) -> None:
    bulk.load_packed(session, Reading, COLUMNS, laid.packed)
    for sensor in sensors:
        sensor.run = laid.runs[sensor.key]
        summed.add(sensor.number, sensor.last_ms, laid.windows[sensor.key])


def _store_runs(session: Session, sensors: Sequence[Known], summed: Summed) -> None:
    twins = [(sensor, row) for sensor in sensors for row in sensor.settle()]
    spoken = [(sensor, sensor.run) for sensor in sensors if sensor.run is not None]
    straight = [(sensor, run) for sensor, run in spoken if run.at[0] > sensor.last_ms]
    doubtful = [(sensor, run) for sensor, run in spoken if run.at[0] <= sensor.last_ms]
    if straight:
        blocks = blocks_of([(sensor.number, run) for sensor, run in straight])
        bulk.load_columns(session, Reading, COLUMNS, blocks)
    if doubtful:
        _insert_new(session, doubtful)
    for sensor, run in straight + doubtful:
        summed.add(sensor.number, sensor.last_ms, run.windows())
    for sensor, row in twins:
        _keep_conflict(session, sensor, row, _standing(session, sensor.number, row[0]))


def _insert_new(session: Session, doubtful: Sequence[tuple[Known, Run]]) -> None:
    """Write rows that may be there already; what was not new is taken out of its run, and kept if it differs."""
    rows = [
        (sensor.number, ms, value, quality, epoch, sequence)
        for sensor, run in doubtful for ms, epoch, sequence, value, quality in run.rows()
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
        for row in run.rows():
            stands = standing.get((sensor.number, row[0]))
            if stands is None:
                kept.append(row)
            else:
                _keep_conflict(session, sensor, row, stands)
        left = run_of(kept)
        run.at, run.value, run.quality, run.epoch, run.sequence = (
            left.at, left.value, left.quality, left.epoch, left.sequence,
        )  # fmt: skip


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
    if summed.new[0]:
        bulk.load_columns(session, Rollup, ROLLUP_COLUMNS, [summed.new])
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
