"""Inspections: what the goods are, and how they are today, beside the limits and the plan of the day."""

from dataclasses import asdict, replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.kernel.ids import derived_id
from wms.lots.errors import InspectionDayWrong, RequestWrong
from wms.lots.errors.quality import ParameterUnknown
from wms.lots.queries.deliveries import policy_on
from wms.lots.queries.lots import lock_visible_lot
from wms.lots.queries.quality import limits_on, outlooks, parameters, plan_on, steps_of
from wms.lots.rules.condition import condition_days, deadline_after, storage_deadline
from wms.lots.rules.quality import COLUMNS, MOST_VALUE, Measured, drawn_of, verdict
from wms.lots.rules.requests import Inspect
from wms.lots.rules.words import StorageType
from wms.lots.tables import Inspection, InspectionDraw, InspectionValue, Lot, QualityLimit

WHOLE_PERMILLE = 1000
OWN_ROWS = ("grades", "photos", "values", "pieces")


def inspect(session: Session, request: Inspect, *, by: Actor, at: Moment) -> Inspection:
    """Record an inspection of a lot; the newest one by day sets the lot's quality deadline.

    Each value is kept with the limit of that day and its verdict, the sample beside what the plan asks. The deadline is
    the earliest of what storage allows from the entry day, what the condition allows from the inspection, and the day
    on which a decaying parameter leaves its limits as it goes on. Locks the lot. A repeat returns the first record.
    Raises Forbidden, LotNotFound, InspectionDayWrong, ParameterUnknown, RequestWrong, RequestIdReused.
    """
    by.must(Permission.INSPECT)
    if not idempotency.claim(session, request.id, "lots.inspect", asdict(request), by=by, at=at):
        return session.get_one(Inspection, request.id)
    request = _whole(session, request)
    _check(request)
    lot = lock_visible_lot(session, request.lot_id, by)
    if not lot.entry_on <= request.inspected_on <= at.on:
        raise InspectionDayWrong(entry_on=lot.entry_on)
    policy = policy_on(session, at.on)
    days = condition_days(request.firmness_gf_cm2, request.decay_permille, policy)
    stored_until = storage_deadline(lot.entry_on, StorageType(lot.storage_type), policy)
    rows = _values(session, request, lot)
    trend = _trend_until(session, request, lot, rows)
    found = Inspection(
        **{name: value for name, value in asdict(request).items() if name not in OWN_ROWS},
        grades=[asdict(line) for line in request.grades],
        photos=list(request.photos),
        recorded_at=at.at,
        inspector_person_id=by.person_id,
        account_id=by.account_id,
        deadline_on=min(deadline_after(stored_until, request.inspected_on, days), trend or date.max),
    )
    append(session, found)
    for row in rows:
        append(session, row)
    append(session, _draw(session, request, lot))
    if lot.inspected_on is None or request.inspected_on >= lot.inspected_on:
        lot.inspected_on, lot.deadline_on = request.inspected_on, found.deadline_on
        session.flush()
    audit.record(session, "lots.inspect", ("lot", lot.id), by=by, at=at, deadline_on=found.deadline_on)
    return found


def _whole(session: Session, request: Inspect) -> Inspect:
    """Return the request with each finding said once in its column and once among the values."""
    values = {one.code: one for one in request.values}
    known = parameters(session)
    unknown = next((code for code in values if code not in known), None)
    if unknown is not None:
        raise ParameterUnknown(parameter=unknown[:40])
    columns: dict[str, Any] = {}
    for code, column in COLUMNS.items():
        said = getattr(request, column)
        if said is None and code in values:
            columns[column] = values[code].value
        elif said is not None and values.setdefault(code, Measured(code, said, max(1, request.pieces))).value != said:
            raise RequestWrong(what=f"{column}, values")
    if len(values) < len(request.values):
        raise RequestWrong(what="values")
    return replace(request, values=tuple(values[code] for code in sorted(values)), **columns)


def _check(request: Inspect) -> None:
    permilles = (request.brix_permille, request.decay_permille, request.colour_permille)
    if any(value is not None and not 0 <= value <= WHOLE_PERMILLE for value in permilles):
        raise RequestWrong(what="permille")
    shares = [line.share_permille for line in request.grades]
    if request.sample_units < 1 or (shares and (min(shares) < 0 or sum(shares) != WHOLE_PERMILLE)):
        raise RequestWrong(what="sample_units, grades")
    for one in request.values:
        lowest, highest = _spread(one)
        if not 0 <= lowest <= one.value <= highest <= MOST_VALUE or one.pieces < 1:
            raise RequestWrong(what=COLUMNS.get(one.code, one.code))
    if request.pieces < 0:
        raise RequestWrong(what="pieces")


def _spread(one: Measured) -> tuple[int, int]:
    return (
        one.value if one.lowest is None else one.lowest,
        one.value if one.highest is None else one.highest,
    )


def _values(session: Session, request: Inspect, lot: Lot) -> list[InspectionValue]:
    limits = limits_on(session, lot.variety, lot.grade, request.inspected_on)
    return [_value(request, one, limits.get(one.code)) for one in request.values]


def _value(request: Inspect, one: Measured, limit: QualityLimit | None) -> InspectionValue:
    least, most = (None, None) if limit is None else (limit.least, limit.most)
    lowest, highest = _spread(one)
    return InspectionValue(
        id=derived_id(request.id, "value", one.code),
        inspection_id=request.id,
        code=one.code,
        value=one.value,
        pieces=one.pieces,
        lowest=lowest,
        highest=highest,
        limit_id=None if limit is None else limit.id,
        least=least,
        most=most,
        standard="" if limit is None else limit.standard,
        verdict=verdict(one.value, least, most).value,
    )


def _trend_until(session: Session, request: Inspect, lot: Lot, rows: list[InspectionValue]) -> date | None:
    """Return the first day on which something that decays leaves its limits, as far as this inspection can tell."""
    fresh = [(row.code, request.inspected_on, row.value) for row in rows]
    seen = {row.code for row in rows}
    ends = [
        one.until
        for one in outlooks(session, lot, request.inspected_on, fresh=fresh)
        if one.code in seen and one.until is not None
    ]
    return min(ends, default=None)


def _draw(session: Session, request: Inspect, lot: Lot) -> InspectionDraw:
    plan = plan_on(session, lot.variety, request.inspected_on)
    asked = None if plan is None else drawn_of(steps_of(plan), lot.units_on_hand)
    pieces = max([request.pieces, *(one.pieces for one in request.values if one.pieces > 1)])
    enough = asked is None or (request.sample_units >= asked.crates and pieces >= asked.pieces)
    return InspectionDraw(
        inspection_id=request.id,
        lot_units=lot.units_on_hand,
        crates=request.sample_units,
        pieces=pieces,
        plan_id=None if plan is None or asked is None else plan.id,
        asked_crates=None if asked is None else asked.crates,
        asked_pieces=None if asked is None else asked.pieces,
        standard="" if plan is None or asked is None else plan.standard,
        enough=enough,
    )
