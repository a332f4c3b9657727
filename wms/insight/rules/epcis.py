"""A trace as EPCIS 2.0 events in JSON-LD (GS1 EPCIS 2.0 and CBV 2.0). Pure.

Keys of GS1 are used where the store has them and nowhere else: a crate's SSCC under the configured company prefix, the
site's own GLN. Everything without one is named by its own UUID; nothing is invented. Weights are whole grams (UN/ECE
Recommendation 20: GRM), so no figure is rounded.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from wms.insight.rules.trace import Arrival, Departure, Edge, Stay, Step, Trace, TracedLot
from wms.kernel.ids import derived_id

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
MASTER = {"cbvmda": "urn:epcglobal:cbv:mda:"}
GRAM, CELSIUS = "GRM", "CEL"
MILLI = 1000
Event = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Crate:
    """A labelled unit: its lot, its label, its own grams if it was weighed alone."""

    id: UUID
    lot_id: UUID
    sscc: str
    own_grams: int | None
    labelled_at: datetime


@dataclass(frozen=True, slots=True)
class Keys:
    """What the store may call things in GS1's names; empty where it has none. `site_id` names the site otherwise."""

    site_id: UUID
    zone: ZoneInfo
    company_prefix: str = ""
    site_gln: str = ""

    def site(self) -> str:
        """Return the site's URI."""
        return f"https://id.gs1.org/414/{self.site_gln}" if self.site_gln else urn(self.site_id)

    def room(self, room_id: UUID, code: str) -> str:
        """Return a room's URI: the site's GLN with its code as extension, or its own."""
        return f"{self.site()}/254/{code}" if self.site_gln else urn(room_id)

    def crate(self, crate: Crate) -> str:
        """Return a crate's URI: its SSCC if the prefix in it is the store's, or its own."""
        ours = self.company_prefix and crate.sscc[1:].startswith(self.company_prefix)
        return f"https://id.gs1.org/00/{crate.sscc}" if ours else urn(crate.id)


@dataclass(slots=True)
class _Writer:
    keys: Keys
    lots: dict[str, TracedLot]
    events: list[Event] = field(default_factory=list)

    def add(self, kind: str, at: datetime, subject: UUID, step: str, **rest: Any) -> None:
        """Append one event; its id follows from what it says, so a second export has the same."""
        local = at.astimezone(self.keys.zone)
        offset = local.strftime("%z")
        event: Event = {
            "type": kind,
            "eventID": urn(derived_id(subject, "epcis", kind, step, at.isoformat(), *sorted(rest.pop("told", ())))),
            "eventTime": at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "eventTimeZoneOffset": f"{offset[:3]}:{offset[3:5]}",
            "bizStep": step,
            **rest,
        }
        self.events.append(event)

    def quantity(self, code: str, grams: int) -> Event:
        """Return a lot with its grams."""
        return {"epcClass": urn(self.lots[code].lot_id), "quantity": grams, "uom": GRAM}


def urn(each: UUID) -> str:
    """Return the name of anything that has an id."""
    return f"urn:uuid:{each}"


def epcis_document(trace: Trace, crates: Sequence[Crate], keys: Keys, at: datetime) -> Event:
    """Return a trace as an EPCIS document, the events in the order of time; `at` is when it is written."""
    writer = _Writer(keys, {lot.code: lot for lot in trace.lots})
    by_id = {lot.lot_id: lot for lot in trace.lots}
    _arrivals(writer, trace)
    for crate in crates:
        if crate.lot_id in by_id:
            _packed(writer, crate, by_id[crate.lot_id])
    for group in groups(trace.edges):
        _transformed(writer, group, by_id)
    for stay in trace.stays:
        _stored(writer, stay, at)
    for step in trace.steps:
        if step.kind == "inspected":
            lot = writer.lots[step.lot_code]
            seen = [writer.quantity(lot.code, lot.entry_grams)]
            writer.add("ObjectEvent", step.at, lot.lot_id, "inspecting", action="OBSERVE", quantityList=seen)
    for one in trace.departures:
        if one.gone and one.out_grams:
            _left(writer, one)
    return {
        "@context": [CONTEXT, MASTER],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "epcisBody": {"eventList": sorted(writer.events, key=lambda event: (event["eventTime"], event["eventID"]))},
    }


def groups(edges: Iterable[Edge]) -> list[list[Edge]]:
    """Return edges by the deed that made them: those of one instant that share a lot belong to one."""
    found: list[list[Edge]] = []
    for edge in sorted(edges, key=lambda edge: (edge.at, str(edge.parent_id), str(edge.child_id))):
        same = [
            group
            for group in found
            if group[0].at == edge.at
            and any({edge.parent_id, edge.child_id} & {each.parent_id, each.child_id} for each in group)
        ]
        found = [group for group in found if group not in same]
        found.append([*(each for group in same for each in group), edge])
    return sorted(found, key=lambda group: group[0].at)


def _arrivals(writer: _Writer, trace: Trace) -> None:
    entered = {step.lot_code: step for step in trace.steps if step.kind == "entry"}
    trucks = {step.lot_code: step.paper for step in trace.steps if step.kind == "arrived"}
    by_code = {arrival.code: arrival for arrival in trace.arrivals}
    for code, step in entered.items():
        lot = writer.lots[code]
        arrival = by_code.get(trucks.get(code, ""))
        if arrival is not None:
            _entered(writer, lot, step, arrival)


def _entered(writer: _Writer, lot: TracedLot, step: Step, arrival: Arrival) -> None:
    goods = [writer.quantity(lot.code, lot.entry_grams)]
    papers = [{"type": "recadv", "bizTransaction": urn(arrival.delivery_id)}]
    here = {"readPoint": {"id": writer.keys.site()}, "bizLocation": {"id": writer.keys.site()}}
    facts = {
        "cbvmda:lotNumber": lot.code,
        **({"cbvmda:harvestStartDate": lot.harvest_on.isoformat()} if lot.harvest_on else {}),
    }
    writer.add(
        "ObjectEvent", step.at, lot.lot_id, "commissioning", action="ADD", disposition="active", quantityList=goods,
        ilmd=facts, **here,
    )  # fmt: skip
    writer.add(
        "ObjectEvent", arrival.arrived_at, lot.lot_id, "receiving", action="OBSERVE", disposition="in_progress",
        quantityList=goods, bizTransactionList=papers,
        sourceList=[{"type": "owning_party", "source": urn(lot.owner_id)}],
        destinationList=[{"type": "location", "destination": writer.keys.site()}], **here,
    )  # fmt: skip


def _packed(writer: _Writer, crate: Crate, lot: TracedLot) -> None:
    inside: Event = {"epcClass": urn(lot.lot_id), "quantity": 1}
    if crate.own_grams is not None:
        inside |= {"quantity": crate.own_grams, "uom": GRAM}
    writer.add(
        "AggregationEvent", crate.labelled_at, crate.id, "packing", action="ADD", parentID=writer.keys.crate(crate),
        childQuantityList=[inside], bizLocation={"id": writer.keys.site()},
    )  # fmt: skip


def _transformed(writer: _Writer, group: Sequence[Edge], lots: dict[UUID, TracedLot]) -> None:
    into, out_of = {edge.child_id for edge in group}, {edge.parent_id for edge in group}
    if not (into | out_of) <= set(lots):
        return  # the reader sees only one side of it

    def list_of(ids: set[UUID], side: str) -> list[Event]:
        sums = {each: sum(edge.grams for edge in group if getattr(edge, side) == each) for each in ids}
        return [writer.quantity(lots[each].code, sums[each]) for each in sorted(ids, key=lambda each: lots[each].code)]

    subject = min(into, key=str)
    writer.add(
        "TransformationEvent", group[0].at, subject, "commissioning", told=tuple(map(str, into)),
        inputQuantityList=list_of(out_of, "parent_id"), outputQuantityList=list_of(into, "child_id"),
        bizLocation={"id": writer.keys.site()},
    )  # fmt: skip


def _stored(writer: _Writer, stay: Stay, at: datetime) -> None:
    lot = writer.lots[stay.lot_code]
    place = writer.keys.room(stay.room_id, stay.room_code)
    lies: Event = {"action": "OBSERVE", "quantityList": [writer.quantity(lot.code, lot.entry_grams)],
                   "readPoint": {"id": place}, "bizLocation": {"id": place}}  # fmt: skip
    writer.add("ObjectEvent", stay.from_at, lot.lot_id, "storing", told=(place,), disposition="in_progress", **lies)
    if stay.least is None or stay.mean is None or stay.most is None:
        return
    end = stay.until_at or at

    def stamp(when: datetime) -> str:
        return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    report = {"type": "Temperature", "minValue": stay.least / MILLI, "maxValue": stay.most / MILLI,
              "meanValue": stay.mean / MILLI, "uom": CELSIUS}  # fmt: skip
    air = [{"sensorMetadata": {"startTime": stamp(stay.from_at), "endTime": stamp(end)}, "sensorReport": [report]}]
    writer.add("ObjectEvent", end, lot.lot_id, "sensor_reporting", told=(place, stamp(stay.from_at)), **lies,
               sensorElementList=air)  # fmt: skip


def _left(writer: _Writer, one: Departure) -> None:
    closed_at = one.closed_at
    if closed_at is None or one.out_grams is None:
        return
    goods = [writer.quantity(one.lot_code, one.out_grams)]
    here = {"id": writer.keys.site()}
    writer.add("AggregationEvent", closed_at, one.exit_id, "loading", action="ADD", parentID=urn(one.exit_id),
               childQuantityList=goods, bizLocation=here)  # fmt: skip
    lot = writer.lots[one.lot_code]
    writer.add(
        "ObjectEvent", one.passed_at or closed_at, one.exit_id, "shipping", action="OBSERVE",
        disposition="in_transit", quantityList=goods, readPoint=here,
        bizTransactionList=[{"type": "desadv", "bizTransaction": urn(one.exit_id)}],
        sourceList=[{"type": "owning_party", "source": urn(lot.owner_id)}],
        destinationList=[{"type": "owning_party", "destination": urn(one.recipient_id)}],
    )  # fmt: skip
