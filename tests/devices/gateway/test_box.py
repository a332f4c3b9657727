"""The gateway as a technician meets it: as a process, with instruments, a broker, and things that break."""

import signal
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from decimal import Decimal
from uuid import UUID

import pytest

from devices.clock import SystemClock
from devices.messages import Command, DeviceEvent, GatewayMeta, GatewayState, LiveFrame, Measurements, Verb, Weighing
from tests.devices.ends import eventually
from tests.devices.gateway.conftest import ROOT, Box
from tests.devices.lines import tell


def put(box: Box, kg: float, instrument: str = "dock-1") -> None:
    tell(box.world, do="put", instrument=instrument, kg=kg)


def clear(box: Box, instrument: str = "dock-1") -> None:
    """Empty, and seen at rest: the next load is a new one."""
    tell(box.world, do="clear", instrument=instrument)
    settled(box, 0, instrument)


def grams(box: Box, instrument: str) -> int | None:
    found: int | None = box.get("/live")[0]["instruments"][instrument]["weight_grams"]
    return found


def settled(box: Box, weight: int, instrument: str = "dock-1") -> None:
    """Wait until the scale stands still at that weight."""
    eventually(lambda: (live := box.get(f"/live/{instrument}")[0]["instruments"][instrument])["stable"]
               and live["weight_grams"] == weight)  # fmt: skip


def events(box: Box, kind: str) -> list[DeviceEvent]:
    return [one for one in box.server.of(DeviceEvent) if one.k == kind]


def test_a_stable_load_becomes_one_weight_record_with_its_raw_frame(box: Box) -> None:
    put(box, 1250.3)
    put(box, 18_015, "truck-1")
    eventually(lambda: box.weights() and box.weights("truck-1"))
    [platform] = [one for one in box.server.of(Weighing) if one.instrument == "dock-1"]
    assert (platform.weight_grams, platform.stable, platform.e_grams) == (1_250_500, True, 500)
    assert bytes.fromhex(platform.raw) == b"S S     1250.5 kg\r\n"
    assert box.weights("truck-1") == [18_020_000]
    live = box.get("/live/dock-1")[0]
    assert (live["gw"], live["instruments"]["dock-1"]["capture"]["seq"]) == ("gw-a1", platform.seq)
    assert live["instruments"]["dock-1"]["capture"]["id"] == str(platform.id)


def test_every_answer_of_a_probe_arrives_once_and_exactly(box: Box) -> None:
    eventually(lambda: len(box.truth("answer")) >= 9)
    expected = [line for line in box.truth("answer") if line["heard"]][:9]

    def arrived() -> list[tuple[str, Decimal | None]]:
        batches = sorted({one.seq: one for one in box.server.of(Measurements)}.values(), key=lambda one: one.seq)
        return [(row.id, row.value) for batch in batches for row in batch.r]

    eventually(lambda: len(arrived()) >= 18)
    names = {11: ("room1.t1", "room1.rh1", 10), 12: ("room1.t2", "room1.rh2", 10), 41: ("room1.o2", "room1.co2", 100)}
    told = []
    for line in expected:
        first, second, scale = names[line["address"]]
        signed = [word - 0x10000 if word & 0x8000 else word for word in line["words"]]
        told += [(first, Decimal(signed[0]) / scale), (second, Decimal(signed[1]) / scale)]
    assert arrived()[:18] == told


def test_a_gateway_killed_in_the_middle_goes_on_where_it_was(box: Box) -> None:
    put(box, 300)
    eventually(lambda: box.weights() == [300_000])
    clear(box)
    put(box, 1_111)
    eventually(lambda: box.weights() == [300_000, 1_111_000])
    assert box.signal(signal.SIGKILL) == -signal.SIGKILL
    box.start()
    eventually(box.is_up, 60)
    eventually(lambda: grams(box, "dock-1") == 1_111_000)
    clear(box)  # the load that stood there over the restart is not taken twice
    put(box, 250)
    eventually(lambda: len(box.weights()) == 3)
    eventually(lambda: box.numbers() == list(range(1, box.numbers()[-1] + 1)))
    assert box.weights() == [300_000, 1_111_000, 250_000]
    assert {one.ep for one in box.server.of(Weighing)} == {1}
    eventually(lambda: events(box, "started"))


def test_a_load_changed_while_nobody_looked_is_taken(box: Box) -> None:
    put(box, 700)
    eventually(lambda: box.weights() == [700_000])
    box.signal(signal.SIGKILL)
    put(box, 900)
    box.start()
    eventually(lambda: box.weights() == [700_000, 900_000], 15)


def test_records_made_while_the_broker_is_dead_arrive_afterwards(box: Box) -> None:
    box.broker.kill()
    eventually(lambda: box.status()["broker"]["connected"] is False)
    put(box, 640)
    eventually(
        lambda: (
            (box.get("/live/dock-1")[0]["instruments"]["dock-1"].get("capture") or {}).get("weight_grams") == 640_000
        )
    )
    box.broker.start()
    eventually(lambda: box.weights() == [640_000], 20)
    numbers = box.numbers()
    assert len(numbers) == len(set(numbers))


def test_acknowledged_records_leave_the_disk(box: Box) -> None:
    put(box, 300)
    eventually(lambda: len(box.weights()) == 1)
    eventually(lambda: box.status()["spool"]["messages"] > 0)
    box.acknowledge_all()
    eventually(lambda: box.status()["broker"]["acknowledged"] is not None)
    with sqlite3.connect(f"file:{box.folder}/spool.db?mode=ro", uri=True) as spool:
        held = {row[0] for row in spool.execute("SELECT seq FROM outgoing")}
    spool.close()
    ack = box.last_ack()
    assert ack is not None
    assert min(held, default=ack.upto + 1) > ack.upto


def test_an_unplugged_scale_is_unknown_and_comes_back_by_itself(box: Box) -> None:
    put(box, 800)
    eventually(lambda: len(box.weights()) == 1)
    tell(box.world, do="unplug", port="scale-platform")
    eventually(lambda: grams(box, "dock-1") is None)
    eventually(lambda: events(box, "port-lost"))
    assert box.status()["ports"][0]["state"] in ("ok", "lost")
    tell(box.world, do="plug", port="scale-platform")
    eventually(lambda: grams(box, "dock-1") == 800_000, 15)
    eventually(lambda: events(box, "port-back"))
    assert [one.subject for one in events(box, "port-lost")] == ["scale-platform"]
    assert box.weights() == [800_000]


def test_a_silent_probe_is_a_gap_and_not_an_old_value(box: Box) -> None:
    tell(box.world, do="probe", address=11, fault="silent")
    eventually(lambda: events(box, "probe-lost"))
    eventually(lambda: any(row.id == "room1.t1" and row.quality == "stale" and row.value is None
                           for one in box.server.of(Measurements) for row in one.r))  # fmt: skip
    others = len([1 for one in box.server.of(Measurements) for row in one.r if row.id == "room1.t2"])
    eventually(
        lambda: len([1 for one in box.server.of(Measurements) for row in one.r if row.id == "room1.t2"]) > others
    )
    tell(box.world, do="probe", address=11, fault="none")
    eventually(lambda: events(box, "probe-back"), 15)


def test_an_overload_is_never_a_weight(box: Box) -> None:
    tell(box.world, do="overload", instrument="dock-1")
    eventually(lambda: "overload" in box.get("/live/dock-1")[0]["instruments"]["dock-1"]["flags"])
    live = box.get("/live/dock-1")[0]["instruments"]["dock-1"]
    assert (live["weight_grams"], live["stable"]) == (None, False)
    assert box.weights() == []


def command(
    verb: Verb, instrument: str | None = "dock-1", *, number: int = 1, ms: int = 60_000,
    settings: dict[str, int] | None = None,
) -> Command:  # fmt: skip
    exp = SystemClock().at_ms() + ms
    return Command(v=1, id=UUID(int=number), exp=exp, verb=verb, by="asha", instrument=instrument, settings=settings)


def answers(box: Box) -> dict[int, tuple[str | None, str | None]]:
    return {one.command.int: (one.outcome, one.by) for one in events(box, "command") if one.command}


def test_a_remote_tare_is_carried_out_once_and_answered(box: Box) -> None:
    put(box, 60)
    settled(box, 60_000)
    tare = command("tare")
    box.server.command(tare)
    box.server.command(tare)
    eventually(lambda: 1 in answers(box))
    assert answers(box) == {1: ("done", "asha")}
    eventually(lambda: grams(box, "dock-1") == 0)
    assert len(events(box, "command")) == 1


def test_commands_that_may_not_run_are_refused_with_their_reason(box: Box) -> None:
    put(box, 60)
    settled(box, 60_000)
    box.server.command(command("tare", number=1, ms=-1))
    box.server.command(command("zero", "nobody", number=2))
    box.server.command(command("config", None, number=3, settings={"speed": 5}))
    box.server.command(command("config", None, number=4, settings={"flush_s": 2}))
    eventually(lambda: len(answers(box)) == 4)
    outcomes = {number: outcome for number, (outcome, _by) in answers(box).items()}
    assert (outcomes[1], outcomes[2], outcomes[3], outcomes[4]) == ("expired", "refused", "refused", "done")
    put(box, 1_500)
    settled(box, 1_500_000)
    box.server.command(command("zero", number=5))
    eventually(lambda: 5 in answers(box))
    assert answers(box)[5][0] == "refused"


def test_it_says_what_it_reads_and_how_it_is(box: Box) -> None:
    eventually(lambda: box.server.of(GatewayMeta) and box.server.of(GatewayState))
    meta = box.server.of(GatewayMeta)[0]
    assert [one.id for one in meta.instruments] == ["dock-1", "truck-1"]
    assert {(one.id, one.kind, one.unit) for one in meta.sensors} >= {
        ("room1.t1", "temperature", "Cel"), ("room1.rh1", "humidity", "%RH"), ("room1.o2", "o2", "%vol")
    }  # fmt: skip
    outcome = subprocess.run(
        [sys.executable, "-m", "devices", "status", "--config", str(box.config)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert outcome.returncode == 0, outcome.stdout
    assert "scale-platform" in outcome.stdout
    assert "acknowledged" in outcome.stdout


def test_a_polite_stop_leaves_everything_on_the_disk_and_says_so(box: Box) -> None:
    put(box, 300)
    eventually(lambda: len(box.weights()) == 1)
    assert box.signal(signal.SIGTERM) == 0
    eventually(lambda: box.server.of(GatewayState)[-1].on is False)
    eventually(lambda: events(box, "stopped"))
    assert not (box.folder / "status.json").exists()
    outcome = subprocess.run(
        [sys.executable, "-m", "devices", "status", "--config", str(box.config)], cwd=ROOT, capture_output=True
    )
    assert outcome.returncode == 3


def test_the_live_channel_shows_the_movement(box: Box) -> None:
    put(box, 1_000)
    eventually(lambda: any(one.weight_grams == 1_000_000 and one.stable for one in box.server.of(LiveFrame)))
    assert any(one.stable is False for one in box.server.of(LiveFrame))


def test_the_dock_shows_live_frames_to_its_own_terminals(box: Box) -> None:
    frames, headers = box.get("/live", Origin="http://terminal.example")
    assert set(frames["instruments"]) == {"dock-1", "truck-1"}
    assert headers["Access-Control-Allow-Origin"] == "http://terminal.example"
    assert box.get("/live", Origin="http://elsewhere.example")[1]["Access-Control-Allow-Origin"] is None
    with urllib.request.urlopen(f"http://127.0.0.1:{box.dock}/live/dock-1/stream", timeout=5) as stream:
        lines = [stream.readline() for _ in range(6)]
    assert lines[0] == b"event: live\n"
    assert lines[1].startswith(b'data: {"site":"yantai"')
    with pytest.raises(urllib.error.HTTPError) as missing:
        box.get("/live/nobody")
    assert missing.value.code == 404
    missing.value.close()


@pytest.mark.faults
def test_a_flap_raises_nothing_and_a_death_is_told_after_half_a_minute(box: Box) -> None:
    box.signal(signal.SIGKILL)
    box.start()
    eventually(box.is_up, 60)
    began = SystemClock().tick_ms()
    eventually(lambda: SystemClock().tick_ms() - began > 33_000, 40)
    assert all(state.on for state in box.server.of(GatewayState))
    box.signal(signal.SIGKILL)
    killed = SystemClock().tick_ms()
    eventually(lambda: box.server.of(GatewayState)[-1].on is False, 45)
    assert SystemClock().tick_ms() - killed > 25_000
