"""Lots split from one: one least charge together, every work billed once, each lot's fen rounded on its own."""

import random
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.billing.make import CLERK, ENTRY, OUT, House, invoice, later, quote, sound, tariff
from tests.lots import make as stock
from wms import billing, lots
from wms.kernel.database import Database

LEAST = 300_00
PRICES = billing.Works((billing.WorkRate("sorting", billing.Per.KG, Decimal("0.0801")),))


def priced(session: Any, rate: str) -> House:
    """A house whose lot costs a rate a kg and day, 300.00 at least, with a price list of work."""
    made = House(session)
    lines = (billing.KgDay(Decimal(rate)), billing.HandlingOut(Decimal("0.0251")), PRICES,
             billing.Minimum(LEAST))  # fmt: skip
    scope = billing.TariffScope(party_id=made.store.bina.id)
    tariff(session, lines=lines, effective_from=ENTRY.on, at=ENTRY, scope=scope)
    return made


def split(session: Any, lot_id: UUID, units: int) -> lots.Lot:
    request = lots.SplitLot(uuid4(), lot_id, uuid4(), units)
    return lots.split(session, request, by=stock.ASHA, at=OUT)


def bill(session: Any, made: House, lot_id: UUID, units: int, day: int = 0) -> billing.Invoice:
    at = later(OUT, days=day)
    order = made.open(session, units, at=at, lot_id=lot_id)
    quote(session, order, at=at)
    return invoice(session, order, at=at)


def work(session: Any, lot_id: UUID, units: int) -> billing.LotWork:
    return billing.record_work(session, billing.RecordWork(uuid4(), lot_id, "sorting", units), by=CLERK, at=OUT)


def walk(session: Any, made: House, chance: random.Random) -> tuple[list[UUID], list[billing.LotWork]]:
    """Split, work on, and bill parts of a lot in any order until all of it is billed, on one day."""
    family, works = [made.lot.id], list[billing.LotWork]()
    left = {made.lot.id: 1000}
    while any(left.values()):
        lot_id = chance.choice([key for key, units in left.items() if units])
        match chance.choice(("split", "work", "bill", "bill")):
            case "split" if left[lot_id] > 1 and len(family) < 5:
                units = chance.randint(1, left[lot_id] - 1)
                new = split(session, lot_id, units)
                family.append(new.id)
                left[lot_id], left[new.id] = left[lot_id] - units, units
            case "work":
                works.append(work(session, lot_id, chance.randint(1, left[lot_id])))
            case "bill":
                units = chance.choice((left[lot_id], chance.randint(1, left[lot_id])))
                bill(session, made, lot_id, units)
                left[lot_id] -= units
            case _:
                continue
    return family, works


@pytest.mark.parametrize("rate", ["0.000001", "0.000163", "0.0022"])
def test_any_way_of_splitting_pays_one_least_charge_and_every_work_once(database: Database, rate: str) -> None:
    """Far below, about at, and far above the least charge of the whole."""
    with database.transaction() as session:
        made = priced(session, rate)
        whole = billing.charges_of(session, made.lot.id, units=1000, on=OUT.on)
        for seed in range(2):
            point = session.begin_nested()
            family, works = walk(session, made, random.Random(seed))
            bills = [billing.billed_of(session, lot_id) for lot_id in family]
            storage = sum(each.storage_fen + each.minimum_fen for each in bills)
            exact = Fraction(whole.storage_nanoyuan, 10_000_000)
            assert sum(each.storage_nanoyuan for each in bills) == whole.storage_nanoyuan
            assert storage >= LEAST
            assert abs(storage - max(exact, Fraction(LEAST))) <= Fraction(len(family), 2)
            assert storage == LEAST or exact > LEAST - len(family)
            done = sum(each.work_nanoyuan for each in works)
            assert sum(each.handling_nanoyuan for each in bills) == whole.handling_nanoyuan + done
            assert [lot_id for lot_id in family if billing.unbilled_works(session, lot_id)] == []
            if seed == 0:
                sound(session)
            point.rollback()


def test_the_last_of_them_tops_up_and_the_page_shows_it_once(database: Database) -> None:
    with database.transaction() as session:
        made = priced(session, "0.000151")  # 20 t for 85 days and 7: less than 300.00
        alone = billing.accrued_unbilled(session, made.lot.id, OUT.on)
        new = split(session, made.lot.id, 400)
        both = [billing.accrued_unbilled(session, lot_id, OUT.on) for lot_id in (made.lot.id, new.id)]
        assert alone.storage_fen == LEAST
        assert sum(each.storage_fen for each in both) == LEAST
        assert sorted(each.minimum_fen for each in both)[0] == 0
        first = bill(session, made, made.lot.id, 600)
        assert billing.lines_of(session, first.id)[0].minimum_fen == 0
        assert billing.accrued_unbilled(session, new.id, OUT.on).storage_fen == LEAST - first.storage_fen
        last = bill(session, made, new.id, 400)
        assert first.storage_fen + last.storage_fen == LEAST
        sound(session)


def test_later_days_use_the_top_up_of_a_kin_up(database: Database) -> None:
    """What was topped up at one lot is taken back where the other, billed and still here, costs more by a day."""
    with database.transaction() as session:
        made = priced(session, "0.000151")
        new = split(session, made.lot.id, 400)
        order = made.open(session, 600)
        quote(session, order)
        first = invoice(session, order)
        last = bill(session, made, new.id, 400)
        tomorrow = later(OUT, days=1)
        quote(session, order, at=tomorrow)
        more = invoice(session, order, at=tomorrow)
        paid = first.storage_fen + last.storage_fen + more.storage_fen
        assert billing.lines_of(session, more.id)[0].minimum_fen < 0
        assert paid == LEAST
        sound(session)


def test_parts_that_leave_at_once_pay_the_least_charge_once(database: Database) -> None:
    """Four parts of a lot of little value, billed by four at the same moment: one of them is the last."""

    def parted(session: Any) -> list[billing.ExitOrder]:
        made = priced(session, "0.0001")
        family = [made.lot.id, *(split(session, made.lot.id, 100).id for _ in range(3))]
        orders = [made.open(session, 700 if n == 0 else 100, at=OUT, lot_id=lot_id) for n, lot_id in enumerate(family)]
        for order in orders:
            quote(session, order, at=OUT)
        return orders

    orders = database.write(parted)
    with ThreadPoolExecutor(len(orders)) as clients:
        list(clients.map(lambda order: database.write(partial(invoice, order=order, at=OUT)), orders))
    bills = [database.read(partial(billing.billed_of, lot_id=order.lot_id)) for order in orders]
    assert sum(each.storage_fen + each.minimum_fen for each in bills) == LEAST
    assert [each.minimum_fen > 0 for each in bills].count(True) == 1
