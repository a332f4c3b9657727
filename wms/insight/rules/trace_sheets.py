"""A trace as the sheets of a file: lots, arrivals, stays, departures, steps. Pure."""

from wms.insight.rules.sheets import Column, Row, Sheet, Unit, column, word
from wms.insight.rules.trace import EXIT_STATES, PASS_STATES, STEPS, Arrival, Departure, Stay, Step, Trace, TracedLot
from wms.kernel.errors import Spoken

LOTS: tuple[Column, ...] = (
    column("Generation", "代次", Unit.COUNT), column("Lot", "批次"), column("Came from", "来自"),
    column("Owner", "货主"), column("Variety", "品种", vocabulary="variety"),
    column("Grade", "等级", vocabulary="grade"), column("Size", "规格", vocabulary="size"),
    column("Orchard block", "果园地块"), column("Origin", "产地"), column("Harvested", "采收日", Unit.DAY),
    column("Picking number", "第几次采摘", Unit.COUNT),
    column("Came in", "入库日", Unit.DAY), column("Units in", "入库件数", Unit.COUNT),
    column("Entry kg", "入库公斤", Unit.GRAMS), column("On hand units", "在库件数", Unit.COUNT),
    column("On hand kg", "在库公斤", Unit.GRAMS), column("Out kg", "出库公斤", Unit.GRAMS),
    column("Loss kg", "损耗公斤", Unit.GRAMS), column("Passed on kg", "转入他批公斤", Unit.GRAMS),
)  # fmt: skip
ARRIVALS: tuple[Column, ...] = (
    column("Delivery", "入库单"), column("Arrived", "到达", Unit.INSTANT), column("Plate", "车牌"),
    column("Driver", "司机"), column("Gross kg", "毛重公斤", Unit.GRAMS), column("Tare kg", "皮重公斤", Unit.GRAMS),
    column("Net kg", "净重公斤", Unit.GRAMS),
)  # fmt: skip
STAYS: tuple[Column, ...] = (
    column("Lot", "批次"), column("Room", "库房"), column("Room name", "库房名称"),
    column("From", "自", Unit.INSTANT), column("Until", "至", Unit.INSTANT), column("Whole days", "整天数", Unit.COUNT),
    column("Units", "件数", Unit.COUNT), column("Coldest °C", "最低 °C", Unit.MILLIDEGREES),
    column("Mean °C", "平均 °C", Unit.MILLIDEGREES), column("Warmest °C", "最高 °C", Unit.MILLIDEGREES),
    column("Readings", "读数", Unit.COUNT), column("Alarms", "报警", Unit.COUNT),
)  # fmt: skip
DEPARTURES: tuple[Column, ...] = (
    column("Lot", "批次"), column("State", "状态"), column("Went to", "去向"), column("Deal", "成交号"),
    column("Collector", "提货人"), column("Plate", "车牌"), column("Units", "件数", Unit.COUNT),
    column("Entry kg", "入库公斤", Unit.GRAMS), column("Out kg", "出库公斤", Unit.GRAMS),
    column("Ordered", "开单", Unit.INSTANT), column("Left", "出库", Unit.INSTANT), column("Gate pass", "放行单"),
    column("Passed the gate", "出大门", Unit.INSTANT), column("Gate kg", "大门公斤", Unit.GRAMS),
)  # fmt: skip
STEPS_COLUMNS: tuple[Column, ...] = (
    column("When", "时间", Unit.INSTANT), column("What", "事项"), column("Lot", "批次"),
    column("Units", "件数", Unit.COUNT), column("kg", "公斤", Unit.GRAMS), column("From", "自"), column("To", "至"),
    column("Paper", "单据"), column("Partner", "对方"), column("By", "经手人"), column("Note", "备注"),
)  # fmt: skip


def sheets_of(trace: Trace) -> list[Sheet]:
    """Return the file of a trace: five sheets, the same figures as the page."""
    return [
        Sheet(Spoken("Lots", "批次"), LOTS, [lot_row(lot) for lot in trace.lots]),
        Sheet(Spoken("Arrivals", "到货"), ARRIVALS, [_arrival_row(one) for one in trace.arrivals]),
        Sheet(Spoken("Rooms and air", "库房与温度"), STAYS, [_stay_row(stay) for stay in trace.stays]),
        Sheet(Spoken("Departures", "出库去向"), DEPARTURES, [departure_row(one) for one in trace.departures]),
        steps_sheet(trace),
    ]


def steps_sheet(trace: Trace) -> Sheet:
    """Return every step as one flat table: the file for programs that know only one table."""
    return Sheet(Spoken("Steps", "全程记录"), STEPS_COLUMNS, [_step_row(step) for step in trace.steps])


def lot_row(lot: TracedLot) -> Row:
    """Return a lot of the family as a row under `LOTS`."""
    return (
        lot.generation, lot.code, ", ".join(lot.parents), lot.owner_name, lot.variety, lot.grade, lot.size,
        lot.orchard_block, lot.origin, lot.harvest_on, lot.picking_number, lot.entry_on, lot.entry_units,
        lot.entry_grams,
        lot.units_on_hand, lot.grams_on_hand, lot.grams_out, lot.grams_loss, lot.grams_passed,
    )  # fmt: skip


def departure_row(one: Departure) -> Row:
    """Return a departure as a row under `DEPARTURES`."""
    return (
        one.lot_code, word(EXIT_STATES, one.state), one.recipient_name, one.deal_number, one.collector, one.plate,
        one.units, one.entry_grams, one.out_grams, one.opened_at, one.closed_at, word(PASS_STATES, one.pass_state),
        one.passed_at, one.gate_grams,
    )  # fmt: skip


def _arrival_row(one: Arrival) -> Row:
    return (one.code, one.arrived_at, one.plate, one.driver, one.gross_grams, one.tare_grams, one.net_grams)


def _stay_row(stay: Stay) -> Row:
    return (
        stay.lot_code, stay.room_code, stay.room_name, stay.from_at, stay.until_at, stay.days, stay.units, stay.least,
        stay.mean, stay.most, stay.readings, stay.alarms,
    )  # fmt: skip


def _step_row(step: Step) -> Row:
    return (
        step.at, word(STEPS, step.kind), step.lot_code, step.units, step.grams, step.place_from, step.place_to,
        step.paper, step.partner, step.hand, step.note,
    )  # fmt: skip
