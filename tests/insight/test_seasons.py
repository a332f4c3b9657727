"""A season ends with everything told, goods go on in the next, and its days become history."""

from datetime import date
from uuid import uuid4

import pytest

from tests.insight.make import family
from tests.lots.make import actor, refused
from tests.settlement.make import CLERK, moment
from wms import billing, insight, ledger
from wms.insight.rules.seasons import overlaps, time_after
from wms.kernel.actor import Permission
from wms.kernel.errors import Forbidden

KEEPER = actor("Sun, manager", Permission.SEE_ALL, Permission.CLOSE_DAY)
OTHER = actor("Cai, cashier", Permission.SEE_ALL, Permission.CLOSE_DAY)
NOBODY = actor("He, auditor", Permission.SEE_ALL)
FIRST, LAST = date(2026, 9, 1), date(2027, 5, 31)
OVER = moment("2027-06-01")


def test_a_season_is_closed_carried_over_and_archived(database):
    made = family(database)
    do = made.case.do
    wanted = insight.OpenSeason(uuid4(), "2026/27", FIRST, LAST)
    row = do(lambda s: insight.open_season(s, wanted, by=KEEPER, at=OVER))
    assert do(lambda s: insight.open_season(s, wanted, by=KEEPER, at=OVER)).id == row.id
    step = insight.SeasonStep(uuid4(), row.id)
    in_time = moment("2027-05-31")
    refusals = [
        (Forbidden,
         lambda s: insight.open_season(s, insight.OpenSeason(uuid4(), "x", FIRST, LAST), by=NOBODY, at=OVER)),
        (insight.QuestionWrong,
         lambda s: insight.open_season(s, insight.OpenSeason(uuid4(), "x", LAST, FIRST), by=KEEPER, at=OVER)),
        (insight.SeasonOverlaps,
         lambda s: insight.open_season(s, insight.OpenSeason(uuid4(), "x", LAST, OVER.on), by=KEEPER, at=OVER)),
        (insight.SeasonNotFound,
         lambda s: insight.close_season(s, insight.SeasonStep(uuid4(), uuid4()), by=KEEPER, at=OVER)),
        (insight.SeasonNotOver, lambda s: insight.close_season(s, step, by=KEEPER, at=in_time)),
        (insight.SeasonNeedsNext, lambda s: insight.close_season(s, step, by=KEEPER, at=OVER)),
        (insight.SeasonStateWrong, lambda s: insight.archive_season(s, step, by=OTHER, at=OVER)),
    ]  # fmt: skip
    for error, work in refusals:
        with refused(database, error):
            database.write(work)
    following = insight.OpenSeason(uuid4(), "2027/28", date(2027, 6, 1), date(2028, 5, 31))
    do(lambda s: insight.open_season(s, following, by=KEEPER, at=OVER))
    exit_id = made.case.open_exit("2027-05-30", 10)
    with refused(database, insight.SeasonStillMoving):
        database.write(lambda s: insight.close_season(s, step, by=KEEPER, at=OVER))
    do(lambda s: billing_void(s, exit_id))
    closed = do(lambda s: insight.close_season(s, step, by=KEEPER, at=OVER))
    assert do(lambda s: insight.close_season(s, step, by=KEEPER, at=OVER)).state == closed.state == "closed"
    check_carried(made, row.id)
    check_archived(made, row, database)
    assert database.read(insight.verify).findings == ()


def billing_void(session, exit_id):
    return billing.void_exit(session, billing.VoidExit(uuid4(), exit_id, "season's end"), by=CLERK, at=OVER)


def check_carried(made, season_id):
    """Every lot still here, with what it owes and what time costs on."""
    sheet = made.case.database.read(lambda s: insight.carries_sheet(s, season_id))
    assert [(row[0], row[2]) for row in sheet.rows] == [
        (made.root.code, 500), (made.child.code, 150), (made.grandchild.code, 50),
    ]  # fmt: skip
    assert {str(row[6]) for row in sheet.rows} == {"goes on by days or months"}
    grandchild = sheet.rows[2]
    assert grandchild[5] == 1_000 * 30 * 22 // 100  # 1,000 kg at 0.0022 yuan a day, in fen


def check_archived(made, row, database):
    """Another person makes it history; then no book takes an entry for its days."""
    step = insight.SeasonStep(uuid4(), row.id)
    with refused(database, insight.SeasonSamePerson):
        database.write(lambda s: insight.archive_season(s, step, by=KEEPER, at=OVER))
    assert made.case.do(lambda s: insight.archive_season(s, step, by=OTHER, at=OVER)).state == "archived"

    def entry(day):
        legs = (ledger.Leg("A:Cash:Settlement", 100), ledger.Leg("L:GrowerPayable:G1", -100))
        return ledger.Entry(uuid4(), f"late-{day}", "test", "memo", day, legs)

    with refused(database, ledger.BooksArchived):
        database.write(lambda s: ledger.post(s, entry(LAST), by=OTHER, at=OVER))
    database.write(lambda s: ledger.post(s, entry(OVER.on), by=OTHER, at=OVER))


@pytest.mark.parametrize(
    ("lines", "way"),
    [
        ([("season_flat", FIRST), ("season_late", date(2027, 6, 30))], "late"),
        ([("season_flat", FIRST), ("season_flat", date(2027, 6, 1))], "flat"),
        ([("kg_day", FIRST), ("kg_day", date(2027, 6, 30))], "days"),
        ([("season_late", LAST)], "days"),
    ],
)
def test_what_time_costs_after_a_season(lines, way):
    assert time_after(lines, LAST) == way


def test_seasons_share_no_day():
    others = [("a", FIRST, LAST)]
    assert overlaps(LAST, OVER.on, others, "b") == "a"
    assert overlaps(OVER.on, date(2028, 5, 31), others, "b") is None
    assert overlaps(OVER.on, date(2028, 5, 31), others, "a") == "a"
