"""Goods that were sorted, and goods that changed hands where they lie: the trace and every file made of it say so."""

from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from tests.receipts import make
from tests.receipts.test_regrade import OUT, SORTED, sorted_weight, two_lots, wish
from tests.settlement.test_title import Sale, new_lot, transfer
from wms import insight, lots, receipts
from wms.insight.queries.recall import standing
from wms.kernel.clock import Moment
from wms.kernel.database import Database

STAFF = make.actor("Ann", make.P.SEE_ALL)
ZONE = ZoneInfo("Asia/Shanghai")
Goods = dict[UUID, int]
Deeds = list[tuple[Goods, Goods]]


def trace_of(session: Session, lot_id: UUID) -> insight.Trace:
    session.flush()
    return insight.trace(session, lots.get_lot(session, lot_id).code, by=STAFF, at=OUT)


def epcis_of(session: Session, found: insight.Trace) -> tuple[Deeds, set[str]]:
    """Return what became of what by the EPCIS document of a trace, in grams, and all its business steps."""
    keys = insight.Keys(insight.site_of(session, found).id, ZONE)
    document = insight.epcis_document(found, insight.crates_of(session, found), keys, OUT.at)
    assert insight.epcis_faults(document) == []
    events = document["epcisBody"]["eventList"]
    made = [event for event in events if event["type"] == "TransformationEvent"]
    deeds = [(_goods(event["inputQuantityList"]), _goods(event["outputQuantityList"])) for event in made]
    return deeds, {event["bizStep"] for event in events}


def _goods(items: list[dict[str, Any]]) -> Goods:
    return {UUID(item["epcClass"]): item["quantity"] for item in items}


def kde_of(found: insight.Trace) -> list[tuple[str, str, int, str, str]]:
    """Return event, lot code, grams, inputs and kind of paper of each row of a trace's sortable list."""
    rows: list[Any] = list(insight.kde_sheet(found, "烟台一库", ZONE).rows)
    return [(row[0].en, row[2], row[5], row[10], row[11].en) for row in rows]


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_what_was_sorted_of_two_lots_is_told_to_the_gram_from_both_ends(database: Database) -> None:
    def work(session: Session) -> None:
        old = two_lots(session, make.Keeper(session))
        wanted = wish(session, old, (10, 5))
        receipts.regrade(session, wanted, by=make.ASHA, at=SORTED)
        first, second = (output.lot_id for output in wanted.outputs)
        codes = {each: lots.get_lot(session, each).code for each in (*old, first, second)}
        forth, back = trace_of(session, old[0]), trace_of(session, first)

        # of the 1,000,001 g of one lot 500,000 became first grade and 472,974 second; of the other's 500,000, 250,000
        assert {(edge.parent_id, edge.child_id, edge.grams) for edge in forth.edges} == {
            (old[0], first, 500_000), (old[0], second, 472_974),
        }  # fmt: skip
        assert {(lot.generation, lot.code) for lot in back.lots} == {
            (-1, codes[old[0]]), (-1, codes[old[1]]), (0, codes[first]),
        }  # fmt: skip
        (deeds, steps), (later, _) = epcis_of(session, back), epcis_of(session, forth)
        assert deeds == [({old[0]: 500_000, old[1]: 250_000}, {first: 750_000})]
        assert later == [({old[0]: 972_974}, {first: 500_000, second: 472_974})]
        assert "shipping" not in steps
        inputs = f"{codes[old[0]]}, {codes[old[1]]}"
        assert kde_of(back)[-1] == ("transformation", codes[first], 750_000, inputs, "sorting")
        assert [row[1:4] for row in kde_of(forth)[1:]] == [
            (codes[first], 500_000, codes[old[0]]), (codes[second], 472_974, codes[old[0]]),
        ]  # fmt: skip
        stands = standing(session, old)
        assert {row.code for row in stands.lots} == set(codes.values())
        assert (stands.balance.grams_loss, stands.balance.difference) == (40_541, 0)

    database.write(work)


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_a_part_that_comes_back_to_its_lot_is_counted_once(database: Database) -> None:
    def work(session: Session) -> None:
        whole, _ = two_lots(session, make.Keeper(session))
        part = split(session, whole, 4, at=make.later(days=1))
        weighed = tuple(sorted_weight(session, whole, 5, 500_000) for _ in range(2))
        output = lots.RegradeOutput(uuid4(), "一级", weighed, size_mm=85)
        inputs = (lots.RegradeInput(whole, 6), lots.RegradeInput(part, 4))
        receipts.regrade(session, lots.Regrade(uuid4(), inputs, (output,)), by=make.ASHA, at=SORTED)
        end = split(session, output.lot_id, 3, at=OUT)
        stands = standing(session, [whole])
        assert {row.lot_id for row in stands.lots if row.grams_on_hand} == {output.lot_id, end}
        balance = stands.balance
        assert (balance.grams_in, balance.grams_on_hand) == (1_000_001, 1_000_001)
        assert (balance.grams_passed, balance.difference) == (0, 0)

    database.write(work)


def split(session: Session, lot_id: UUID, units: int, *, at: Moment) -> UUID:
    asked = receipts.SplitReceipt(uuid4(), receipts.receipt_of_lot(session, lot_id).id, uuid4(), units)
    receipts.split_receipt(session, asked, by=make.ASHA, at=at)
    session.flush()
    return asked.new_lot_id


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_goods_that_change_hands_where_they_lie_are_not_told_as_gone(database: Database) -> None:
    def work(session: Session) -> None:
        sale = Sale(session)
        exit_id = sale.paid(session)
        transfer(session, exit_id)
        new = new_lot(session, exit_id)
        old = lots.get_lot(session, sale.lot_id)
        for lot_id in (old.id, new.id):
            found = trace_of(session, lot_id)
            assert found.departures == ()
            assert {(edge.parent_id, edge.child_id, edge.grams) for edge in found.edges} == {
                (old.id, new.id, 8_000_000)
            }  # fmt: skip
            assert {step.kind for step in found.steps} >= {"title_out", "title_in"}
            deeds, steps = epcis_of(session, found)
            assert deeds == [({old.id: 8_000_000}, {new.id: 8_000_000})]
            assert not steps & {"loading", "shipping"}
            assert [row for row in kde_of(found) if row[0] != "receiving"] == [
                ("transformation", new.code, 8_000_000, old.code, "transfer of title")
            ]
        for start, grams in ((old.id, 20_000_000), (new.id, 8_000_000)):
            stands = standing(session, [start])
            assert stands.departures == ()
            assert (stands.balance.grams_in, stands.balance.grams_on_hand) == (grams, grams)
            assert (stands.balance.grams_out, stands.balance.difference) == (0, 0)
        assert {row.owner_name for row in standing(session, [old.id]).lots} == {"Bina", "Dev"}
        seller, buyer = (make.actor(name, make.P.SEE_BOARD, party_id=each.owner_id)
                         for name, each in (("Bina", old), ("Dev", new)))  # fmt: skip
        seen = {(lot.code, lot.sight) for lot in insight.trace(session, new.code, by=buyer, at=OUT).lots}
        assert seen == {(new.code, insight.Sight.OWNER), (old.code, insight.Sight.PATH)}
        assert [lot.code for lot in insight.trace(session, old.code, by=seller, at=OUT).lots] == [old.code]

    database.write(work)
