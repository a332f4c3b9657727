from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from tests.receipts import make
from wms import lots, receipts
from wms.kernel.actor import Actor
from wms.kernel.clock import Moment
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden, WmsError
from wms.kernel.idempotency import RequestIdReused


@pytest.fixture
def paper(database: Database, store: make.Keeper) -> receipts.Receipt:
    return database.write(lambda session: make.receipt(session, store))


def mark(database: Database, request: receipts.MarkPledged, by: Actor = make.LENDER, at: Moment = make.NOW) -> UUID:
    return database.write(lambda s: receipts.mark_pledged(s, request, by=by, at=at).id)


def release(database: Database, pledge_id: UUID, by: Actor = make.LENDER) -> bool:
    return database.write(
        lambda s: receipts.mark_released(s, pledge_id, by=by, at=make.later()).released_at is not None
    )  # fmt: skip


def reduce(database: Database, lot_id: UUID, units: int, exit_id: UUID, by: Actor = make.ASHA) -> int:
    return database.write(
        lambda s: receipts.reduce_receipt(s, lot_id, units, exit_id, by=by, at=make.NOW).units_left
    )  # fmt: skip


def wanted(store: make.Keeper, paper: receipts.Receipt) -> receipts.MarkPledged:
    return receipts.MarkPledged(uuid4(), paper.id, store.lender.id, uuid4(), 11_200_000)


def kinds(database: Database, paper: receipts.Receipt) -> list[str]:
    return database.read(lambda s: sorted(event.kind for event in receipts.events_of(s, paper.id)))


def test_a_receipt_is_pledged_once_and_again_after_release(
    database: Database, store: make.Keeper, paper: receipts.Receipt
) -> None:
    first = mark(database, wanted(store, paper))
    with make.refused(database, receipts.ReceiptAlreadyPledged):
        mark(database, wanted(store, paper))
    assert release(database, first)
    before = make.picture(database)
    assert release(database, first)
    assert make.picture(database) == before
    mark(database, wanted(store, paper))
    assert kinds(database, paper) == ["issued", "pledged", "pledged", "released"]
    database.read(make.sound)


def test_twenty_lenders_at_once_get_one_pledge(database: Database, store: make.Keeper, paper: receipts.Receipt) -> None:
    ready = Barrier(20)

    def client(_: int) -> str:
        ready.wait()
        try:
            mark(database, wanted(store, paper))
        except WmsError as refusal:
            return refusal.code
        return "done"

    with ThreadPoolExecutor(20) as pool:
        outcomes = sorted(pool.map(client, range(20)))
    assert outcomes == ["done"] + ["receipt_already_pledged"] * 19
    database.read(make.sound)


def test_the_database_itself_pledges_once(database: Database, store: make.Keeper, paper: receipts.Receipt) -> None:
    mark(database, wanted(store, paper))
    columns = "receipt_id, lender_id, subject_id, advance_fen, pledged_at, released_at"
    copy = text(f"INSERT INTO receipt_pledges (id, {columns}) SELECT :id, {columns} FROM receipt_pledges")
    number: Any = uuid4().hex if database.is_sqlite else uuid4()
    with pytest.raises(IntegrityError):
        database.write(lambda s: s.execute(copy, {"id": number}))


def test_pledging_refuses(database: Database, store: make.Keeper, paper: receipts.Receipt) -> None:
    with make.refused(database, receipts.ReceiptNotFound):
        mark(database, replace(wanted(store, paper), receipt_id=uuid4()))
    with make.refused(database, receipts.ReceiptExpired):
        mark(database, wanted(store, paper), at=make.later(days=181))
    mark(database, wanted(store, paper), at=make.later(days=180))
    gone = database.write(lambda s: make.receipt(s, store))
    database.write(lambda s: make.leave(s, gone, 10))
    with make.refused(database, receipts.ReceiptNotOpen):
        mark(database, wanted(store, gone))


def test_pledging_twice_with_one_id_is_once(database: Database, store: make.Keeper, paper: receipts.Receipt) -> None:
    request = wanted(store, paper)
    mark(database, request)
    before = make.picture(database)
    assert mark(database, request) == request.id
    assert make.picture(database) == before
    with make.refused(database, RequestIdReused):
        mark(database, replace(request, advance_fen=1))


def test_goods_that_leave_come_off_and_the_last_close_it(
    database: Database, store: make.Keeper, paper: receipts.Receipt
) -> None:
    database.write(lambda s: make.leave(s, paper, 4))
    state = database.write(lambda s: receipts.state_of(s, paper.id))
    assert (state.state, state.units_left) == ("open", 6)
    database.write(lambda s: make.leave(s, paper, 6))
    state = database.write(lambda s: receipts.state_of(s, paper.id))
    assert (state.state, state.units_left) == ("closed", 0)
    assert kinds(database, paper) == ["closed", "issued", "reduced", "reduced"]
    with pytest.raises(receipts.LotHasNoReceipt):
        database.read(lambda s: receipts.receipt_of_lot(s, paper.lot_id))
    database.read(make.sound)


def test_reducing_refuses(database: Database, store: make.Keeper, paper: receipts.Receipt) -> None:
    for units in (0, 11):
        with make.refused(database, receipts.ReceiptUnitsShort):
            reduce(database, paper.lot_id, units, uuid4())
    with make.refused(database, receipts.LotHasNoReceipt):
        reduce(database, uuid4(), 1, uuid4())
    pledge = mark(database, wanted(store, paper))
    with make.refused(database, receipts.ReceiptStillPledged):
        reduce(database, paper.lot_id, 10, uuid4())
    assert reduce(database, paper.lot_id, 9, uuid4()) == 1
    release(database, pledge)
    assert reduce(database, paper.lot_id, 1, uuid4()) == 0


def test_reducing_twice_for_one_exit_is_once(database: Database, paper: receipts.Receipt) -> None:
    exit_id = uuid4()
    for _ in range(2):
        assert reduce(database, paper.lot_id, 10, exit_id) == 0
    with make.refused(database, RequestIdReused):
        reduce(database, paper.lot_id, 9, exit_id)


def test_control_needs_permissions(database: Database, store: make.Keeper, paper: receipts.Receipt) -> None:
    with make.refused(database, Forbidden):
        mark(database, wanted(store, paper), by=make.NOBODY)
    pledge = mark(database, wanted(store, paper))
    with make.refused(database, Forbidden):
        release(database, pledge, by=make.NOBODY)
    with make.refused(database, receipts.ReceiptNotFound):
        release(database, uuid4())
    with make.refused(database, Forbidden):
        reduce(database, paper.lot_id, 1, uuid4(), by=make.NOBODY)


def test_only_the_depositor_and_the_lender_see_it(
    database: Database, store: make.Keeper, paper: receipts.Receipt
) -> None:
    bank = make.actor("bank", party_id=store.lender.id)
    viewers = (store.owner(), store.stranger(), bank, make.NOBODY, make.ASHA)

    def seen(by: Actor) -> bool:
        listed = database.read(lambda s: [row.id for row in receipts.list_receipts(s, by).items])
        try:
            database.read(lambda s: receipts.get_visible_receipt(s, paper.id, by))
        except receipts.ReceiptNotFound:
            assert listed == []
            return False
        assert listed == [paper.id]
        return True

    assert [seen(by) for by in viewers] == [True, False, False, False, True]
    pledge = mark(database, wanted(store, paper))
    assert [seen(by) for by in viewers] == [True, False, True, False, True]
    release(database, pledge)
    assert not seen(bank)
    with pytest.raises(receipts.ReceiptNotFound):
        database.read(lambda s: receipts.get_visible_receipt(s, uuid4(), make.ASHA))


def test_the_check_code_opens_what_anybody_may_know(
    database: Database, store: make.Keeper, paper: receipts.Receipt
) -> None:
    mark(database, wanted(store, paper))
    database.write(lambda s: make.leave(s, paper, 3))
    typed = "-".join([paper.check_code[:8].lower(), paper.check_code[8:]])
    public = database.read(lambda s: receipts.public_receipt(s, typed))
    assert (public.number, public.state, public.pledged) == (paper.code, receipts.ReceiptState.OPEN, True)
    assert (public.units, public.units_left, public.entry_grams) == (10, 7, 20_000_000)
    assert not {"market_value_fen", "depositor_name"} & set(dir(public))
    with pytest.raises(receipts.ReceiptNotFound):
        database.read(lambda s: receipts.public_receipt(s, "2222222222222222"))


def split(database: Database, paper: receipts.Receipt, units: int, by: Actor = make.ASHA, **changes: Any) -> list[UUID]:
    request = replace(receipts.SplitReceipt(uuid4(), paper.id, uuid4(), units), **changes)
    return database.write(lambda s: [row.id for row in receipts.split_receipt(s, request, by=by, at=make.later())])


def test_a_split_makes_two_that_sum_to_the_old(database: Database, paper: receipts.Receipt) -> None:
    database.write(lambda s: make.leave(s, paper, 3))
    stays_id, new_id = split(database, paper, 2)
    stays, new = database.write(lambda s: [receipts.get_receipt(s, number) for number in (stays_id, new_id)])
    assert (stays.units, new.units, stays.entry_grams + new.entry_grams) == (5, 2, 14_000_000)
    assert (stays.number, new.number, stays.replaces_id, new.replaces_id) == (2, 3, paper.id, paper.id)
    assert (stays.lot_id, new.valid_until_on, new.keeper_name) == (
        paper.lot_id,
        paper.valid_until_on,
        paper.keeper_name,
    )
    assert len({paper.check_code, stays.check_code, new.check_code}) == 3
    assert database.read(lambda s: receipts.state_of(s, paper.id).state) == "split"
    assert kinds(database, paper) == ["issued", "reduced", "split"]
    database.read(make.sound)


def test_splitting_refuses(database: Database, store: make.Keeper, paper: receipts.Receipt) -> None:
    with make.refused(database, lots.NotEnoughUnits):
        split(database, paper, 10)
    with make.refused(database, receipts.ReceiptNotFound):
        split(database, paper, 1, receipt_id=uuid4())
    with make.refused(database, Forbidden):
        split(database, paper, 1, by=make.NOBODY)
    with make.refused(database, receipts.ReceiptNotFound):
        split(database, paper, 1, by=store.stranger(make.P.MOVE_STOCK))
    pledge = mark(database, wanted(store, paper))
    with make.refused(database, receipts.ReceiptAlreadyPledged):
        split(database, paper, 1)
    release(database, pledge)
    split(database, paper, 1)
    with make.refused(database, receipts.ReceiptNotOpen):
        split(database, paper, 1)


def test_splitting_twice_with_one_id_is_once(database: Database, paper: receipts.Receipt) -> None:
    changes: dict[str, Any] = {"id": uuid4(), "new_lot_id": uuid4()}
    first = split(database, paper, 2, **changes)
    before = make.picture(database)
    assert split(database, paper, 2, **changes) == first
    assert make.picture(database) == before


def test_a_lot_is_split_with_its_paper(database: Database, store: make.Keeper, paper: receipts.Receipt) -> None:
    request = lots.SplitLot(uuid4(), paper.lot_id, uuid4(), 4)

    def part(by: Actor = make.ASHA, wanted: lots.SplitLot = request) -> UUID:
        return database.write(lambda s: receipts.split_lot(s, wanted, by=by, at=make.NOW).id)

    with make.refused(database, Forbidden):
        part(make.NOBODY)
    with make.refused(database, lots.LotNotFound):
        part(store.stranger(make.P.MOVE_STOCK))
    assert part() == request.new_lot_id
    before = make.picture(database)
    assert part() == request.new_lot_id
    assert make.picture(database) == before
    with make.refused(database, RequestIdReused):
        part(wanted=replace(request, units=3))
    both = (paper.lot_id, request.new_lot_id)
    units = database.read(lambda s: [receipts.receipt_of_lot(s, lot_id).units for lot_id in both])
    assert units == [6, 4]
    database.read(make.sound)


def test_a_lot_without_paper_is_split_alone(database: Database, store: make.Keeper) -> None:
    lot = database.write(lambda s: make.stock.lot(s, store))
    request = lots.SplitLot(uuid4(), lot.id, uuid4(), 4)
    made = database.write(lambda s: receipts.split_lot(s, request, by=make.ASHA, at=make.NOW))
    assert (made.id, made.entry_units) == (request.new_lot_id, 4)
    assert database.read(lambda s: receipts.find_receipt_of_lot(s, made.id)) is None


def test_a_rolled_back_intake_leaves_no_gap(database: Database, store: make.Keeper) -> None:
    def fail(session: Any) -> None:
        make.receipt(session, store)
        raise receipts.IntakeInvalid(what="on purpose")

    with make.refused(database, receipts.IntakeInvalid):
        database.write(fail)
    assert database.write(lambda s: make.receipt(s, store)).number == 1
    database.read(make.sound)


@pytest.mark.parametrize("table", ["warehouse_receipts", "receipt_events"])
def test_papers_are_append_only(database: Database, paper: receipts.Receipt, table: str) -> None:
    for statement in (f"UPDATE {table} SET row_digest = 'x'", f"DELETE FROM {table}"):
        with pytest.raises(DBAPIError, match="append-only"):
            database.write(lambda s, statement=statement: s.execute(text(statement)))  # type: ignore[misc]


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("UPDATE warehouse_receipts SET keeper_name = 'other'", "warehouse_receipts"),
        ("UPDATE receipt_events SET units = units + 1", "receipt_events"),
        ("UPDATE receipt_states SET units_left = 9", "receipt_states"),
        ("UPDATE receipt_states SET pledge_id = NULL", "receipt_pledges"),
        ("UPDATE receipt_pledges SET released_at = 1", "receipt_states"),
        ("UPDATE receipt_numbers SET last_number = 2", "receipt_numbers"),
        ("DELETE FROM receipt_numbers", "receipt_numbers"),
    ],
)
def test_what_is_changed_behind_its_back_is_named(
    database: Database, store: make.Keeper, paper: receipts.Receipt, statement: str, table: str
) -> None:
    mark(database, wanted(store, paper))
    make.change(database, statement)
    assert table in {finding.table for finding in database.read(lambda s: list(receipts.check(s)))}
