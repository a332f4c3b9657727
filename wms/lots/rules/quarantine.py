"""Quarantine: one person asks for its release, another one decides. And goods that come back."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class ReleaseState(StrEnum):
    """A release is asked for until another person decides."""

    ASKED = "asked"
    RELEASED = "released"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class AskRelease:
    """Ask that all that is left of a quarantine be let go, and say why."""

    id: UUID
    hold_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class DecideRelease:
    """Let a quarantine go as asked, or keep it, and say why."""

    id: UUID
    release_id: UUID
    released: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class RecordReturn:
    """A lot just taken in is goods that left with an exit before."""

    lot_id: UUID
    exit_id: UUID
    reason: str
