"""The page of a trace, the same for everybody who may open it: what it holds is what its reader may see."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from wms import insight
from wms.delivery.house import house
from wms.delivery.identity import actor, now
from wms.delivery.work import read
from wms.kernel.errors import Spoken, WmsError
from wms.web import format, sheets
from wms.web.desk import blocks as b
from wms.web.desk.workplace import shown
from wms.web.family_tree import tree
from wms.web.pages import said
from wms.web.shell import say as _
from wms.web.shell import say_count as _n

STEPS_SHOWN = 200


def page(workplace: str, layout: str) -> Any:
    """Show the trace of the number that was asked for, or the field to ask."""
    number = request.args.get("q", "").strip()
    if not number:
        return shown(b.Screen(_("Trace"), [_search(workplace, "")], _lead()), layout=layout)
    try:
        found = read(lambda session: _trace(session, number))
    except WmsError as error:
        screen = b.Screen(_("Trace"), [_search(workplace, number), _missed(error)], _lead())
        return shown(screen, layout=layout)[0], 404
    return shown(_screen(found, workplace), layout=layout)


def file(kind: str) -> Response:
    """Answer the trace of the number as a file: XLSX with a sheet for each part, or CSV of every step."""
    found = read(lambda session: _trace(session, request.args.get("q", "")))
    name = f"trace-{found.number}"
    if kind == "csv":
        return sheets.csv_answer(insight.steps_sheet(found), name)
    return sheets.xlsx_answer(insight.sheets_of(found), name)


def epcis() -> Response:
    """Answer the trace of the number as an EPCIS 2.0 document."""
    found, document = read(lambda session: epcis_of(session, request.args.get("q", "")))
    body = json.dumps(document, ensure_ascii=False, indent=1).encode()
    return sheets.download([body], "application/ld+json", f"epcis-{found.number}.jsonld")


def epcis_of(session: Session, number: str) -> tuple[insight.Trace, dict[str, Any]]:
    """Return a trace and its EPCIS document, with the keys of the settings."""
    found = _trace(session, number)
    own = house().config.gs1
    keys = insight.Keys(
        insight.site_of(session, found).id, house().config.site.timezone, own.company_prefix, own.site_gln
    )
    return found, insight.epcis_document(found, insight.crates_of(session, found), keys, now().at)


def key_data(kind: str) -> Response:
    """Answer the critical tracking events of the number with their key data elements, for sorting."""

    def gather(session: Session) -> tuple[insight.Trace, insight.Sheet]:
        found = _trace(session, request.args.get("q", ""))
        return found, insight.kde_sheet(found, insight.site_of(session, found).name, house().config.site.timezone)

    found, sheet = read(gather)
    name = f"kde-{found.number}"
    return sheets.csv_answer(sheet, name) if kind == "csv" else sheets.xlsx_answer([sheet], name)


def _trace(session: Session, number: str) -> insight.Trace:
    return insight.trace(session, number, by=actor(), at=now())


def _lead() -> str:
    return _("From any lot, crate label, delivery, receipt, invoice or deal: where it came from and where it went.")


def _search(workplace: str, number: str) -> b.Search:
    hint = _("e.g. L261020-0001, an SSCC, a delivery, receipt, invoice or deal number")
    return b.Search(url_for(f"{workplace}.trace"), "q", _("Number"), number, _("Trace"), hint)


def _missed(error: WmsError) -> b.Say:
    return b.Say(said(error), "warn", _("Nothing found"))


def _screen(found: insight.Trace, workplace: str) -> b.Screen:
    urls = {lot.code: url_for(f"{workplace}.trace", q=lot.code) for lot in found.lots}
    parts: list[Any] = [_search(workplace, found.number), _stats(found)]
    picture = tree(_("What came from what"), found.lots, urls)
    if picture is not None:
        parts.append(picture)
    parts += [b.Pair([_origin(found)], [_arrival(found)]), _lots(found, urls), *_rest(found)]
    tools = [
        (_("Excel file"), url_for(f"{workplace}.trace_file", kind="xlsx", q=found.number), "download"),
        (_("CSV file"), url_for(f"{workplace}.trace_file", kind="csv", q=found.number), "download"),
        ("EPCIS 2.0", url_for(f"{workplace}.trace_epcis", q=found.number), "download"),
        ("FSMA KDE", url_for(f"{workplace}.trace_kde", kind="csv", q=found.number), "download"),
    ]
    return b.Screen(_("Trace of {number}", number=found.number), parts, _whose(found), tools=tools)


def _whose(found: insight.Trace) -> str:
    if found.sight is insight.Sight.PATH:
        return _("The way of what you bought: where it grew, came in and lay, and your own loads.")
    if found.sight is insight.Sight.OWNER:
        return _("Everything that happened to your goods here.")
    return _("Both directions: what it came from, and everything it became.")


def _stats(found: insight.Trace) -> b.Stats:
    gone = [one for one in found.departures if one.gone]
    cold = [stay.least for stay in found.stays if stay.least is not None]
    warm = [stay.most for stay in found.stays if stay.most is not None]
    items = [b.Stat(_("Lots"), b.count(len(found.lots)), _n("1 generation", "{n} generations", _levels(found)))]
    if found.sight is not insight.Sight.PATH:
        items.append(b.Stat(_("On hand"), b.weight(sum(lot.grams_on_hand or 0 for lot in found.lots))))
    receivers = _n("1 receiver", "{n} receivers", len({one.recipient_id for one in gone}))
    items.append(b.Stat(_("Went out"), b.weight(sum(one.out_grams or 0 for one in gone)), receivers))
    rooms = _n("1 room", "{n} rooms", len({stay.room_id for stay in found.stays}))
    items.append(b.Stat(_("Coldest"), b.temp(min(cold, default=None)), rooms))
    alarms = sum(stay.alarms for stay in found.stays)
    tone = "warn" if alarms else ""
    items.append(b.Stat(_("Warmest"), b.temp(max(warm, default=None)), _n("1 alarm", "{n} alarms", alarms), tone=tone))
    return b.Stats(items)


def _levels(found: insight.Trace) -> int:
    return len({lot.generation for lot in found.lots})


def _origin(found: insight.Trace) -> b.Facts:
    def every(values: set[str]) -> b.Cell:
        return b.text(", ".join(sorted(values - {""})) or "–")

    days = {lot.harvest_on.isoformat() for lot in found.lots if lot.harvest_on is not None}
    pairs = [
        (_("Orchard block"), every({lot.orchard_block for lot in found.lots})),
        (_("Origin"), every({lot.origin for lot in found.lots})),
        (_("Harvested"), every(days)),
        (_("Picking number"), every({str(lot.picking_number or "") for lot in found.lots})),
        (_("Owner"), every({lot.owner_name for lot in found.lots})),
    ]
    return b.Facts(_("Where it grew"), pairs)


def _arrival(found: insight.Trace) -> b.Facts:
    pairs: list[tuple[str, b.Cell]] = []
    for one in found.arrivals[:6]:
        truck = " ".join(part for part in (one.plate, one.driver) if part)
        pairs.append((one.code, b.stamp(one.arrived_at, truck)))
        if one.net_grams is not None:
            pairs.append((_("Net weight"), b.weight(one.net_grams)))
    return b.Facts(_("How it came in"), pairs)


def _lots(found: insight.Trace, urls: dict[str, str]) -> b.Table:
    sheet = insight.sheets_of(found)[0]
    return sheets.table(
        insight.narrowed(sheet, LOT_COLUMNS), caption=_("Lots that belong together"),
        note=_("Generation 0 was asked for; below it what it came from, above it what it became."),
        urls=[urls[lot.code] for lot in found.lots],
    )  # fmt: skip


LOT_COLUMNS = (1, 0, 2, 3, 5, 6, 10, 12, 14, 15, 16)


def _rest(found: insight.Trace) -> list[b.Table]:
    return [_stays(found), departures(found.departures), _steps(found)]


def _stays(found: insight.Trace) -> b.Table:
    columns = [b.Column(_("Lot")), b.Column(_("Room")), b.Column(_("From")), b.Column(_("Until")),
               b.Column(_("Days"), True), b.Column(_("Units"), True), b.Column(_("Coldest"), True),
               b.Column(_("Mean"), True), b.Column(_("Warmest"), True), b.Column(_("Alarms"), True)]  # fmt: skip
    rows = [
        b.Row([
            b.text(stay.lot_code), b.text(stay.room_code, stay.room_name), b.stamp(stay.from_at),
            b.stamp(stay.until_at) if stay.until_at else b.text(_("still there")), b.count(stay.days),
            b.count(stay.units), b.temp(stay.least), b.temp(stay.mean), b.temp(stay.most), b.count(stay.alarms),
        ])
        for stay in found.stays
    ]  # fmt: skip
    note = _("Temperatures by whole hours; stays over a month by whole days.")
    return b.Table(_("Rooms, days and air"), columns, rows, _("It has not lain in a room yet."), note)


def departures(found: Sequence[insight.Departure]) -> b.Table:
    """Return what left and to whom, the truck and the gate."""
    columns = [b.Column(_("Lot")), b.Column(_("Went to")), b.Column(_("Truck")), b.Column(_("Units"), True),
               b.Column(_("Entry weight"), True), b.Column(_("Weighed out"), True), b.Column(_("Left")),
               b.Column(_("Gate"))]  # fmt: skip
    rows = [
        b.Row([
            b.text(one.lot_code, sheets.head(insight.EXIT_STATES[one.state])),
            b.text(one.recipient_name, one.deal_number), b.text(one.plate, one.collector), b.count(one.units),
            b.weight(one.entry_grams), b.weight(one.out_grams),
            b.stamp(one.closed_at) if one.closed_at else b.text(_("not yet")),
            b.text(sheets.head(insight.PASS_STATES[one.pass_state]), _minute(one.passed_at)),
        ])
        for one in found
    ]  # fmt: skip
    return b.Table(_("Where it went"), columns, rows, _("Nothing has left."))


def _minute(at: datetime | None) -> str:
    return format.stamp(at, house().config.site.timezone) if at is not None else ""


def _steps(found: insight.Trace) -> b.Table:
    columns = [b.Column(_("What")), b.Column(_("When")), b.Column(_("Lot")), b.Column(_("Quantity"), True),
               b.Column(_("Place")), b.Column(_("Paper")), b.Column(_("By"))]  # fmt: skip
    more = len(found.steps) - STEPS_SHOWN
    note = _n("1 step more is in the file.", "{n} steps more are in the file.", more) if more > 0 else ""
    return b.Table(_("Every step"), columns, [_step(step) for step in found.steps[:STEPS_SHOWN]], note=note)


def _step(step: insight.Step) -> b.Row:
    units = "" if step.units is None else _("{n} units", n=format.count(step.units))
    weight = b.text(units or "–") if step.grams is None else b.weight(step.grams, units)
    place = " → ".join(part for part in (step.place_from, step.place_to) if part)
    return b.Row([
        b.text(sheets.head(insight.STEPS.get(step.kind) or Spoken(step.kind, step.kind)), step.note),
        b.stamp(step.at), b.text(step.lot_code), weight, b.text(place or "–"),
        b.text(step.paper or "–", step.partner), b.text(step.hand or "–"),
    ])  # fmt: skip
