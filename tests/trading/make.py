"""The market of the board's tests: a store with growers, buyers who work for companies, lots on the board.

Every default is legal: a test says only what matters.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from tests.lots import make as store_make
from tests.lots.make import NOW, actor, later, moment, refused
from wms import lots, parties, trading
from wms.kernel.actor import SYSTEM, Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.database import Database

__all__ = ["NOW", "actor", "later", "moment", "refused", "store_make"]

P = Permission
T = TypeVar("T")
BUYER_MAY = (P.SEE_BOARD, P.ASK_QUOTE)
OWNER_MAY = (P.LIST_GOODS, P.ANSWER_QUOTE, P.SEE_BOARD)
PLATFORM = actor("Tao, trader", P.SEE_ALL, P.RUN_BOARD, P.SEE_BOARD, P.LIST_GOODS)
CASHIER = actor("Cai, cashier", P.SEE_ALL, P.TAKE_PAYMENT)
DOCK = actor("Asha, dock", P.SEE_ALL, P.CLOSE_EXIT, P.WEIGH_OUT, P.ORDER_EXIT)
TONNE = 1_000_000
PICKUP = NOW.on + timedelta(days=3)
PHONE = trading.Consent("Bina", "13800000001")


def run(database: Database, work: Callable[..., T], *values: Any, **named: Any) -> T:
    """Do one thing in a transaction of its own."""
    return database.write(lambda session: work(session, *values, **named))


@dataclass
class Human:
    """A person with an account, and the company they act for."""

    actor: Actor
    party: parties.Party
    employment: parties.Employment | None = None


class Market:
    """A store, its growers Bina and Chand, the buyers Deep and Farid, and one lot of Bina's on the board."""

    def __init__(self, session: Session, units: int = 10, grams: int = 20 * TONNE, price: str | None = "7.86") -> None:
        self.store = store_make.Store(session, capacity_grams=900 * TONNE)
        self.bina = self.employ(session, self.store.bina, "Bina", *OWNER_MAY)
        self.chand = self.employ(session, self.store.chand, "Chand", *OWNER_MAY)
        self.deep = self.company(session, "B1", "Deep")
        self.farid = self.company(session, "B2", "Farid")
        self.lot = self.add_lot(session, units=units, grams=grams)
        self.listing = self.list(session, self.lot, price)

    def company(self, session: Session, code: str, name: str, segment: str | None = None) -> Human:
        request = parties.AddPartyRequest(uuid4(), code, parties.PartyKind.BUYER, f"{name} Fruit", segment=segment)
        return self.employ(session, parties.add_party(session, request, by=SYSTEM, at=NOW), name, *BUYER_MAY)

    def employ(self, session: Session, party: parties.Party, name: str, *permissions: Permission) -> Human:
        person = parties.add_person(session, parties.AddPersonRequest(uuid4(), name), by=SYSTEM, at=NOW)
        since = NOW.on - timedelta(days=400)
        request = parties.EmployRequest(uuid4(), person.id, party.id, "owner", since)
        employment = parties.employ(session, request, by=SYSTEM, at=NOW)
        account = Actor(uuid4(), name, frozenset(permissions), person_id=person.id, party_id=party.id)
        return Human(account, party, employment)

    def add_lot(self, session: Session, *, inspected: date | None = NOW.on, **changes: Any) -> lots.Lot:
        changes.setdefault("slot", self.store.slots[0])
        made = store_make.lot(session, self.store, **changes)
        if inspected is not None:
            request = lots.Inspect(uuid4(), made.id, inspected, 5, firmness_gf_cm2=7_000, brix_permille=140)
            lots.inspect(session, request, by=store_make.ASHA, at=changes.get("at", NOW))
        return made

    def list(self, session: Session, lot: lots.Lot, price: str | None = "7.86", **changes: Any) -> trading.Listing:
        base = None if price is None else Decimal(price)
        request = trading.ListLot(uuid4(), lot.id, base, **changes)
        return trading.list_lot(session, request, by=PLATFORM, at=NOW)

    def contract(self, session: Session, **terms: Any) -> None:
        request = parties.SignContractRequest(
            uuid4(), self.bina.party.id, f"C-{uuid4().hex[:6]}", NOW.on, terms=parties.ContractTerms(**terms)
        )
        parties.sign_contract(session, request, by=SYSTEM, at=NOW)


def terms(grams: int = 20 * TONNE, days: int = 3, **changes: Any) -> trading.Terms:
    values = {"payment": trading.Payment.FULL, "pickup_on": NOW.on + timedelta(days=days), **changes}
    return trading.Terms(grams, **values)


def save(
    session: Session, market: Market, conditions: trading.Conditions | None, *, at: Moment = NOW, **scope: Any
) -> trading.ConditionSet:
    listing_id = scope.pop("listing_id", None) or market.listing.id
    request = trading.SaveConditions(uuid4(), listing_id, conditions, **scope)
    return trading.save_conditions(session, request, by=PLATFORM, at=at)


def ask(session: Session, market: Market, *, by: Actor | None = None, at: Moment = NOW, **changes: Any) -> trading.Rfq:
    values: dict[str, Any] = {
        "id": uuid4(), "listing_id": market.listing.id, "units": 10, "payment": trading.Payment.FULL,
        "pickup_on": PICKUP, **changes,
    }  # fmt: skip
    return trading.ask_quote(session, trading.AskQuote(**values), by=by or market.deep.actor, at=at)


def quote(
    session: Session, market: Market, rfq: trading.Rfq, price: str | None = "7.86", *, at: Moment = NOW, **changes: Any
) -> trading.Quote:
    by = changes.pop("by", None) or market.bina.actor
    fixed = None if price is None else Decimal(price)
    request = trading.GiveQuote(uuid4(), rfq.id, price=fixed, **changes)
    return trading.give_quote(session, request, by=by, at=at)


def accept(
    session: Session, market: Market, offer: trading.Quote, *, by: Actor | None = None, at: Moment = NOW
) -> trading.Deal:
    request = trading.AcceptQuote(uuid4(), offer.id, offer.round_number)
    return trading.accept_quote(session, request, by=by or market.deep.actor, at=at)


def deal(session: Session, market: Market, *, price: str = "7.86", at: Moment = NOW, **changes: Any) -> trading.Deal:
    """A deal both sides have confirmed: its deposit is due."""
    rfq = ask(session, market, at=at, **changes)
    return accept(session, market, quote(session, market, rfq, price, at=at), by=changes.get("by"), at=at)


def top_up(session: Session, buyer: Human, fen: int = 20_000_000, *, at: Moment = NOW) -> trading.WalletTopUp:
    request = trading.TopUp(uuid4(), buyer.party.id, fen, f"ICBC-{uuid4()}")
    return trading.top_up_wallet(session, request, by=CASHIER, at=at)


def pay(session: Session, made: trading.Deal, fen: int, *, at: Moment = NOW) -> trading.Deal:
    request = trading.BankPayment(uuid4(), made.id, fen, f"ICBC-{uuid4()}")
    return trading.receive_bank_payment(session, request, by=CASHIER, at=at)


def releasable(session: Session, market: Market, *, fen: int = 20_000_000, **changes: Any) -> trading.Deal:
    """A deal whose deposit and balance are held on the buyer's wallet."""
    made = deal(session, market, **changes)
    top_up(session, market.deep, fen)
    trading.hold_deposit(session, trading.HoldMoney(uuid4(), made.id), by=market.deep.actor, at=NOW)
    return trading.hold_balance(session, trading.HoldMoney(uuid4(), made.id), by=market.deep.actor, at=NOW)


def leave(session: Session, made: trading.Deal, units: int, out_grams: int, *, at: Moment = NOW) -> tuple[UUID, int]:
    """Goods of a deal leave as settlement lets them: money into escrow and out of it, stock, the deal."""
    load = trading.Load(uuid4(), made.id, units, out_grams)
    gross_fen = trading.amount_due(session, trading.lock_deal(session, made.id), out_grams)
    trading.post_buyer_money(session, load, gross_fen, by=DOCK, at=at)
    assert made.lot_id is not None
    assert made.lot_hold_id is not None
    taken = lots.TakeOut(made.lot_id, units, out_grams, load.id, through_holds=(made.lot_hold_id,))
    lots.take_out(session, taken, by=store_make.ASHA, at=at)
    trading.record_load(session, load, gross_fen, by=DOCK, at=at)
    return load.id, gross_fen


def sound(database: Database) -> None:
    """The room's own check and that of the lots find nothing."""
    with database.snapshot() as session:
        wrong = [str(finding) for finding in trading.check(session)]
        assert wrong == []
        assert [str(finding) for finding in lots.check(session)] == []
