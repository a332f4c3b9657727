"""The probe that is sold as a Modbus one and is none: it answers READ, without CR or LF, by one line of text."""

import re
from decimal import Decimal
from typing import Final

from devices.clock import Clock
from devices.drivers.probes.profile import Profile
from devices.drivers.probes.quality import Measured, judged
from devices.errors import NoReply
from devices.links.base import Link

REQUEST: Final = b"READ"
ANSWER: Final = re.compile(rb"(-?\d{1,3}\.\d{1,3})C,(\d{1,3}\.\d{1,3})%")
ANSWER_BYTES_MAX: Final = 64


def read_ascii(link: Link, clock: Clock, profile: Profile) -> list[Measured]:
    """Temperature and humidity of one request. Raises NoReply, LinkLost."""
    link.discard_input()
    link.write(REQUEST)
    until = clock.tick_ms() + profile.timeout_ms
    answer = b""
    while (left_ms := until - clock.tick_ms()) > 0 and len(answer) < ANSWER_BYTES_MAX:
        answer += link.read(left_ms / 1000)
        found = ANSWER.search(answer)
        if found:
            numbers = [Decimal(group.decode()) for group in found.groups()]
            return [judged(value, number) for value, number in zip(profile.values, numbers, strict=True)]
    raise NoReply(command="READ", timeout_ms=profile.timeout_ms)
