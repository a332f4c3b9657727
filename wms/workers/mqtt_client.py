"""The inbox's MQTT client: paho's, with messages read in bulk and acknowledged in bulk.

paho reads each packet by three system calls and a select, and writes each acknowledgement by two more. Here one read
takes what the socket holds, QoS 1 messages (all that the inbox subscribes to) are cut out of it at once, and anything
else goes paho's own way. A packet is never handed over twice and never before it is complete.
"""

import inspect
import struct
from collections.abc import Callable, Sequence
from typing import Any

import paho.mqtt as paho
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode

READ_BYTES = 256 * 1024
PUBLISH_QOS1 = 0x32
PUBLISH_MASK = 0xF6  # type and QoS; the rest says repeated and retained
LENGTH_BYTES_MAX = 4
PUBACK = b"\x40\x02"
# What is overridden or used of paho's own, and must take the arguments that it is given here.
INNARDS = {
    "loop_read": ("max_packets",),
    "_sock_recv": ("bufsize",),
    "_packet_read": (),
    "_packet_queue": ("command", "packet", "mid", "qos"),
    "_loop_rc_handle": ("rc",),
}
OWN = ("_sock", "_in_packet", "_msgtime_mutex", "_last_bytes_received", "_thread")
Letters = list[tuple[int, bytes, bytes, bool]]  # mid, topic, payload, whether the broker says it sent it before


class BadPacket(Exception):
    """The broker sent what is no MQTT packet."""


class OtherPaho(Exception):
    """The installed paho-mqtt is not built as the one this was written for."""


class BulkClient(mqtt.Client):
    """A paho client for MQTT v5 with manual acknowledgement, that gives QoS 1 messages to `on_letters` in lists.

    `on_letters` answers false to have this connection given up and a new one made.
    """

    def __init__(self, client_id: str, on_letters: Callable[[Letters], bool]) -> None:
        """Connects to nothing yet. Raises OtherPaho."""
        super().__init__(CallbackAPIVersion.VERSION2, client_id=client_id, protocol=mqtt.MQTTv5, manual_ack=True)
        missing = lacking(mqtt.Client, self)
        if missing:
            raise OtherPaho(
                f"paho-mqtt {paho.__version__} has no {', '.join(missing)}: install 2.2, or adapt this file"
            )
        self._on_letters = on_letters
        self._unread = bytearray()
        self.on_pre_connect = self._forget

    def ack_all(self, mids: Sequence[int]) -> None:
        """Acknowledge messages in the order given, with one write."""
        if mids:
            self._packet_queue(0x40, b"".join([PUBACK + struct.pack("!H", mid) for mid in mids]), 0, 0)

    def loop_read(self, max_packets: int = 1) -> MQTTErrorCode:
        """Read what the socket holds and hand it on. Called by paho's own loop."""
        if self._sock is None:
            return MQTTErrorCode.MQTT_ERR_NO_CONN
        try:
            chunk = super()._sock_recv(READ_BYTES)
        except BlockingIOError:
            return MQTTErrorCode.MQTT_ERR_SUCCESS
        except OSError:
            return self._loop_rc_handle(MQTTErrorCode.MQTT_ERR_CONN_LOST)
        if not chunk:
            return self._loop_rc_handle(MQTTErrorCode.MQTT_ERR_CONN_LOST)
        self._unread += chunk
        try:
            return self._hand_on()
        except BadPacket:
            return self._loop_rc_handle(MQTTErrorCode.MQTT_ERR_PROTOCOL)

    def _hand_on(self) -> MQTTErrorCode:
        while self._unread and self._sock is not None:
            if self._in_packet["command"] == 0 and self._unread[0] & PUBLISH_MASK == PUBLISH_QOS1:
                letters, used = cut(self._unread)
                if not used:
                    break  # the rest of the packet is on its way
                del self._unread[:used]
                with self._msgtime_mutex:
                    self._last_bytes_received = mqtt.time_func()
                if not self._on_letters(letters):
                    # Not `disconnect`: that would end the network thread too.
                    return self._loop_rc_handle(MQTTErrorCode.MQTT_ERR_CONN_LOST)
                continue
            rc = self._packet_read()
            if rc == MQTTErrorCode.MQTT_ERR_AGAIN:
                break
            if rc > 0:
                return self._loop_rc_handle(rc)
        return MQTTErrorCode.MQTT_ERR_SUCCESS

    def _sock_recv(self, bufsize: int) -> bytes:
        """Give paho's reader what was read already, and no more: it asks again when there is more."""
        if not self._unread:
            raise BlockingIOError
        part = bytes(self._unread[:bufsize])
        del self._unread[:bufsize]
        return part

    def _forget(self, *_: Any) -> None:
        """Drop half a packet of a connection that is gone."""
        self._unread.clear()


def lacking(kind: type, made: object) -> list[str]:
    """Return which of paho's own names are not there, or do not take the arguments they took."""
    missing = [name for name in OWN if not hasattr(made, name)]
    for name, wanted in INNARDS.items():
        found = getattr(kind, name, None)
        taken = tuple(inspect.signature(found).parameters)[1:] if callable(found) else None
        if taken is None or taken[: len(wanted)] != wanted:
            missing.append(name)
    return missing


def cut(read: bytes | bytearray) -> tuple[Letters, int]:
    """Return the complete QoS 1 messages at the start of what was read, and how many bytes they take.

    Raises BadPacket when their lengths contradict each other.
    """
    letters: Letters = []
    start, end = 0, len(read)
    while start < end and read[start] & PUBLISH_MASK == PUBLISH_QOS1:
        length, body = _length(read, start + 1)
        stop = body + length
        if length < 0 or stop > end:
            break
        topic_at = body + 2
        mid_at = topic_at + (read[body] << 8 | read[body + 1]) if length > 1 else stop
        properties, after = _length(read, mid_at + 2) if mid_at + 2 < stop else (-1, stop)
        payload_at = after + properties
        if properties < 0 or payload_at > stop:
            raise BadPacket
        letters.append(
            (read[mid_at] << 8 | read[mid_at + 1], bytes(read[topic_at:mid_at]), bytes(read[payload_at:stop]),
             bool(read[start] & 8))
        )  # fmt: skip
        start = stop
    return letters, start


def _length(read: bytes | bytearray, at: int) -> tuple[int, int]:
    """Return MQTT's variable length and where it ends; -1 when it is not all there. Raises BadPacket."""
    value = 0
    for n in range(LENGTH_BYTES_MAX):
        if at + n >= len(read):
            return -1, at
        byte = read[at + n]
        value |= (byte & 127) << 7 * n
        if byte < 128:
            return value, at + n + 1
    raise BadPacket
