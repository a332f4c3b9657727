"""Messages are read leanly and worked in vectors, and nothing else comes out than the contract and the book say."""

import hashlib
import json
import math
import random
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from devices.messages import BadMessage, Row, decode
from tests.telemetry.make import GW, NOW, batch, rows
from wms import telemetry
from wms.telemetry.rules import KEPT_SPANS_MS, SCALES, sealed, strands, whole
from wms.telemetry.rules.strands import Lean, gather, widen
from wms.telemetry.rules.vectors import NOTHING, wholes_of
from wms.telemetry.rules.windows import windows_of


def test_windows_by_the_book():
    narrow, hour, day = KEPT_SPANS_MS
    at = [0, narrow - 1, narrow, hour - 1, hour, day]
    sensors, stamps = np.array([1] * 6 + [2], np.int32), np.array([*at, day], np.int64)
    found = {
        (span, start) if sensor == 1 else (span, start, sensor): sums
        for span, windows in windows_of(sensors, stamps, np.array([5, 1, 7, -2, 0, 9, 4], np.int64))
        for sensor, start, *sums in zip(*[column.tolist() for column in windows], strict=True)
    }
    assert found == {
        (narrow, day, 2): [4, 4, 4, 1], (hour, day, 2): [4, 4, 4, 1], (day, day, 2): [4, 4, 4, 1],
        (narrow, 0): [1, 5, 6, 2], (narrow, narrow): [7, 7, 7, 1], (narrow, hour - narrow): [-2, -2, -2, 1],
        (narrow, hour): [0, 0, 0, 1], (narrow, day): [9, 9, 9, 1],
        (hour, 0): [-2, 7, 11, 4], (hour, hour): [0, 0, 0, 1], (hour, day): [9, 9, 9, 1],
        (day, 0): [-2, 7, 11, 5], (day, day): [9, 9, 9, 1],
    }  # fmt: skip


HEAD = {"v": 1, "gw": GW, "ep": 1, "seq": 1, "t0": NOW.ms, "clk": "ntp", "live": True}
ROWS = (
    '["room3.t1",0,0.6]', '["room3.t1",0, 0.60 ]', '["room3.t1",0,"0.6"]', '["room3.t1",0,null,"open"]',
    '["room3.t1",0,6e-1,null]', '["room3.t1",0,0.6,null,"more"]', '["room3.t1",-5,1]', '["r\\u006fom3.t1",0,1]',
    '["room3.t1",0,true]', '["room3.t1",0,[1]]', '["room3.t1",0,"NaN"]', '["room3.t1",0,"warm"]', '["room3.t1",0,01]',
    '["room3.t1",0,1e12]',
    '["room3.t1",0,1000000000]', '["room3.t1",0,-1000000000]', '["room3.t1",0,999999999]',
    '["room3.t1",0,-1e13]', '["room3.t1",0,1.2.3]', '["room3.t1",0]', '["Room 3",0,1]',
    '["room3.t1",0,1,"Open"]', '["room3.t1",0,1,5]', '["room3.t1",0.5,1]', '["room3.t1",9007199254740993,1]',
    '["room3.t1",-9007199254740991,1]', '["room3.t1",9007199254740990,1]', '{"id":"room3.t1"}', '["room3.t1",0,1',
)  # fmt: skip


@pytest.mark.parametrize("head", ({}, {"gw": "gw-a2"}, {"clk": "free"}, {"v": 2}, {"seq": 0}))
@pytest.mark.parametrize("row", ROWS)
def test_the_quick_reader_lets_pass_what_the_contract_does_and_nothing_else(head, row):
    payload = (json.dumps(HEAD | head)[:-1] + f',"r":[["room3.t2",1,5],{row}]}}').encode()
    topic = f"cw/v1/yt1/{GW}/up/m"
    expected: object
    try:
        expected = decode(topic, payload)
    except BadMessage as error:
        expected = (error.reason, error.code)
    for _ in range(2):  # when it is news, and when it was seen before
        ((_, said),) = telemetry.prepare([telemetry.Arrived(topic, payload)]).own
        if isinstance(said, BadMessage):
            assert (said.reason, said.code) == expected
        else:
            oddly = any(odd in payload for odd in (b"\\", b'"0.6"', b"6e-1"))
            assert isinstance(said[1], Lean) is not oddly  # what is written oddly the contract reads alone
            assert (said[0], widen(said[1]) if isinstance(said[1], Lean) else said[1]) == expected


@pytest.mark.parametrize("first", ('"r":[["room3.t2",0,true]],', '"\\u0072":[["room3.t2",0,true]],'))
def test_rows_said_twice_are_read_by_the_contract(first):
    """A reader keeps the last of two; what the contract finds wrong in the first is wrong all the same."""
    right = (json.dumps(HEAD)[:-1] + ',"r":[["room3.t2",1,5]]}').encode()
    wrong = (json.dumps(HEAD)[:-1] + f',{first}"r":[["room3.t2",1,5]]}}').encode()
    topic = f"cw/v1/yt1/{GW}/up/m"
    told = [telemetry.prepare([telemetry.Arrived(topic, said)]).own[0][1] for said in (right, right, wrong)]
    assert [isinstance(said, BadMessage) for said in told] == [False, False, True]


@pytest.mark.parametrize("size", [0, 1, 2_047, 2_048, 10_000])
def test_a_message_is_sealed_as_a_whole_whatever_its_length(size):
    payload = random.Random(size).randbytes(size)
    assert sealed("up/m", NOW.ms, payload) == hashlib.sha256(f"up/m\n{NOW.ms}\n".encode() + payload).hexdigest()


def leanly(number: str, boot: str = "") -> Lean | None:
    """Return a message with a number in it as it is read leanly, or None."""
    clock = f',"mono":1,"boot":"{boot}"' if boot else ""
    payload = (json.dumps(HEAD)[:-1] + clock + f',"r":[["r1e5.t2",1,{number}]]}}').encode()
    _, said = strands.read(f"cw/v1/yt1/{GW}/up/m", payload)
    return said if isinstance(said, Lean) else None


@pytest.mark.parametrize(
    ("number", "lean"),
    [("0.12345678901234", True), ("0.123456789012345", False), ("-12345678.1234567", True), ("1e2", False),
     ("1E2", False), ("999999999.999999", True), ("12345678.12345678", False)],
)  # fmt: skip
def test_only_numbers_that_a_float_holds_exactly_are_read_leanly(number, lean):
    message = leanly(number)
    assert (message is not None) is lean
    if message is not None:
        [row] = widen(message).r
        assert row.value == Decimal(number)


def test_a_boot_that_looks_like_a_power_of_ten_is_none():
    assert leanly("0.5", "12345678-1e34-4000-8000-123456789012") is not None


@settings(max_examples=500)
@given(st.decimals(-(10**9) + 1, 10**9 - 1, places=6) | st.integers(-(10**7), 10**7).map(lambda n: Decimal(n) / 16),
       st.sampled_from(sorted(SCALES)))  # fmt: skip
def test_floats_become_whole_as_their_decimals_do(number, kind):
    text = f"{number:f}"
    assume(leanly(text) is not None)
    near = [number, *[Decimal(int(number)) + half for half in map(Decimal, ("0.5", "0.0005", "-0.0005", "0.00005"))]]
    assert wholes_of(np.array([float(each) for each in near]), kind).tolist() == [whole(each, kind) for each in near]


def test_nothing_stays_nothing():
    assert wholes_of(np.array([math.nan, 0.6, -0.0]), "temperature").tolist() == [NOTHING, 600, 0]


def test_a_bad_message_does_not_spoil_what_came_with_it():
    good = [batch(n, rows(0.6, None)) for n in (1, 2)]
    bad = telemetry.Arrived(f"cw/v1/yt1/{GW}/up/m", good[0].payload.replace(b'"room1.t1"', b'"Room 1"'))
    prepared = telemetry.prepare([good[0], bad, good[1]])
    assert [isinstance(said, BadMessage) for _, said in prepared.own] == [False, True, False]
    assert [message.seq for message in prepared.gathered.messages] == [1, 2]


def test_gathered_by_sensor_whatever_the_size_of_the_parts(monkeypatch):
    letters = [
        batch(seq, [Row(f"room1.t{n}", n, Decimal(seq), "est" if seq == n else None) for n in range(3)],
              t0=NOW.ms + 10 * seq, epoch=1 + seq // 3, live=seq > 2)
        for seq in (1, 2, 3, 4)
    ]  # fmt: skip
    messages = telemetry.prepare(letters).gathered.messages
    whole = gather(messages)
    monkeypatch.setattr("wms.telemetry.rules.strands.PART_ROWS", 1)
    for found in (whole, gather(messages)):
        assert list(found.strands) == [(GW, f"room1.t{n}") for n in range(3)]
        rows, live_ms, rises = found.strands[GW, "room1.t1"]
        stamps = [NOW.ms + 11, NOW.ms + 21, NOW.ms + 31, NOW.ms + 41]
        values = rows.with_values(wholes_of(rows.value, "door")).loose()
        assert list(values) == list(
            zip(stamps, [1, 1, 2, 2], [1, 2, 3, 4], [1, 2, 3, 4], ["est", *[None] * 3], strict=True)
        )
        assert (live_ms, rises, found.least_ms, found.most_ms) == (NOW.ms + 41, True, NOW.ms + 10, NOW.ms + 42)
