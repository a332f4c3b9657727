"""The cast and the moments of ledger tests."""

from datetime import UTC, date, datetime, time
from uuid import UUID, uuid4

from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.ledger import Entry, Leg


def moment(day: str = "2026-11-01", hour: int = 4) -> Moment:
    on = date.fromisoformat(day)
    return Moment(at=datetime.combine(on, time(hour), UTC), on=on)


def actor(name: str = "Mei", *permissions: Permission) -> Actor:
    return Actor(account_id=uuid4(), name=name, permissions=frozenset(permissions), person_id=uuid4())


def entry(*legs: tuple[str, int], key: str = "e-1", on: str = "2026-11-01", entry_id: UUID | None = None,
          kind: str = "manual") -> Entry:  # fmt: skip
    made = tuple(Leg(account, fen) for account, fen in legs)
    return Entry(entry_id or uuid4(), key, kind, key, date.fromisoformat(on), made)
