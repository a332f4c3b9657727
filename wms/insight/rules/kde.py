"""The sortable list of FSMA 204: critical tracking events with their key data elements, one row each. Pure.

Whole apples are not on the list of the rule; buyers ask for the file all the same. A lot keeps its traceability lot
code while it is held; only a split, a sorting or a new owner makes new ones.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from wms.insight.rules.epcis import groups
from wms.insight.rules.sheets import Row, Sheet, Unit, column
from wms.insight.rules.trace import Trace, TracedLot
from wms.kernel.errors import Spoken

COLUMNS = (
    column("Critical tracking event", "关键追溯事件"), column("Date", "日期", Unit.DAY),
    column("Traceability lot code", "追溯批号"), column("Lot code source", "批号来源地"),
    column("Product", "产品"), column("Quantity kg", "数量公斤", Unit.GRAMS), column("Unit of measure", "计量单位"),
    column("Location", "地点"), column("Previous source", "上一来源"), column("Next recipient", "下一去向"),
    column("Input lot codes", "投入批号"), column("Reference document type", "单据类型"),
    column("Reference document", "单据号"),
)  # fmt: skip
RECEIVING, SHIPPING = Spoken("receiving", "接收"), Spoken("shipping", "发运")
TRANSFORMATION = Spoken("transformation", "转化")
DELIVERY, EXIT, SPLIT = Spoken("delivery", "入库单"), Spoken("exit order", "出库单"), Spoken("lot split", "分批")
SORTING, TITLE = Spoken("sorting", "分选"), Spoken("transfer of title", "在库过户")
MADE_BY = {"sort": SORTING, "title_in": TITLE, "title_out": TITLE}  # by how an edge came about; all else is a split
KG = "kg"


def kde_sheet(trace: Trace, site: str, zone: ZoneInfo) -> Sheet:
    """Return the list of a trace, the oldest event first; days are the site's."""
    lots = {lot.code: lot for lot in trace.lots}
    rows = [*_received(trace, lots, site, zone), *_made(trace, site, zone), *_shipped(trace, lots, site, zone)]
    return Sheet(Spoken("KDE", "关键数据"), COLUMNS, [row for _, row in sorted(rows, key=lambda pair: pair[0])])


Dated = tuple[tuple[datetime, str], Row]


def _product(lot: TracedLot) -> str:
    return " ".join(part for part in (lot.variety, lot.grade, lot.size) if part)


def _day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()


def _received(trace: Trace, lots: dict[str, TracedLot], site: str, zone: ZoneInfo) -> list[Dated]:
    found: list[Dated] = []
    for step in trace.steps:
        if step.kind == "arrived":
            lot = lots[step.lot_code]
            source = " ".join(part for part in (lot.owner_name, lot.origin, lot.orchard_block) if part)
            row: Row = (
                RECEIVING, _day(step.at, zone), lot.code, site, _product(lot), lot.entry_grams, KG, site, source, "",
                "", DELIVERY, step.paper,
            )  # fmt: skip
            found.append(((step.at, lot.code), row))
    return found


def _made(trace: Trace, site: str, zone: ZoneInfo) -> list[Dated]:
    by_id = {lot.lot_id: lot for lot in trace.lots}
    found: list[Dated] = []
    for group in groups(trace.edges):
        if not {each for edge in group for each in (edge.parent_id, edge.child_id)} <= set(by_id):
            continue
        inputs = ", ".join(sorted({by_id[edge.parent_id].code for edge in group}))
        for child_id in sorted({edge.child_id for edge in group}, key=lambda each: by_id[each].code):
            lot = by_id[child_id]
            grams = sum(edge.grams for edge in group if edge.child_id == child_id)
            row: Row = (
                TRANSFORMATION, _day(group[0].at, zone), lot.code, site, _product(lot), grams, KG, site, site, "",
                inputs, MADE_BY.get(group[0].kind, SPLIT), inputs,
            )  # fmt: skip
            found.append(((group[0].at, lot.code), row))
    return found


def _shipped(trace: Trace, lots: dict[str, TracedLot], site: str, zone: ZoneInfo) -> list[Dated]:
    found: list[Dated] = []
    for one in trace.departures:
        if one.gone and one.closed_at is not None:
            lot = lots[one.lot_code]
            row: Row = (
                SHIPPING, one.closed_on or _day(one.closed_at, zone), lot.code, site, _product(lot), one.out_grams, KG,
                site, site, one.recipient_name, "", EXIT, one.deal_number or str(one.exit_id),
            )  # fmt: skip
            found.append(((one.closed_at, lot.code), row))
    return found
