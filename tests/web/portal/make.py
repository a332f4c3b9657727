"""The market of the pages' tests: an owner with an advanced lot on the board, two buyers, and their browsers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from flask import Flask

from tests.lots.make import moment
from tests.servers.kept import kept
from tests.settlement.make import DISBURSED, Season, season
from tests.trading.make import PLATFORM, Human
from tests.users import make as people
from tests.web.terminal.make import Browser, app_on
from wms import trading, users
from wms.delivery.identity import SESSION_COOKIE
from wms.kernel.actor import SYSTEM
from wms.kernel.clock import Moment
from wms.kernel.database import Database

GROWER, BUYER, TRADER = (frozenset({role}) for role in (users.Role.GROWER, users.Role.BUYER, users.Role.TRADER))


@dataclass(slots=True)
class Fair:
    """A running app before a season: Bina owns the lot, Deep and Farid may buy it, Chand owns another."""

    app: Flask
    case: Season
    at: Moment
    listing: trading.Listing
    accounts: dict[str, users.Account]
    farid: Human
    also: Any = None

    @property
    def lot_url(self) -> str:
        return f"/portal/lots/{self.case.lot_id}"

    def browser(self, name: str, language: str = "en") -> Browser:
        signed = people.signed_in(self.case.database, self.accounts[name], at=self.at)
        client = self.app.test_client()
        client.set_cookie(SESSION_COOKIE, signed.token)
        client.set_cookie("language", language)
        client.set_cookie("unit", "kg")
        return Browser(client, signed.session.csrf_token)

    def ask(self, by: Human | None = None, units: int = 100, **changes: Any) -> UUID:
        """A buyer's inquiry."""
        request = trading.AskQuote(
            uuid4(), self.listing.id, units, trading.Payment.FULL, self.at.on + timedelta(days=2), **changes
        )
        buyer = (by or self.case.buyer).actor
        self.case.do(lambda s: trading.ask_quote(s, request, by=buyer, at=self.at))
        return request.id

    def counter(self, rfq_id: UUID, price: str, by: Human | None = None) -> trading.Quote:
        """The owner answers with the listed price, the buyer counters."""
        first = trading.GiveQuote(uuid4(), rfq_id)
        self.case.do(lambda s: trading.give_quote(s, first, by=self.case.owner.actor, at=self.at))
        request = trading.GiveQuote(uuid4(), rfq_id, first.id, Decimal(price))
        buyer = (by or self.case.buyer).actor
        made: trading.Quote = self.case.do(lambda s: trading.give_quote(s, request, by=buyer, at=self.at))
        return made

    def see(self, work: Any) -> Any:
        return self.case.database.read(work)


def fair(database: Database, *, advanced: bool = True, also: Callable[[Database], Any] | None = None) -> Fair:
    """Open the market, with whatever else `also` puts into the database."""
    at = moment(DISBURSED, 8)
    market, lot_id, loan_id, *rest = kept(
        database, ("fair", advanced, also), lambda: _acted_out(database, advanced, at, also)
    )
    return Fair(app_on(database, at), Season(database, market, lot_id, loan_id), at, *rest)


def _acted_out(
    database: Database, advanced: bool, at: Moment, also: Callable[[Database], Any] | None
) -> tuple[Any, ...]:
    case = season(database, advanced=advanced)
    wanted = trading.ListLot(uuid4(), case.lot_id, Decimal("7.8600"))
    listing = case.do(lambda s: trading.list_lot(s, wanted, by=PLATFORM, at=at))
    farid = case.do(lambda s: case.market.company(s, "B2", "Farid"))
    accounts = {
        "bina": _account(case, case.owner, GROWER), "deep": _account(case, case.buyer, BUYER),
        "farid": _account(case, farid, BUYER),
        "trader": case.do(lambda s: people.user(s, TRADER)),
        "chand": case.do(lambda s: people.grower(s)), "clerk": case.do(lambda s: people.user(s)),
    }  # fmt: skip
    return case.market, case.lot_id, case.loan_id, listing, accounts, farid, also(database) if also else None


def _account(case: Season, human: Human, roles: frozenset[users.Role]) -> users.Account:
    assert human.employment is not None
    request = users.AddUserRequest(
        id=uuid4(), employment_id=human.employment.id, roles=roles, name=human.actor.name.lower()
    )
    account: users.Account = case.do(lambda s: _with_password(s, request))
    return account


def _with_password(session: Any, request: users.AddUserRequest) -> users.Account:
    account = users.add_user(session, request, by=SYSTEM, at=people.NOW)
    account.password_hash = people.password_hash()
    session.flush()
    return account
