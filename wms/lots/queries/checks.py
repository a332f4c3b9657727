"""What `verify` asks of this room: evidence unchanged, grams conserved, every cache equal to what it caches."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session, aliased

from wms.kernel.evidence import Finding, check_rows
from wms.lots.rules.words import DeliveryState, HoldReason, MoveKind, Purpose
from wms.lots.tables import (
    CountEntry,
    CountFinding,
    CountLine,
    Delivery,
    HoldEvent,
    Inspection,
    InspectionDraw,
    InspectionValue,
    InstrumentReading,
    LossCurve,
    Lot,
    LotHold,
    LotPolicyRow,
    LotReturn,
    LotSample,
    QualityLimit,
    QualityParameter,
    RegradePart,
    RegradeRow,
    RegradeWeighing,
    SampleResult,
    SamplingPlan,
    Shrink,
    SlotFill,
    StagedUnits,
    StockBalance,
    StockMove,
    Weighing,
    WeightRecord,
    WeightTime,
)

CAME_FROM_LOTS = (MoveKind.SPLIT_IN, MoveKind.SORT_IN, MoveKind.TITLE_IN)
WENT_INTO_LOTS = (MoveKind.SPLIT_OUT, MoveKind.SORT_OUT, MoveKind.TITLE_OUT)
EVIDENCE = (
    WeightRecord, Weighing, StockMove, HoldEvent, Inspection, LotPolicyRow, CountEntry, CountFinding, LossCurve, Shrink,
    RegradeRow, RegradePart, RegradeWeighing, LotReturn, WeightTime, LotSample, SampleResult, QualityParameter,
    QualityLimit, SamplingPlan, InspectionValue, InspectionDraw, InstrumentReading,
)  # fmt: skip


def check(session: Session) -> Iterator[Finding]:
    """Yield everything wrong in this room: rows against digests, totals against the ledger, counters against holds."""
    for table in EVIDENCE:
        yield from check_rows(session, table)
    yield from _lots(session)
    yield from _splits(session)
    yield from _regrades(session)
    yield from _places(session)
    yield from _staged(session)
    yield from _holds(session)
    yield from _weighings(session)
    yield from _deliveries(session)
    yield from _conditions(session)
    yield from _counts(session)
    yield from _losses(session)
    yield from _samples(session)


def _sum(column: Any, *kinds: MoveKind) -> Any:
    return func.coalesce(func.sum(case((StockMove.kind.in_([kind.value for kind in kinds]), column), else_=0)), 0)


def _lots(session: Session) -> Iterator[Finding]:
    came, went = (MoveKind.ENTRY, *CAME_FROM_LOTS), WENT_INTO_LOTS
    placed_in = case((StockMove.slot_to_id.is_not(None), StockMove.placed_units), else_=0)
    placed_out = case((StockMove.slot_from_id.is_not(None), StockMove.placed_units), else_=0)
    told = {
        "entry_units": _sum(StockMove.units, *came),
        "entry_grams": _sum(StockMove.grams, *came),
        "units_on_hand": func.coalesce(func.sum(StockMove.units), 0),
        "grams_on_hand": func.coalesce(func.sum(StockMove.grams), 0),
        "units_out": -_sum(StockMove.units, MoveKind.EXIT),
        "grams_out": -_sum(StockMove.grams, MoveKind.EXIT, MoveKind.SAMPLE),
        "units_lost": -_sum(StockMove.units, MoveKind.LOSS),
        "grams_loss": -_sum(StockMove.grams, MoveKind.LOSS),
        "units_passed": -_sum(StockMove.units, *went),
        "grams_passed": -_sum(StockMove.grams, *went),
        "units_placed": func.coalesce(func.sum(placed_in - placed_out), 0),
    }
    query = (
        select(Lot, *told.values())
        .outerjoin(StockMove, StockMove.lot_id == Lot.id)
        .group_by(*Lot.__table__.c)
        .execution_options(yield_per=500)
    )
    for lot, *sums in session.execute(query):
        for name, total in zip(told, sums, strict=True):
            if getattr(lot, name) != total:
                yield Finding("lots", str(lot.id), f"{name} is {getattr(lot, name)}; the stock ledger says {total}")
        if lot.entry_units != lot.units_on_hand + lot.units_out + lot.units_lost + lot.units_passed:
            yield Finding("lots", str(lot.id), "units in are not on hand + out + lost + split off")
        if lot.entry_grams != lot.grams_on_hand + lot.grams_out + lot.grams_loss + lot.grams_passed:
            yield Finding("lots", str(lot.id), "grams in are not on hand + out + loss + split off")


def _splits(session: Session) -> Iterator[Finding]:
    """Both sides of a split or a transfer of title say the same."""
    out, into = aliased(StockMove), aliased(StockMove)
    both = (
        (out.request_id == into.request_id)
        & (out.other_lot_id == into.lot_id)
        & (into.kind.in_([MoveKind.SPLIT_IN.value, MoveKind.TITLE_IN.value]))
    )
    query = (
        select(out, into)
        .outerjoin(into, both)
        .where(out.kind.in_([MoveKind.SPLIT_OUT.value, MoveKind.TITLE_OUT.value]))
    )  # fmt: skip
    pairs: Sequence[Any] = session.execute(query).all()
    for left, right in pairs:
        if right is None or (left.units + right.units, left.grams + right.grams) != (0, 0):
            yield Finding("stock_moves", str(left.id), "what was split off did not arrive")
    alone = select(Lot.id).where(
        Lot.parent_id.is_not(None),
        ~select(StockMove.id)
        .where(
            StockMove.lot_id == Lot.parent_id,
            StockMove.other_lot_id == Lot.id,
            StockMove.kind.in_([MoveKind.SPLIT_OUT.value, MoveKind.TITLE_OUT.value]),
        )
        .exists(),
        ~select(RegradePart.id)
        .where(RegradePart.input_lot_id == Lot.parent_id, RegradePart.output_lot_id == Lot.id)
        .exists(),
    )
    for lot_id in session.scalars(alone):
        yield Finding("lots", str(lot_id), "was not split from its parent")


def _regrades(session: Session) -> Iterator[Finding]:
    """What went into a sorting came out of it: by lot, and in all."""
    told: dict[Any, int] = {(row.request_id, row.lot_id, row.kind): row.grams for row in session.scalars(
        select(StockMove).where(StockMove.request_id.in_(select(RegradeRow.id)))
    )}  # fmt: skip
    sides: dict[Any, int] = {}
    whole: dict[Any, list[int]] = {}
    for part in session.scalars(select(RegradePart)):
        kind = MoveKind.LOSS if part.output_lot_id is None else MoveKind.SORT_OUT
        sums = whole.setdefault(part.regrade_id, [0, 0])
        sums[kind is MoveKind.LOSS] += part.grams
        for key, grams in (
            ((part.regrade_id, part.input_lot_id, kind.value), -part.grams),
            ((part.regrade_id, part.output_lot_id, MoveKind.SORT_IN.value), part.grams),
        ):
            if key[1] is not None:
                sides[key] = sides.get(key, 0) + grams
    for key, grams in sides.items():
        if told.get(key) != grams:
            yield Finding("regrade_parts", f"{key[0]}/{key[1]}", f"{key[2]} is {told.get(key)}; its parts say {grams}")
    for row in session.scalars(select(RegradeRow)):
        if whole.get(row.id) != [row.output_grams, row.loss_grams]:
            yield Finding("regrades", str(row.id), "its parts do not sum to it")


def _places(session: Session) -> Iterator[Finding]:
    into = select(StockMove.lot_id, StockMove.slot_to_id.label("slot_id"), StockMove.placed_units.label("units")).where(
        StockMove.slot_to_id.is_not(None)
    )
    out = select(StockMove.lot_id, StockMove.slot_from_id, -StockMove.placed_units).where(
        StockMove.slot_from_id.is_not(None)
    )
    lines = into.union_all(out).subquery()
    told = {
        (lot_id, slot_id): int(units)
        for lot_id, slot_id, units in session.execute(
            select(lines.c.lot_id, lines.c.slot_id, func.sum(lines.c.units)).group_by(lines.c.lot_id, lines.c.slot_id)
        )
    }
    loads: dict[Any, tuple[int, int]] = {}
    balances = select(StockBalance, Lot.unit_load_grams).join(Lot, Lot.id == StockBalance.lot_id)
    for row, load in session.execute(balances):
        key = f"{row.lot_id}/{row.slot_id}"
        units = told.pop((row.lot_id, row.slot_id), 0)
        if (row.units, row.load_grams) != (units, units * load):
            yield Finding("stock_balances", key, f"says {row.units} units; the stock ledger says {units}")
        before = loads.get(row.slot_id, (0, 0))
        loads[row.slot_id] = (before[0] + row.units, before[1] + row.load_grams)
    for (lot_id, slot_id), units in told.items():
        if units:
            yield Finding("stock_balances", f"{lot_id}/{slot_id}", f"is missing; the stock ledger says {units} units")
    for fill in session.scalars(select(SlotFill)):
        if (fill.units, fill.load_grams) != loads.pop(fill.slot_id, (0, 0)):
            yield Finding("slot_fills", str(fill.slot_id), f"says {fill.units} units; its lots do not")
        if fill.units > fill.capacity_units or fill.load_grams > fill.capacity_grams:
            yield Finding("slot_fills", str(fill.slot_id), "holds more than it may")
    for slot_id, (units, _) in loads.items():
        if units:
            yield Finding("slot_fills", str(slot_id), "is missing")


def _staged(session: Session) -> Iterator[Finding]:
    """What stands picked of a lot is what its exits have picked."""
    told = _by(StagedUnits.lot_id, StagedUnits.units).subquery()
    picked = func.coalesce(told.c[1], 0)
    query = select(Lot.id, Lot.units_staged, picked).outerjoin(told, told.c.lot_id == Lot.id)
    for lot_id, staged, units in session.execute(query.where(Lot.units_staged != picked)):
        yield Finding("lots", str(lot_id), f"units_staged is {staged}; its exits have picked {units}")


def _holds(session: Session) -> Iterator[Finding]:
    told: dict[Any, int] = {
        hold_id: units for hold_id, units in session.execute(_by(HoldEvent.hold_id, HoldEvent.units))
    }
    held: dict[tuple[Any, str], int] = {}
    for hold in session.scalars(select(LotHold)):
        events = told.pop(hold.id, 0)
        if hold.units_left != events:
            yield Finding("lot_holds", str(hold.id), f"says {hold.units_left} units left; its events say {events}")
        held[hold.lot_id, hold.reason] = held.get((hold.lot_id, hold.reason), 0) + hold.units_left
    for hold_id in told:
        yield Finding("lot_holds", str(hold_id), "is missing; it has events")
    for lot in session.scalars(select(Lot)):
        for reason in HoldReason:
            counter = getattr(lot, f"{reason.value}_units")
            units = held.get((lot.id, reason.value), 0)
            if counter != units:
                yield Finding("lots", str(lot.id), f"{reason.value}_units is {counter}; open holds say {units}")


def _by(key: Any, amount: Any) -> Select[Any]:
    return select(key, func.sum(amount)).group_by(key)


def _weighings(session: Session) -> Iterator[Finding]:
    """A claimed weight is the record's own."""
    query = select(Weighing, WeightRecord).outerjoin(WeightRecord, WeightRecord.id == Weighing.record_id)
    claims: Sequence[Any] = session.execute(query.where(Weighing.record_id.is_not(None))).all()
    for weighing, record in claims:
        said = (weighing.weight_grams, weighing.raw_hex, weighing.gateway, weighing.epoch, weighing.sequence)
        if record is None or said != (
            record.weight_grams, record.raw_hex, record.gateway, record.epoch, record.sequence,
        ):  # fmt: skip
            yield Finding("weighings", str(weighing.id), "does not say what its weight record says")


def _deliveries(session: Session) -> Iterator[Finding]:
    later = aliased(Weighing)
    counting = (
        select(Weighing)
        .outerjoin(later, later.corrects_id == Weighing.id)
        .where(later.id.is_(None), Weighing.delivery_id.is_not(None))
    )
    sums: dict[tuple[Any, str], list[int]] = {}
    for row in session.scalars(counting):
        total = sums.setdefault((row.delivery_id, row.purpose), [0, 0])
        total[0] += row.net_grams
        total[1] += row.units
    for delivery in session.scalars(select(Delivery)):
        gross, tare, net = (sums.get((delivery.id, purpose.value)) for purpose in (
            Purpose.GROSS, Purpose.TARE, Purpose.NET,
        ))  # fmt: skip
        told = (gross and gross[0], tare and tare[0], net[0] if net else 0, net[1] if net else 0)
        if told != (delivery.gross_grams, delivery.tare_grams, delivery.platform_grams, delivery.platform_units):
            yield Finding("deliveries", str(delivery.id), "its weights are not those of its weighings")
    yield from _shares(session)


def _shares(session: Session) -> Iterator[Finding]:
    crates = case((Delivery.platform_units > 0, 0), else_=Lot.entry_units * Lot.unit_tare_grams)
    query = (
        select(Delivery, func.coalesce(func.sum(Lot.entry_grams + crates), 0))
        .outerjoin(Lot, (Lot.delivery_id == Delivery.id) & Lot.parent_id.is_(None))
        .where(Delivery.state == DeliveryState.COMPLETED)
        .group_by(*Delivery.__table__.c)
    )
    for delivery, shared in session.execute(query):
        net = delivery.platform_grams or (delivery.gross_grams or 0) - (delivery.tare_grams or 0)
        if net != shared:
            yield Finding("deliveries", str(delivery.id), f"weighed {net} grams net; its lots carry {shared}")


def _conditions(session: Session) -> Iterator[Finding]:
    by_lot = select(Inspection.lot_id, func.max(Inspection.inspected_on)).group_by(Inspection.lot_id)
    newest = {lot_id: day for lot_id, day in session.execute(by_lot)}
    for lot in session.scalars(select(Lot).where(Lot.parent_id.is_(None))):
        if lot.inspected_on != newest.get(lot.id):
            yield Finding("lots", str(lot.id), "its last inspection is not the newest one recorded")


def _counts(session: Session) -> Iterator[Finding]:
    """A counted line says what its newest entry says."""
    newest: dict[Any, tuple[int, int]] = {}
    for entry in session.scalars(select(CountEntry).order_by(CountEntry.counted_at, CountEntry.id)):
        newest[entry.line_id] = (entry.units, entry.book_units)
    for line in session.scalars(select(CountLine)):
        if (line.found_units, line.book_units) != newest.get(line.id, (None, None)):
            yield Finding("count_lines", str(line.id), "does not say what was counted")


def _losses(session: Session) -> Iterator[Finding]:
    """What an exit lost stands in the stock ledger too."""
    told = (
        select(StockMove.exit_id, StockMove.lot_id, func.sum(StockMove.grams).label("grams"))
        .where(StockMove.kind == MoveKind.LOSS.value, StockMove.exit_id.is_not(None))
        .group_by(StockMove.exit_id, StockMove.lot_id)
        .subquery()
    )
    query = (
        select(Shrink, func.coalesce(told.c.grams, 0))
        .outerjoin(told, (told.c.exit_id == Shrink.source_id) & (told.c.lot_id == Shrink.lot_id))
        .where(Shrink.source == "exit")
    )
    for row, grams in session.execute(query):
        if row.loss_grams != -grams:
            yield Finding("shrink_rows", str(row.id), f"says {row.loss_grams} grams; the stock ledger says {-grams}")


def _samples(session: Session) -> Iterator[Finding]:
    """What a sample took is what was weighed, and left the stock ledger."""
    query = (
        select(LotSample, Weighing.net_grams, StockMove.grams)
        .join(Weighing, Weighing.id == LotSample.weighing_id)
        .outerjoin(StockMove, (StockMove.request_id == LotSample.id) & (StockMove.kind == MoveKind.SAMPLE.value))
    )
    for row, weighed, moved in session.execute(query):
        if not row.grams == weighed == -(moved or 0):
            yield Finding("lot_samples", str(row.id), f"says {row.grams} grams; weighed {weighed}, booked {moved}")
