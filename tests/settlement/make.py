"""One season of the golden vectors: a lot of 1,000 crates, 20,000 kg, advanced, sold or taken out, through the doors.

Every price, policy, inspection and reading the gates ask for is really there; a test only says what happens when.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from devices.messages import Measurements, Row, encode, make_topic
from tests.lots import make as store_make
from tests.lots.make import goods, moment
from tests.servers.kept import kept
from tests.trading.make import CASHIER, OWNER_MAY, PLATFORM, Human, Market
from wms import billing, facility, ledger, lending, lots, parties, prices, receipts, settlement, telemetry, trading
from wms.kernel.actor import SYSTEM, Actor, Permission
from wms.kernel.clock import Moment, to_ms
from wms.kernel.database import Database

__all__ = [
    "CLERK",
    "DISBURSED",
    "ENTRY",
    "FIRST",
    "KG",
    "SECOND",
    "TELLER",
    "VALUER",
    "Season",
    "moment",
    "season",
    "store_make",
]
P = Permission
KG = 1000
HOUR_MS = 3_600_000
ENTRY, DISBURSED = "2026-10-20", "2026-10-22"
CLERK = store_make.actor("Asha, clerk", P.SEE_ALL, P.TAKE_IN, P.WEIGH, P.WEIGH_OUT, P.MOVE_STOCK, P.INSPECT,
                         P.ORDER_EXIT, P.CLOSE_EXIT, P.PASS_GATE)  # fmt: skip
FIRST = store_make.actor("Fang, credit officer", P.SEE_ALL, P.APPROVE_ADVANCE, P.DISBURSE_ADVANCE, P.PROPOSE_TARIFF)
SECOND = store_make.actor("Gu, approver", P.SEE_ALL, P.APPROVE_ADVANCE, P.APPROVE_RELEASE, P.APPROVE_TARIFF)
TELLER = store_make.actor("Cai, cashier", P.SEE_ALL, P.TAKE_PAYMENT, P.PAY_OUT, P.DISBURSE_ADVANCE, P.CLOSE_EXIT)
VALUER = store_make.actor("Val, valuer", P.SEE_ALL, P.RECORD_PRICE)
_batches = count(1)


@dataclass(slots=True)
class Season:
    """Everything the vectors begin with; `database` is the engine the test runs on."""

    database: Database
    market: Any
    lot_id: UUID
    loan_id: UUID | None = None

    @property
    def owner(self) -> Human:
        return self.market.bina

    @property
    def buyer(self) -> Human:
        return self.market.deep

    def loan(self) -> UUID:
        assert self.loan_id is not None, "this season has no advance"
        return self.loan_id

    def do(self, work: Any) -> Any:
        return self.database.write(work)

    def price(self, price: str, day: str) -> None:
        """The independent reference of a day, which alone counts until the board has a level."""
        request = prices.AddOutsidePrice(uuid4(), "AP", "富士", Decimal(price), date.fromisoformat(day))
        self.do(lambda s: prices.add_outside_price(s, request, by=VALUER, at=moment(day, 1)))

    def breathe(self, day: str, days: int = 4) -> None:
        """Room readings of the days up to and with `day`, through the inbox's own door."""
        end = date.fromisoformat(day)
        for back in range(days):
            start = to_ms(datetime.combine(end - timedelta(days=back), time(1), UTC))
            batch = Measurements(v=1, gw=store_make.GATEWAY, ep=1, seq=next(_batches), clk="ntp", live=True, t0=start,
                                 r=[Row("room1.t1", hour * HOUR_MS, Decimal("0.3")) for hour in range(6)])  # fmt: skip
            letter = telemetry.Arrived(make_topic("yt1", store_make.GATEWAY, "up/m"), encode(batch))
            self.do(lambda s, letter=letter: telemetry.receive(s, [letter], by=SYSTEM, at=moment(day, 12)))

    def advance(self, fen: int = 11_200_000) -> UUID:
        """Asked by the owner, approved by two, paid out on 22 October."""
        self.price("7.0000", DISBURSED)
        self.breathe(DISBURSED)
        loan_id, at = uuid4(), moment(DISBURSED)
        self.do(
            lambda s: lending.ask_advance(s, lending.AskAdvance(loan_id, self.lot_id, fen), by=self.owner.actor, at=at)
        )
        for person in (FIRST, SECOND):
            decide = lending.DecideAdvance(uuid4(), loan_id)
            self.do(lambda s, person=person, decide=decide: lending.approve_advance(s, decide, by=person, at=at))
        pay = lending.Disburse(uuid4(), loan_id, "ZDW-2026-1", at.on)
        self.do(lambda s: lending.disburse(s, pay, by=TELLER, at=at))
        self.loan_id = loan_id
        return loan_id

    def sell(self, day: str, units: int, price: str) -> UUID:
        """A deal both sides agreed on, its deposit due."""
        at, owner, buyer = moment(day), self.owner.actor, self.buyer.actor
        wanted = trading.ListLot(uuid4(), self.lot_id, None)
        listing = self.do(lambda s: trading.list_lot(s, wanted, by=PLATFORM, at=at))
        ask = trading.AskQuote(uuid4(), listing.id, units, trading.Payment.FULL, at.on)
        rfq = self.do(lambda s: trading.ask_quote(s, ask, by=buyer, at=at))
        give = trading.GiveQuote(uuid4(), rfq.id, price=Decimal(price))
        offer = self.do(lambda s: trading.give_quote(s, give, by=owner, at=at))
        accept = trading.AcceptQuote(uuid4(), offer.id, offer.round_number)
        deal = self.do(lambda s: trading.accept_quote(s, accept, by=buyer, at=at))
        return deal.id

    def bank(self, deal_id: UUID, fen: int, day: str) -> None:
        request = trading.BankPayment(uuid4(), deal_id, fen, f"ICBC-{uuid4().hex[:6]}")
        self.do(lambda s: trading.receive_bank_payment(s, request, by=CASHIER, at=moment(day)))

    def open_exit(self, day: str, units: int, deal_id: UUID | None = None) -> UUID:
        kind = billing.ExitKind.SALE if deal_id else billing.ExitKind.OWN
        request = billing.OpenExit(uuid4(), self.lot_id, units, kind, "Li", "鲁F12345", deal_id)
        self.do(lambda s: billing.open_exit_order(s, request, by=CLERK, at=moment(day)))
        if deal_id:
            self.do(
                lambda s: settlement.clear_sale(s, settlement.ClearSale(uuid4(), request.id), by=CLERK, at=moment(day))
            )
        return request.id

    def weigh_out(self, exit_id: UUID, day: str, grams: int, units: int) -> None:
        """Picked, and weighed on the truck scale: gross less the empty truck."""
        at = moment(day)
        self.do(lambda s: billing.record_pick(s, billing.RecordPick(uuid4(), exit_id), by=CLERK, at=at))
        weigh_id = uuid4()

        def weigh(session: Session) -> None:
            key = store_make.record(session, grams, at=at, net=True)
            request = lots.WeighRequest(
                weigh_id, lots.Purpose.OUT, exit_id=exit_id, lot_id=self.lot_id, record=key, units=units
            )
            lots.weigh(session, request, by=CLERK, at=at)

        self.do(weigh)
        self.do(
            lambda s: billing.attach_weighing(s, billing.AttachWeighing(uuid4(), exit_id, weigh_id), by=CLERK, at=at)
        )

    def consent(self, exit_id: UUID, day: str) -> None:
        request = settlement.ApproveRelease(uuid4(), exit_id)
        self.do(lambda s: settlement.approve_release(s, request, by=SECOND, at=moment(day)))

    def close(
        self, exit_id: UUID, day: str, *, request_id: UUID | None = None, by: Actor = CLERK
    ) -> settlement.Settlement:
        request = settlement.CloseExit(request_id or uuid4(), exit_id)
        return self.do(lambda s: settlement.close_exit(s, request, by=by, at=moment(day, 6))).settlement

    def board(self, price: str, day: str) -> None:
        """A bid and an offer of others around `price`: the board's reference has level 2."""
        at = moment(day)
        other = self.do(lambda s: self.market.company(s, f"B{next(_batches)}", "Farid"))
        facts = self.database.read(lambda s: lots.facts(s, [self.lot_id]))[0]
        for side in prices.Side:
            quote = prices.RecordFirmQuote(
                uuid4(), lending.cell_of(facts), side, other.party.id, Decimal(price), 20_000 * KG, at.on,
                at.on + timedelta(days=5),
            )  # fmt: skip
            self.do(lambda s, quote=quote: prices.record_firm_quote(s, quote, by=VALUER, at=at))

    def pay_release(self, exit_id: UUID, day: str, fen: int) -> settlement.ReleasePayment:
        request = settlement.PayRelease(uuid4(), exit_id, fen, "bank", f"ICBC-{uuid4().hex[:6]}")
        return self.do(lambda s: settlement.pay_release(s, request, by=TELLER, at=moment(day, 5)))

    def pay_out(self, day: str, fen: int) -> settlement.Payout:
        request = settlement.PayOut(uuid4(), self.owner.party.id, fen, "ICBC-OUT-1")
        return self.do(lambda s: settlement.pay_out(s, request, by=TELLER, at=moment(day, 7)))

    def weighed_sale(self, day: str = "2027-02-15", units: int = 1000, grams: int = 19_764_350) -> UUID:
        """A sale of some units, paid by the buyer and weighed out: everything but the close."""
        deal_id = self.sell(day, units, "7.86")
        self.bank(deal_id, (grams * 786 + 500) // 1000, day)
        exit_id = self.open_exit(day, units, deal_id)
        self.weigh_out(exit_id, day, grams, units)
        if self.loan_id is not None:
            self.consent(exit_id, day)
        self.price("7.86", day)
        return exit_id

    def journals(self) -> list[tuple[str, str, list[tuple[str, int]]]]:
        """Every journal: effective day, recorded day, legs."""

        def read(session: Session) -> list[tuple[str, str, list[tuple[str, int]]]]:
            rows = ledger.list_journals(session, limit=200).items
            return [
                (row.effective_on.isoformat(), row.recorded_on.isoformat(),
                 [(leg.account, leg.fen) for leg in ledger.postings_of(session, row.id)])
                for row in sorted(rows, key=lambda row: row.seq)
            ]  # fmt: skip

        return self.database.read(read)

    def balances(self) -> dict[str, int]:
        return {code: fen for code, fen in self.database.read(ledger.balances).items() if fen}


def fen_of_release(case: Season, exit_id: UUID, day: str) -> int:
    """What an owner must pay on a day for goods to leave without a sale."""

    def read(session: Session) -> int:
        order = billing.get_exit_order(session, exit_id, CLERK)
        return settlement.release_quote(session, order, moment(day).on).total_fen

    return case.database.read(read)


@dataclass(frozen=True, slots=True)
class Input:
    """What a vector changes of the common input: the tariff, the lot's weight and units, the tax of the contract."""

    lines: tuple[billing.TariffLine, ...] | None = None
    grams: int = 20_000 * KG
    units: int = 1000
    tax_permille: int = 0


COMMON = Input()


def season(database: Database, *, advanced: bool = True, given: Input = COMMON) -> Season:
    """The common input of the vectors, as far as the advance."""
    found = kept(database, ("season", advanced, given), lambda: _acted_out(database, advanced, given))
    return Season(database, *found)


def _acted_out(database: Database, advanced: bool, given: Input) -> tuple[Any, UUID, UUID | None]:
    made = database.write(lambda session: _set_up(session, given))
    if advanced:
        made = Season(database, made.market, made.lot_id)
        made.advance()
    return made.market, made.lot_id, made.loan_id


def _set_up(session: Session, given: Input) -> Season:
    at = moment(ENTRY, 0)
    market: Any = Market.__new__(Market)
    market.store = store_make.Store(session)
    owner_may = (*OWNER_MAY, P.ASK_ADVANCE, P.ORDER_EXIT)
    market.bina = market.employ(session, market.store.bina, "Bina", *owner_may)
    market.deep = market.company(session, "B1", "Deep")
    _contract(session, market, given.tax_permille)
    for human in (CLERK, FIRST, SECOND, TELLER, VALUER):
        assert human.person_id is not None
        parties.add_person(session, parties.AddPersonRequest(human.person_id, human.name), by=SYSTEM, at=at)
    propose = parties.ProposePayeeRequest(
        uuid4(), market.store.bina.id, parties.BankPayee("Bina", "Rural Bank", "6228480000000000001")
    )
    parties.propose_payee(session, propose, by=FIRST.trusted_with(P.MANAGE_PARTIES), at=at)
    decide = parties.PayeeDecisionRequest(uuid4(), propose.id)
    parties.approve_payee(session, decide, by=SECOND.trusted_with(P.APPROVE_PAYEE), at=at)
    _tariffs(session, given.lines)
    _product(session, at)
    lot_id = take_in(session, market, market.store.bina.id, given)
    _bid(session, market, lot_id, at)
    _watch_room(session, market, at)
    policy = facility.AddPolicyRequest(
        uuid4(), "PICC", "P-1", 5_000_000_00, at.on, date(2027, 12, 31), room_id=market.store.room.id
    )
    facility.add_policy(session, policy, by=SYSTEM, at=at)
    return Season(None, market, lot_id)  # type: ignore[arg-type]


def _contract(session: Session, market: Any, tax_permille: int) -> None:
    terms = parties.ContractTerms(lists_itself=False, commission_bp=150, tax_permille=tax_permille)
    request = parties.SignContractRequest(uuid4(), market.store.bina.id, "C-1", date(2026, 10, 1), terms=terms)
    parties.sign_contract(session, request, by=SYSTEM, at=moment(ENTRY, 0))


def _tariffs(session: Session, given: tuple[billing.TariffLine, ...] | None) -> None:
    at = moment("2026-09-01")
    if given is not None:
        request = billing.ProposeTariff(uuid4(), "the season's", date(2026, 10, 1), given)
        billing.propose_tariff(session, request, by=FIRST, at=at)
        billing.approve_tariff(session, billing.ApproveTariff(uuid4(), request.id), by=SECOND, at=at)
        return
    handling = (billing.HandlingIn(Decimal("0.0200")), billing.HandlingOut(Decimal("0.0250")))
    for rate, day in (("0.0020", date(2026, 10, 1)), ("0.0022", date(2027, 1, 1))):
        lines = (billing.KgDay(Decimal(rate), free_days=7), *handling)
        request = billing.ProposeTariff(uuid4(), f"storage {day.year}", day, lines)
        billing.propose_tariff(session, request, by=FIRST, at=at)
        billing.approve_tariff(session, billing.ApproveTariff(uuid4(), request.id), by=SECOND, at=at)


def _product(session: Session, at: Moment) -> None:
    lender = parties.AddPartyRequest(uuid4(), "LB", parties.PartyKind.LENDER, "Yantai Rural Bank")
    parties.add_party(session, lender, by=SYSTEM, at=at)
    terms = lending.Terms(72_000, lending.Basis.ACT_365F, 800, 850, 900, 950, 15, 3, False, 30, 3, 30)
    request = lending.ProposeProduct(uuid4(), "apple", date(2026, 10, 1), lender.id, terms)
    lending.propose_product(session, request, by=FIRST, at=at)
    lending.approve_product(session, lending.ApproveProduct(uuid4(), request.id), by=SECOND, at=at)


def take_in(session: Session, market: Any, owner: UUID, given: Input = COMMON, *, slot: int = 0) -> UUID:
    """A delivery of one lot, with its receipt, put away and inspected."""
    at = moment(ENTRY, 2)
    truck = store_make.delivery(session, market.store, owner=owner, at=at)
    store_make.weigh_truck(session, truck.id, gross=10_000 * KG + given.grams, tare=10_000 * KG, at=at)
    lot_id = uuid4()
    words = goods()
    line = receipts.IntakeLine(
        lot_id, words.variety, words.grade, given.units, words.size_mm, words.size_rule, words.colour_pattern,
        words.bagging, words.orchard_block, origin=words.origin,
    )  # fmt: skip
    intake = receipts.CompleteIntake(uuid4(), truck.id, (line,))
    receipts.complete_intake(session, intake, by=CLERK, at=at)
    lots.put_away(session, lots.PutAway(uuid4(), lot_id, market.store.slots[slot].id, given.units), by=CLERK, at=at)
    inspect = lots.Inspect(uuid4(), lot_id, at.on, 5, firmness_gf_cm2=7_000, brix_permille=140)
    lots.inspect(session, inspect, by=CLERK, at=at)
    return lot_id


def _bid(session: Session, market: Any, lot_id: UUID, at: Moment) -> None:
    facts = lots.facts(session, [lot_id])[0]
    bid = prices.RecordFirmQuote(
        uuid4(), lending.cell_of(facts), prices.Side.BID, market.deep.party.id, Decimal("7.0000"), 20_000 * KG, at.on,
        at.on,
    )  # fmt: skip
    prices.record_firm_quote(session, bid, by=VALUER, at=at)


def _watch_room(session: Session, market: Any, at: Moment) -> None:
    limits = telemetry.Limits(-1000, 2500, 300, 300, telemetry.Severity.CRITICAL)
    telemetry.set_limits(
        session, telemetry.SetLimits(uuid4(), market.store.room.id, "temperature", limits), by=SYSTEM, at=at
    )
    sensor = telemetry.AdoptSensor(
        uuid4(), store_make.GATEWAY, "room1.t1", "temperature", market.store.room.id, "middle"
    )
    telemetry.adopt_sensor(session, sensor, by=SYSTEM, at=at)
