"""Makes long reports into files: read on one snapshot, written piece by piece, so that the asker sees how far it is."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from wms import documents, insight
from wms.kernel.actor import SYSTEM
from wms.kernel.clock import Clock, Moment
from wms.kernel.database import Database
from wms.kernel.errors import NotFound

PIECE_BYTES = 1 << 20
EVERY_ROWS = 1_000


class FileMaker:
    """The worker of one topic: at least once, and a second time is the same file."""

    def __init__(self, database: Database, clock: Clock, zone: ZoneInfo) -> None:
        self._database = database
        self._clock = clock
        self._zone = zone

    def __call__(self, _key: UUID, payload: dict[str, Any]) -> None:
        """Make the file. Raises FileBusy while another worker is at it; whatever goes wrong is kept with the file."""
        file_id = UUID(payload["file_id"])
        try:
            row = self._database.write(lambda session: insight.begin_file(session, file_id, at=self._clock()))
        except NotFound:
            return  # nobody waits for it any more
        if row is None:
            return
        try:
            self._make(row)
        except insight.FileBusy:
            raise
        except Exception as error:
            problem = f"{type(error).__name__}: {error}"
            self._write(lambda session, at: insight.finish_file(session, row.id, row.attempt, problem=problem, at=at))
            raise
        self._write(lambda session, at: insight.finish_file(session, row.id, row.attempt, at=at))

    def _make(self, row: insight.ReportFile) -> None:
        wanted = insight.kept_request(row.request)
        of_day = Moment(at=row.asked_at, on=row.asked_on)
        with self._database.snapshot() as session:
            sheet = insight.report(session, wanted, by=SYSTEM, at=of_day)
            counted = _Counted(sheet.rows)
            told = insight.Sheet(sheet.name, sheet.columns, counted)
            if row.form == "csv":
                pieces = documents.csv_pieces(told, row.language, self._zone)
                for n, piece in enumerate(pieces):
                    self._add(row, n, piece, counted.done)
                return
            self._make_book(row, told, counted)

    def _make_book(self, row: insight.ReportFile, sheet: insight.Sheet, counted: "_Counted") -> None:
        counted.tell = lambda done: self._add(row, 0, b"", done)
        with tempfile.TemporaryDirectory(prefix="coldlot-") as folder:
            path = Path(folder) / "report.xlsx"
            documents.workbook_file(path, [sheet], row.language, self._zone)
            with path.open("rb") as book:
                for n, piece in enumerate(iter(lambda: book.read(PIECE_BYTES), b"")):
                    self._add(row, n, piece, counted.done)

    def _add(self, row: insight.ReportFile, n: int, piece: bytes, rows: int) -> None:
        self._write(lambda session, at: insight.add_piece(session, row.id, row.attempt, n, piece, rows=rows, at=at))

    def _write(self, work: Any) -> None:
        def run(session: Session) -> None:
            work(session, self._clock())

        self._database.write(run)


class _Counted:
    """Rows that are counted as they pass, and told every thousand."""

    def __init__(self, rows: Any) -> None:
        self._rows = rows
        self.done = 0
        self.tell: Any = None

    def __iter__(self) -> Iterator[insight.Row]:
        for row in self._rows:
            self.done += 1
            if self.tell is not None and self.done % EVERY_ROWS == 0:
                self.tell(self.done)
            yield row
