"""The daily close: idempotent, safe to kill anywhere, and no day is left out because nothing ran at midnight."""

import json
import threading
from datetime import date, timedelta

import pytest
from sqlalchemy import event, select

from tests.lots.make import moment, picture
from tests.settlement.make import season
from wms import insight, lending
from wms.config import Config
from wms.kernel.clock import Moment
from wms.settlement.tables import DayClose
from wms.workers import clock as clock_loop
from wms.workers.daily_close import close_day

MONTH_END = moment("2026-10-31", 15)


class PowerCut(Exception):
    """The machine stops here."""


@pytest.fixture
def anchor(tmp_path):
    return tmp_path / "anchors.jsonl"


def close(database, anchor, at=MONTH_END):
    return list(close_day(database, at, anchor))


def closed_days(database):
    return database.read(lambda s: list(s.scalars(select(DayClose.closed_on).order_by(DayClose.closed_on))))


def test_the_month_end_posts_interest_once_and_writes_the_head_away_once(database, anchor):
    case = season(database)
    steps = [progress.step for progress in close(database, anchor)]
    assert steps[-1] == "anchor"
    assert case.balances()["R:Interest"] == -22_093
    before, lines = picture(database), anchor.read_text()
    close(database, anchor)
    assert (picture(database), anchor.read_text()) == (before, lines)
    (line,) = map(json.loads, lines.splitlines())
    assert (line["on"], line["seq"]) == ("2026-10-31", 2)
    assert database.read(insight.verify).findings == ()


def test_a_day_within_the_month_posts_no_interest(database, anchor):
    case = season(database)
    close(database, anchor, moment("2026-10-30", 15))
    assert "R:Interest" not in case.balances()


def test_a_close_killed_at_any_statement_is_finished_by_the_next_run(database, anchor):
    case = season(database)
    seen, stop_at = 0, 0

    def count(*_: object) -> None:
        nonlocal seen
        seen += 1
        if seen == stop_at:
            raise PowerCut

    event.listen(database.writer, "after_cursor_execute", count)
    for tried in range(1, 400, 7):
        seen, stop_at = 0, tried
        try:
            close(database, anchor)
            break
        except PowerCut:
            continue
    assert 0 < seen < tried
    stop_at = 0
    assert closed_days(database) == [MONTH_END.on]
    assert case.balances()["R:Interest"] == -22_093
    assert len(anchor.read_text().splitlines()) == 1
    assert database.read(insight.verify).findings == ()


def test_days_that_ended_while_nothing_ran_are_closed_in_their_order(database, anchor):
    case = season(database)
    clock_loop.tick(database, moment("2026-10-31"), anchor)
    assert closed_days(database) == [date(2026, 10, 30)]
    clock_loop.tick(database, moment("2026-11-03"), anchor)
    assert closed_days(database) == [date(2026, 10, 30) + timedelta(days=n) for n in range(4)]
    assert case.balances()["R:Interest"] == -22_093
    before = picture(database)
    clock_loop.tick(database, moment("2026-11-03"), anchor)
    assert picture(database) == before


def test_an_anchor_that_a_kill_left_out_is_written_by_the_next_tick(database, anchor):
    season(database, advanced=False)
    clock_loop.tick(database, moment("2026-10-31"), anchor)
    written = anchor.read_text()
    anchor.unlink()
    clock_loop.tick(database, moment("2026-10-31"), anchor)
    assert anchor.read_text() == written


def test_a_tick_that_fails_does_not_end_the_loop(database, tmp_path):
    """The anchor's folder is a file: the close cannot finish, and the loop goes on to its next tick."""
    season(database, advanced=False)
    (tmp_path / "file").write_text("")
    settings = Config(anchor=type(Config().anchor)(file=str(tmp_path / "file" / "anchors.jsonl")))
    stop, beats = threading.Event(), []

    def beat() -> None:
        beats.append(1)
        stop.set()

    clock_loop.run_clock(settings, database, lambda: Moment(MONTH_END.at, MONTH_END.on), stop, beat)
    assert beats == [1]
    assert database.read(lending.active_loans) == []
