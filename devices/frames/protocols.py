"""The list of protocols, and the one way to make a framer."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from devices.errors import BadOption, UnknownProtocol
from devices.frames import (
    and_standard,
    cas_22,
    mt_sics,
    nci,
    ohaus,
    toledo_8217,
    toledo_continuous,
    yaohua_a12,
    yaohua_command,
    yaohua_continuous,
    yaohua_equals,
)
from devices.frames.framer import FrameOptions, Framer
from devices.frames.weight import GRAMS_PER

PROTOCOLS: Final[Mapping[str, Callable[[FrameOptions], Framer]]] = MappingProxyType(
    {
        yaohua_continuous.PROTOCOL: yaohua_continuous.framer,
        yaohua_command.PROTOCOL: yaohua_command.framer,
        yaohua_equals.PROTOCOL: yaohua_equals.framer,
        yaohua_a12.PROTOCOL: yaohua_a12.framer,
        mt_sics.PROTOCOL: mt_sics.framer,
        toledo_8217.PROTOCOL: toledo_8217.framer,
        toledo_continuous.PROTOCOL: toledo_continuous.framer,
        cas_22.PROTOCOL: cas_22.framer,
        and_standard.PROTOCOL: and_standard.framer,
        ohaus.PROTOCOL: ohaus.framer,
        nci.PROTOCOL: nci.framer,
    }
)


# Where the length of a frame is a choice of the instrument's menu; elsewhere it is the protocol's.
LENGTH_IS_A_CHOICE: Final = frozenset({"yaohua-equals", "toledo-continuous", "cas-22", "and-standard"})


def make_framer(protocol: str, options: FrameOptions | None = None) -> Framer:
    """A fresh framer for ``protocol``, set up by ``options``. Raises UnknownProtocol, BadOption."""
    options = options or FrameOptions()
    if protocol not in PROTOCOLS:
        raise UnknownProtocol(protocol=protocol, known=", ".join(PROTOCOLS))
    if options.unit not in GRAMS_PER:
        raise BadOption(option="unit", value=options.unit, allowed=", ".join(GRAMS_PER))
    if options.address is not None and options.address not in set(yaohua_command.ADDRESSES.decode()):
        raise BadOption(option="address", value=options.address, allowed="A–Z")
    if options.device is not None and protocol != cas_22.PROTOCOL:
        raise BadOption(option="device", value=options.device, allowed="—")
    if options.length is not None and (options.length < 1 or protocol not in LENGTH_IS_A_CHOICE):
        raise BadOption(option="length", value=options.length, allowed="—")
    return PROTOCOLS[protocol](options)
