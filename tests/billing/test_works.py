"""Work on goods: priced by the tariff of its day, billed once with the next exit."""

from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from tests.billing.make import (
    CLERK,
    MANAGER,
    NOBODY,
    OLD_LINES,
    OUT,
    House,
    invoice,
    later,
    quote,
    sound,
    tariff,
)
from wms import billing, lots
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden

PRICES = billing.Works(
    (
        billing.WorkRate("sorting", billing.Per.KG, Decimal("0.08")),
        billing.WorkRate("relabelling", billing.Per.UNIT, Decimal("0.50")),
        billing.WorkRate("night loading", billing.Per.JOB, Decimal("200")),
    )
)


def house(session: Any) -> House:
    made = House(session)
    tariff(session, lines=(*OLD_LINES, PRICES), effective_from=OUT.on, at=OUT)
    return made


def work(made: House, kind: str = "sorting", units: int = 100) -> billing.RecordWork:
    return billing.RecordWork(uuid4(), made.lot.id, kind, units, "for the buyer")


def test_work_is_priced_by_weight_unit_or_job_and_billed_once(database: Database) -> None:
    with database.transaction() as session:
        made = house(session)
        before = billing.accrued_unbilled(session, made.lot.id, OUT.on).handling_fen
        for kind in ("sorting", "relabelling", "night loading"):
            request = work(made, kind)
            first = billing.record_work(session, request, by=CLERK, at=OUT)
            assert billing.record_work(session, request, by=CLERK, at=OUT) is first
        added = 16_000 + 5_000 + 20_000  # 2,000 kg × 0.08, 100 × 0.50, once 200.00
        assert billing.accrued_unbilled(session, made.lot.id, OUT.on).handling_fen == before + added
        order = made.quoted(session)
        billed = invoice(session, order)
        assert billed.handling_fen == 22_500 + added
        words = [line["line"] for line in billing.lines_of(session, billed.id)[1].explanation]
        assert sorted(words[-3:]) == ["night loading", "relabelling", "sorting"]
        billing.record_work(session, work(made, "relabelling"), by=CLERK, at=OUT)
        again = billing.charges_of(session, made.lot.id, units=250, on=OUT.on, exit_id=order.id)
        assert again.handling_fen == 5_000  # the same exit owes only the new work
        next_day = later(OUT, days=1)
        quote(session, order, at=next_day)
        assert invoice(session, order, at=next_day).handling_fen == 5_000
        other = made.quoted(session, 100, at=next_day)
        assert invoice(session, other, at=next_day).handling_fen == 9_000
        assert len(billing.works_of(session, made.lot.id)) == 4
        sound(session)


def test_what_has_no_price_or_is_not_here_is_refused(database: Database) -> None:
    with database.transaction() as session:
        made = house(session)
        with pytest.raises(billing.WorkNotPriced):
            billing.record_work(session, work(made, "waxing"), by=CLERK, at=OUT)
        for units in (0, 1001):
            with pytest.raises(billing.UnitsInvalid), session.begin_nested():
                billing.record_work(session, work(made, units=units), by=CLERK, at=OUT)
        with pytest.raises(Forbidden):
            billing.record_work(session, work(made), by=NOBODY, at=OUT)
        outsider = replace(made.stranger, permissions=CLERK.permissions - {"see_all"})
        with pytest.raises(lots.LotNotFound):
            billing.record_work(session, work(made), by=outsider, at=OUT)
        assert billing.works_of(session, made.lot.id) == []


def test_a_price_list_names_each_work_once(database: Database) -> None:
    with database.transaction() as session:
        one = billing.WorkRate("sorting", billing.Per.KG, Decimal("0.08"))
        for rates in ((), (one, one), (replace(one, work=" "),), (replace(one, rate=Decimal("-1")),)):
            request = billing.ProposeTariff(uuid4(), "works", OUT.on, (*OLD_LINES, billing.Works(rates)))
            with pytest.raises(billing.TariffRateInvalid):
                billing.propose_tariff(session, request, by=MANAGER, at=OUT)
