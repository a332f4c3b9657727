"""A batch's readings of each sensor, as they go into the tables: rising, with their conflicts and rollups.

The way of nearly every reading, new and newer than the last of its sensor, is short: one COPY (one executemany on
SQLite) a batch. What may be there already goes by a staging table. Instants are whole milliseconds all the way.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
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
from wms.telemetry.rules.strands import Strand, Wholes
from wms.telemetry.rules.windows import windows_of
from wms.telemetry.tables import Reading, ReadingConflict, Rollup

COLUMNS = ("sensor", "at", "value", "quality", "epoch", "sequence")
ROLLUP_COLUMNS = ("sensor", "span_ms", "start_at", "least", "most", "total", "count")
BLOCK = 4096  # rows: what is laid out while the database takes in what was laid out before
Loose = tuple[int, int, int, int | None, str | None]  # ms, epoch, sequence, whole value, quality
Standing = tuple[int | None, str | None]  # value and quality


@dataclass(slots=True)
class Run:
    """Rows of one sensor in columns, no stamp twice."""

    at: list[int]
    value: list[int | None]
    quality: list[str | None]
    epoch: list[int]
    sequence: list[int]

    def rows(self) -> Iterator[Loose]:
        """Return the rows one by one."""
        return zip(self.at, self.epoch, self.sequence, self.value, self.quality, strict=True)

    def good(self) -> tuple[list[int], list[int]]:
        """Return the stamps and values of what was measured well."""
        if self.value.count(None) == 0 and self.quality.count(None) == len(self.quality):
            return self.at, self.value  # type: ignore[return-value]
        said = zip(self.at, self.value, self.quality, strict=True)
        kept = [(ms, value) for ms, value, quality in said if value is not None and quality is None]
        return [ms for ms, _ in kept], [value for _, value in kept]


@dataclass(slots=True)
class Known:
    """A sensor in a batch: what it is, its newest stamp, and what is on its way in.

    `felt` is what it says right now by a clock that was not set: shown, but not stored before its time is known.
    """

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

    def settle(self) -> list[Loose]:
        """Make one run of what came; what came second for a stamp is returned."""
        strand = self.strand
        if strand is not None:
            self.live_ms = max(self.live_ms, strand.live_ms)
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
        self.run = _run(first.values())
        return twins


class Summed:
    """What a batch adds to the rollups: a window that begins after its sensor's last stamp is new, others are begun."""

    def __init__(self) -> None:
        self.new: list[list[int]] = [[] for _ in ROLLUP_COLUMNS]
        self.begun: list[tuple[int, ...]] = []

    def add(self, sensor: Known, run: Run) -> None:
        """Carry good values into every window they fall into."""
        for span, windows in windows_of(*run.good()):
            count, old = len(windows.start), bisect_right(windows.start, sensor.last_ms)
            columns = ([sensor.number] * count, [span] * count, *windows)
            if old:
                self.begun += zip(*[column[:old] for column in columns], strict=True)
            for column, added in zip(self.new, columns, strict=True):
                column += added[old:] if old else added


def _run(rows: Iterable[Loose]) -> Run:
    kept = list(rows)
    at, epoch, sequence, value, quality = ([row[n] for row in kept] for n in range(5))
    return Run(at, value, quality, epoch, sequence)  # type: ignore[arg-type]


def store(session: Session, sensors: Sequence[Known]) -> None:
    """Write what sensors said: new rows, conflicts beside what stands, and the windows they fall into."""
    summed = Summed()
    twins = [(sensor, row) for sensor in sensors for row in sensor.settle()]
    spoken = [(sensor, sensor.run) for sensor in sensors if sensor.run is not None]
    straight = [(sensor, run) for sensor, run in spoken if run.at[0] > sensor.last_ms]
    doubtful = [(sensor, run) for sensor, run in spoken if run.at[0] <= sensor.last_ms]
    if straight:
        bulk.load_columns(session, Reading, COLUMNS, _blocks(straight, summed))
    if doubtful:
        _insert_new(session, doubtful)
        for sensor, run in doubtful:
            summed.add(sensor, run)
    for sensor, row in twins:
        _keep_conflict(session, sensor, row, _standing(session, sensor.number, row[0]))
    _roll_up(session, summed)


def _blocks(runs: Iterable[tuple[Known, Run]], summed: Summed) -> Iterator[list[list[Any]]]:
    """Lay rows out block by block, and sum their windows meanwhile: the database is busy with the block before."""
    block: list[list[Any]] = [[] for _ in COLUMNS]
    for sensor, run in runs:
        columns: tuple[list[Any], ...] = (
            [sensor.number] * len(run.at),
            run.at,
            run.value,
            run.quality,
            run.epoch,
            run.sequence,
        )
        for column, new in zip(block, columns, strict=True):
            column += new
        summed.add(sensor, run)
        if len(block[0]) >= BLOCK:
            yield block
            block = [[] for _ in COLUMNS]
    if block[0]:
        yield block


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
        left = _run(kept)
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
