"""The cast that signs in. Every default is legal: a test says only what matters."""

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.parties import make as people
from tests.parties.make import ESHA, NOBODY, NOW, TODAY, do, findings, moment, refused, rows
from wms import parties, users
from wms.kernel.actor import SYSTEM
from wms.kernel.audit import AuditRow
from wms.kernel.clock import Moment
from wms.kernel.database import Database
from wms.users.actions.hashing import hashed
from wms.users.rules.credentials import pin_material

PASSWORD = "红富士-80#apples"
PIN = "824193"
HERE = "192.0.2.7"
CLERK = frozenset({users.Role.CLERK})
GROWER = frozenset({users.Role.GROWER})
_number = count(1)


@cache
def password_hash() -> str:
    return hashed(PASSWORD)


def later(**span: float) -> Moment:
    at = NOW.at + timedelta(**span)
    return Moment(at=at, on=at.date())


def store(session: Session) -> parties.Party:
    found = session.scalar(select(parties.Party).where(parties.Party.kind == "store"))
    return found or people.party(session, parties.PartyKind.STORE, code="CS", name="烟台冷库")


def user(session: Session, roles: frozenset[users.Role] = CLERK, **values: Any) -> users.Account:
    """Return an account with a password; of the store's staff, unless its `party` is given."""
    party = values.pop("party", None) or store(session)
    person = values.pop("person", None) or people.person(session)
    job = people.job(session, person, party, is_primary=False)
    wanted = {"name": f"user{next(_number)}", **values}
    request = users.AddUserRequest(id=uuid4(), employment_id=job.id, roles=roles, **wanted)
    account = users.add_user(session, request, by=SYSTEM, at=NOW)
    account.password_hash = password_hash()
    session.flush()
    return account


def pinned(session: Session, **values: Any) -> users.Account:
    account = user(session, **values)
    account.pin_hash = hashed(pin_material(account.id, PIN))
    session.flush()
    return account


def grower(session: Session, phone: str = "13800000001") -> users.Account:
    return user(session, GROWER, party=people.party(session), phone=phone)


def machine(session: Session, party_id: UUID | None = None) -> users.Account:
    request = users.AddMachineRequest(uuid4(), f"machine{next(_number)}", party_id)
    return users.add_machine(session, request, by=SYSTEM, at=NOW)


def signed_in(database: Database, account: users.Account, *, at: Moment = NOW, **values: Any) -> users.SignedIn:
    wanted: dict[str, Any] = {"name": account.name, "password": PASSWORD, "address": HERE, **values}
    return users.sign_in(database, users.SignInRequest(**wanted), at=at)


def acting(database: Database, token: str, at: Moment = NOW) -> Any:
    return database.read(lambda session: users.actor_of_session(session, token, at))


def fails(error: type[Exception], work: Callable[[], Any]) -> Any:
    """Run work that must fail with exactly this error, and return the error."""
    with pytest.raises(error) as caught:
        work()
    assert caught.type is error
    return caught.value


def deeds(database: Database, action: str) -> list[AuditRow]:
    """Return what the audit trail says of an action."""
    query = select(AuditRow).where(AuditRow.action == action).order_by(AuditRow.id)
    return database.read(lambda session: list(session.scalars(query)))


__all__ = [
    "CLERK", "ESHA", "GROWER", "HERE", "NOBODY", "NOW", "PASSWORD", "PIN", "TODAY", "acting", "deeds", "do", "fails",
    "findings", "grower", "later", "machine", "moment", "people", "pinned", "refused", "rows", "signed_in", "store",
    "user",
]  # fmt: skip
