"""What devices of other conventions say, read as the reference writes it, and what must not be believed. Pure."""

import json
import re
import struct
from decimal import Decimal

import pytest

from devices.messages import SENSOR_ID, BadMessage
from wms import telemetry
from wms.telemetry.rules.adapters import sparkplug
from wms.telemetry.rules.foreign import Context, TimeSource, plain, sensor_name, stamp, wildcards

NOW_MS = 1_760_000_100_000
SOURCE, GATEWAY, SERVER = TimeSource.SOURCE, TimeSource.GATEWAY, TimeSource.SERVER


def source(adapter, topic="t/x", **settings):
    entry = {"name": "other-1", "adapter": adapter, "topic": topic, **settings}
    return telemetry.parse_sources([entry]).all[0]


def read(made, topic, payload, earlier=None):
    raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    heard = made.translate(topic, raw, NOW_MS, earlier or {})
    return [
        (value.sensor, value.ms, None if value.value is None else str(value.value), value.time)
        for value in heard.values
    ]


# ---------------------------------------------------------------- mapping

TASMOTA = {"Time": "2025-10-09T16:53:20", "DS18B20-1": {"Id": "3C01D6076A5B", "Temperature": 0.6}, "TempUnit": "C"}
MILESIGHT = {"applicationID": 1, "deviceName": "EM300-TH", "devEUI": "24e124136b502217", "fCnt": 128,
             "data": {"temperature": 0.6, "humidity": 92.5}, "time": None,
             "gatewayTime": "2025-10-09T16:53:20+08:00"}  # fmt: skip
ZIGBEE = {"temperature": 0.64, "humidity": 93.1, "battery": 87, "last_seen": "2025-10-09T08:53:20.000Z"}


def test_tasmotas_local_time_is_read_in_its_zone():
    made = source("mapping", "tele/+/SENSOR", time={"path": "Time", "zone": "Asia/Shanghai"},
                  values=[{"path": "*.Temperature", "sensor": "{1}.{key1}"}])  # fmt: skip
    (found,) = read(made, "tele/room3/SENSOR", TASMOTA)
    assert found == (f"room3.{plain('DS18B20-1')}", 1_760_000_000_000, "0.6", SOURCE)


def test_milesights_gateway_time_stands_in_for_the_devices():
    made = source("mapping", "uplink/+", time={"path": "time"}, gateway_time={"path": "gatewayTime"},
                  names={"eui": "devEUI"}, values=[{"path": "data.temperature", "sensor": "{eui}.t"},
                                                   {"path": "data.humidity", "sensor": "{eui}.rh"}])  # fmt: skip
    assert read(made, "uplink/EM300", MILESIGHT) == [
        ("24e124136b502217.t", 1_760_000_000_000, "0.6", GATEWAY),
        ("24e124136b502217.rh", 1_760_000_000_000, "92.5", GATEWAY),
    ]


def test_zigbee_without_last_seen_has_the_servers_time():
    made = source("mapping", "zigbee2mqtt/+", time={"path": "last_seen"},
                  values=[{"path": "temperature", "sensor": "{1}.t"}])  # fmt: skip
    assert read(made, "zigbee2mqtt/room3", ZIGBEE) == [("room3.t", 1_760_000_000_000, "0.64", SOURCE)]
    without = {name: value for name, value in ZIGBEE.items() if name != "last_seen"}
    assert read(made, "zigbee2mqtt/room3", without) == [("room3.t", None, "0.64", SERVER)]


def test_a_template_of_ones_own_is_read_record_by_record():
    made = source("mapping", "dtu/+", records="rows[*]", names={"id": "n"}, time={"path": "ts", "format": "s"},
                  identity="msg", values=[{"path": "v", "sensor": "{1}.{id}", "times": "0.1", "plus": -1,
                                           "invalid": [32768]}])  # fmt: skip
    payload = {"msg": 7, "rows": [{"n": "t1", "ts": 1_760_000_000.25, "v": "16"}, {"n": "t2", "ts": 0, "v": 32768}]}
    assert read(made, "dtu/a", payload) == [("a.t1", 1_760_000_000_250, "0.6", SOURCE), ("a.t2", None, None, SERVER)]
    assert made.translate("dtu/a", json.dumps(payload).encode(), NOW_MS, {}).identity == "7"


@pytest.mark.parametrize("payload", (b"", b"{", b"[]", b'{"temperature":"warm"}', b'{"temperature":NaN}', b"\xff",
                                     b'{"humidity":1}', b"[" * 5000))  # fmt: skip
def test_a_mapping_refuses_what_it_cannot_read(payload):
    made = source("mapping", "z/+", values=[{"path": "temperature", "sensor": "{1}.t"}])
    with pytest.raises(BadMessage):
        read(made, "z/a", payload)


def test_a_required_time_must_be_there():
    made = source("mapping", "z/+", time={"path": "at", "required": True}, values=[{"path": "t", "sensor": "{1}.t"}])
    for at in (None, "yesterday", 12, "1970-01-01T00:00:00Z"):
        with pytest.raises(BadMessage):
            read(made, "z/a", {"t": 1, "at": at})


# ---------------------------------------------------------------- ThingsBoard


def test_thingsboard_gateways_telemetry():
    payload = {"Room 3 probe 1": [{"ts": 1760000000000, "values": {"temperature": 0.6, "humidity": 92.3, "door": True}},
                                  {"ts": 1760000060000, "values": {"temperature": 0.5, "state": "ok"}}],
               "room4": [{"temperature": 0.7}]}  # fmt: skip
    name = plain("Room 3 probe 1")
    assert read(source("thingsboard"), "v1/gateway/telemetry", payload) == [
        (f"{name}.temperature", 1760000000000, "0.6", SOURCE),
        (f"{name}.humidity", 1760000000000, "92.3", SOURCE),
        (f"{name}.door", 1760000000000, "1", SOURCE),
        (f"{name}.temperature", 1760000060000, "0.5", SOURCE),
        ("room4.temperature", None, "0.7", SERVER),
    ]


@pytest.mark.parametrize("payload", ([], {"a": {}}, {"a": [1]}, {"a": [{"ts": 1, "values": []}]}, {"a": []},
                                     {"a": [{"ts": 1760000000000, "values": {"state": "ok"}}]}))  # fmt: skip
def test_thingsboard_refuses_other_shapes(payload):
    with pytest.raises(BadMessage):
        read(source("thingsboard"), "v1/gateway/telemetry", payload)


# ---------------------------------------------------------------- ChirpStack

UPLINK = {"deduplicationId": "3ac7e3c4-4401-4b8d-9386-a5c902f9202d", "time": "2025-10-09T08:53:20.123+00:00",
          "deviceInfo": {"deviceName": "room3-a", "devEui": "24e124136b502217", "tags": {"room": "3"}}, "fCnt": 128,
          "fPort": 85, "data": "A2fqAARoTwUAAA==", "object": {"temperature": 0.6, "humidity": 92.5, "in": {"t": 1}},
          "rxInfo": [{"gatewayId": "24e124fffef54092", "rssi": -51, "snr": 13.8}]}  # fmt: skip
UP = "application/17c8/device/24e124136b502217/event/up"


def test_chirpstacks_uplink():
    made = source("chirpstack")
    eui = "24e124136b502217"
    assert read(made, UP, UPLINK) == [
        (f"{eui}.temperature", 1_760_000_000_123, "0.6", GATEWAY),
        (f"{eui}.humidity", 1_760_000_000_123, "92.5", GATEWAY),
        (f"{eui}.in.t", 1_760_000_000_123, "1", GATEWAY),
    ]
    assert made.translate(UP, json.dumps(UPLINK).encode(), NOW_MS, {}).identity == UPLINK["deduplicationId"]


def test_chirpstack_without_a_time_takes_a_gateways_and_else_the_servers():
    timed = {**UPLINK, "time": None, "rxInfo": [{}, {"gwTime": "2025-10-09T08:53:21+00:00"}]}
    assert {time for *_, time in read(source("chirpstack"), UP, timed)} == {GATEWAY}
    assert read(source("chirpstack"), UP, {**UPLINK, "time": "soon"})[0][1:] == (None, "0.6", SERVER)


@pytest.mark.parametrize("change", ({"object": None}, {"object": {}}, {"object": {"a": "b"}}, {"deviceInfo": {}},
                                    {"deviceInfo": None}))  # fmt: skip
def test_chirpstack_refuses_what_no_codec_decoded(change):
    with pytest.raises(BadMessage):
        read(source("chirpstack"), UP, {**UPLINK, **change})


# ---------------------------------------------------------------- Shelly

NOTIFY = {"src": "shellyplusht-b8d61a8b17cc", "dst": "shellyplusht-b8d61a8b17cc/events", "method": "NotifyStatus",
          "params": {"ts": 1760000000.62, "temperature:0": {"id": 0, "tC": 0.6, "tF": 33.1},
                     "humidity:0": {"id": 0, "rh": 92.4}, "sys": {"time": None}}}  # fmt: skip
RPC = "shellies/room3/events/rpc"


def test_shellys_notification():
    device = "shellyplusht-b8d61a8b17cc"
    assert read(source("shelly"), RPC, NOTIFY) == [
        (f"{device}.temperature-0.tc".replace("tc", plain("tC")), 1_760_000_000_620, "0.6", SOURCE),
        (f"{device}.humidity-0.rh", 1_760_000_000_620, "92.4", SOURCE),
    ]


def test_shelly_before_its_clock_is_set_and_with_a_dead_probe():
    params = {"ts": 3.5, "temperature:0": {"tC": None}}
    assert read(source("shelly"), RPC, {**NOTIFY, "params": params})[0][1:] == (None, None, SERVER)
    assert read(source("shelly"), RPC, {**NOTIFY, "method": "NotifyEvent", "params": {}}) == []
    status = read(source("shelly"), "shellies/room3/status/humidity:0", {"id": 0, "rh": 91})
    assert [found[1:] for found in status] == [(None, "91", SERVER)]


@pytest.mark.parametrize(("topic", "payload"), ((RPC, b"true"), (RPC, {"method": "NotifyStatus", "params": 1}),
                                            ("shellies/room3/online", b"true"), ("shellies/x", {})))  # fmt: skip
def test_shelly_refuses_other_messages(topic, payload):
    with pytest.raises(BadMessage):
        read(source("shelly"), topic, payload)


# ---------------------------------------------------------------- SenML


def test_senml_resolves_base_values():
    pack = [{"bn": "gw1/", "bt": 1760000000, "bu": "Cel", "n": "t1", "v": 0.6}, {"n": "t1", "t": 60, "v": 0.5},
            {"n": "rh1", "u": "%RH", "bv": 90, "v": 2.3}, {"n": "door", "vb": True},
            {"n": "name", "vs": "x"}]  # fmt: skip
    assert read(source("senml"), "t/x", pack) == [
        ("gw1.t1", 1760000000000, "0.6", SOURCE),
        ("gw1.t1", 1760000060000, "0.5", SOURCE),
        ("gw1.rh1", 1760000000000, "92.3", SOURCE),
        ("gw1.door", 1760000000000, "1", SOURCE),
    ]


def test_senml_knows_relative_times():
    assert read(source("senml"), "t/x", [{"n": "t", "t": -5, "v": 1}, {"n": "u", "v": 2}]) == [
        ("t", NOW_MS - 5000, "1", SERVER),
        ("u", NOW_MS, "2", SERVER),
    ]


@pytest.mark.parametrize("pack", ({}, [], [1], [{"v": 1}], [{"n": "a", "v": "1"}], [{"n": "a", "vs": "x"}],
                                  [{"bver": 11, "n": "a", "v": 1}], [{"n": "a", "v": 1, "t": "x"}],
                                  [{"n": "a", "v": 1, "secret_": 1}], [{"bt": None, "n": "a", "v": 1}]))  # fmt: skip
def test_senml_refuses_other_packs(pack):
    with pytest.raises(BadMessage):
        read(source("senml"), "t/x", pack)


# ---------------------------------------------------------------- Sparkplug

NDATA = bytes.fromhex("088080b3c19c33121c0a08726f6f6d332f7431188080b3c19c33200a69000000000000e03f1802")
NDEATH = bytes.fromhex("088080b3c19c3312120a056264536571188080b3c19c3320085800")
NCMD = bytes.fromhex("088080b3c19c3312210a144e6f646520436f6e74726f6c2f52656269727468188080b3c19c33200b7001")
DATA, BIRTH = "spBv1.0/store/NDATA/edge1", "spBv1.0/store/NBIRTH/edge1"


def test_sparkplugs_data():
    assert read(source("sparkplug"), DATA, NDATA) == [("edge1.room3.t1", 1760000000000, "0.5", SOURCE)]


def test_sparkplugs_own_metrics_are_no_measurements():
    assert read(source("sparkplug"), BIRTH, NDEATH) == []
    assert read(source("sparkplug"), BIRTH, NCMD) == []


def metric(*fields):
    body = b"".join(fields)
    return b"\x12" + bytes([len(body)]) + body


def test_an_alias_means_what_the_birth_said():
    birth = metric(b"\x0a\x02t1", b"\x10\x07", b"\x20\x03", b"\x50\x01")
    data = metric(b"\x10\x07", b"\x50\xfb\xff\xff\xff\x0f")  # -5 as Sparkplug writes an Int32
    assert read(source("sparkplug"), DATA, data, {BIRTH: birth}) == [("edge1.t1", None, "-5", SERVER)]
    with pytest.raises(BadMessage, match="birth"):
        read(source("sparkplug"), DATA, data)


def test_null_and_floats_without_a_number_are_no_values():
    null, nan = metric(b"\x0a\x01a", b"\x38\x01"), metric(b"\x0a\x01b", b"\x65" + struct.pack("<f", float("nan")))
    single = metric(b"\x0a\x01c", b"\x65" + struct.pack("<f", 0.6))
    assert [found[2] for found in read(source("sparkplug"), DATA, null + nan + single)] == [None, None, "0.6"]


@pytest.mark.parametrize("n", range(1, len(NDATA)))
def test_a_payload_cut_anywhere_is_refused_or_says_less(n):
    try:
        found = read(source("sparkplug"), DATA, NDATA[:n])
    except BadMessage:
        return
    assert found in ([], [("edge1.room3.t1", 1760000000000, "0.5", SOURCE)])


def test_sparkplug_listens_to_nothing_that_writes():
    heard = telemetry.parse_sources([{"name": "a", "adapter": "sparkplug"}]).filters()
    assert {topic.split("/")[2] for topic in heard} == {"NBIRTH", "DBIRTH", "NDATA", "DDATA", "DDEATH"}
    for topic in ("spBv1.0/store/NCMD/edge1", "spBv1.0/STATE/host", "spBv1.0/store/NDATA"):
        with pytest.raises(BadMessage):
            sparkplug.translate(topic, NDATA, Context({}, NOW_MS, {}))


# ---------------------------------------------------------------- names, times, settings


def test_two_devices_never_become_one():
    names = ["Room 3", "room-3", "room 3", "3号库", "4号库", "", "a" * 40, "a" * 41, "room3"]
    assert len({plain(name) for name in names}) == len(names)
    assert plain("room3") == "room3"


@pytest.mark.parametrize(
    "parts", (("3号库", "温度"), ("a" * 60, "b" * 60, "c" * 60), ("x",), tuple("abcdef"), ("", ""))
)
def test_every_name_is_one_of_ours(parts):
    made = sensor_name(*parts)
    assert re.fullmatch(SENSOR_ID, made)
    assert len(made) <= 64


@pytest.mark.parametrize(("said", "per_second", "expected"), (
    (1760000000, 1, 1760000000000), (Decimal("1760000000.6204"), 1, 1760000000620),
    (1760000000000, 1000, 1760000000000),
    (0, 1, None), (None, 1, None), ("1760000000", 1, None), (True, 1, None), (10**30, 1, None),
))  # fmt: skip
def test_a_stamp_before_a_clock_was_set_is_none(said, per_second, expected):
    assert stamp(said, per_second) == expected


@pytest.mark.parametrize(("pattern", "topic", "expected"), (
    ("a/+/c", "a/b/c", ("b",)), ("a/#", "a/b/c", ("b/c",)), ("a/+/c", "a/b/d", None), ("a/b", "a/b/c", None),
    ("a/+/#", "a/b/c/d", ("b", "c/d")), ("+/b", "b", None),
))  # fmt: skip
def test_wildcards(pattern, topic, expected):
    assert wildcards(pattern, topic) == expected


def test_every_mistake_of_the_settings_is_named_at_once():
    entries = [
        {"name": "Bad Name", "adapter": "mapping", "topic": "a/#/b"},
        {"name": "a", "adapter": "magic", "topic": "cw/v1/x/y/up/m"},
        {"name": "b", "adapter": "mapping", "topic": "t/+",
         "values": [{"path": "a..b", "sensor": "{1}"}, {"path": "a"}],
         "time": {"path": "t", "format": "tai", "zone": "Mars/Olympus"}, "colour": "red"},
        {"name": "c", "adapter": "senml", "topic": "s/1"}, {"name": "c", "adapter": "senml", "topic": "s/2"},
        "nothing",
    ]  # fmt: skip
    with pytest.raises(telemetry.SourcesInvalid) as caught:
        telemetry.parse_sources(entries)
    said = caught.value.sentence("en")
    for word in ("small letters", "filters", "adapter must", "no path", "path and sensor", "format must",
                 "Mars/Olympus", "colour", "taken", "no table", "values: name"):  # fmt: skip
        assert word in said, word
