from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import cast
from uuid import UUID

import pytest

from devices.batches import Reading, readings_in
from devices.epoch import WrongSpool
from devices.messages import Ack, DeviceEvent, Measurements, SeqRange, Weighing, decode_as
from devices.spool import Spool

T0 = 1_760_000_000_000
BIG = 10**9
OpenSpool = Callable[..., Spool]


def name_lost(ep: int, seq: int, *, lost: list[SeqRange], text: str) -> DeviceEvent:
    return DeviceEvent(v=1, gw="gw-a1", ep=ep, seq=seq, clk="ntp", live=True, at=T0, k="thinned", lost=lost, text=text)


@pytest.fixture
def open_spool(tmp_path: Path):
    opened: list[Spool] = []

    def opener(*, bytes_max: int = BIG, gw: str = "gw-a1", epoch: int | None = 1) -> Spool:
        opened.append(Spool(tmp_path / "spool.db", gw, bytes_max, name_lost, epoch))
        return opened[-1]

    yield opener
    for spool in opened:
        spool.close()


@pytest.fixture
def spool(open_spool: OpenSpool) -> Spool:
    return open_spool()


def reading(minute: int, value: str | None = "0.5", sensor: str = "room3.t1", clk: str = "ntp") -> Reading:
    return Reading(sensor, T0 + minute * 60_000, None if value is None else Decimal(value), None, clk)


def weighing(ep: int, seq: int) -> Weighing:
    return Weighing(
        v=1, gw="gw-a1", ep=ep, seq=seq, clk="ntp", live=True, at=T0, id=UUID(int=seq), instrument="dock-1",
        weight_grams=1_250_000, net=None, tare_grams=None, stable=True, e_grams=500, protocol="mt-sics", raw="5320",
    )  # fmt: skip


def ack(upto: int, *miss: tuple[int, int], ep: int = 1) -> Ack:
    return Ack(ep=ep, upto=upto, miss=list(miss), ts=T0)


def one_message_each(spool: Spool, count: int, start: int = 0) -> None:
    for minute in range(start, start + count):
        spool.keep([reading(minute, value=str(minute))])
        spool.flush()


def waiting(spool: Spool) -> list[int]:
    return spool.list_after(0, 10_000)


def lost_in(spool: Spool, seq: int) -> list[SeqRange]:
    found = spool.get(seq)
    assert found is not None
    assert found.channel == "up/e"
    return cast(DeviceEvent, decode_as("up/e", found.body)).lost or []


def batch_of(spool: Spool, seq: int) -> Measurements:
    found = spool.get(seq)
    assert found is not None
    return cast(Measurements, decode_as("up/m", found.body))


def test_measurements_weighings_and_events_share_one_sequence(spool: Spool) -> None:
    one_message_each(spool, 1)
    second = spool.append(weighing)
    third = spool.append(lambda ep, seq: name_lost(ep, seq, lost=[], text=""))
    assert (second.seq, third.seq, waiting(spool)) == (2, 3, [1, 2, 3])


def test_what_was_kept_is_there_after_the_process_is_gone(open_spool: OpenSpool) -> None:
    spool = open_spool()
    one_message_each(spool, 2)
    spool.keep([reading(7)])
    other = open_spool()  # a second connection sees only what is committed
    assert waiting(other) == [1, 2]
    assert other.depth().pending == 1
    assert other.flush() == [3]


def test_the_sequence_goes_on_after_everything_was_acknowledged(open_spool: OpenSpool) -> None:
    spool = open_spool()
    one_message_each(spool, 3)
    spool.acknowledge(ack(3))
    spool.close()
    again = open_spool()
    assert waiting(again) == []
    assert again.append(weighing).seq == 4


def test_a_message_that_cannot_be_written_uses_no_number(spool: Spool) -> None:
    with pytest.raises(ZeroDivisionError):
        spool.append(lambda ep, seq: weighing(ep, seq // 0))
    assert (spool.last_seq, spool.depth().bytes_held) == (0, 0)
    assert spool.append(weighing).seq == 1


def test_a_batch_holds_its_readings_exactly(spool: Spool) -> None:
    spool.keep([reading(0, "0.60"), reading(1, None), reading(2, "-3.25")])
    [seq] = spool.flush()
    batch = batch_of(spool, seq)
    assert [(row.dt, row.value) for row in batch.r] == [
        (0, Decimal("0.60")),
        (60_000, None),
        (120_000, Decimal("-3.25")),
    ]
    assert (batch.t0, batch.live, batch.clk) == (T0, True, "ntp")


def test_a_sensor_has_one_value_for_one_millisecond(open_spool: OpenSpool) -> None:
    """A clock that is set back comes past the same milliseconds again, also after a restart."""
    spool = open_spool()
    assert spool.keep([reading(0, "0.5"), reading(0, "0.7"), reading(0, "0.7", sensor="room3.t2")]) == 3
    spool.flush()
    spool.close()
    again = open_spool()
    assert again.keep([reading(0, "0.7"), replace(reading(0, "0.9", clk="free"), mono=100, boot=str(UUID(int=1)))]) == 2
    again.flush()
    held = [r for seq in again.list_after(0, 10) if (found := again.get(seq)) for r in readings_in(found.body)]
    moved = [(r.sensor, r.at - T0, str(r.value), r.mono) for r in held]
    assert moved == [
        ("room3.t1", 0, "0.5", None),
        ("room3.t1", 1, "0.7", None),
        ("room3.t2", 0, "0.7", None),
        ("room3.t1", 2, "0.7", None),
        ("room3.t1", 3, "0.9", 103),
    ]


def test_old_instants_are_forgotten(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("devices.spool.INSTANTS_KEPT", 3)
    spool.keep([reading(minute) for minute in range(10)])
    assert spool._one("SELECT count(*) FROM instants") == 3


def test_a_flush_takes_500_rows_and_leaves_the_rest(spool: Spool) -> None:
    spool.keep([reading(minute) for minute in range(501)])
    assert spool.flush() == [1]
    assert spool.depth().pending == 1
    assert spool.flush() == [2]
    assert spool.flush() == []


def test_a_free_clock_has_batches_of_its_own(spool: Spool) -> None:
    boot = "11111111-2222-3333-4444-555555555555"
    free = [Reading("room3.t1", T0 + ms, Decimal("1"), None, "free", 5_000 + ms, boot) for ms in (0, 1000)]
    spool.keep([*free, reading(5)])
    assert spool.flush() == [1, 2]
    batch = batch_of(spool, 1)
    assert (batch.clk, batch.mono, str(batch.boot)) == ("free", 5_000, boot)
    assert batch_of(spool, 2).boot is None


def test_the_acknowledgement_deletes_up_to_its_mark_except_what_is_missed(spool: Spool) -> None:
    one_message_each(spool, 10)
    assert spool.acknowledge(ack(8, (2, 3), (6, 6))) == [2, 3, 6]
    assert waiting(spool) == [2, 3, 6, 9, 10]
    assert spool.acknowledge(ack(10)) == []
    assert (waiting(spool), spool.depth().bytes_held) == ([], 0)


def test_the_same_acknowledgement_twice_changes_nothing_more(spool: Spool) -> None:
    one_message_each(spool, 4)
    spool.acknowledge(ack(3, (2, 2)))
    assert spool.acknowledge(ack(3, (2, 2))) == [2]
    assert waiting(spool) == [2, 4]


def test_an_acknowledgement_of_an_earlier_epoch_deletes_nothing(open_spool: OpenSpool) -> None:
    spool = open_spool(epoch=3)
    one_message_each(spool, 2)
    assert spool.acknowledge(ack(2, ep=2)) == []
    assert waiting(spool) == [1, 2]


def test_what_the_server_misses_and_nobody_has_is_named_once(spool: Spool) -> None:
    one_message_each(spool, 6)
    spool.acknowledge(ack(4))
    assert spool.acknowledge(ack(5, (2, 3), (5, 5))) == [5]
    assert lost_in(spool, 7) == [(2, 3)]
    spool.acknowledge(ack(5, (2, 3), (5, 5)))
    assert waiting(spool) == [5, 6, 7]  # no second event while the first waits
    spool.acknowledge(ack(7, (2, 3)))
    assert lost_in(spool, 8) == [(2, 3)]  # it was stored and the server still asks


def test_a_range_beyond_all_numbers_costs_nothing(spool: Spool) -> None:
    one_message_each(spool, 3)
    assert spool.acknowledge(ack(3, (2, 2**53))) == [2, 3]
    assert waiting(spool) == [2, 3]


@pytest.mark.parametrize("told", (ack(9, ep=1), ack(0, ep=4)))
def test_a_spool_set_back_in_time_gets_a_new_epoch_and_new_numbers(spool: Spool, told: Ack) -> None:
    one_message_each(spool, 4)
    spool.acknowledge(ack(2))
    spool.acknowledge(told)
    assert (spool.epoch, waiting(spool), spool.last_seq) == (told.ep + 1, [1, 2], 2)
    assert [row.value for row in batch_of(spool, 1).r] == [Decimal(2)]
    assert batch_of(spool, 1).ep == told.ep + 1
    assert spool.append(weighing).seq == 3


def test_a_new_spool_without_a_past_is_uncertain_until_somebody_says(open_spool: OpenSpool) -> None:
    spool = open_spool(epoch=None)
    assert (spool.epoch, spool.is_certain, spool.made_anew) == (1, False, True)
    one_message_each(spool, 2)
    spool.acknowledge(ack(1))  # the acknowledgement of a former life, kept by the broker
    assert (spool.epoch, spool.is_certain, waiting(spool)) == (2, True, [1, 2])


def test_a_new_spool_may_be_confirmed(open_spool: OpenSpool) -> None:
    spool = open_spool(epoch=None)
    spool.confirm_epoch()
    assert spool.is_certain
    one_message_each(spool, 2)
    spool.acknowledge(ack(1))
    assert (spool.epoch, waiting(spool)) == (1, [2])


def test_a_lost_spool_begins_the_next_epoch(open_spool: OpenSpool, tmp_path: Path) -> None:
    spool = open_spool(epoch=None)
    spool.close()
    for tail in ("", "-wal", "-shm"):
        (tmp_path / f"spool.db{tail}").unlink(missing_ok=True)
    again = open_spool(epoch=None)
    assert (again.epoch, again.is_certain, again.last_seq) == (2, True, 0)


def test_a_torn_spool_is_put_aside_and_the_next_epoch_begins(open_spool: OpenSpool, tmp_path: Path) -> None:
    open_spool(epoch=None).close()
    (tmp_path / "spool.db").write_bytes(b"no database at all" * 500)
    again = open_spool(epoch=None)
    assert (again.epoch, again.made_anew) == (2, True)
    assert (tmp_path / "spool.db.broken").read_bytes().startswith(b"no database")


def test_a_replaced_box_is_told_its_epoch(open_spool: OpenSpool) -> None:
    spool = open_spool(epoch=7)
    assert (spool.epoch, spool.is_certain) == (7, True)
    spool.close()
    with pytest.raises(WrongSpool):
        open_spool(epoch=8)
    assert open_spool(epoch=7).epoch == 7


def test_another_gateways_spool_is_refused(open_spool: OpenSpool) -> None:
    open_spool().close()
    with pytest.raises(WrongSpool, match="gw-a1"):
        open_spool(gw="gw-b2")


def test_an_unreadable_epoch_file_is_refused(open_spool: OpenSpool, tmp_path: Path) -> None:
    (tmp_path / "spool.db.epoch").write_text("?")
    with pytest.raises(WrongSpool):
        open_spool(epoch=None)


def test_a_full_spool_thins_the_oldest_and_says_so(open_spool: OpenSpool) -> None:
    spool = open_spool(bytes_max=20_000)
    one_message_each(spool, 400)
    assert spool.depth().bytes_held <= 20_000
    left = waiting(spool)
    assert left[-1] >= 400  # the newest stays
    named = set()
    held: dict[int, Decimal] = {}
    for seq in left:
        found = spool.get(seq)
        assert found is not None
        if found.channel == "up/e":
            named |= {n for a, b in lost_in(spool, seq) for n in range(a, b + 1)}
        else:
            held |= {r.at: r.value for r in readings_in(found.body) if r.value is not None}
    assert named.isdisjoint(left)
    assert named | set(left) == set(range(1, left[-1] + 1))  # every number is here or named
    assert T0 in held  # lowest of the oldest stretch
    newest = [T0 + minute * 60_000 for minute in range(350, 400)]
    assert all(at in held for at in newest)
    assert not any(spool.get(seq) for seq in range(1, 20))


def test_weighings_outlive_measurements(open_spool: OpenSpool) -> None:
    spool = open_spool(bytes_max=20_000)
    for _ in range(20):
        spool.append(weighing)
    one_message_each(spool, 300)
    channels = [found.channel for seq in waiting(spool) if (found := spool.get(seq))]
    assert channels.count("up/w") == 20


def test_where_nothing_is_left_to_thin_whole_messages_go_and_are_named(open_spool: OpenSpool) -> None:
    spool = open_spool(bytes_max=20_000)
    for _ in range(300):
        spool.append(weighing)
    left = waiting(spool)
    assert spool.depth().bytes_held <= 20_000 + 1_000
    named = {n for seq in left if (found := spool.get(seq)) and found.channel == "up/e"
             for a, b in lost_in(spool, seq) for n in range(a, b + 1)}  # fmt: skip
    assert named | set(left) == set(range(1, left[-1] + 1))
    newest = [seq for seq in left if (found := spool.get(seq)) and found.channel == "up/w"]
    assert newest[-1] >= 300
    assert len(newest) > 10
    assert spool.depth().messages == len(left)


def test_what_is_thinned_again_and_again_keeps_its_extremes(open_spool: OpenSpool) -> None:
    spool = open_spool(bytes_max=40_000)
    spool.keep([reading(0, "-9.9"), reading(1, "30.1")])
    spool.flush()
    for start in range(10, 3_000, 10):
        spool.keep([reading(minute, "0.5") for minute in range(start, start + 10)])
        spool.flush()
    held = [r.value for seq in waiting(spool) if (found := spool.get(seq)) and found.channel == "up/m"
            for r in readings_in(found.body)]  # fmt: skip
    assert min(value for value in held if value is not None) == Decimal("-9.9")
    assert max(value for value in held if value is not None) == Decimal("30.1")


def test_a_command_is_answered_once(spool: Spool) -> None:
    command = UUID(int=5)

    def make(ep: int, seq: int) -> DeviceEvent:
        return DeviceEvent(v=1, gw="gw-a1", ep=ep, seq=seq, clk="ntp", live=True, at=T0, k="command", command=command)

    assert not spool.has_answered(command)
    assert spool.answer(command, make, T0)
    assert spool.has_answered(command)
    assert not spool.answer(command, make, T0)
    assert waiting(spool) == [1]


def test_a_free_clocks_base_is_kept_until_it_is_told(open_spool: OpenSpool) -> None:
    spool = open_spool()
    assert spool.free_clock_of("b") is None
    assert spool.note_free_clock("b", 100) == 100
    assert spool.note_free_clock("b", 999) == 100
    spool.close()
    again = open_spool()
    assert again.free_clock_of("b") == 100
    again.settle_clock("b", lambda ep, seq: name_lost(ep, seq, lost=[], text="clock"))
    assert again.free_clock_of("b") is None
    assert waiting(again) == [1]
