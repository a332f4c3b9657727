"""Messages are cut out of what was read, wherever the reading stopped, and nothing else passes for one."""

import struct

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from wms.workers import mqtt_client
from wms.workers.mqtt_client import INNARDS, OWN, BadPacket, BulkClient, OtherPaho, cut, lacking

TOPIC = b"cw/v1/a/b/up/m"


def length(value):
    out = b""
    while True:
        value, digit = divmod(value, 128)
        out += bytes([digit | (128 if value else 0)])
        if not value:
            return out


def publish(mid, topic=TOPIC, payload=b"{}", properties=b"", flags=0x32):
    body = (
        struct.pack("!H", len(topic)) + topic + struct.pack("!H", mid) + length(len(properties)) + properties + payload
    )
    return bytes([flags]) + length(len(body)) + body


ONE, LONG = publish(1), publish(65535, payload=b"x" * 20_000)
WITH = publish(2, properties=b"\x02\x00\x00\x00\x0a" + b"\x26\x00\x01a\x00\x01b" * 30)


def test_messages_are_cut_out_whole():
    letters, used = cut(ONE + LONG + WITH)
    assert used == len(ONE + LONG + WITH)
    assert [(mid, topic, payload) for mid, topic, payload, _ in letters] == [
        (1, TOPIC, b"{}"), (65535, TOPIC, b"x" * 20_000), (2, TOPIC, b"{}")]  # fmt: skip


@pytest.mark.parametrize("n", range(len(ONE)))
def test_a_message_that_is_not_all_there_waits(n):
    assert cut(ONE[:n]) == ([], 0)
    letters, used = cut(WITH + ONE[:n])
    assert (len(letters), used) == (1, len(WITH))


def test_a_repeat_and_a_retained_one_are_messages_too():
    letters, _ = cut(publish(7, flags=0x3A) + publish(8, flags=0x33))
    assert [(mid, repeated) for mid, _, _, repeated in letters] == [(7, True), (8, False)]


@pytest.mark.parametrize(
    "other", (b"\xd0\x00", publish(1, flags=0x30), b"\x90\x04\x00\x01\x00\x01", b"\x20\x03\x00\x00\x00")
)
def test_other_packets_are_left_for_paho(other):
    letters, used = cut(ONE + other + ONE)
    assert (len(letters), used) == (1, len(ONE))


def test_an_empty_payload_is_a_message():
    assert cut(publish(3, payload=b""))[0][0][2] == b""


@pytest.mark.parametrize("wrong", (
    b"\x32\x02\xff\xff", b"\x32\x04\x00\x09ab", b"\x32\xff\xff\xff\xff\x01", b"\x32\x00", b"\x32\x01\x00",
    b"\x32\x06\x00\x01a\x00\x01\x7f", b"\x32\x05\x00\x01a\x00\x01",
))  # fmt: skip
def test_lengths_that_contradict_themselves_are_no_message(wrong):
    with pytest.raises(BadPacket):
        cut(wrong)


def test_paho_has_the_names_it_keeps_to_itself():
    """Fails first when a newer paho renames what the inbox overrides: look at wms/workers/mqtt_client.py then."""
    assert lacking(mqtt.Client, mqtt.Client(CallbackAPIVersion.VERSION2)) == []


@pytest.mark.parametrize("name", (*INNARDS, *OWN))
def test_a_name_that_went_is_told_at_once_and_not_by_silence(name, monkeypatch):
    monkeypatch.setattr(mqtt_client, "INNARDS" if name in INNARDS else "OWN",
                        {f"{name}_of_old": ()} if name in INNARDS else (f"{name}_of_old",))  # fmt: skip
    with pytest.raises(OtherPaho, match=f"{name}_of_old: install 2.2"):
        BulkClient("inbox", lambda letters: True)


def test_other_arguments_are_other_innards(monkeypatch):
    monkeypatch.setattr(mqtt_client, "INNARDS", {"_packet_queue": ("packet", "command")})
    with pytest.raises(OtherPaho, match="_packet_queue"):
        BulkClient("inbox", lambda letters: True)
