"""Reports add up to the gram, long ones are made by the workers once, and nobody gets another's file."""

from datetime import date
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from tests.insight.make import SOLD_GRAMS, SOLD_ON, family
from tests.lots.make import actor, refused
from tests.settlement.make import CLERK, moment
from wms import insight
from wms.documents import read_sheet
from wms.insight.rules.reports import StockPart, age_rows, stock_rows
from wms.kernel.actor import Permission
from wms.kernel.clock import Moment
from wms.kernel.errors import Forbidden
from wms.workers.files import FileMaker
from wms.workers.outbox import OutboxWorker

LATER = moment("2026-12-10")
LOOKER = actor("He, auditor", Permission.SEE_ALL)


def rows_of(made, kind, **how):
    wanted = insight.ReportRequest(insight.ReportKind(kind), **how)

    def work(session):
        sheet = insight.report(session, wanted, by=LOOKER, at=LATER)
        return [list(row) for row in sheet.rows]

    return made.case.database.read(work)


def test_reports_over_a_sold_family_and_their_files(database):
    made = family(database)
    on_hand = sum(made.lot(each.id).grams_on_hand for each in (made.root, made.child, made.grandchild))
    for group in insight.GroupBy:
        rows = rows_of(made, "stock", group=group)
        assert sum(row[3] for row in rows) == on_hand, group
        assert sum(row[2] for row in rows) == 700
    assert [row[0] for row in rows_of(made, "stock", group=insight.GroupBy.ENTRY_MONTH)] == ["2026-10"]
    assert sum(row[3] for row in rows_of(made, "ageing")) == on_hand
    occupied = {row[0]: row[3] for row in rows_of(made, "occupancy")}
    assert occupied == {"A1": 700, "C1": 0}
    (loss,) = rows_of(made, "shrink")
    assert (loss[7], loss[8], loss[9]) == (6_000_000, SOLD_GRAMS, 6_000_000 - SOLD_GRAMS)
    assert rows_of(made, "shrink", until_on=moment("2026-11-30").on) == []
    moves = rows_of(made, "movements", from_on=moment(SOLD_ON).on, until_on=moment(SOLD_ON).on)
    assert [str(row[3]) for row in moves].count("left the stock") == 1
    assert {row[8] for row in moves} == {"Asha, clerk"}
    assert rows_of(made, "arrivals") == []
    with pytest.raises(Forbidden):
        database.read(
            lambda s: insight.report(
                s, insight.ReportRequest(insight.ReportKind.STOCK), by=made.case.owner.actor, at=LATER
            )
        )
    check_files(made, database)


def check_files(made, database):
    """Asked, made by the outbox's worker, downloadable by who asked, in both forms; a repeat is the same file."""
    wanted = insight.ReportRequest(insight.ReportKind.MOVEMENTS)
    wrong = insight.ReportRequest(insight.ReportKind.MOVEMENTS, from_on=LATER.on, until_on=moment(SOLD_ON).on)
    for error, by, request in ((Forbidden, made.case.owner.actor, wanted), (insight.QuestionWrong, LOOKER, wrong)):
        with refused(database, error):
            database.write(lambda s, by=by, request=request: insight.ask_file(
                s, insight.AskFile(uuid4(), request, insight.FileForm.CSV, "zh"), by=by, at=LATER))  # fmt: skip
    total = database.read(lambda s: insight.count_rows(s, wanted))
    clock = lambda: LATER  # noqa: E731
    worker = OutboxWorker(database, clock, {insight.MAKE_FILE: FileMaker(database, clock, ZoneInfo("Asia/Shanghai"))})
    for form in insight.FileForm:
        ask = insight.AskFile(uuid4(), wanted, form, "zh")
        for _ in range(2):
            database.write(lambda s, ask=ask: insight.ask_file(s, ask, by=LOOKER, at=LATER))
        while worker.work_once():
            pass
        file = database.read(lambda s, ask=ask: insight.get_file(s, ask.id, by=LOOKER))
        content = database.read(lambda s, ask=ask: b"".join(insight.pieces_of(s, ask.id)))
        assert (file.state, file.rows_done, file.size_bytes, file.attempt) == ("done", total, len(content), 1)
        rows = read_sheet(content)
        assert rows[0][:3] == ["时间", "批次", "货主"]
        assert len(rows) == total + 1
        with pytest.raises(insight.FileNotFound):
            database.read(lambda s, ask=ask: insight.get_file(s, ask.id, by=CLERK))
        assert database.write(lambda s, ask=ask: insight.begin_file(s, ask.id, at=LATER)) is None
    check_one_worker(database, wanted)


def check_one_worker(database, wanted):
    """Two workers never write one file; a dead one's file is taken over, and the dead cannot come back."""
    ask = insight.AskFile(uuid4(), wanted, insight.FileForm.CSV, "en")
    database.write(lambda s: insight.ask_file(s, ask, by=LOOKER, at=LATER))
    first = database.write(lambda s: insight.begin_file(s, ask.id, at=LATER)).attempt
    with pytest.raises(insight.FileBusy):
        database.write(lambda s: insight.begin_file(s, ask.id, at=LATER))
    much_later = Moment(at=LATER.at.replace(hour=20), on=LATER.on)
    database.write(lambda s: insight.begin_file(s, ask.id, at=much_later))
    with pytest.raises(insight.FileBusy):
        database.write(lambda s: insight.add_piece(s, ask.id, first, 0, b"old", rows=1, at=much_later))
    database.write(lambda s: insight.finish_file(s, ask.id, first + 1, problem="disk full", at=much_later))
    assert database.read(lambda s: insight.get_file(s, ask.id, by=LOOKER)).state == "failed"


def part(group, grams, entry, deadline="2027-03-01", units=1):
    return StockPart(group, units, grams, date.fromisoformat(entry), date.fromisoformat(deadline), 0)


def test_ages_turn_on_the_day_and_shares_are_of_the_whole():
    on = date(2026, 12, 31)
    rows = age_rows([part("a", 5, "2026-12-02"), part("a", 7, "2026-12-01"), part("a", 11, "2026-07-05"),
                     part("a", 13, "2026-07-04", "2026-12-30")], on)  # fmt: skip
    assert [(row[0], row[3]) for row in rows] == [
        ("1–30", 5), ("31–60", 7), ("61–90", 0), ("91–120", 0), ("121–180", 11), ("> 180", 13),
    ]  # fmt: skip
    assert rows[-1][5] == 13
    assert stock_rows([part("b", 1, "2026-12-01"), part("a", 3, "2026-12-01")])[0][:5] == ("a", 1, 1, 3, 750)
