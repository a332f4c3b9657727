"""The campaign's verdict is worth something only if it condemns: one finding at a time, in a small invented truth."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from devices.messages import DeviceEvent, Measurements, Message, Row, Weighing
from tests.devices.gateway.verdict import Log, Report, judge

T0 = 1_760_000_000_000
Truth = list[dict[str, Any]]
Stored = dict[tuple[int, int], Message]


def answer(second: int, tenths: int, *, heard: bool = True, late_ms: int = 0) -> dict[str, Any]:
    at = T0 + second * 1000 + late_ms
    return {"k": "answer", "at": at, "address": 11, "words": [tenths], "heard": heard}


def values_of(line: dict[str, Any]) -> dict[str, Decimal]:
    return {"t1": Decimal(line["words"][0]) / 10}


def batch(seq: int, *rows: tuple[int, str | None]) -> Measurements:
    read = [Row("t1", ms, None if value is None else Decimal(value), "stale" if value is None else None)
            for ms, value in rows]  # fmt: skip
    return Measurements(v=1, gw="g", ep=1, seq=seq, t0=T0, clk="ntp", live=True, r=read)


def weighing(seq: int, second: int, grams: int = 1_000_000, number: int = 1) -> Weighing:
    return Weighing(
        v=1, gw="g", ep=1, seq=seq, clk="ntp", live=True, at=T0 + second * 1000, id=UUID(int=number),
        instrument="dock-1", weight_grams=grams, net=None, tare_grams=None, stable=True, e_grams=500,
        protocol="mt-sics", raw="53",
    )  # fmt: skip


def event(seq: int, text: str, *lost: tuple[int, int]) -> DeviceEvent:
    return DeviceEvent(v=1, gw="g", ep=1, seq=seq, clk="ntp", live=True, at=T0, k="thinned", lost=list(lost), text=text)


def stored(*messages: Measurements | Weighing | DeviceEvent) -> Stored:
    return {(one.ep, one.seq): one for one in messages}


def load(began: int, ended: int, grams: int = 1_000_000) -> Truth:
    common = {"instrument": "dock-1", "load": 1, "grams": grams}
    return [
        {"k": "settled", "at": T0 + began * 1000, **common},
        {"k": "unsettled", "at": T0 + ended * 1000, "heard": 20, **common},
    ]


TRUTH = [answer(0, 5), answer(20, 6), answer(40, 7), *load(30, 36)]
GOOD = stored(batch(1, (40, "0.5"), (20_030, "0.6")), weighing(2, 32), batch(3, (40_050, "0.7")))


def test_what_is_all_there_is_clean() -> None:
    report = judge(Log(), TRUTH, GOOD, values_of)
    report.assert_clean()
    assert (report.readings_stored, report.loads_in_peace, report.weighings) == (3, 1, 1)


@pytest.mark.parametrize(
    "changed",
    (
        {(1, 1): batch(1, (40, "0.5"))},  # lost
        {(1, 1): batch(1, (40, "0.5"), (20_030, "0.9"))},  # another value
        {(1, 1): batch(1, (40, "0.5"), (20_030, "0.6"), (25_000, "0.6"))},  # invented
        {(1, 1): batch(1, (40, "0.5"), (20_030, "0.6"), (40, "0.4"))},  # two values of one instant
        {(1, 2): weighing(2, 32, 1_000_500)},  # another weight
        {(1, 2): weighing(2, 90)},  # of nothing
        {(1, 4): weighing(4, 34, number=2)},  # taken twice
        {(1, 4): weighing(4, 32)},  # one capture under two numbers
        {(1, 5): event(5, "hello")},  # number 4 never came
        {(2, 1): event(1, "hello")},  # another epoch
    ),
    ids=str,
)
def test_each_finding_is_condemned(changed: Stored) -> None:
    with pytest.raises(AssertionError):
        judge(Log(), TRUTH, GOOD | changed, values_of).assert_clean()


def test_a_load_in_peace_that_was_not_taken_is_condemned() -> None:
    without = {key: one for key, one in GOOD.items() if key != (1, 2)} | stored(event(2, "hello"))
    report = judge(Log(), TRUTH, without, values_of)
    assert report.loads_in_peace_lacking == 1


def lacking(log: Log, *more: Measurements | DeviceEvent, truth: Truth = TRUTH) -> Report:
    return judge(log, truth, GOOD | {(1, 1): batch(1, (40, "0.5"))} | stored(*more), values_of)


def test_what_explains_a_loss_is_counted_and_nothing_else_is() -> None:
    closed = lacking(Log(closed=[(T0 + 19_000, T0 + 21_000)]))
    assert (closed.readings_lacking_closed, closed.readings_lacking_unexplained) == (1, 0)
    told = lacking(Log(), batch(4, (21_000, None)))
    assert (told.readings_told_as_a_gap, told.troubles) == (1, [])
    again = lacking(
        Log(), batch(4, (20_700, "0.6")), truth=[TRUTH[0], answer(20, 6), answer(20, 6, late_ms=400), *TRUTH[2:]]
    )
    assert (again.readings_asked_for_again, again.troubles) == (1, [])
    unheard = judge(Log(), [answer(0, 5, heard=False)], stored(batch(1)), values_of)
    assert (unheard.answers_unheard, unheard.troubles) == (1, [])


def test_a_full_spool_explains_only_what_it_named() -> None:
    full = Log(full=[(T0 + 15_000, T0 + 25_000)])
    named = event(5, "spool full: 1 of 4 readings kept", (4, 4))
    assert lacking(full, named).troubles == []
    assert lacking(full, named).readings_lacking_thinned == 1
    assert "readings were thinned and nothing was named" in lacking(full).troubles
    assert lacking(full, event(5, "spool full: 4 of 4 readings kept", (4, 4))).troubles != []


def test_a_stepped_clock_is_allowed_for_where_it_was_wrong_and_nowhere_else() -> None:
    log = Log(offsets=[(0, 0), (T0 + 10_000, -90_000), (T0 + 35_000, 0)])
    moved = batch(1, (40, "0.5"), (20_030 - 90_000, "0.6"))
    shifted: Stored = {(1, 1): moved, (1, 2): weighing(2, 32 - 90)}
    judge(log, TRUTH, GOOD | shifted, values_of).assert_clean()
    with pytest.raises(AssertionError):
        judge(Log(), TRUTH, GOOD | shifted, values_of).assert_clean()


def test_of_two_answers_with_one_stamp_the_one_that_may_not_lack_is_served_first() -> None:
    """The clock was set back, so a reading that is there fits an answer of before, too, whose own was thinned."""
    log = Log(full=[(T0 + 15_000, T0 + 25_000)], offsets=[(0, 0), (T0 + 100_000, -90_000)])
    truth = [answer(20, 6), answer(110, 6)]
    named = event(2, "spool full: 3 of 4 readings kept", (3, 3))
    report = judge(log, truth, stored(batch(1, (20_030, "0.6")), named, event(4, "hello")), values_of)
    assert (report.readings_lacking_thinned, report.troubles) == (1, [])
