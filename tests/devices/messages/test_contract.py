import json
from decimal import Decimal
from typing import Any

import pytest

from devices.messages import (
    Ack,
    BadMessage,
    Measurements,
    Row,
    Topic,
    decode,
    encode,
    late,
    make_topic,
    parse_topic,
    subscription,
)

TOPIC = "cw/v1/yantai/gw-a1/up/m"
BATCH: dict[str, Any] = {
    "v": 1, "gw": "gw-a1", "ep": 3, "seq": 18234, "t0": 1760000000000, "clk": "ntp", "live": True,
    "r": [["room3.t1", 0, 0.6], ["room3.rh1", 0, 92.3], ["room3.t1", 60000, 0.5], ["room3.t2", 60000, None, "open"]],
}  # fmt: skip
WEIGHING: dict[str, Any] = {
    "v": 1, "gw": "gw-a1", "ep": 3, "seq": 5, "clk": "ntp", "live": True, "at": 1760000000000,
    "id": "01890a5d-ac96-774b-bcce-b302099a8057", "instrument": "dock-1", "weight_grams": 1250000, "net": None,
    "tare_grams": None, "stable": True, "e_grams": 500, "protocol": "mt-sics", "raw": "5320",
}  # fmt: skip


def payload(base: dict[str, Any], **changes: Any) -> bytes:
    return json.dumps({**base, **changes}).encode()


def batch_of(payload: bytes) -> Measurements:
    message = decode(TOPIC, payload)[1]
    assert isinstance(message, Measurements)
    return message


def refusal(topic: str, body: bytes) -> str:
    with pytest.raises(BadMessage) as raised:
        decode(topic, body)
    return raised.value.reason


def test_the_contracts_own_example_is_read_exactly() -> None:
    topic, message = decode(TOPIC, payload(BATCH))
    assert topic == Topic("yantai", "gw-a1", "up/m")
    assert isinstance(message, Measurements)
    assert message.r[0] == Row("room3.t1", 0, Decimal("0.6"))
    assert message.r[3] == Row("room3.t2", 60000, None, "open")


def test_what_is_written_is_what_the_contract_shows() -> None:
    assert encode(batch_of(payload(BATCH))) == json.dumps(BATCH, separators=(",", ":")).encode()


@pytest.mark.parametrize("number", ("0.60", "-273.15", "100000000.001", "0.000001"))
def test_a_value_survives_the_wire_digit_for_digit(number: str) -> None:
    body = payload(BATCH, r=[["room3.t1", 0, 1]]).replace(b"0, 1]", f"0, {number}]".encode())
    value = batch_of(body).r[0].value
    assert value == Decimal(number)
    assert batch_of(encode(batch_of(body))).r[0].value == value


@pytest.mark.parametrize(
    ("change", "reason"),
    (
        ({"v": 2}, "version"),
        ({"gw": "gw-b2"}, "gateway"),
        ({"seq": 0}, "shape"),
        ({"ep": 0}, "shape"),
        ({"ep": 1.5}, "shape"),
        ({"seq": "5"}, "shape"),
        ({"clk": "gps"}, "shape"),
        ({"clk": "free"}, "clock"),
        ({"r": []}, "shape"),
        ({"r": [["room3.t1", 0, 1]] * 501}, "shape"),
        ({"r": [["Room3", 0, 1]]}, "shape"),
        ({"r": [["room3.t1\n", 0, 1]]}, "shape"),
        ({"r": [["room3.t1", 0]]}, "shape"),
        ({"r": [["room3.t1", 0, True]]}, "shape"),
        ({"r": [["room3.t1", 0, "NaN"]]}, "value"),
        ({"r": [["room3.t1", 0, 10**9]]}, "value"),
        ({"r": [["room3.t1", -1760000000001, 1]]}, "value"),
        ({"r": [["room3.t1", 0, None, "OPEN!"]]}, "shape"),
    ),
)
def test_a_batch_outside_the_contract_is_refused(change: dict[str, Any], reason: str) -> None:
    assert refusal(TOPIC, payload(BATCH, **change)) == reason


@pytest.mark.parametrize("number", (b"1e999999", b"1e-999999999", b"0e-999999999", b"0." + b"1" * 50_000))
def test_a_monstrous_number_is_refused_before_anybody_computes_with_it(number: bytes) -> None:
    assert refusal(TOPIC, payload(BATCH, r=[["a", 0, 1]]).replace(b"0, 1]", b"0, " + number + b"]")) == "value"


@pytest.mark.parametrize("body", (b"", b"{", b"\xff", b"nonsense", b"[" * 60_000))
def test_what_is_not_json_is_refused(body: bytes) -> None:
    assert refusal(TOPIC, body) in ("json", "shape")


def test_a_free_clock_comes_with_its_boot() -> None:
    body = payload(BATCH, clk="free", mono=5000, boot="01890a5d-ac96-774b-bcce-b302099a8057")
    assert batch_of(body).mono == 5000


def test_the_size_is_bounded_both_ways() -> None:
    assert refusal(TOPIC, b" " * (64 * 1024 + 1)) == "size"
    rows = [
        Row(f"{'x' * 32}.{n:05d}", 2**52, Decimal("1.000000000000000000000000000000000000000000001"))
        for n in range(500)
    ]
    with pytest.raises(BadMessage):
        encode(Measurements(v=1, gw="gw-a1", ep=1, seq=1, clk="ntp", live=True, t0=0, r=rows * 2))
    fat = [Row(row.id, row.dt, Decimal("1." + "0" * 100)) for row in rows]
    with pytest.raises(BadMessage):
        encode(Measurements(v=1, gw="gw-a1", ep=1, seq=1, clk="ntp", live=True, t0=0, r=fat))


@pytest.mark.parametrize(
    ("change", "reason"),
    (
        ({"stable": False}, "unstable"),
        ({"weight_grams": None}, "shape"),
        ({"weight_grams": 1.5}, "shape"),
        ({"raw": "5Z"}, "shape"),
        ({"raw": ""}, "shape"),
        ({"id": "1"}, "shape"),
        ({"instrument": "dock/1"}, "shape"),
        ({"e_grams": 0}, "shape"),
    ),
)
def test_a_weighing_outside_the_contract_is_refused(change: dict[str, Any], reason: str) -> None:
    topic = "cw/v1/yantai/gw-a1/up/w"
    decode(topic, payload(WEIGHING))
    assert refusal(topic, payload(WEIGHING, **change)) == reason


def test_ranges_do_not_run_backwards() -> None:
    topic = "cw/v1/yantai/gw-a1/down/ack"
    assert decode(topic, b'{"ep":3,"upto":9,"miss":[[2,3]],"ts":1}')[1] == Ack(ep=3, upto=9, miss=[(2, 3)], ts=1)
    assert refusal(topic, b'{"ep":3,"upto":9,"miss":[[3,2]],"ts":1}') == "value"


def test_the_will_of_a_gateway_says_only_that_it_is_off() -> None:
    assert decode("cw/v1/yantai/gw-a1/state", b'{"on":false}')[1].on is False  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "topic",
    (
        "cw/v1/yantai/gw-a1/up/x", "cw/v1/yantai/gw-a1/up/m/", "cw/v2/yantai/gw-a1/up/m", "cw/v1/yantai//up/m",
        "cw/v1/Yantai/gw-a1/up/m", "cw/v1/yantai/+/up/m", "cw/v1/yantai/gw-a1/live", "cw/v1/yantai/gw-a1/up/m\n",
        f"cw/v1/{'a' * 33}/gw-a1/up/m", "", "cw/v1/yantai/gw-a1/live/a/b",
    ),
)  # fmt: skip
def test_a_topic_outside_the_contract_is_refused(topic: str) -> None:
    with pytest.raises(BadMessage):
        parse_topic(topic)


def test_topics_are_made_as_they_are_read() -> None:
    assert parse_topic(make_topic("yantai", "gw-a1", "down/ack")) == Topic("yantai", "gw-a1", "down/ack")
    assert make_topic("yantai", "gw-a1", "live", "dock-1") == "cw/v1/yantai/gw-a1/live/dock-1"
    for site, gw, channel, instrument in [
        ("y/z", "gw", "meta", None),
        ("y", "gw", "live", None),
        ("y", "gw", "meta", "d"),
    ]:
        with pytest.raises(BadMessage):
            make_topic(site, gw, channel, instrument)  # type: ignore[arg-type]


def test_subscriptions_take_one_site_or_all() -> None:
    assert subscription("up/#") == "cw/v1/+/+/up/#"
    assert subscription("state", site="yantai") == "cw/v1/yantai/+/state"
    with pytest.raises(BadMessage):
        subscription("up/#", site="#")


def test_the_late_copy_differs_in_nothing_else() -> None:
    batch = batch_of(payload(BATCH))
    assert json.loads(encode(late(batch))) == {**BATCH, "live": False}
