"""What the numbers of radio devices skip is noticed."""

import json

import pytest

from tests.telemetry.make import INBOX, NOW
from tests.telemetry.test_adapters import UP, UPLINK, metric
from wms import telemetry
from wms.telemetry.rules.adapters import chirpstack, sparkplug
from wms.telemetry.rules.counting import Count, Step, step

SOURCES = telemetry.parse_sources(
    [{"name": "lora", "adapter": "chirpstack"}, {"name": "plant", "adapter": "sparkplug"}]
)
NODE = "spBv1.0/plant/{}/edge1"


@pytest.mark.parametrize(
    ("before", "now", "went"),
    (
        (5, Count("d", 6), Step()), (5, Count("d", 9), Step(missed=3)), (5, Count("d", 5), Step(late=True)),
        (20, Count("d", 4), Step(late=True)), (21, Count("d", 4), Step(anew=True)),
        (900, Count("d", 0), Step(anew=True)),
        (255, Count("d", 0, 256), Step()), (254, Count("d", 1, 256), Step(missed=2)),
        (1, Count("d", 254, 256), Step(late=True)), (7, Count("d", 7, 256), Step(late=True)),
        (9, Count("d", 0, 256, begins=True), Step(anew=True)), (0, Count("d", 240, 256), Step(missed=239)),
    ),
)  # fmt: skip
def test_from_number_to_number(before, now, went):
    assert step(before, now) == went


def hear(database, topic, payload, at=NOW):
    raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    letter = telemetry.Arrived(topic, raw)
    return database.write(lambda s: telemetry.receive(s, [letter], by=INBOX, at=at, sources=SOURCES))


def skipped(database):
    return [(row.device, row.missed, row.gap_after, row.gap_before) for row in database.read(telemetry.list_counters)]


def test_a_lorawan_device_that_skips_is_shown(database):
    eui = "24e124136b502217"
    for number in (128, 129, 129):
        hear(database, UP, {**UPLINK, "fCnt": number, "deduplicationId": f"d{number}"})
    assert skipped(database) == []
    hear(database, UP, {**UPLINK, "fCnt": 133, "deduplicationId": "d133"})
    hear(database, UP, {**UPLINK, "fCnt": 132, "deduplicationId": "d132"})  # it took its time: nothing is counted twice
    assert skipped(database) == [(eui, 3, 129, 133)]
    hear(database, UP, {key: value for key, value in {**UPLINK, "deduplicationId": "d0"}.items() if key != "fCnt"})
    (row,) = database.read(telemetry.list_counters)
    assert (row.number, row.anew, row.missed, row.gaps) == (0, 1, 3, 1)


def test_a_sparkplug_node_is_counted_over_all_its_messages(database):
    def said(seq):
        return metric(b"\x0a\x02t1", b"\x20\x03", b"\x50\x01") + b"\x18" + bytes([seq])

    hear(database, NODE.format("NBIRTH"), said(0))
    hear(database, NODE.format("DBIRTH") + "/probe", said(1))
    hear(database, NODE.format("NDATA"), metric(b"\x10\x63", b"\x50\x05") + b"\x18\x02")  # an alias nobody knows
    hear(database, NODE.format("DDEATH") + "/probe", b"\x18\x03")
    hear(database, NODE.format("NDATA"), said(4))
    assert skipped(database) == []
    hear(database, NODE.format("NDATA"), said(8))
    assert skipped(database) == [("plant/edge1", 3, 4, 8)]
    hear(database, NODE.format("NBIRTH"), said(0))
    assert skipped(database) == [("plant/edge1", 3, 4, 8)]


@pytest.mark.parametrize(
    "payload", (b"", b"{", b"[]", b'{"deviceInfo":{}}', b'{"deviceInfo":{"devEui":"a"},"fCnt":-1}',
                b'{"deviceInfo":{"devEui":"a"},"fCnt":true}', b'{"deviceInfo":{"devEui":"a"},"fCnt":1e9}'),
)  # fmt: skip
def test_what_has_no_number_is_not_counted(payload):
    assert chirpstack.counted(UP, payload) is None


@pytest.mark.parametrize("payload", (b"", b"\x18", b"\x18\x80\x02", b"\x1a\x01x"))
def test_a_payload_without_a_seq_is_not_counted(payload):
    assert sparkplug.counted(NODE.format("NDATA"), payload) is None
    assert sparkplug.counted("spBv1.0/STATE/x", b"\x18\x01") is None
