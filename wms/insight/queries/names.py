"""Names for many ids at once: hands, parties, places."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.facility.tables import Room, Slot
from wms.parties.tables import Party, Person
from wms.users.tables import Account

CHUNK = 500  # SQLite binds a limited number of values
T = TypeVar("T")


def chunks(wanted: Iterable[T]) -> Iterator[Sequence[T]]:
    """Yield what is wanted in parts that one statement can bind."""
    rest = iter(wanted)
    while part := list(islice(rest, CHUNK)):
        yield part


def people(session: Session, ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Return the names behind persons and accounts, by either's id; an account speaks for its person."""
    wanted = {each for each in ids if each is not None}
    found: dict[UUID, str] = {}
    for part in chunks(sorted(wanted)):
        accounts = session.execute(
            select(Account.id, Account.name, Account.person_id).where(Account.id.in_(part))
        ).all()
        behind = {row.person_id for row in accounts if row.person_id is not None}
        named = select(Person.id, Person.name).where(Person.id.in_([*part, *behind]))
        persons = {row.id: row.name for row in session.execute(named)}
        found |= {each: name for each, name in persons.items() if each in wanted}
        found |= {row.id: persons.get(row.person_id, row.name) for row in accounts}
    return found


def parties(session: Session, ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Return the names of companies by id."""
    found: dict[UUID, str] = {}
    for part in chunks(sorted({each for each in ids if each is not None})):
        found |= {row.id: row.name for row in session.execute(select(Party.id, Party.name).where(Party.id.in_(part)))}
    return found


def rooms(session: Session) -> dict[UUID, Room]:
    """Return every room by id."""
    return {room.id: room for room in session.scalars(select(Room))}


def slots(session: Session, ids: Iterable[UUID | None]) -> dict[UUID, tuple[str, UUID]]:
    """Return code and room of slots by id."""
    found: dict[UUID, tuple[str, UUID]] = {}
    for part in chunks(sorted({each for each in ids if each is not None})):
        query = select(Slot.id, Slot.code, Slot.room_id).where(Slot.id.in_(part))
        found |= {row.id: (row.code, row.room_id) for row in session.execute(query)}
    return found
