"""Both directions, from any number, and nobody sees what is not his."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from tests.insight.make import SOLD_GRAMS, SOLD_ON, family
from tests.lots.make import actor
from tests.settlement.make import CLERK, moment
from wms import billing, insight, lots, receipts, trading
from wms.insight.rules.stays import Interval, Shift, intervals
from wms.kernel.actor import Permission

LATER = moment("2026-12-10")


def traced(made, number, by=CLERK):
    return made.case.database.read(lambda session: insight.trace(session, number, by=by, at=LATER))


def test_both_directions_from_any_number_to_each_his_own(database):
    made = family(database)
    check_orchard_to_buyer(made)
    check_numbers(made, database.read)
    check_sights(made)


def check_orchard_to_buyer(made):
    """From the orchard to the buyer, with every hand."""
    found = traced(made, made.root.code)
    assert [(lot.generation, lot.code) for lot in found.lots] == [
        (0, made.root.code), (1, made.child.code), (2, made.grandchild.code),
    ]  # fmt: skip
    assert found.lots[2].parents == (made.child.code,)
    assert {lot.orchard_block for lot in found.lots} == {"蓬莱 7"}
    assert [one.net_grams for one in found.arrivals] == [20_000_000]
    assert [(stay.lot_code, stay.room_code, stay.until_at) for stay in found.stays] == [
        (made.root.code, "A1", None), (made.child.code, "A1", None), (made.grandchild.code, "A1", None),
    ]  # fmt: skip
    assert (found.stays[0].least, found.stays[0].mean, found.stays[0].most) == (300, 300, 300)
    assert found.stays[0].readings == 24
    (gone,) = found.departures
    assert (gone.recipient_name, gone.plate, gone.out_grams, gone.closed_on.isoformat()) == (
        "Deep Fruit", "鲁F12345", SOLD_GRAMS, SOLD_ON,
    )  # fmt: skip
    kinds = [step.kind for step in found.steps]
    for kind in ("arrived", "gross", "tare", "entry", "put_away", "inspected", "split_out", "split_in", "dealt",
                 "ordered", "out", "exit", "closed", "invoiced"):  # fmt: skip
        assert kind in kinds, kind
    assert kinds[0] == "arrived"
    assert {step.hand for step in found.steps if step.kind in ("entry", "inspected", "closed")} == {"Asha, clerk"}
    assert [step.at for step in found.steps] == sorted(step.at for step in found.steps)


def check_numbers(made, read):
    """Every number on paper leads there."""
    made.case.do(lambda s: lots.label_units(s, lots.LabelUnits(uuid4(), made.child.id, 2), by=CLERK, at=LATER))
    label = read(lambda s: lots.labels_of(s, made.child.id))[0]
    receipt = read(lambda s: receipts.receipt_of_lot(s, made.root.id))
    deal = read(lambda s: trading.deals_of_lot(s, made.root.id, by=CLERK))[0]
    invoice = read(lambda s: billing.invoices_of(s, made.exit_id))[0]
    delivery = read(lambda s: lots.get_visible_delivery(s, made.root.delivery_id, CLERK))
    starts = {
        number: [lot.code for lot in traced(made, number).lots if lot.generation == 0]
        for number in (label.sscc, receipt.code, deal.number, invoice.name, delivery.code, made.child.code.lower())
    }
    root, child = [made.root.code], [made.child.code]
    assert list(starts.values()) == [child, root, root, root, root, child]
    back = traced(made, made.grandchild.code)
    assert [lot.generation for lot in back.lots] == [-2, -1, 0]
    for nothing in ("L991231-0001", "nobody's"):
        with pytest.raises(insight.SubjectNotFound):
            traced(made, nothing)
    with pytest.raises(lots.ScanMisread):
        traced(made, label.sscc[:-1] + str((int(label.sscc[-1]) + 1) % 10))


def check_sights(made):
    """Each sees his own, and others nothing."""
    owner = traced(made, made.root.code, made.case.owner.actor)
    assert owner.sight is insight.Sight.OWNER
    assert len(owner.lots) == 3
    assert owner.departures[0].recipient_name == "Deep Fruit"
    assert {step.hand for step in owner.steps} == {""}

    buyer = traced(made, made.root.code, made.case.buyer.actor)
    assert buyer.sight is insight.Sight.PATH
    assert [(lot.code, lot.grams_on_hand, lot.grams_out) for lot in buyer.lots] == [(made.root.code, None, None)]
    assert buyer.arrivals[0].driver == ""
    assert len(buyer.stays) == 1
    assert buyer.departures[0].out_grams == SOLD_GRAMS
    kinds = {step.kind for step in buyer.steps}
    assert "invoiced" not in kinds
    assert {"arrived", "put_away", "inspected", "out"} <= kinds
    assert {step.hand for step in buyer.steps} == {""}

    strangers = [
        actor("Chand", Permission.ANSWER_QUOTE, party_id=made.case.market.store.chand.id),
        actor("another buyer", Permission.SEE_BOARD, party_id=uuid4()),
    ]
    for stranger in strangers:
        with pytest.raises(insight.SubjectNotFound):
            traced(made, made.root.code, stranger)
    for hidden in (made.child, made.grandchild):
        with pytest.raises(insight.SubjectNotFound):
            traced(made, hidden.code, made.case.buyer.actor)


def test_what_happens_at_one_instant_counts_together():
    room, other = uuid4(), uuid4()
    noon, one, two = (datetime(2026, 10, 20, hour, tzinfo=UTC) for hour in (12, 13, 14))
    split = [Shift(noon, 10, None, room), Shift(one, 4, room, None), Shift(one, 4, None, room)]
    assert intervals(split) == [Interval(room, noon, None, 10)]
    assert intervals([*split, Shift(two, 10, room, other)]) == [
        Interval(room, noon, two, 10), Interval(other, two, None, 10),
    ]  # fmt: skip
    again = [Shift(noon, 10, None, room), Shift(one, 10, room, None), Shift(two, 3, None, room)]
    assert intervals(again) == [Interval(room, noon, one, 10), Interval(room, two, None, 3)]
