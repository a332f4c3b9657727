from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from devices.clock import ManualClock
from devices.lanes import (
    HISTORY_GAP_MS,
    LIVE_MS,
    MISSED_GAP_MS,
    NOBODY_LISTENS_MS,
    OUTSTANDING_MAX,
    PASS_PAUSE_MS,
    RESEND_MS,
    Lanes,
)
from devices.messages import Ack, DeviceEvent, SeqRange, Weighing
from devices.spool import Spool

T0 = 1_760_000_000_000


def name_lost(ep: int, seq: int, *, lost: list[SeqRange], text: str) -> DeviceEvent:
    return DeviceEvent(v=1, gw="g", ep=ep, seq=seq, clk="ntp", live=True, at=T0, k="lost", lost=lost, text=text)


def weighing(ep: int, seq: int) -> Weighing:
    return Weighing(
        v=1, gw="g", ep=ep, seq=seq, clk="ntp", live=True, at=T0, id=UUID(int=seq), instrument="dock-1",
        weight_grams=1, net=None, tare_grams=None, stable=True, e_grams=500, protocol="mt-sics", raw="5320",
    )  # fmt: skip


class Road:
    def __init__(self, folder: Path) -> None:
        self.clock = ManualClock()
        self.spool = Spool(folder / "spool.db", "g", 10**9, name_lost, 1)
        self.lanes = Lanes(self.spool, self.clock)

    def weigh(self, count: int, *, announced: bool = True) -> None:
        for _ in range(count):
            seq = self.spool.append(weighing).seq
            if announced:
                self.lanes.announce(seq)

    def now(self) -> list[tuple[int, bool]]:
        """Everything that is due at this instant."""
        due: list[tuple[int, bool]] = []
        while (found := self.lanes.next()) is not None:
            due.append((found.message.seq, found.live))
        return due

    def during(self, ms: int) -> list[tuple[int, bool]]:
        seen = []
        for _ in range(0, ms, HISTORY_GAP_MS):
            seen += self.now()
            self.clock.advance(HISTORY_GAP_MS)
        return seen

    def ack(self, upto: int, *miss: tuple[int, int], ep: int = 1) -> None:
        self.lanes.acknowledged(Ack(ep=ep, upto=upto, miss=list(miss), ts=T0))


@pytest.fixture
def road(tmp_path: Path) -> Iterator[Road]:
    made = Road(tmp_path)
    yield made
    made.spool.close()


def test_the_newest_goes_first_and_nothing_twice(road: Road) -> None:
    road.weigh(3)
    assert road.now() == [(3, True), (2, True), (1, True)]
    assert road.during(RESEND_MS - HISTORY_GAP_MS) == []


def test_history_goes_oldest_first_twenty_a_second(road: Road) -> None:
    road.weigh(60, announced=False)
    first = road.during(1_000)
    assert first == [(seq, False) for seq in range(1, 21)]
    road.weigh(1)
    assert road.now()[0] == (61, True)  # it does not wait behind history


def test_what_was_announced_long_ago_is_history(road: Road) -> None:
    road.weigh(2)
    road.clock.advance(LIVE_MS + 1)
    road.weigh(1)
    assert road.during(3_000) == [(3, True), (1, False), (2, False)]


def test_what_nobody_acknowledges_goes_again_after_a_minute(road: Road) -> None:
    road.weigh(2)
    road.now()
    road.clock.advance(RESEND_MS)
    assert road.during(2_000) == [(1, False), (2, False)]
    assert road.during(2_000) == []


def test_what_is_missed_goes_again_at_once_and_once(road: Road) -> None:
    road.weigh(5)
    road.now()
    road.ack(5, (2, 3))
    road.ack(5, (2, 3))
    assert road.during(500) == [(2, False), (3, False)]
    road.ack(5, (2, 3))
    assert road.during(500) == []  # its answer is on its way
    road.clock.advance(MISSED_GAP_MS)
    road.ack(5, (2, 3))
    assert road.during(500) == [(2, False), (3, False)]
    road.ack(5)
    assert road.during(2 * RESEND_MS) == []


def test_a_mark_below_its_holes_is_understood_too(road: Road) -> None:
    road.weigh(6)
    road.now()
    road.ack(1, (2, 3), (5, 5))
    assert road.during(500) == [(2, False), (3, False), (5, False)]
    assert road.spool.list_after(0, 9) == [2, 3, 4, 5, 6]


def test_a_broken_connection_makes_the_unconfirmed_due_at_once(road: Road) -> None:
    road.weigh(3)
    road.now()
    road.lanes.undelivered([2])
    assert road.during(PASS_PAUSE_MS + 500) == [(2, False)]


def test_nobody_listening_silences_everything_for_a_while(road: Road) -> None:
    road.weigh(2)
    assert road.lanes.next() is not None
    road.lanes.nobody_listens(2)
    road.weigh(1)
    assert road.now() == []
    road.clock.advance(NOBODY_LISTENS_MS)
    assert road.during(2 * PASS_PAUSE_MS) == [(3, True), (1, True), (2, False)]


def test_the_backlog_stays_here_and_not_in_the_broker(road: Road) -> None:
    road.weigh(OUTSTANDING_MAX + 50, announced=False)
    seen = road.during(RESEND_MS - 1_000)
    assert len(seen) == OUTSTANDING_MAX
    road.ack(100)
    assert len(road.during(10_000)) >= 50


def test_after_a_new_epoch_all_goes_under_its_new_number(road: Road) -> None:
    road.weigh(4)
    road.now()
    road.ack(2)
    road.ack(9)  # beyond everything: this spool was set back
    assert road.spool.epoch == 2
    assert road.during(PASS_PAUSE_MS + 500) == [(1, False), (2, False)]
