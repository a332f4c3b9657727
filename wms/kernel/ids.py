"""Identifiers: UUIDv7 for new things, derived UUIDs for things that follow from others."""

import secrets
from uuid import UUID, uuid5

from wms.kernel.clock import Moment

_DERIVED = UUID("8f0c7a52-5d3e-4f6b-9a1d-0c1d10700001")


def new_id(at: Moment) -> UUID:
    """Return a fresh UUIDv7 (RFC 9562): 48 bits of milliseconds, then random bits; sorts by time."""
    value = (at.ms & (1 << 48) - 1) << 80 | 0x7 << 76 | secrets.randbits(12) << 64 | 0b10 << 62 | secrets.randbits(62)
    return UUID(int=value)


def derived_id(parent: UUID, *parts: object) -> UUID:
    """Return the id of something that follows from `parent`; the same parts give the same id, so a repeat finds it."""
    return uuid5(_DERIVED, "/".join([parent.hex, *map(str, parts)]))
