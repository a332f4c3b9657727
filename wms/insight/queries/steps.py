"""The steps of a trace: every deed of every room that touched the goods, in the order of time, with its hand."""

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.billing.tables import Invoice
from wms.insight.queries import names
from wms.insight.queries.sight import Family
from wms.insight.rules.trace import Departure, Sight, Step
from wms.kernel.audit import AuditRow
from wms.lots.tables import (
    Delivery,
    HoldEvent,
    Inspection,
    Lot,
    LotHold,
    LotSample,
    SampleResult,
    StockMove,
    Weighing,
)
from wms.trading.tables import Deal, DealEvent

OF_PATH = {
    "arrived",
    "gross",
    "tare",
    "net",
    "entry",
    "put_away",
    "move",
    "split_in",
    "sort_in",
    "title_in",
    "inspected",
}
OF_LOAD = {"ordered", "out", "closed", "gate_pass", "gate"}
OF_EXIT = {
    "billing.open_exit_order": "ordered",
    "billing.close_exit_order": "closed",
    "billing.void_exit": "void_exit",
    "billing.issue_gate_pass": "gate_pass",
    "billing.void_gate_pass": "void_gate_pass",
    "billing.pass_gate": "gate",
}
OF_DEAL = {"confirm_both": "dealt", "dispute": "disputed"}
Hand = UUID | None
Raw = tuple[Step, UUID, Hand, UUID | None]  # the step, its lot, who did it, the exit it belongs to


def steps(
    session: Session, family: Family, lots: Sequence[Lot], trucks: Sequence[Delivery], out: Sequence[Departure]
) -> list[Step]:
    """Return what happened to the lots of a family, the oldest first, as far as its reader sees."""
    raw: list[Raw] = []
    codes = {lot.id: lot.code for lot in lots}
    for part in names.chunks(lots):
        ids = [lot.id for lot in part]
        raw += _moves(session, ids, codes)
        raw += _weighings(session, part, out)
        raw += _inspections(session, ids, codes)
        raw += _samples(session, ids, codes)
        raw += _quarantines(session, ids, codes)
        raw += _invoices(session, ids, codes)
        raw += _deals(session, ids, codes)
    raw += _arrivals(session, family, lots, trucks)
    raw += _exits(session, out)
    own = {one.exit_id for one in out}
    kept = [each for each in raw if _is_seen(family, each, own)]
    hands = names.people(session, {hand for _, lot_id, hand, _ in kept if family.sights[lot_id] is Sight.STORE})
    known = [_with_hand(step, hands.get(hand, "") if hand else "") for step, _, hand, _ in kept]
    return sorted(known, key=lambda step: (step.at, ORDER.get(step.kind, len(ORDER)), step.lot_code))


ORDER = {
    kind: place for place, kind in enumerate(("arrived", "gross", "tare", "net", "entry", "split_out", "split_in"))
}


def _is_seen(family: Family, raw: Raw, own: set[UUID]) -> bool:
    step, lot_id, _, exit_id = raw
    if family.sights[lot_id] is not Sight.PATH:
        return True
    if exit_id is not None:
        return exit_id in own and step.kind in OF_LOAD
    until = family.until.get(lot_id)
    return step.kind in OF_PATH and (until is None or step.at <= until)


def _with_hand(step: Step, hand: str) -> Step:
    return Step(
        step.at, step.kind, step.lot_code, step.units, step.grams, step.place_from, step.place_to, step.paper,
        step.partner, hand, step.note,
    )  # fmt: skip


def _moves(session: Session, ids: Sequence[UUID], codes: dict[UUID, str]) -> Iterator[Raw]:
    rows = session.scalars(select(StockMove).where(StockMove.lot_id.in_(ids))).all()
    slots = names.slots(session, [each for row in rows for each in (row.slot_from_id, row.slot_to_id)])
    others = {row.other_lot_id for row in rows if row.other_lot_id is not None} - set(codes)
    codes = codes | _codes(session, others)
    kinds = ("split_out", "split_in", "sort_out", "sort_in", "title_out", "title_in")
    split_at = {(row.lot_id, row.moved_at) for row in rows if row.kind in kinds}
    for row in rows:
        moved = row.kind in ("move", "pick")
        if moved and (row.lot_id, row.moved_at) in split_at:
            continue  # the book takes a split part over the dock; nothing moved
        if row.kind == "sample":
            continue  # its own row says more
        place_from = slots[row.slot_from_id][0] if row.slot_from_id else ""
        place_to = slots[row.slot_to_id][0] if row.slot_to_id else ""
        kind = "put_away" if row.kind == "move" and not place_from else row.kind
        step = Step(
            row.moved_at, kind, codes[row.lot_id], row.placed_units if moved else row.units,
            None if moved else row.grams, place_from, place_to,
            codes.get(row.other_lot_id, "") if row.other_lot_id else "",
        )  # fmt: skip
        yield step, row.lot_id, row.person_id or row.account_id, row.exit_id


def _codes(session: Session, ids: Iterable[UUID]) -> dict[UUID, str]:
    return {
        row.id: row.code
        for part in names.chunks(sorted(ids))
        for row in session.execute(select(Lot.id, Lot.code).where(Lot.id.in_(part)))
    }


def _weighings(session: Session, lots: Sequence[Lot], out: Sequence[Departure]) -> Iterator[Raw]:
    trucks: dict[UUID, list[Lot]] = {}
    for lot in lots:
        if lot.parent_id is None:
            trucks.setdefault(lot.delivery_id, []).append(lot)
    exits = {one.exit_id: one for one in out}
    codes = {lot.id: lot.code for lot in lots}
    for ids, column in ((trucks, Weighing.delivery_id), (codes, Weighing.lot_id), (exits, Weighing.exit_id)):
        for part in names.chunks(sorted(ids)):
            for row in session.scalars(select(Weighing).where(column.in_(part), Weighing.purpose != "sample")):
                if row.delivery_id is not None:
                    for lot in trucks.get(row.delivery_id, []):
                        yield _weighed(row, lot.code), lot.id, _hand(row), None
                elif row.exit_id is not None and column is Weighing.exit_id:
                    one = exits[row.exit_id]
                    yield _weighed(row, one.lot_code), one.lot_id, _hand(row), one.exit_id
                elif row.exit_id is None and row.lot_id is not None and column is Weighing.lot_id:
                    yield _weighed(row, codes[row.lot_id]), row.lot_id, _hand(row), None


def _weighed(row: Weighing, code: str) -> Step:
    return Step(row.taken_at, row.purpose, code, row.units or None, row.net_grams, note=row.reason)


def _hand(row: Weighing) -> Hand:
    return row.weigher_person_id or row.account_id


def _inspections(session: Session, ids: Sequence[UUID], codes: dict[UUID, str]) -> Iterator[Raw]:
    for row in session.scalars(select(Inspection).where(Inspection.lot_id.in_(ids))):
        step = Step(row.recorded_at, "inspected", codes[row.lot_id], row.sample_units, note=row.note)
        yield step, row.lot_id, row.inspector_person_id or row.account_id, None


def _samples(session: Session, ids: Sequence[UUID], codes: dict[UUID, str]) -> Iterator[Raw]:
    query = (
        select(LotSample, SampleResult)
        .outerjoin(SampleResult, SampleResult.sample_id == LotSample.id)
        .where(LotSample.lot_id.in_(ids))
    )
    for row, result in session.execute(query):
        code, hand = codes[row.lot_id], row.person_id or row.account_id
        taken = Step(row.taken_at, "sample", code, None, -row.grams, paper=row.reference, partner=row.receiver,
                     note=row.reason)  # fmt: skip
        yield taken, row.lot_id, hand, None
        if result is not None:
            came = Step(result.recorded_at, f"sample_{result.verdict}", code, paper=result.report,
                        partner=row.receiver, note=result.findings)  # fmt: skip
            yield came, row.lot_id, result.person_id or result.account_id, None


def _quarantines(session: Session, ids: Sequence[UUID], codes: dict[UUID, str]) -> Iterator[Raw]:
    query = (
        select(HoldEvent, LotHold.lot_id)
        .join(LotHold, LotHold.id == HoldEvent.hold_id)
        .where(LotHold.lot_id.in_(ids), LotHold.reason == "quarantine", HoldEvent.units != 0)
    )
    for row, lot_id in session.execute(query):
        kind = "quarantined" if row.units > 0 else "set_free"
        step = Step(row.happened_at, kind, codes[lot_id], abs(row.units))
        yield step, lot_id, row.person_id or row.account_id, row.exit_id


def _invoices(session: Session, ids: Sequence[UUID], codes: dict[UUID, str]) -> Iterator[Raw]:
    for row in session.scalars(select(Invoice).where(Invoice.lot_id.in_(ids))):
        step = Step(row.invoiced_at, "invoiced", codes[row.lot_id], paper=row.name)
        # Charges are between store and owner: whoever bought the goods does not see them.
        yield step, row.lot_id, row.account_id, None


def _deals(session: Session, ids: Sequence[UUID], codes: dict[UUID, str]) -> Iterator[Raw]:
    query = (
        select(DealEvent, Deal)
        .join(Deal, Deal.id == DealEvent.deal_id)
        .where(Deal.lot_id.in_(ids), DealEvent.event.in_(OF_DEAL))
    )
    rows = session.execute(query).all()
    named = names.parties(session, [deal.buyer_id for _, deal in rows])
    for event, deal in rows:
        if deal.lot_id is not None:
            step = Step(
                event.happened_at, OF_DEAL[event.event], codes[deal.lot_id], deal.units, deal.grams,
                paper=deal.number, partner=named[deal.buyer_id],
            )  # fmt: skip
            yield step, deal.lot_id, event.person_id or event.account_id, None


def _arrivals(session: Session, family: Family, lots: Sequence[Lot], trucks: Sequence[Delivery]) -> Iterator[Raw]:
    hands = _deeds(session, "delivery", [truck.id for truck in trucks])
    by_truck = {truck.id: truck for truck in trucks}
    for lot in lots:
        if lot.parent_id is not None:
            continue
        truck = by_truck[lot.delivery_id]
        opened = [row for row in hands if row.subject_id == truck.id and row.action == "lots.open_delivery"]
        hand = (opened[0].person_id or opened[0].account_id) if opened else None
        stranger = family.sights[lot.id] is Sight.PATH
        note = truck.plate if stranger else f"{truck.plate} {truck.driver}".strip()
        step = Step(truck.arrived_at, "arrived", lot.code, paper=truck.code, note=note)
        yield step, lot.id, hand, None


def _exits(session: Session, out: Sequence[Departure]) -> Iterator[Raw]:
    by_id = {one.exit_id: one for one in out}
    for row in _deeds(session, "exit_order", list(by_id)):
        one = by_id[row.subject_id]
        if row.action in OF_EXIT:
            step = Step(
                row.acted_at, OF_EXIT[row.action], one.lot_code, one.units,
                one.gate_grams if row.action == "billing.pass_gate" else one.out_grams,
                paper=one.deal_number, partner=one.recipient_name, note=f"{one.plate} {one.collector}".strip(),
            )  # fmt: skip
            yield step, one.lot_id, row.person_id or row.account_id, one.exit_id


def _deeds(session: Session, kind: str, ids: Sequence[UUID]) -> list[AuditRow]:
    return [
        row
        for part in names.chunks(sorted(ids))
        for row in session.scalars(
            select(AuditRow)
            .where(AuditRow.subject_kind == kind, AuditRow.subject_id.in_(part))
            .order_by(AuditRow.acted_at, AuditRow.id)
        )
    ]
