"""One thing that waits for somebody's hand, as the desk lists it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do: what, whose, how much, by when or since when, how urgent."""

    what: str
    whose: str
    url: str
    clock: str
    tone: str = "info"
    state: str = ""
    fen: int | None = None
    since: datetime | None = None
