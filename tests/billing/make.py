"""The cast, the tariffs and the exits of billing's tests. Every default is legal."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from tests.lots import make as stock
from tests.lots.make import actor, moment
from tests.servers.kept import kept_in
from wms import billing, ledger, lots
from wms.kernel.actor import SYSTEM, Actor, Permission
from wms.kernel.clock import Moment
from wms.ledger.tables import Journal

P = Permission
CLERK = actor("Asha, clerk", P.SEE_ALL, P.TAKE_IN, P.WEIGH, P.WEIGH_OUT, P.ORDER_EXIT, P.CLOSE_EXIT, P.MOVE_STOCK)
CASHIER = actor("Fang, cashier", P.SEE_ALL, P.TAKE_PAYMENT, P.ORDER_EXIT)
MANAGER = actor("Esha, manager", P.SEE_ALL, P.PROPOSE_TARIFF, P.APPROVE_TARIFF, P.APPROVE_CREDIT, P.ORDER_EXIT)
OTHER_MANAGER = actor("Gang, manager", P.SEE_ALL, P.PROPOSE_TARIFF, P.APPROVE_TARIFF, P.APPROVE_CREDIT, P.ORDER_EXIT)
GUARD = actor("Hou, guard", P.PASS_GATE)
NOBODY = actor("Nobody")
ENTRY = moment("2026-10-20")
OUT = moment("2027-01-20")
OLD_LINES: tuple[billing.TariffLine, ...] = (
    billing.KgDay(Decimal("0.0020"), free_days=7),
    billing.HandlingIn(Decimal("0.0200")),
    billing.HandlingOut(Decimal("0.0250")),
)
NEW_LINES: tuple[billing.TariffLine, ...] = (billing.KgDay(Decimal("0.0022"), free_days=7), *OLD_LINES[1:])


def propose(session: Session, *, by: Actor = MANAGER, at: Moment = ENTRY, **changes: Any) -> billing.TariffVersion:
    values: dict[str, Any] = {
        "id": uuid4(), "name": "storage 2026", "effective_from": date(2026, 9, 1), "lines": OLD_LINES,
    }  # fmt: skip
    return billing.propose_tariff(session, billing.ProposeTariff(**{**values, **changes}), by=by, at=at)


def tariff(session: Session, *, at: Moment = ENTRY, **changes: Any) -> billing.TariffVersion:
    """A tariff proposed by one manager and approved by the other."""
    version = propose(session, at=at, **changes)
    billing.approve_tariff(session, billing.ApproveTariff(uuid4(), version.id), by=OTHER_MANAGER, at=at)
    return version


class House:
    """A store with the two tariffs of the golden vectors and Bina's lot of 1,000 crates, 20 t."""

    def __init__(self, session: Session, *, units: int = 1000, grams: int = 20_000_000) -> None:
        found = kept_in(session, ("billing.House", units, grams), lambda: _acted_out(session, units, grams))
        self.store: stock.Store = found["store"]
        self.lot: lots.Lot = found["lot"]
        self.owner = stock.actor("Bina", P.ORDER_EXIT, party_id=self.store.bina.id)
        self.stranger = stock.actor("Chand", P.ORDER_EXIT, party_id=self.store.chand.id)

    def wanted(self, units: int = 250, **changes: Any) -> billing.OpenExit:
        values: dict[str, Any] = {
            "id": uuid4(), "lot_id": self.lot.id, "units": units, "kind": billing.ExitKind.OWN,
            "collector_name": "Li", "plate": "鲁F·12345",
        }  # fmt: skip
        return billing.OpenExit(**{**values, **changes})

    def open(self, session: Session, units: int = 250, *, at: Moment = OUT, **changes: Any) -> billing.ExitOrder:
        return billing.open_exit_order(session, self.wanted(units, **changes), by=self.owner, at=at)

    def sell(self, session: Session, units: int, *, at: Moment = OUT) -> UUID:
        """Hold units for a deal and return the deal's id."""
        deal_id = uuid4()
        request = lots.PlaceHold(uuid4(), self.lot.id, units, lots.HoldReason.SALE, subject_id=deal_id)
        lots.place_hold(session, request, by=SYSTEM, at=at)
        return deal_id

    def quoted(self, session: Session, units: int = 250, *, at: Moment = OUT, **changes: Any) -> billing.ExitOrder:
        order = self.open(session, units, at=at, **changes)
        quote(session, order, at=at)
        return order

    def paid(self, session: Session, units: int = 250, *, at: Moment = OUT) -> billing.ExitOrder:
        """An order whose charges are billed, paid and cleared."""
        order = self.quoted(session, units, at=at)
        invoice(session, order, at=at)
        pay(session, order, at=at)
        clear = billing.ClearExit(uuid4(), order.id, billing.ClearBasis.PAID)
        return billing.clear_exit(session, clear, by=CASHIER, at=at)

    def weighed(self, session: Session, units: int = 250, *, out: int | None = None, at: Moment = OUT) -> Any:
        order = self.paid(session, units, at=at)
        return weigh_out(session, order, out or units * 19_800, at=at)

    def closed(self, session: Session, units: int = 250, *, at: Moment = OUT) -> billing.ExitOrder:
        order = self.weighed(session, units, at=at)
        return close(session, order, at=at)


def _acted_out(session: Session, units: int, grams: int) -> dict[str, Any]:
    store = stock.Store(session)
    tariff(session)
    tariff(session, lines=NEW_LINES, effective_from=date(2027, 1, 1))
    return {"store": store, "lot": stock.lot(session, store, units=units, grams=grams, at=ENTRY, slot=store.slots[0])}


def quote(session: Session, order: billing.ExitOrder, *, at: Moment = OUT) -> billing.ExitQuote:
    return billing.quote_exit(session, billing.QuoteExit(uuid4(), order.id), by=CLERK, at=at)


def invoice(session: Session, order: billing.ExitOrder, *, at: Moment = OUT) -> billing.Invoice:
    made = billing.invoice_exit(session, billing.InvoiceExit(uuid4(), order.id, at.on), by=CASHIER, at=at)
    assert made is not None
    return made


def pay(session: Session, order: billing.ExitOrder, *, fen: int | None = None, at: Moment = OUT) -> Journal:
    """Money against the open charges of an exit, storage first; counted towards its invoices."""
    fees = billing.open_charges_of_exit(session, order.id)
    storage = min(fees.storage_fen, fees.total_fen if fen is None else fen)
    handling = fees.handling_fen if fen is None else fen - storage
    legs = (
        ledger.Leg("A:Cash:Settlement", storage + handling),
        ledger.Leg("A:Fee:Storage:G1", -storage),
        ledger.Leg("A:Fee:Handling:G1", -handling),
    )
    key = uuid4()
    journal = ledger.post(session, ledger.Entry(key, f"pay-{key}", "payment", "pays", at.on, legs), by=SYSTEM, at=at)
    billing.settle_open_invoices(session, order.id, journal_id=journal.id, by=CASHIER, at=at)
    return journal


def weigh_out(session: Session, order: billing.ExitOrder, grams: int, *, at: Moment = OUT) -> billing.ExitOrder:
    """Pick a cleared exit and put it on the truck scale."""
    if order.state == billing.ExitState.CLEARED:
        billing.record_pick(session, billing.RecordPick(uuid4(), order.id), by=CLERK, at=at)
    weighing = weighing_of(session, order, grams, at=at)
    return billing.attach_weighing(session, billing.AttachWeighing(uuid4(), order.id, weighing.id), by=CLERK, at=at)


def weighing_of(
    session: Session, order: billing.ExitOrder, grams: int, *, units: int | None = None, at: Moment = OUT
) -> lots.Weighing:
    record = stock.record(session, grams, at=at)
    request = lots.WeighRequest(
        uuid4(), lots.Purpose.OUT, exit_id=order.id, lot_id=order.lot_id, record=record, units=units or order.units
    )
    return lots.weigh(session, request, by=CLERK, at=at)


def take_out(session: Session, order: billing.ExitOrder, *, at: Moment = OUT) -> lots.Taken:
    assert order.out_grams is not None
    request = lots.TakeOut(order.lot_id, order.units, order.out_grams, order.id, through_holds=(order.hold_id,))
    return lots.take_out(session, request, by=CLERK, at=at)


def close(session: Session, order: billing.ExitOrder, *, at: Moment = OUT) -> billing.ExitOrder:
    taken = take_out(session, order, at=at)
    request = billing.CloseExit(uuid4(), order.id, taken.entry_grams, taken.out_grams)
    return billing.close_exit_order(session, request, by=CLERK, at=at)


def later(at: Moment, *, days: int = 0, hours: int = 0) -> Moment:
    return replace(at, at=at.at + timedelta(days=days, hours=hours), on=at.on + timedelta(days=days))


def sound(session: Session) -> None:
    """The rooms' own checks find nothing."""
    session.flush()
    for room in (billing, lots, ledger):
        assert [str(finding) for finding in room.check(session)] == []
