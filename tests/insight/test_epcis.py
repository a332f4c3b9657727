"""Exports that others read: every structure rule holds, and no key is invented."""

import json
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from wms import insight
from wms.documents import csv_pieces, read_sheet
from wms.insight.rules.epcis import groups
from wms.insight.rules.trace import Edge
from wms.lots.rules.labels import sscc

ZONE = ZoneInfo("Asia/Shanghai")
T0 = datetime(2026, 10, 20, 4, tzinfo=UTC)
IDS = [UUID(int=number, version=4) for number in range(1, 20)]
SITE, ROOM, OWNER, BUYER, DELIVERY, EXIT = IDS[:6]
A, B, C, D = IDS[10:14]
KEYS = insight.Keys(SITE, ZONE)
OWN_KEYS = insight.Keys(SITE, ZONE, "6971234", "6971234000015")


def lot(lot_id, code, generation, parents=(), grams=1_000_000):
    return insight.TracedLot(
        lot_id, code, generation, insight.Sight.STORE, parents, OWNER, "Bina", "富士", "一级", "80", "蓬莱 7", "蓬莱",
        T0.date(), 2, T0.date(), 10, grams, 5, grams // 2, grams // 4, 0, 0,
    )  # fmt: skip


def way():
    """Two lots sorted into two others; one was stored in known air and sold."""
    sorted_at = T0 + timedelta(days=1)
    edges = tuple(Edge(p, c, 5, 500_000, sorted_at, "regrade_in") for p in (A, B) for c in (C, D))
    arrived = [insight.Step(T0, "arrived", code, paper="D261020-0001") for code in ("LA", "LB")]
    entered = [insight.Step(T0, "entry", code, 10, 1_000_000) for code in ("LA", "LB")]
    seen = [insight.Step(T0, "inspected", "LA", 5)]
    stay = insight.Stay("LC", ROOM, "A1", "一号库", sorted_at, None, 3, 10, -500, 300, 1_300, 24, 0)
    unread = insight.Stay("LD", ROOM, "A1", "一号库", sorted_at, None, 3, 10, None, None, None, 0, 0)
    closed = T0 + timedelta(days=40)
    gone = insight.Departure(
        EXIT, C, "LC", "closed", "D000001", BUYER, "Deep", "Li", "鲁F1", 5, 500_000, 495_000, closed, closed,
        closed.date(), "passed", closed, 495_100,
    )  # fmt: skip
    return insight.Trace(
        "LA", insight.Sight.STORE,
        (lot(A, "LA", 0), lot(B, "LB", 0), lot(C, "LC", 1, ("LA", "LB")), lot(D, "LD", 1, ("LA", "LB"))),
        (insight.Arrival(DELIVERY, "D261020-0001", T0, "鲁F1", "Li", None, None, None),),
        (stay, unread), (gone,), (*arrived, *entered, *seen), edges,
    )  # fmt: skip


CRATES = [
    insight.Crate(IDS[15], A, sscc("6971234", 7), 20_500, T0),
    insight.Crate(IDS[16], A, sscc("4012345", 8), None, T0),
]


def written(keys=KEYS):
    return insight.epcis_document(way(), CRATES, keys, T0 + timedelta(days=60))


def test_every_structure_rule_holds_and_a_second_export_is_the_same():
    for keys in (KEYS, OWN_KEYS):
        document = written(keys)
        assert insight.epcis_faults(document) == []
        assert json.loads(json.dumps(document)) == document
        assert written(keys) == document
    events = document["epcisBody"]["eventList"]
    kinds = [(event["type"], event["bizStep"]) for event in events]
    assert kinds.count(("TransformationEvent", "commissioning")) == 1
    assert kinds.count(("AggregationEvent", "packing")) == 2
    assert ("AggregationEvent", "loading") in kinds
    for step in ("commissioning", "receiving", "storing", "inspecting", "shipping"):
        assert ("ObjectEvent", step) in kinds, step
    (made,) = [event for event in events if event["type"] == "TransformationEvent"]
    assert [item["quantity"] for item in made["inputQuantityList"]] == [1_000_000, 1_000_000]
    assert [item["quantity"] for item in made["outputQuantityList"]] == [1_000_000, 1_000_000]
    (air,) = [event for event in events if event["bizStep"] == "sensor_reporting"]
    assert air["sensorElementList"][0]["sensorReport"][0]["minValue"] == -0.5
    assert {event["eventTimeZoneOffset"] for event in events} == {"+08:00"}


def test_what_only_one_side_of_is_seen_makes_no_event():
    trace = way()
    hidden = replace(trace, edges=(*trace.edges, Edge(C, IDS[17], 1, 100_000, T0 + timedelta(days=2), "split_out")))
    assert insight.epcis_document(hidden, CRATES, KEYS, T0 + timedelta(days=60)) == written()
    assert list(insight.kde_sheet(hidden, "", ZONE).rows) == list(insight.kde_sheet(trace, "", ZONE).rows)


def test_edges_are_one_deed_by_their_instant_and_the_lots_they_share():
    later = T0 + timedelta(seconds=1)
    one, other, joined, after = (
        Edge(A, C, 1, 1, T0, "sort"),
        Edge(B, D, 1, 1, T0, "sort"),
        *(Edge(A, D, 1, 1, at, "sort") for at in (T0, later)),
    )
    assert groups([one, other]) == [[one], [other]]
    assert groups([one, other, after]) == [[one], [other], [after]]
    assert [len(group) for group in groups([one, other, joined, after])] == [3, 1]


def test_no_key_is_invented():
    assert "id.gs1.org" not in json.dumps(written())
    own = json.dumps(written(OWN_KEYS))
    assert f"https://id.gs1.org/00/{CRATES[0].sscc}" in own
    assert CRATES[1].sscc not in own  # printed under somebody else's prefix
    assert "https://id.gs1.org/414/6971234000015/254/A1" in own


def broken(change):
    document = deepcopy(written())
    change(document, document["epcisBody"]["eventList"])
    return insight.epcis_faults(document)


@pytest.mark.parametrize(
    "change",
    [
        lambda d, e: d.pop("schemaVersion"),
        lambda d, e: e[0].update(eventTime="yesterday"),
        lambda d, e: e[0].update(eventTimeZoneOffset="+0800"),
        lambda d, e: e[0].update(eventID=e[1]["eventID"]),
        lambda d, e: e[0].update(type="QuantityEvent"),
        lambda d, e: e[0].update(bizStep="apple_picking"),
        lambda d, e: e[0].update(colour="red"),
        lambda d, e: next(x for x in e if x["type"] == "ObjectEvent").update(quantityList=[]),
        lambda d, e: next(x for x in e if x["type"] == "ObjectEvent").pop("action"),
        lambda d, e: next(x for x in e if x["type"] == "AggregationEvent").pop("parentID"),
        lambda d, e: next(x for x in e if x["type"] == "AggregationEvent").update(
            parentID="https://id.gs1.org/00/006971234000000071"
        ),
        lambda d, e: next(x for x in e if x["type"] == "TransformationEvent").pop("inputQuantityList"),
        lambda d, e: next(x for x in e if "quantityList" in x)["quantityList"][0].update(quantity=0),
        lambda d, e: next(x for x in e if "quantityList" in x)["quantityList"][0].update(epcClass="a lot"),
        lambda d, e: next(x for x in e if "destinationList" in x)["destinationList"][0].update(type="friend"),
    ],
)
def test_a_broken_document_is_told(change):
    assert broken(change)


def test_the_sortable_list_has_every_event_with_its_elements():
    rows = read_sheet(b"".join(csv_pieces(insight.kde_sheet(way(), "烟台一库", ZONE), "en", ZONE)))
    head, *found = rows
    assert [(row[0], row[2]) for row in found] == [
        ("receiving", "LA"), ("receiving", "LB"), ("transformation", "LC"), ("transformation", "LD"),
        ("shipping", "LC"),
    ]  # fmt: skip
    ship = dict(zip(head, found[-1], strict=True))
    assert (ship["Quantity kg"], ship["Next recipient"], ship["Reference document"], ship["Date"]) == (
        "495.000", "Deep", "D000001", "2026-11-29",
    )  # fmt: skip
    assert dict(zip(head, found[2], strict=True))["Input lot codes"] == "LA, LB"
