"""The desk of the pages' tests: the fair's market with the store's staff, each at a browser."""

from dataclasses import dataclass
from typing import Any

from tests.users import make as people
from tests.web.portal.make import Fair, fair
from tests.web.terminal.make import Browser
from wms import users
from wms.delivery.identity import SESSION_COOKIE
from wms.kernel.database import Database

STAFF = {
    "credit": users.Role.CREDIT_OFFICER, "approver": users.Role.APPROVER, "cashier": users.Role.CASHIER,
    "manager": users.Role.WAREHOUSE_MANAGER, "admin": users.Role.ADMINISTRATOR, "auditor": users.Role.AUDITOR,
    "trader": users.Role.TRADER, "valuer": users.Role.VALUER,
}  # fmt: skip


@dataclass(slots=True)
class Desk:
    """A running app with a market before it and the staff who work it."""

    fair: Fair
    staff: dict[str, users.Account]

    def browser(self, name: str, language: str = "en") -> Browser:
        account = self.staff.get(name) or self.fair.accounts[name]
        signed = people.signed_in(self.fair.case.database, account, at=self.fair.at)
        client = self.fair.app.test_client()
        client.set_cookie(SESSION_COOKIE, signed.token)
        client.set_cookie("language", language)
        client.set_cookie("unit", "kg")
        return Browser(client, signed.session.csrf_token)

    def see(self, work: Any) -> Any:
        return self.fair.case.database.read(work)


def desk_on(database: Database, *, advanced: bool = True) -> Desk:
    market = fair(database, advanced=advanced, also=_hire)
    return Desk(market, market.also)


def _hire(database: Database) -> dict[str, users.Account]:
    return {name: database.write(lambda s, role=role: people.pinned(s, roles=frozenset({role})))  # type: ignore[misc]
            for name, role in STAFF.items()}  # fmt: skip
