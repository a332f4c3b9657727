"""Sorting: weights shared to the gram, genealogy both ways, charges that follow, paper that says the same."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.billing import make as money
from tests.receipts import make
from wms import billing, lots, receipts
from wms.kernel.actor import Actor
from wms.kernel.clock import Moment
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden, WmsError
from wms.kernel.idempotency import RequestIdReused
from wms.kernel.numbers import half_up

R = lots.HoldReason
FEN = 10_000_000  # nano-yuan
SORTED = make.later(days=60)
OUT = make.later(days=100)


@pytest.fixture
def store(database: Database) -> make.Keeper:
    return database.write(make.Keeper)


def sorted_weight(
    session: Session, lot_id: UUID, units: int, grams: int, *, at: Moment = SORTED, **changes: Any
) -> UUID:
    """A platform weighing after sorting, crates of 2 kg."""
    key = make.stock.record(session, grams + units * 2_000, instrument=make.stock.PLATFORM, at=at)
    wanted = lots.WeighRequest(
        uuid4(), lots.Purpose.SORT, lot_id=lot_id, record=key, units=units, unit_tare_grams=2_000
    )
    return lots.weigh(session, replace(wanted, **changes), by=make.ASHA, at=at).id


def two_lots(session: Session, store: make.Keeper, **changes: Any) -> tuple[UUID, UUID]:
    """Two lots of one delivery with receipts: 10 and 5 units of 1,500,001 g in all, one of them in a slot."""
    done = make.intake(
        session, make.weighed(session, store, gross=11_500_001).id, make.line(10), make.line(5, **changes),
        room_id=store.room.id,
    )  # fmt: skip
    put = lots.PutAway(uuid4(), done.lot_ids[0], store.slots[0].id, 10)
    lots.put_away(session, put, by=make.ASHA, at=make.NOW)
    return done.lot_ids[0], done.lot_ids[1]


def wish(session: Session, ids: tuple[UUID, ...], units: tuple[int, ...], **changes: Any) -> lots.Regrade:
    """Everything sorted into two grades, 740 kg and 700 kg, and 40 kg of culls: 1,480 kg."""
    first = ids[0]
    wanted = lots.Regrade(
        id=uuid4(),
        inputs=tuple(lots.RegradeInput(lot_id, count) for lot_id, count in zip(ids, units, strict=True)),
        outputs=(
            lots.RegradeOutput(uuid4(), "一级", (sorted_weight(session, first, 7, 740_000),), size_mm=85),
            lots.RegradeOutput(uuid4(), "二级", (sorted_weight(session, first, 6, 700_000),), size_mm=75),
        ),
        cull_weighing_ids=(sorted_weight(session, first, 1, 40_000),),
    )
    return replace(wanted, **changes)


def regrade(session: Session, wanted: lots.Regrade, *, by: Actor = make.ASHA, at: Moment = SORTED) -> lots.Regraded:
    return receipts.regrade(session, wanted, by=by, at=at)


@pytest.fixture
def both(database: Database, store: make.Keeper) -> tuple[UUID, UUID]:
    return database.write(lambda s: two_lots(s, store))


@pytest.fixture
def wanted(database: Database, both: tuple[UUID, UUID]) -> lots.Regrade:
    return database.write(lambda s: wish(s, both, (10, 5)))


def test_weights_papers_and_genealogy(database: Database, both: tuple[UUID, UUID], wanted: lots.Regrade) -> None:
    done = database.write(lambda s: regrade(s, wanted))

    def look(session: Session) -> None:
        old = [lots.get_lot(session, lot_id) for lot_id in both]
        new = [lots.get_lot(session, output.lot_id) for output in wanted.outputs]
        # 1,500,001 g shared over 740 : 700 : 40 by the largest remainder
        assert [lot.entry_grams for lot in new] == [750_000, 709_460]
        assert sum(lot.grams_loss for lot in old) == 40_541
        assert [(lot.units_on_hand, lot.grams_on_hand, lot.units_passed) for lot in old] == [(0, 0, 10), (0, 0, 5)]
        for lot in new:
            assert (lot.entry_on, lot.owner_id, lot.orchard_block) == (old[0].entry_on, old[0].owner_id, "")
            assert (lot.units_placed, lot.put_away_at, lot.weighed_by_instrument) == (0, None, True)
            paper = receipts.receipt_of_lot(session, lot.id)
            assert (paper.grade, paper.units, paper.entry_grams) == (lot.grade, lot.entry_units, lot.entry_grams)
            kin = lots.parents_of(session, lot.id)
            assert {one.lot_id for one in kin} == set(both)
            assert sum(one.grams for one in kin) == lot.entry_grams
        for lot in old:
            assert {one.lot_id for one in lots.children_of(session, lot.id)} == {one.id for one in new}
            assert receipts.find_receipt_of_lot(session, lot.id) is None
        losses = [row for lot in old for row in lots.shrink_of_lot(session, lot.id)]
        assert [(row.source, row.excess_grams) for row in losses] == [("sort", 0)] * 2
        assert sum(row.loss_grams for row in losses) == 40_541
        make.sound(session)

    database.read(look)
    assert done.emptied == set(both)


def test_a_part_goes_in_and_the_rest_stays(database: Database, both: tuple[UUID, UUID]) -> None:
    def work(session: Session) -> lots.Regraded:
        # 4 of 10 units of the first lot carry 400,000 g; 2 of 5 of the second 200,000 g
        outputs = (lots.RegradeOutput(uuid4(), "一级", (sorted_weight(session, both[0], 5, 595_000),)),)
        return regrade(session, wish(session, both, (4, 2), outputs=outputs, cull_weighing_ids=()))

    done = database.write(work)

    def look(session: Session) -> None:
        assert [lots.get_lot(session, lot_id).units_on_hand for lot_id in both] == [6, 3]
        assert [receipts.state_of(session, receipts.receipt_of_lot(session, i).id).units_left for i in both] == [6, 3]
        assert lots.get_lot(session, done.lot_ids[0]).entry_grams == 600_000
        assert done.emptied == frozenset()
        make.sound(session)

    database.read(look)


def test_held_units_are_not_sorted(database: Database, both: tuple[UUID, UUID], wanted: lots.Regrade) -> None:
    def one(session: Session, reason: lots.HoldReason) -> None:
        for held in lots.holds_of(session, both[1]):
            lots.lift_hold(session, held.id, by=make.ESHA, at=make.NOW)
        make.stock.hold(session, both[1], 1, reason)

    for reason in (R.SALE, R.EXIT, R.PLEDGE, R.LIEN, R.COUNT):
        database.write(partial(one, reason=reason))
        with make.refused(database, lots.NotEnoughUnits):
            database.write(lambda s: regrade(s, wanted))


def test_quarantine_and_a_pledged_paper_stop_it(
    database: Database, store: make.Keeper, both: tuple[UUID, UUID], wanted: lots.Regrade
) -> None:
    hold = database.write(lambda s: make.stock.hold(s, both[0], 1, R.QUARANTINE))
    with make.refused(database, lots.LotQuarantined):
        database.write(lambda s: regrade(s, wanted))
    database.write(lambda s: make.stock.lift(s, hold))
    database.write(lambda s: make.pledge(s, receipts.receipt_of_lot(s, both[1]), store))
    with make.refused(database, receipts.ReceiptAlreadyPledged):
        database.write(lambda s: regrade(s, wanted))


def test_only_like_goods_of_one_day_are_sorted_together(
    database: Database, store: make.Keeper, both: tuple[UUID, UUID]
) -> None:
    def other(session: Session, unlike: dict[str, Any]) -> UUID:
        day = make.later(days=unlike.pop("days", 0))
        truck = make.weighed(session, store, at=day)
        return make.intake(session, truck.id, make.line(5, **unlike), at=day).lot_ids[0]

    def asked(session: Session, unlike: dict[str, Any]) -> lots.Regrade:
        return wish(session, (both[0], other(session, dict(unlike))), (10, 5))

    for unlike in ({"variety": "嘎啦"}, {"storage_type": "ca"}, {"owner_class": "merchant"}, {"days": 1}):
        wanted = database.write(partial(asked, unlike=unlike))
        with make.refused(database, lots.RegradeUnlike):
            database.write(partial(regrade, wanted=wanted))


def test_a_weight_must_be_of_this_sorting_and_plausible(
    database: Database, both: tuple[UUID, UUID], wanted: lots.Regrade
) -> None:
    forgotten = replace(wanted, outputs=wanted.outputs[:1])
    with make.refused(database, lots.RegradeWeightsDiffer):
        database.write(lambda s: regrade(s, forgotten))
    twice = replace(wanted, cull_weighing_ids=wanted.outputs[0].weighing_ids)
    with make.refused(database, lots.RequestWrong):
        database.write(lambda s: regrade(s, twice))
    first, second = wanted.outputs
    unsaid = (
        {"inputs": ()}, {"inputs": (wanted.inputs[0], wanted.inputs[0])},
        {"outputs": (replace(first, grade=" "), second)}, {"outputs": (first, replace(second, weighing_ids=()))},
    )  # fmt: skip
    for changes in unsaid:
        with make.refused(database, lots.RequestWrong):
            database.write(partial(regrade, wanted=replace(wanted, **changes)))
    with make.refused(database, lots.SortWeighingUnfit):
        database.write(lambda s: regrade(s, replace(wanted, cull_weighing_ids=(uuid4(),))))
    with make.refused(database, lots.RequestWrong):
        database.write(lambda s: regrade(s, replace(wanted, outputs=())))
    database.write(lambda s: regrade(s, wanted))
    again = replace(wanted, id=uuid4(), inputs=(lots.RegradeInput(wanted.outputs[0].lot_id, 1),))
    with make.refused(database, WmsError):
        database.write(lambda s: regrade(s, again))


def test_typed_weights_make_lots_to_weigh_again(database: Database, both: tuple[UUID, UUID]) -> None:
    def work(session: Session) -> lots.Regraded:
        wanted = wish(session, both, (10, 5), cull_weighing_ids=())
        typed = lots.WeighRequest(
            uuid4(), lots.Purpose.SORT, lot_id=both[0], typed_grams=40_000, reason="scale away", units=1
        )
        row = lots.weigh(session, typed, by=make.ASHA, at=SORTED, witness=make.WITNESS)
        third = lots.RegradeOutput(uuid4(), "三级", (row.id,))
        return regrade(session, replace(wanted, outputs=(*wanted.outputs, third)))

    done = database.write(work)
    trusted = database.read(lambda s: [lots.get_lot(s, i).weighed_by_instrument for i in done.lot_ids])
    assert trusted == [True, True, False]


def test_permission_sight_and_repeat(
    database: Database, store: make.Keeper, both: tuple[UUID, UUID], wanted: lots.Regrade
) -> None:
    with make.refused(database, Forbidden):
        database.write(lambda s: regrade(s, wanted, by=make.NOBODY))
    with make.refused(database, lots.LotNotFound):
        database.write(lambda s: regrade(s, wanted, by=store.stranger(make.P.MOVE_STOCK)))
    first = database.write(lambda s: regrade(s, wanted))
    before = make.picture(database)
    assert database.write(lambda s: regrade(s, wanted)) == first
    assert make.picture(database) == before
    with make.refused(database, RequestIdReused):
        database.write(lambda s: regrade(s, replace(wanted, note="other")))


# ---------------------------------------------------------------- charges

LINES: tuple[billing.TariffLine, ...] = (
    billing.KgDay(Decimal("0.0021"), free_days=7, tiers=(billing.Tier(31, Decimal("0.0013")),)),
    billing.HandlingIn(Decimal("0.0200")),
    billing.HandlingOut(Decimal("0.0250")),
    billing.CrateRent(Decimal("0.0300"), free_days=10),
    billing.Works((billing.WorkRate("sorting", billing.Per.KG, Decimal("0.0500")),)),
)


def owed(session: Session, lot_ids: tuple[UUID, ...], on: date) -> tuple[int, int]:
    """Exact storage and handling, less handling out, of all that is here."""
    found = [billing.accrued_unbilled(session, lot_id, on, include_handling_out=False) for lot_id in lot_ids]
    return sum(one.storage_nanoyuan for one in found), sum(one.handling_nanoyuan for one in found)


def test_not_a_nano_yuan_is_lost_or_made(database: Database, store: make.Keeper) -> None:
    """On the day of a sorting the same is owed before and after; later the culls cost nothing more."""

    def work(session: Session) -> None:
        money.tariff(session, lines=LINES, effective_from=date(2026, 10, 20))
        ids = two_lots(session, store)
        record = billing.RecordWork(uuid4(), ids[0], "sorting", 10)
        billing.record_work(session, record, by=make.ASHA, at=SORTED)
        before = owed(session, ids, SORTED.on)
        wanted = wish(session, ids, (10, 5))
        done = regrade(session, wanted)
        assert owed(session, done.lot_ids, SORTED.on) == before
        once_more = lots.RegradeOutput(uuid4(), "特级", (sorted_weight(session, done.lot_ids[0], 8, 745_000, at=OUT),))
        early = owed(session, done.lot_ids, OUT.on)
        # forty days later: grams of the new lots at the late tier, and the rent of their 13 crates
        assert early[0] - before[0] == (750_000 + 709_460) * 1_300 * 40
        assert early[1] - before[1] == 13 * 30_000 * 1_000 * 40
        again = lots.Regrade(uuid4(), (lots.RegradeInput(wanted.outputs[0].lot_id, 7),), (once_more,))
        regrade(session, again, at=OUT)
        assert owed(session, (once_more.lot_id, wanted.outputs[1].lot_id), OUT.on) == early
        make.sound(session)

    database.write(work)


def test_what_was_billed_before_counts_after(database: Database, store: make.Keeper) -> None:
    """A lot half gone is sorted away: its fraction of a fen and its minimum go on, all bills sum to the exact total."""

    def work(session: Session) -> None:
        money.tariff(session, lines=(*LINES, billing.Minimum(2_000)), effective_from=date(2026, 10, 20))
        (lot_id,) = make.intake(
            session, make.weighed(session, store, gross=10_100_003).id, make.line(10), room_id=store.room.id
        ).lot_ids
        first = leave(session, store, lot_id, 5, 49_500)
        rest = lots.RegradeOutput(uuid4(), "一级", (sorted_weight(session, lot_id, 4, 49_500, at=OUT),))
        wanted = lots.Regrade(uuid4(), (lots.RegradeInput(lot_id, 5),), (rest,))
        regrade(session, wanted, at=OUT)
        last = leave(session, store, rest.lot_id, 4, 49_000)
        lines = [line for bill in (*first, *last) for line in billing.lines_of(session, bill.id)]
        storage = [line for line in lines if line.kind == "storage"]
        assert sum(line.charge_fen for line in storage) == 2_000, "one minimum, not one a lot"
        handling = [line for line in lines if line.kind == "handling"]
        # the part of a fen that went on stands in both lots' exact amounts
        mine = ("handling", "carried")
        twice = sum(row.carried_nanoyuan for row in handed_on(session) if (row.kind, row.line) == mine)
        exact = sum(line.charge_nanoyuan for line in handling) - twice
        assert twice, "this test wants a lot whose bills left part of a fen"
        assert sum(line.charge_fen for line in handling) == half_up(Fraction(exact, FEN))
        assert billing.unbilled_carried(session, rest.lot_id) == []
        make.sound(session)

    database.write(work)


def handed_on(session: Session) -> list[billing.CarriedCharge]:
    return list(session.scalars(select(billing.CarriedCharge)))


def leave(session: Session, store: make.Keeper, lot_id: UUID, units: int, grams: int) -> list[billing.Invoice]:
    """An own withdrawal from the order to the gate, all of it paid."""
    owner = store.owner(make.P.ORDER_EXIT)
    wanted = billing.OpenExit(uuid4(), lot_id, units, billing.ExitKind.OWN, "Li", "鲁F12345")
    order = billing.open_exit_order(session, wanted, by=owner, at=OUT)
    money.quote(session, order, at=OUT)
    money.invoice(session, order, at=OUT)
    money.pay(session, order, at=OUT)
    billing.clear_exit(
        session, billing.ClearExit(uuid4(), order.id, billing.ClearBasis.PAID), by=money.CASHIER, at=OUT
    )  # fmt: skip
    money.weigh_out(session, order, grams, at=OUT)
    money.close(session, order, at=OUT)
    receipts.reduce_receipt(session, lot_id, units, order.id, by=make.ASHA, at=OUT)
    return [invoice for invoice in billing.invoices_of(session, order.id)]


def test_a_billed_exit_goes_first(database: Database, store: make.Keeper) -> None:
    def work(session: Session) -> lots.Regrade:
        ids = two_lots(session, store)
        wanted = billing.OpenExit(uuid4(), ids[0], 2, billing.ExitKind.OWN, "Li", "鲁F12345")
        order = billing.open_exit_order(session, wanted, by=store.owner(make.P.ORDER_EXIT), at=SORTED)
        money.quote(session, order, at=SORTED)
        money.invoice(session, order, at=SORTED)
        outputs = (lots.RegradeOutput(uuid4(), "一级", (sorted_weight(session, ids[0], 4, 395_000),)),)
        return wish(session, ids[:1], (4,), outputs=outputs, cull_weighing_ids=())

    wanted = database.write(work)
    with make.refused(database, billing.LotBeingBilled):
        database.write(lambda s: regrade(s, wanted))
