"""What is wrong with an EPCIS document: the structure rules of EPCIS 2.0's own JSON schemas, as far as we write it."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

URI = re.compile(r"(urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|https://id\.gs1\.org/[0-9A-Za-z/._-]+)")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
OFFSET = re.compile(r"[+-]((0\d|1[0-3]):[0-5]\d|14:00)")
UOM = re.compile(r"[A-Z0-9]{2,3}")
STEPS = {"commissioning", "receiving", "packing", "storing", "sensor_reporting", "inspecting", "loading", "shipping"}
DISPOSITIONS = {"active", "in_progress", "in_transit"}
SSCC_DIGITS = 18
ACTIONS = {"ADD", "OBSERVE", "DELETE"}
PARTIES = {"owning_party", "possessing_party", "location"}
PAPERS = {"recadv", "desadv", "inv", "po"}
SHARED = {"type", "eventID", "eventTime", "eventTimeZoneOffset", "bizStep", "disposition", "readPoint", "bizLocation",
          "bizTransactionList", "sourceList", "destinationList", "sensorElementList"}  # fmt: skip
OWN = {
    "ObjectEvent": {"action", "epcList", "quantityList", "ilmd"},
    "AggregationEvent": {"action", "parentID", "childEPCs", "childQuantityList"},
    "TransformationEvent": {"inputEPCList", "inputQuantityList", "outputEPCList", "outputQuantityList",
                            "transformationID", "ilmd"},
}  # fmt: skip
Event = Mapping[str, Any]


def epcis_faults(document: Event) -> list[str]:
    """Return what is wrong with a document, in words; nothing if it holds."""
    found = [
        f"document lacks {name}"
        for name in ("@context", "type", "schemaVersion", "creationDate", "epcisBody")
        if name not in document
    ]
    if found:
        return found
    if document["type"] != "EPCISDocument" or document["schemaVersion"] != "2.0":
        found.append("not an EPCISDocument of version 2.0")
    if not INSTANT.fullmatch(document["creationDate"]):
        found.append("creationDate is no instant")
    events = document["epcisBody"].get("eventList", [])
    ids = [event.get("eventID") for event in events]
    found += [f"eventID twice: {each}" for each in sorted({each for each in ids if ids.count(each) > 1})]
    return found + [f"event {number}: {fault}" for number, event in enumerate(events) for fault in _faults(event)]


def _faults(event: Event) -> Iterator[str]:
    kind = event.get("type")
    if kind not in OWN:
        yield f"type {kind}"
        return
    yield from (f"{name} does not belong to {kind}" for name in event if name not in SHARED | OWN[kind])
    yield from _when(event)
    if event.get("bizStep") not in STEPS:
        yield f"bizStep {event.get('bizStep')}"
    if "disposition" in event and event["disposition"] not in DISPOSITIONS:
        yield f"disposition {event['disposition']}"
    yield from BY_KIND[kind](event)
    for name in ("readPoint", "bizLocation"):
        if name in event:
            yield from _uri(event[name].get("id"), name)
    yield from _why(event)
    for air in event.get("sensorElementList", ()):
        if not air.get("sensorReport") or any("type" not in report for report in air["sensorReport"]):
            yield "sensorReport is empty or has no type"


def _when(event: Event) -> Iterator[str]:
    if not INSTANT.fullmatch(str(event.get("eventTime", ""))):
        yield "eventTime"
    if not OFFSET.fullmatch(str(event.get("eventTimeZoneOffset", ""))):
        yield "eventTimeZoneOffset"
    yield from _uri(event.get("eventID"), "eventID")


def _why(event: Event) -> Iterator[str]:
    for item in event.get("bizTransactionList", ()):
        if item.get("type") not in PAPERS:
            yield f"bizTransaction type {item.get('type')}"
        yield from _uri(item.get("bizTransaction"), "bizTransaction")
    for name, part in (("sourceList", "source"), ("destinationList", "destination")):
        for item in event.get(name, ()):
            if item.get("type") not in PARTIES:
                yield f"{part} type {item.get('type')}"
            yield from _uri(item.get(part), part)


def _object(event: Event) -> Iterator[str]:
    if event.get("action") not in ACTIONS:
        yield "action"
    if not event.get("epcList") and not event.get("quantityList"):
        yield "neither epcList nor quantityList"
    yield from _quantities(event.get("quantityList", ()))


def _aggregation(event: Event) -> Iterator[str]:
    if event.get("action") not in ACTIONS:
        yield "action"
    if event.get("action") != "OBSERVE":
        yield from _uri(event.get("parentID"), "parentID")
    if not event.get("childEPCs") and not event.get("childQuantityList"):
        yield "neither childEPCs nor childQuantityList"
    yield from _quantities(event.get("childQuantityList", ()))


def _transformation(event: Event) -> Iterator[str]:
    for side in ("input", "output"):
        inside = event.get(f"{side}QuantityList", ())
        if not inside and not event.get(f"{side}EPCList"):
            yield f"no {side}"
        yield from _quantities(inside)


def _quantities(items: Any) -> Iterator[str]:
    for item in items:
        yield from _uri(item.get("epcClass"), "epcClass")
        if not isinstance(item.get("quantity"), int) or item["quantity"] <= 0:
            yield f"quantity {item.get('quantity')}"
        if "uom" in item and not UOM.fullmatch(item["uom"]):
            yield f"uom {item['uom']}"
        yield from (f"{name} in a quantity" for name in item if name not in ("epcClass", "quantity", "uom"))


def _uri(value: Any, name: str) -> Iterator[str]:
    if not isinstance(value, str) or not URI.fullmatch(value):
        yield f"{name} is no URI: {value}"
    elif value.startswith("https://id.gs1.org/00/") and not _is_sscc(value.rpartition("/")[2]):
        yield f"{name} is no SSCC: {value}"


def _is_sscc(digits: str) -> bool:
    """Eighteen digits, weights 3 and 1 from the left, a multiple of ten with the check digit (GS1, section 7.9)."""
    good = len(digits) == SSCC_DIGITS and digits.isdecimal()
    return good and sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(digits)) % 10 == 0


BY_KIND: dict[str, Callable[[Event], Iterator[str]]] = {
    "ObjectEvent": _object, "AggregationEvent": _aggregation, "TransformationEvent": _transformation,
}  # fmt: skip
