"""Title changes in store: whose charges end and begin, what refuses, and the same paper twice never."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session

from tests.billing import make as money
from tests.receipts import make
from wms import billing, lots, parties, receipts, settlement
from wms.kernel.actor import SYSTEM
from wms.kernel.clock import Moment
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden
from wms.kernel.idempotency import RequestIdReused

DAY = make.later(days=40)  # 29 November
OUT = make.later(days=60)
R = lots.HoldReason
CLOSER = make.actor("Cai, clerk", make.P.SEE_ALL, make.P.CLOSE_EXIT, make.P.ORDER_EXIT, make.P.TAKE_PAYMENT,
                    make.P.HOLD_STOCK, make.P.WEIGH_OUT, make.P.WEIGH)  # fmt: skip


class Sale:
    """Bina's receipt of 10 units, 20 t, put away in a slot; Dev buys."""

    def __init__(self, session: Session) -> None:
        self.store = make.Keeper(session)
        self.paper = make.receipt(session, self.store)
        self.lot_id = self.paper.lot_id
        asked = parties.AddPartyRequest(uuid4(), "B1", parties.PartyKind.BUYER, "Dev")
        self.dev = parties.add_party(session, asked, by=SYSTEM, at=make.NOW)

    def wanted(self, units: int = 4, **changes: Any) -> billing.OpenExit:
        values: dict[str, Any] = {
            "id": uuid4(), "lot_id": self.lot_id, "units": units, "kind": billing.ExitKind.TRANSFER,
            "collector_name": "", "plate": "", "buyer_id": self.dev.id,
        }  # fmt: skip
        return billing.OpenExit(**{**values, **changes})

    def open(self, session: Session, units: int = 4, *, at: Moment = DAY) -> billing.ExitOrder:
        return billing.open_exit_order(session, self.wanted(units), by=self.store.owner(make.P.ORDER_EXIT), at=at)

    def paid(self, session: Session, units: int = 4, *, at: Moment = DAY) -> UUID:
        order = self.open(session, units, at=at)
        due = settlement.release_quote(session, order, at.on).total_fen
        pay = settlement.PayRelease(uuid4(), order.id, due, "cash", f"T-{uuid4().hex[:6]}")
        settlement.pay_release(session, pay, by=CLOSER, at=at)
        return order.id


@pytest.fixture
def sale(database: Database) -> Sale:
    return database.write(Sale)


def transfer(session: Session, exit_id: UUID, *, at: Moment = DAY) -> settlement.Settlement:
    return settlement.transfer_title(session, settlement.TransferTitle(uuid4(), exit_id), by=CLOSER, at=at)


def new_lot(session: Session, exit_id: UUID) -> lots.Lot:
    order = billing.get_exit(session, exit_id)
    (kin,) = [one for one in lots.children_of(session, order.lot_id) if one.how == lots.Kinship.TITLE]
    return lots.get_lot(session, kin.lot_id)


def test_the_seller_pays_to_the_day_and_the_buyer_from_it(database: Database, sale: Sale) -> None:
    def work(session: Session) -> None:
        whole = billing.accrued_unbilled(session, sale.lot_id, OUT.on)
        exit_id = sale.paid(session)
        done = transfer(session, exit_id)
        # 8,000 kg: 40 days less 7 free at 0.0020 a day, and handling in; no handling out
        assert (done.kind, done.storage_fen, done.handling_fen) == ("transfer", 8_000 * 33 * 20 // 100, 16_000)
        (invoice,) = billing.invoices_of(session, exit_id)
        assert (invoice.party_id, invoice.total_fen) == (sale.store.bina.id, done.storage_fen + done.handling_fen)
        new = new_lot(session, exit_id)
        assert (new.owner_id, new.owner_class, new.entry_on) == (sale.dev.id, "merchant", make.NOW.on)
        assert (new.entry_units, new.entry_grams, new.units_placed) == (4, 8_000_000, 4)
        # twenty days at 0.0020 from the day itself, no new free days; handling out alone
        owed = billing.accrued_unbilled(session, new.id, OUT.on)
        assert (owed.storage_fen, owed.handling_fen) == (8_000 * 20 * 20 // 100, 8_000 * 250 // 100)
        rest = billing.accrued_unbilled(session, sale.lot_id, OUT.on)
        assert done.storage_fen + owed.storage_fen + rest.storage_fen == whole.storage_fen
        assert done.handling_fen + owed.handling_fen + rest.handling_fen == whole.handling_fen
        mine, theirs = receipts.receipt_of_lot(session, sale.lot_id), receipts.receipt_of_lot(session, new.id)
        assert receipts.state_of(session, mine.id).units_left == 6
        assert (theirs.depositor_name, theirs.units, theirs.replaces_id) == ("Dev", 4, sale.paper.id)
        assert receipts.events_of(session, mine.id)[-1].kind == "transferred"
        assert lots.parents_of(session, new.id)[0].lot_id == sale.lot_id
        check(session)

    database.write(work)


def check(session: Session) -> None:
    make.sound(session)
    assert [str(finding) for finding in settlement.check(session)] == []


def test_all_of_a_lot_is_the_sellers_last_and_tops_up_his_minimum(database: Database, sale: Sale) -> None:
    def work(session: Session) -> None:
        lines = (*money.OLD_LINES, billing.Minimum(200_000))
        money.tariff(session, lines=lines, effective_from=date(2026, 10, 20))
        exit_id = sale.paid(session, 10)
        done = transfer(session, exit_id)
        assert done.storage_fen == 200_000
        assert receipts.find_receipt_of_lot(session, sale.lot_id) is None
        assert lots.get_lot(session, sale.lot_id).units_on_hand == 0
        check(session)

    database.write(work)


def held(session: Session, sale: Sale, units: int, reason: lots.HoldReason) -> None:
    """Units held for one reason and no other but the orders' own."""
    for hold in lots.holds_of(session, sale.lot_id):
        if hold.reason != R.EXIT:
            make.stock.lift(session, hold)
    make.stock.hold(session, sale.lot_id, units, reason)


def test_what_is_held_keeps_its_owner(database: Database, sale: Sale) -> None:
    """Before the order, and placed between the order and the deed."""
    for reason in (R.PLEDGE, R.LIEN, R.COUNT, R.QUARANTINE):
        database.write(partial(held, sale=sale, units=8, reason=reason))
        with make.refused(database, lots.LotQuarantined if reason is R.QUARANTINE else lots.NotEnoughUnits):
            database.write(sale.open)
    database.write(partial(held, sale=sale, units=1, reason=R.LIEN))
    exit_id = database.write(sale.paid)
    for reason in (R.LIEN, R.COUNT, R.QUARANTINE):
        database.write(partial(held, sale=sale, units=7, reason=reason))
        with make.refused(database, lots.LotQuarantined if reason is R.QUARANTINE else lots.LotOnHold):
            database.write(partial(transfer, exit_id=exit_id))
    database.write(partial(held, sale=sale, units=1, reason=R.LIEN))
    database.write(lambda s: make.pledge(s, sale.paper, sale.store))
    with make.refused(database, receipts.ReceiptAlreadyPledged):
        database.write(partial(transfer, exit_id=exit_id))


def test_unpaid_charges_and_a_new_day_stop_it(database: Database, sale: Sale) -> None:
    exit_id = database.write(lambda s: sale.open(s).id)
    with make.refused(database, billing.ExitStep):
        database.write(lambda s: transfer(s, exit_id))
    other = database.write(lambda s: sale.paid(s))
    with make.refused(database, billing.ChargesOpen):
        database.write(lambda s: transfer(s, other, at=make.later(days=41)))


def test_it_is_no_exit_and_an_exit_is_none(database: Database, sale: Sale) -> None:
    exit_id = database.write(lambda s: sale.paid(s))
    with make.refused(database, billing.ExitIsTransfer):
        database.write(lambda s: billing.record_pick(s, billing.RecordPick(uuid4(), exit_id), by=CLOSER, at=DAY))
    with make.refused(database, billing.ExitIsTransfer):
        load = billing.OpenLoading(uuid4(), sale.store.site.id, (exit_id,), "bay 1")
        database.write(lambda s: billing.open_loading(s, load, by=CLOSER, at=DAY))
    database.write(lambda s: transfer(s, exit_id))
    with make.refused(database, billing.ExitIsTransfer):
        ask = billing.IssueGatePass(uuid4(), exit_id)
        database.write(lambda s: billing.issue_gate_pass(s, ask, by=CLOSER, at=DAY))
    own = sale.wanted(1, kind=billing.ExitKind.OWN, buyer_id=None, collector_name="Li", plate="鲁F1")
    database.write(lambda s: billing.open_exit_order(s, own, by=CLOSER, at=DAY))
    with make.refused(database, settlement.ExitOfAnotherKind):
        database.write(lambda s: transfer(s, own.id))


def test_who_may_get_it(database: Database, sale: Sale) -> None:
    wrong: list[dict[str, Any]] = [
        {"buyer_id": sale.store.bina.id}, {"buyer_id": None}, {"buyer_id": sale.store.lender.id},
        {"kind": billing.ExitKind.OWN},
    ]  # fmt: skip
    for changes in wrong:
        with make.refused(database, billing.TransferPartyInvalid):
            database.write(_open(sale, **changes))
    with make.refused(database, lots.LotNotFound):
        stranger = sale.store.stranger(make.P.ORDER_EXIT)
        database.write(lambda s: billing.open_exit_order(s, sale.wanted(), by=stranger, at=DAY))


def _open(sale: Sale, **changes: Any) -> Callable[[Session], object]:
    return lambda session: billing.open_exit_order(session, sale.wanted(**changes), by=CLOSER, at=DAY)


def test_permission_and_repeat(database: Database, sale: Sale) -> None:
    exit_id = database.write(lambda s: sale.paid(s))
    request = settlement.TransferTitle(uuid4(), exit_id)
    with make.refused(database, Forbidden):
        database.write(lambda s: settlement.transfer_title(s, request, by=make.NOBODY, at=DAY))
    first = database.write(lambda s: settlement.transfer_title(s, request, by=CLOSER, at=DAY).id)
    before = make.picture(database)
    assert database.write(lambda s: settlement.transfer_title(s, request, by=CLOSER, at=DAY).id) == first
    assert make.picture(database) == before
    with make.refused(database, RequestIdReused):
        other = settlement.TransferTitle(request.id, uuid4())
        database.write(lambda s: settlement.transfer_title(s, other, by=CLOSER, at=DAY))
