from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from tests.receipts import make
from wms import billing, facility, lots, parties, receipts
from wms.kernel.actor import SYSTEM
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden, WmsError
from wms.kernel.idempotency import RequestIdReused


@pytest.fixture
def delivery(database: Database, store: make.Keeper) -> lots.Delivery:
    return database.write(lambda session: make.weighed(session, store))


def test_one_transaction_makes_lot_tariff_and_receipt(
    database: Database, store: make.Keeper, delivery: lots.Delivery
) -> None:
    database.write(lambda s: make.assess(s, "7.8600"))
    done = database.write(lambda s: make.intake(s, delivery.id, room_id=store.room.id))
    lot = database.write(lambda s: lots.get_lot(s, done.lot_ids[0]))
    assert lot.picking_number == 2
    paper = database.write(lambda s: receipts.receipt_of_lot(s, lot.id))
    assert (lot.entry_grams, lot.entry_units, lot.weighed_by_instrument) == (20_000_000, 10, True)
    assert (paper.id, paper.number, paper.code) == (done.receipt_ids[0], 1, "WR-YT1-000001")
    assert (paper.units, paper.entry_grams, paper.market_price) == (10, 20_000_000, Decimal("7.8600"))
    assert paper.market_value_fen == 15_720_000
    assert database.read(lambda s: lots.get_visible_delivery(s, delivery.id, make.ASHA).state) == "completed"
    promised = database.write(lambda s: billing.tariff_of_lot(s, lots.get_lot(s, lot.id)))
    assert promised is not None
    assert promised.version_id == store.tariff.id
    database.read(make.sound)


def test_the_receipt_says_what_the_statutes_ask(
    database: Database, store: make.Keeper, delivery: lots.Delivery
) -> None:
    done = database.write(lambda s: make.intake(s, delivery.id, room_id=store.room.id))
    paper = database.write(lambda s: receipts.get_receipt(s, done.receipt_ids[0]))
    assert (paper.keeper_name, paper.depositor_name, paper.depositor_id) == ("烟台冷库有限公司", "Bina", store.bina.id)
    assert (paper.variety, paper.grade, paper.size, paper.bagging) == ("富士", "一二级", "80以上", "纸袋")
    assert (paper.issued_on, paper.issued_place, paper.signed_by_name) == (make.NOW.on, "烟台一库", make.ASHA.name)
    assert (paper.deliver_to, paper.negotiable) == ("named", False)
    assert paper.loss_standard_permille == parties.ContractTerms().loss_standard_permille
    assert paper.storage_place == "烟台一库 A1 库"
    assert (paper.stored_from_on, paper.valid_until_on) == (make.NOW.on, date(2027, 4, 18))
    assert paper.insurance is not None
    assert (paper.insurance["insurer"], paper.insurance["sum_fen"]) == ("人保", 500_000_000)
    assert paper.insurance["until_on"] == "2027-09-01"
    assert "仓储费 0.002 元/公斤·日" in paper.charges_text
    assert "handling out 0.025 yuan/kg" in paper.charges_text
    assert (paper.advances_fen, paper.market_value_fen, paper.tariff_version_id) == (0, None, None)
    assert paper.lien_text
    assert paper.keeper_interest_text


def test_a_locked_contract_prints_its_tariff(database: Database, store: make.Keeper, delivery: lots.Delivery) -> None:
    terms = parties.ContractTerms(tariff_locked=True, loss_standard_permille=20)
    contract = parties.SignContractRequest(uuid4(), store.bina.id, "C-1", make.NOW.on, terms=terms)
    database.write(lambda s: parties.sign_contract(s, contract, by=SYSTEM, at=make.NOW))
    done = database.write(lambda s: make.intake(s, delivery.id, negotiable=True))
    paper = database.write(lambda s: receipts.get_receipt(s, done.receipt_ids[0]))
    assert (paper.tariff_version_id, paper.loss_standard_permille) == (store.tariff.id, 20)
    assert (paper.deliver_to, paper.insurance, paper.storage_place) == ("order", None, "烟台一库")


def test_lines_share_the_net_to_the_gram(database: Database, store: make.Keeper) -> None:
    truck = database.write(lambda s: make.weighed(s, store, 10_000_100))
    lines = (make.line(1), make.line(1, grade="三级"), make.line(1, grade="统货"))
    done = database.write(lambda s: make.intake(s, truck.id, *lines))
    grams = database.read(lambda s: [lots.get_lot(s, lot_id).entry_grams for lot_id in done.lot_ids])
    assert grams == [34, 33, 33]
    assert database.read(lambda s: [receipts.get_receipt(s, i).number for i in done.receipt_ids]) == [1, 2, 3]
    database.read(make.sound)


def test_crates_are_taken_off_the_trucks_net(database: Database, store: make.Keeper, delivery: lots.Delivery) -> None:
    lines = (make.line(6, unit_tare_grams=2_000), make.line(4, grade="三级", unit_tare_grams=1_000))
    done = database.write(lambda s: make.intake(s, delivery.id, *lines))
    grams = database.read(lambda s: [lots.get_lot(s, lot_id).entry_grams for lot_id in done.lot_ids])
    assert sum(grams) == 20_000_000 - 16_000
    database.read(make.sound)


def test_units_on_the_platform_belong_to_their_line(database: Database, store: make.Keeper) -> None:
    def work(session: Any) -> receipts.IntakeDone:
        truck = make.stock.delivery(session, store)
        first = [make.platform(session, truck.id, 1, grams) for grams in (22_000, 23_500)]
        second = make.platform(session, truck.id, 3, 61_000)
        lines = (
            make.line(2, weighing_ids=tuple(first), one_by_one=True),
            make.line(3, grade="三级", weighing_ids=(second,)),
        )
        return make.intake(session, truck.id, *lines)

    done = database.write(work)
    own, rest = database.write(lambda s: [lots.get_lot(s, lot_id) for lot_id in done.lot_ids])
    assert (own.entry_grams, own.weighed_one_by_one, own.unit_tare_grams) == (41_500, True, 2_000)
    assert (rest.entry_grams, rest.weighed_one_by_one) == (55_000, False)
    assert database.write(lambda s: lots.grams_of(lots.get_lot(s, own.id), 1)) == 20_000
    database.read(make.sound)


def test_a_typed_weight_marks_every_lot_of_the_truck(database: Database, store: make.Keeper) -> None:
    def work(session: Any) -> receipts.IntakeDone:
        truck = make.stock.delivery(session, store)
        typed = lots.WeighRequest(
            uuid4(), lots.Purpose.GROSS, delivery_id=truck.id, typed_grams=30_000_000, reason="display broken"
        )
        lots.weigh(session, typed, by=make.ASHA, at=make.NOW, witness=make.WITNESS)
        key = make.stock.record(session, 10_000_000)
        tare = lots.WeighRequest(uuid4(), lots.Purpose.TARE, delivery_id=truck.id, record=key)
        lots.weigh(session, tare, by=make.ASHA, at=make.NOW)
        return make.intake(session, truck.id)

    done = database.write(work)
    (facts,) = database.read(lambda s: lots.facts(s, done.lot_ids))
    assert not facts.weighed_by_instrument
    assert not database.read(lambda s: receipts.get_receipt(s, done.receipt_ids[0]).weighed_by_instrument)


@pytest.mark.parametrize(
    ("lines", "error"),
    [
        ((make.line(0),), receipts.IntakeInvalid),
        ((make.line(5, unit_tare_grams=-1),), receipts.IntakeInvalid),
        ((make.line(1, unit_tare_grams=20_000_000),), receipts.IntakeInvalid),
        ((make.line(5, weighing_ids=(uuid4(),)),), receipts.IntakeInvalid),
        ((make.line(5, one_by_one=True),), receipts.IntakeInvalid),
        ((make.line(5, storage_type="hot"),), receipts.IntakeInvalid),
        ((make.line(5, picking_number=0),), lots.RequestWrong),
        ((make.line(5, picking_number=21),), lots.RequestWrong),
        ((make.line(5), make.line(5, lot_id=make.line().lot_id)) * 2, receipts.IntakeInvalid),
    ],
)
def test_lines_must_fit(
    database: Database, delivery: lots.Delivery, lines: tuple[receipts.IntakeLine, ...], error: type[WmsError]
) -> None:
    with make.refused(database, error):
        database.write(lambda s: make.intake(s, delivery.id, *lines))


def test_an_intake_without_lines_is_none(database: Database, delivery: lots.Delivery) -> None:
    with make.refused(database, receipts.IntakeInvalid):
        database.write(lambda s: make.intake(s, delivery.id, lines=()))


def test_crates_tried_on_the_platform_show_a_miscount(
    database: Database, store: make.Keeper, delivery: lots.Delivery
) -> None:
    """20 t of truck's net; 4 crates tried weigh 39,500 g net, so that 500 make 19.75 t: 12.7 permille away."""
    average = lots.Purpose.AVERAGE
    slip = database.write(lambda s: make.platform(s, delivery.id, 8, 87_000, purpose=average))
    database.write(
        lambda s: make.platform(s, delivery.id, 4, 166_000, purpose=average, corrects_id=slip, reason="four, not eight")
    )
    tried = database.read(lambda s: lots.tried_crates(s, delivery.id))
    assert tried is not None
    assert (tried.units, tried.grams, tried.expected(500)) == (4, 158_000, 19_750_000)
    for line in (make.line(480), make.line(520)):
        request = receipts.CompleteIntake(uuid4(), delivery.id, (line,))
        with make.refused(database, receipts.AverageDiffers):
            database.write(partial(receipts.complete_intake, request=request, by=make.ASHA, at=make.NOW))
    done = database.write(lambda s: make.intake(s, delivery.id, make.line(500)))
    assert database.read(lambda s: lots.get_lot(s, done.lot_ids[0]).entry_grams) == 20_000_000


def test_a_reason_lets_goods_in_that_weigh_unlike_those_tried(database: Database, delivery: lots.Delivery) -> None:
    database.write(lambda s: make.platform(s, delivery.id, 4, 166_000, purpose=lots.Purpose.AVERAGE))
    done = database.write(
        lambda s: make.intake(s, delivery.id, make.line(480), difference_reason="wet crates below the tarpaulin")
    )
    assert database.read(lambda s: lots.get_lot(s, done.lot_ids[0]).entry_units) == 480


def test_every_platform_weighing_is_used_once(database: Database, store: make.Keeper) -> None:
    def weighed(session: Any) -> tuple[Any, ...]:
        truck = make.stock.delivery(session, store)
        return truck.id, make.platform(session, truck.id, 2, 42_000), make.platform(session, truck.id, 2, 43_000)

    truck_id, first, second = database.write(weighed)
    for lines in (
        (make.line(2, weighing_ids=(first,)),),
        (make.line(4, weighing_ids=(first, second, second)),),
        (make.line(3, weighing_ids=(first, second)),),
        (make.line(4, weighing_ids=(first, second), one_by_one=True),),
        (make.line(4, weighing_ids=(first, second)), make.line(1)),
    ):
        with make.refused(database, receipts.IntakeInvalid):
            database.write(lambda s, lines=lines: make.intake(s, truck_id, *lines))  # type: ignore[misc]
    database.write(lambda s: make.intake(s, truck_id, make.line(4, weighing_ids=(first, second))))
    database.read(make.sound)


def test_it_refuses_what_is_not_weighed_or_not_there(database: Database, store: make.Keeper) -> None:
    empty = database.write(lambda s: make.stock.delivery(s, store))
    with make.refused(database, lots.DeliveryNotWeighed):
        database.write(lambda s: make.intake(s, empty.id))
    with make.refused(database, lots.DeliveryNotFound):
        database.write(lambda s: make.intake(s, uuid4()))


def test_it_refuses_without_a_tariff_and_in_a_room_elsewhere(
    database: Database, store: make.Keeper, delivery: lots.Delivery
) -> None:
    with make.refused(database, facility.RoomNotFound):
        database.write(lambda s: make.intake(s, delivery.id, room_id=uuid4()))
    early = make.later(days=-300)
    truck = database.write(lambda s: make.weighed(s, store, at=early))
    with make.refused(database, billing.TariffMissing):
        database.write(lambda s: make.intake(s, truck.id, at=early))


def test_a_repeat_returns_the_first(database: Database, delivery: lots.Delivery) -> None:
    request = receipts.CompleteIntake(uuid4(), delivery.id, (make.line(),))
    first = database.write(lambda s: receipts.complete_intake(s, request, by=make.ASHA, at=make.NOW))
    before = make.picture(database)
    assert database.write(lambda s: receipts.complete_intake(s, request, by=make.ASHA, at=make.later())) == first
    assert make.picture(database) == before
    with make.refused(database, RequestIdReused):
        other = replace(request, negotiable=True)
        database.write(lambda s: receipts.complete_intake(s, other, by=make.ASHA, at=make.NOW))
    with make.refused(database, lots.DeliveryNotOpen):
        database.write(lambda s: make.intake(s, delivery.id))


def test_it_needs_the_permission_and_sight(database: Database, store: make.Keeper, delivery: lots.Delivery) -> None:
    with make.refused(database, Forbidden):
        database.write(lambda s: make.intake(s, delivery.id, by=make.NOBODY))
    with make.refused(database, lots.DeliveryNotFound):
        database.write(lambda s: make.intake(s, delivery.id, by=store.stranger(make.P.TAKE_IN)))
