"""An exit's way from order to closed: what moves it, what refuses it, what it leaves in the books."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.billing.make import (
    CASHIER,
    CLERK,
    NOBODY,
    OUT,
    House,
    close,
    invoice,
    later,
    pay,
    quote,
    sound,
    take_out,
    weigh_out,
    weighing_of,
)
from wms import billing, ledger, lots
from wms.billing.rules.states import EXIT_STEPS, ExitEvent, ExitState, after
from wms.kernel.actor import SYSTEM
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden
from wms.kernel.idempotency import RequestIdReused


def test_an_own_withdrawal_from_order_to_closed(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        order = house.open(session)
        assert (order.state, order.plate) == ("open", "鲁F12345")
        assert house.lot.exit_units == 250
        named = quote(session, order)
        assert (named.storage_fen, named.handling_fen, named.to_pay_fen) == (86_900, 22_500, 109_400)
        assert [line["days"] for line in named.lines if line["line"] == "kg_day"] == [7, 66, 19]
        billed = invoice(session, order)
        assert (billed.name, billed.storage_fen, billed.handling_fen) == ("S2027-000001", 86_900, 22_500)
        assert ledger.balances(session, "A:Fee:") == {"A:Fee:Handling:G1": 22_500, "A:Fee:Storage:G1": 86_900}
        pay(session, order)
        assert billing.open_charges_of_exit(session, order.id).total_fen == 0
        billing.clear_exit(
            session, billing.ClearExit(uuid4(), order.id, billing.ClearBasis.PAID), by=house.owner, at=OUT
        )
        weigh_out(session, order, 4_950_000)
        assert (order.state, order.out_grams) == ("weighed", 4_950_000)
        close(session, order)
        assert (order.state, order.entry_grams, order.closed_on) == ("closed", 5_000_000, OUT.on)
        assert (house.lot.units_on_hand, house.lot.exit_units) == (750, 0)
        sound(session)


def test_every_step_returns_the_first_answer_when_repeated(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        wanted = house.wanted()
        order = billing.open_exit_order(session, wanted, by=house.owner, at=OUT)
        assert billing.open_exit_order(session, wanted, by=house.owner, at=OUT) is order
        with pytest.raises(RequestIdReused):
            billing.open_exit_order(session, replace(wanted, units=251), by=house.owner, at=OUT)
        ask = billing.QuoteExit(uuid4(), order.id)
        first = billing.quote_exit(session, ask, by=CLERK, at=OUT)
        assert billing.quote_exit(session, ask, by=CLERK, at=OUT).id == first.id
        bill = billing.InvoiceExit(uuid4(), order.id, OUT.on)
        one = billing.invoice_exit(session, bill, by=CASHIER, at=OUT)
        assert billing.invoice_exit(session, bill, by=CASHIER, at=OUT) is one
        assert len(billing.invoices_of(session, order.id)) == 1
        assert billing.invoice_exit(session, replace(bill, id=uuid4()), by=CASHIER, at=OUT) is None
        pay(session, order)
        clear = billing.ClearExit(uuid4(), order.id, billing.ClearBasis.PAID)
        for _ in range(2):
            assert billing.clear_exit(session, clear, by=CASHIER, at=OUT).state == "cleared"
        pick = billing.RecordPick(uuid4(), order.id)
        for _ in range(2):
            assert billing.record_pick(session, pick, by=CLERK, at=OUT).state == "picking"
        attach = billing.AttachWeighing(uuid4(), order.id, weighing_of(session, order, 4_950_000).id)
        for _ in range(2):
            assert billing.attach_weighing(session, attach, by=CLERK, at=OUT).out_grams == 4_950_000
        taken = take_out(session, order)
        shut = billing.CloseExit(uuid4(), order.id, taken.entry_grams, taken.out_grams)
        for _ in range(2):
            assert billing.close_exit_order(session, shut, by=CLERK, at=OUT).state == "closed"
        sound(session)


def test_any_way_of_splitting_bills_the_same(database: Database) -> None:
    with database.transaction() as session:
        house = House(session, units=7, grams=100_003)
        whole = billing.accrued_unbilled(session, house.lot.id, OUT.on)
        billed: list[billing.Invoice] = []
        for units in (1, 2, 1, 3):
            order = house.closed(session, units)
            billed += billing.invoices_of(session, order.id)
        assert sum(item.storage_fen for item in billed) == whole.storage_fen
        assert sum(item.handling_fen for item in billed) == whole.handling_fen
        assert billing.accrued_unbilled(session, house.lot.id, OUT.on).total_fen == 0
        assert [item.number for item in billed] == [1, 2, 3, 4]
        sound(session)


def test_what_is_billed_is_not_accrued_again_before_or_after_it_leaves(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        day = replace(OUT, on=OUT.on - timedelta(days=10), at=OUT.at - timedelta(days=10))
        order = house.quoted(session, 400, at=day)
        part = invoice(session, order, at=day)
        assert (part.storage_fen, part.handling_fen) == (121_440, 36_000)
        for _ in range(2):
            rest = billing.accrued_unbilled(session, house.lot.id, day.on)
            assert (rest.units, rest.grams, rest.total_fen) == (600, 12_000_000, 236_160)
            if order.state == "quoted":
                pay(session, order, at=day)
                clear = billing.ClearExit(uuid4(), order.id, billing.ClearBasis.PAID)
                billing.clear_exit(session, clear, by=CASHIER, at=day)
                weigh_out(session, order, 7_930_125, at=day)
                take_out(session, order, at=day)
        (mine,) = billing.accrued_of_owner(session, house.store.bina.id, day.on)
        assert (mine.units, mine.charges.total_fen) == (600, 236_160)
        assert billing.accrued_of_owner(session, house.store.chand.id, day.on) == []


def test_another_day_costs_more_and_is_billed_on_top(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        order = house.weighed(session)
        tomorrow = later(OUT, days=1)
        assert billing.due_of_exit(session, order.id, tomorrow.on).total_fen == 1_100
        taken = take_out(session, order, at=tomorrow)
        shut = billing.CloseExit(uuid4(), order.id, taken.entry_grams, taken.out_grams)
        with pytest.raises(billing.ChargesOpen):
            billing.close_exit_order(session, shut, by=CLERK, at=tomorrow)


def test_the_second_days_invoice_names_only_the_day(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        order = house.weighed(session)
        tomorrow = later(OUT, days=1)
        extra = invoice(session, order, at=tomorrow)
        assert (extra.storage_fen, extra.handling_fen, extra.number) == (1_100, 0, 2)
        pay(session, order, at=tomorrow)
        close(session, order, at=tomorrow)
        assert billing.billed_of(session, house.lot.id).units == 250
        sound(session)


def test_a_quote_is_good_until_midnight(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        order = house.quoted(session)
        tomorrow = later(OUT, days=1)
        clear = billing.ClearExit(uuid4(), order.id, billing.ClearBasis.PAID)
        with pytest.raises(billing.QuoteExpired):
            billing.clear_exit(session, clear, by=CASHIER, at=tomorrow)
        cleared = house.paid(session, 100)
        with pytest.raises(billing.QuoteExpired):
            billing.record_pick(session, billing.RecordPick(uuid4(), cleared.id), by=CLERK, at=tomorrow)
        quote(session, cleared, at=tomorrow)
        assert (cleared.state, cleared.cleared_basis) == ("quoted", None)


@pytest.mark.parametrize("fen", [0, 1, 109_399])
def test_nothing_short_of_the_charges_clears_an_exit(database: Database, fen: int) -> None:
    with database.transaction() as session:
        house = House(session)
        order = house.quoted(session)
        clear = billing.ClearExit(uuid4(), order.id, billing.ClearBasis.PAID)
        with pytest.raises(billing.ChargesOpen), session.begin_nested():
            billing.clear_exit(session, clear, by=CASHIER, at=OUT)
        invoice(session, order)
        if fen:
            pay(session, order, fen=fen)
        with pytest.raises(billing.ChargesOpen) as short, session.begin_nested():
            billing.clear_exit(session, clear, by=CASHIER, at=OUT)
        assert short.value.values == {"open_fen": 109_400 - fen}
        pay(session, order)
        assert billing.clear_exit(session, clear, by=CASHIER, at=OUT).state == "cleared"


def test_a_payment_taken_back_opens_the_charges_again(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        order = house.quoted(session)
        invoice(session, order)
        journal = pay(session, order)
        ledger.reverse(session, journal.id, entry_id=uuid4(), key="undo", by=SYSTEM, at=OUT, approver=house.owner)
        assert billing.open_charges_of_exit(session, order.id).total_fen == 109_400
        clear = billing.ClearExit(uuid4(), order.id, billing.ClearBasis.PAID)
        with pytest.raises(billing.ChargesOpen):
            billing.clear_exit(session, clear, by=CASHIER, at=OUT)


def test_a_sale_stands_on_its_deals_hold_and_is_cleared_by_the_buyers_money(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        deal_id = house.sell(session, 400)
        sale: dict[str, Any] = {"kind": billing.ExitKind.SALE, "deal_id": deal_id}
        order = house.quoted(session, 300, **sale)
        assert (house.lot.sale_units, house.lot.exit_units) == (400, 0)
        with pytest.raises(billing.UnitsNotSold) as few:
            house.open(session, 101, **sale)
        assert few.value.values == {"units_left": 100, "units": 101}
        legs = (ledger.Leg("A:Cash:Settlement", 200_000), ledger.Leg("L:BuyerWallet:B1", -200_000))
        ledger.post(session, ledger.Entry(uuid4(), "in", "deposit", "in", OUT.on, legs), by=SYSTEM, at=OUT)
        due = billing.due_of_exit(session, order.id, OUT.on).total_fen
        held = []
        for fen in (due - 1, 1):
            wanted = ledger.HoldRequest(uuid4(), "L:BuyerWallet:B1", fen, later(OUT, days=1).at, "balance")
            held.append(ledger.hold(session, wanted, by=SYSTEM, at=OUT).id)
        clear = billing.ClearExit(uuid4(), order.id, billing.ClearBasis.NETTED)
        for hold_ids in ((), (uuid4(),), (held[0],), (held[0], held[0])):
            with pytest.raises(billing.MoneyHeldShort), session.begin_nested():
                billing.clear_exit(session, replace(clear, hold_ids=hold_ids), by=CLERK, at=OUT)
        with pytest.raises(billing.MoneyHeldShort), session.begin_nested():
            billing.clear_exit(session, replace(clear, escrow="A:Cash:Settlement"), by=CLERK, at=OUT)
        done = billing.clear_exit(session, replace(clear, hold_ids=tuple(held)), by=CLERK, at=OUT)
        assert done.state == "cleared"
        assert billing.exits_of_deal(session, deal_id) == [order]


def test_an_own_withdrawal_is_never_netted(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        order = house.quoted(session)
        legs = (ledger.Leg("A:Cash:Settlement", 900_000), ledger.Leg("L:BuyerEscrow:B1", -900_000))
        ledger.post(session, ledger.Entry(uuid4(), "in", "deposit", "in", OUT.on, legs), by=SYSTEM, at=OUT)
        clear = billing.ClearExit(uuid4(), order.id, billing.ClearBasis.NETTED, escrow="L:BuyerEscrow:B1")
        with pytest.raises(billing.MoneyHeldShort):
            billing.clear_exit(session, clear, by=CLERK, at=OUT)


def test_giving_an_exit_up_frees_its_units_unless_something_was_billed(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        order = house.quoted(session)
        void = billing.VoidExit(uuid4(), order.id, "truck broke down")
        for _ in range(2):
            assert billing.void_exit(session, void, by=house.owner, at=OUT).state == "void"
        assert house.lot.exit_units == 0
        billed = house.quoted(session)
        invoice(session, billed)
        with pytest.raises(billing.ExitBilled):
            billing.void_exit(session, replace(void, id=uuid4(), exit_id=billed.id), by=house.owner, at=OUT)
        sound(session)


def test_units_cannot_leave_twice(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        house.open(session, 900)
        with pytest.raises(lots.NotEnoughUnits):
            house.open(session, 101)
        with pytest.raises(billing.UnitsInvalid):
            house.open(session, 0)
        with pytest.raises(billing.CollectorMissing):
            house.open(session, 1, plate=" · ")
        with pytest.raises(billing.CollectorMissing):
            house.open(session, 1, collector_name=" ")
        with pytest.raises(billing.ExitKindInvalid):
            house.open(session, 1, deal_id=uuid4())
        with pytest.raises(billing.ExitKindInvalid):
            house.open(session, 1, kind=billing.ExitKind.SALE)


def test_a_weighing_of_something_else_is_refused(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        first, second = house.paid(session), house.paid(session)
        for order in (first, second):
            billing.record_pick(session, billing.RecordPick(uuid4(), order.id), by=CLERK, at=OUT)
        foreign = weighing_of(session, second, 4_950_000)
        with pytest.raises(billing.WeighingForeign):
            billing.attach_weighing(session, billing.AttachWeighing(uuid4(), first.id, foreign.id), by=CLERK, at=OUT)


def test_a_load_weighed_in_parts_counts_once_all_of_it_is(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        order = house.paid(session)
        billing.record_pick(session, billing.RecordPick(uuid4(), order.id), by=CLERK, at=OUT)
        for units, state, grams in ((100, "picking", None), (150, "weighed", 4_950_000)):
            weighing = weighing_of(session, order, units * 19_800, units=units)
            attach = billing.AttachWeighing(uuid4(), order.id, weighing.id)
            billing.attach_weighing(session, attach, by=CLERK, at=OUT)
            assert (order.state, order.out_grams) == (state, grams)


def test_an_exit_closes_only_when_the_goods_are_gone(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        order = house.weighed(session)
        with pytest.raises(billing.NotTakenOut):
            billing.close_exit_order(
                session, billing.CloseExit(uuid4(), order.id, 5_000_000, 4_950_000), by=CLERK, at=OUT
            )


def test_other_peoples_exits_do_not_exist_and_every_step_needs_its_permission(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        order = house.quoted(session)
        with pytest.raises(lots.LotNotFound):
            billing.open_exit_order(session, house.wanted(), by=house.stranger, at=OUT)
        with pytest.raises(billing.ExitNotFound):
            billing.quote_exit(session, billing.QuoteExit(uuid4(), order.id), by=house.stranger, at=OUT)
        with pytest.raises(billing.ExitNotFound):
            billing.get_exit_order(session, order.id, house.stranger)
        assert billing.list_exit_orders(session, house.stranger).items == []
        assert billing.list_exit_orders(session, house.owner).items == [order]
        deeds: list[tuple[Any, Any]] = [
            (billing.open_exit_order, house.wanted()),
            (billing.quote_exit, billing.QuoteExit(uuid4(), order.id)),
            (billing.clear_exit, billing.ClearExit(uuid4(), order.id, billing.ClearBasis.PAID)),
            (billing.record_pick, billing.RecordPick(uuid4(), order.id)),
            (billing.attach_weighing, billing.AttachWeighing(uuid4(), order.id, uuid4())),
            (billing.close_exit_order, billing.CloseExit(uuid4(), order.id, 1, 1)),
            (billing.void_exit, billing.VoidExit(uuid4(), order.id, "no")),
            (billing.invoice_exit, billing.InvoiceExit(uuid4(), order.id, OUT.on)),
        ]
        for action, request in deeds:
            with pytest.raises(Forbidden):
                action(session, request, by=NOBODY, at=OUT)
        with pytest.raises(Forbidden):
            billing.expire(session, by=CLERK, at=OUT)


@pytest.mark.parametrize("state", list(ExitState))
@pytest.mark.parametrize("event", list(ExitEvent))
def test_every_state_and_event_is_decided(state: ExitState, event: ExitEvent) -> None:
    """What is over stays over; nothing is picked that was not cleared; nothing closes that was not weighed."""
    following = after(state, event)
    if state in (ExitState.CLOSED, ExitState.VOID):
        assert following is None
    assert (following == ExitState.PICKING) == ((state, event) == (ExitState.CLEARED, ExitEvent.PICK)) or (
        state == following == ExitState.PICKING
    )
    assert (following == ExitState.CLOSED) == (
        (state, event) in ((ExitState.WEIGHED, ExitEvent.CLOSE), (ExitState.CLEARED, ExitEvent.TRANSFER))
    )
    assert EXIT_STEPS.get((state, event)) == following


def test_steps_out_of_turn_are_refused(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        order = house.open(session)
        deeds: list[tuple[Any, Any]] = [
            (billing.clear_exit, billing.ClearExit(uuid4(), order.id, billing.ClearBasis.PAID)),
            (billing.record_pick, billing.RecordPick(uuid4(), order.id)),
            (billing.attach_weighing, billing.AttachWeighing(uuid4(), order.id, uuid4())),
            (billing.close_exit_order, billing.CloseExit(uuid4(), order.id, 1, 1)),
            (billing.invoice_exit, billing.InvoiceExit(uuid4(), order.id, OUT.on)),
        ]
        for action, request in deeds:
            with pytest.raises(billing.ExitStep), session.begin_nested():
                action(session, request, by=SYSTEM, at=OUT)
        assert order.state == "open"


def test_the_day_takes_clearances_and_forgotten_orders_back(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        cleared, forgotten = house.paid(session, 100), house.quoted(session, 200)
        assert billing.expire(session, by=SYSTEM, at=OUT) == 0
        assert billing.expire(session, by=SYSTEM, at=later(OUT, days=1)) == 1
        assert (cleared.state, cleared.cleared_at) == ("quoted", None)
        assert billing.expire(session, by=SYSTEM, at=later(OUT, days=3, hours=1)) == 1
        assert (forgotten.state, forgotten.void_reason) == ("void", "expired")
        assert house.lot.exit_units == 100
        assert billing.expire(session, by=SYSTEM, at=later(OUT, days=3, hours=1)) == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE exit_orders SET state = 'closed'",
        "UPDATE exit_orders SET state = 'picking'",
        "UPDATE exit_orders SET state = 'gone'",
        "UPDATE exit_orders SET units = 0",
        "UPDATE exit_orders SET deal_id = lot_id",
    ],
)
def test_the_database_itself_refuses_what_cannot_be(database: Database, statement: str) -> None:
    with database.transaction() as session:
        House(session).open(session)
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.execute(text(statement))
