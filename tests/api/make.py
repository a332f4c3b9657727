"""The house over HTTP: an application on a database, its clock in the test's hand, and people with keys."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.parties import make as people
from wms import parties, users
from wms.app import create_app
from wms.config import Config
from wms.kernel.clock import Moment
from wms.kernel.database import Database
from wms.users import Role

START = "2026-10-19"
FAR = timedelta(days=900)


def moment(day: str = START, hour: int = 4, minute: int = 0) -> Moment:
    on = date.fromisoformat(day)
    return Moment(at=datetime.combine(on, time(hour, minute), UTC), on=on)


@dataclass(slots=True)
class Human:
    """Somebody with a key."""

    account: users.Account
    key: str
    party: parties.Party


@dataclass(slots=True)
class Hands:
    """Sends requests in somebody's name, and moves the clock."""

    database: Database
    at: Moment = field(default_factory=moment)
    client: FlaskClient = field(init=False)
    staff: dict[str, Human] = field(default_factory=dict)

    def __post_init__(self) -> None:
        app = create_app(Config(), database=self.database, clock=lambda: self.at)
        app.testing = True
        self.client = app.test_client()

    def human(self, name: str, role: Role, party: parties.Party | None = None) -> Human:
        """Add a person with an account of a role and a key that may do all of it."""

        def work(session: Session) -> Human:
            place = party or _store(session)
            job = people.job(session, people.person(session, name), place, from_on=date(2026, 1, 1))
            wanted = users.AddUserRequest(uuid4(), f"{name.lower()}.{uuid4().hex[:6]}", job.id, frozenset({role}))
            account = users.add_user(session, wanted, by=people.ESHA, at=self.at)
            return Human(account, key_of(session, account, self.at), place)

        self.staff[name] = self.database.write(work)
        return self.staff[name]

    def company(self, code: str, kind: parties.PartyKind) -> parties.Party:
        return self.database.write(lambda session: people.party(session, kind, code=code, name=f"{code} 公司"))

    def get(self, who: Human | None, path: str, **query: Any) -> TestResponse:
        return self.client.get(f"/api/v1{path}", query_string=query, headers=headers(who))

    def post(self, who: Human | None, path: str, body: dict[str, Any], **extra: str) -> TestResponse:
        return self.client.post(f"/api/v1{path}", json=body, headers=headers(who) | extra)

    def do(self, who: Human, path: str, **body: Any) -> Any:
        """Send a change that must succeed, and return what it answered."""
        answer = self.post(who, path, {"id": str(uuid4()), **body})
        assert answer.status_code in (200, 201), answer.text
        return answer.json

    def ask(self, who: Human, path: str, **query: Any) -> Any:
        """Ask something that must be answered."""
        answer = self.get(who, path, **query)
        assert answer.status_code == 200, answer.text
        return answer.json

    def write(self, work: Callable[[Session], Any]) -> Any:
        return self.database.write(work)


def headers(who: Human | None) -> dict[str, str]:
    return {} if who is None else {"Authorization": f"Bearer {who.key}", "Accept-Language": "en"}


def key_of(session: Session, account: users.Account, at: Moment) -> str:
    by = users.actor_of_account(session, account.id, at)
    request = users.AddApiKeyRequest(uuid4(), account.id, "test", by.permissions, at.at + FAR)
    issued = users.add_api_key(session, request, by=by, at=at)
    assert issued.secret is not None
    return issued.secret


def problem(answer: TestResponse, status: int, code: str) -> dict[str, Any]:
    """Return the problem document, which must be of this status and code, and complete."""
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), answer.text
    document: dict[str, Any] | None = answer.json
    assert document is not None
    assert (document["status"], document["code"]) == (status, code), document
    assert document["type"] == f"urn:coldlot:error:{code}"
    assert document["request_id"] == answer.headers["X-Request-Id"]
    assert isinstance(document["values"], dict)
    return document


def _store(session: Session) -> parties.Party:
    found = parties.list_parties(session, parties.PartyKind.STORE).items
    return found[0] if found else people.party(session, parties.PartyKind.STORE, code="CS", name="烟台冷库")


def ids(answer: Any) -> list[str]:
    return [item["id"] for item in answer["items"]]


def uid() -> str:
    return str(uuid4())


__all__ = ["UUID", "Hands", "Human", "headers", "ids", "key_of", "moment", "people", "problem", "uid"]
