"""Quality data in force, its history, and what inspections found of it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.lots.errors.quality import MappingNotFound
from wms.lots.rules.quality import USUAL, Outlook, Parameter, PlanStep, SetLimit, drawn_of, outlook
from wms.lots.rules.readings import MappedColumn, SaveMapping
from wms.lots.tables import (
    Inspection,
    InspectionDraw,
    InspectionValue,
    InstrumentMapping,
    Lot,
    QualityLimit,
    QualityParameter,
    SamplingPlan,
)


def parameters(session: Session) -> dict[str, Parameter]:
    """Return what is measured, by code: the usual parameters, and those set, each as it was set last."""
    found = dict(USUAL)
    for row in parameter_history(session):
        found[row.code] = Parameter(row.code, row.zh, row.en, row.unit, row.decimals, row.decays)
    return found


def parameter_history(session: Session) -> list[QualityParameter]:
    """Return every version of every parameter that was set, oldest first."""
    return list(session.scalars(select(QualityParameter).order_by(QualityParameter.set_at, QualityParameter.id)))


def list_limits(session: Session) -> list[QualityLimit]:
    """Return every limit ever set, by parameter, variety and grade, the newest first in each."""
    query = select(QualityLimit).order_by(
        QualityLimit.code, QualityLimit.variety, QualityLimit.grade, QualityLimit.effective_on.desc(),
        QualityLimit.set_at.desc(), QualityLimit.id,
    )  # fmt: skip
    return list(session.scalars(query))


def limits_on(session: Session, variety: str, grade: str, on: date) -> dict[str, QualityLimit]:
    """Return the limit in force on a day by parameter: the most precise for goods like these, of those the newest."""
    query = select(QualityLimit).where(
        QualityLimit.effective_on <= on,
        QualityLimit.variety.is_(None) | (QualityLimit.variety == variety),
        QualityLimit.grade.is_(None) | (QualityLimit.grade == grade),
    )
    best: dict[str, QualityLimit] = {}
    for row in sorted(session.scalars(query), key=_precision):
        best[row.code] = row
    return best


def _precision(row: QualityLimit) -> tuple[Any, ...]:
    return row.variety is not None, row.grade is not None, row.effective_on, row.set_at, row.id


def list_sampling_plans(session: Session) -> list[SamplingPlan]:
    """Return every sampling plan ever set, by variety, the newest first in each."""
    query = select(SamplingPlan).order_by(
        SamplingPlan.variety, SamplingPlan.effective_on.desc(), SamplingPlan.set_at.desc(), SamplingPlan.id
    )
    return list(session.scalars(query))


def plan_on(session: Session, variety: str, on: date) -> SamplingPlan | None:
    """Return the sampling plan in force on a day for a variety: its own, else everybody's, the newest; or None."""
    query = select(SamplingPlan).where(
        SamplingPlan.effective_on <= on, SamplingPlan.variety.is_(None) | (SamplingPlan.variety == variety)
    )
    found = list(session.scalars(query))
    return max(found, key=lambda row: (row.variety is not None, row.effective_on, row.set_at, row.id), default=None)


def steps_of(plan: SamplingPlan) -> tuple[PlanStep, ...]:
    """Return the steps of a plan."""
    return tuple(PlanStep(*step) for step in plan.steps)


def asked_draw(session: Session, lot: Lot, on: date) -> PlanStep | None:
    """Return how much the plan of a day asks to be drawn of a lot; None without a plan for so large a lot."""
    plan = plan_on(session, lot.variety, on)
    return None if plan is None else drawn_of(steps_of(plan), lot.units_on_hand)


def values_of(session: Session, inspection_ids: Iterable[UUID]) -> dict[UUID, list[InspectionValue]]:
    """Return what inspections found, by inspection, in the order of the parameters' codes."""
    query = select(InspectionValue).where(InspectionValue.inspection_id.in_(list(inspection_ids)))
    found: dict[UUID, list[InspectionValue]] = defaultdict(list)
    for row in session.scalars(query.order_by(InspectionValue.code)):
        found[row.inspection_id].append(row)
    return found


def draws_of(session: Session, inspection_ids: Iterable[UUID]) -> dict[UUID, InspectionDraw]:
    """Return how much inspections drew, by inspection; those before there were plans are not among them."""
    query = select(InspectionDraw).where(InspectionDraw.inspection_id.in_(list(inspection_ids)))
    return {row.inspection_id: row for row in session.scalars(query)}


def outlooks(session: Session, lot: Lot, on: date, *, fresh: Iterable[tuple[str, date, int]] = ()) -> list[Outlook]:
    """Return how each parameter measured of a lot goes on, by the limits of a day, in the order of codes.

    `fresh` are findings (parameter, day, value) that are not written down yet.
    """
    points: dict[str, list[tuple[date, int]]] = defaultdict(list)
    query = (
        select(InspectionValue.code, Inspection.inspected_on, InspectionValue.value)
        .join(Inspection, Inspection.id == InspectionValue.inspection_id)
        .where(Inspection.lot_id.in_(_line(session, lot)), Inspection.inspected_on <= on)
        .order_by(InspectionValue.code, Inspection.inspected_on)
    )
    for code, day, value in session.execute(query):
        points[code].append((day, value))
    for code, day, value in fresh:
        points[code].append((day, value))
    limits = limits_on(session, lot.variety, lot.grade, on)
    known = parameters(session)
    return [
        outlook(code, found, as_limit(limits.get(code)), decays=known[code].decays)
        for code, found in sorted(points.items())
    ]


def _line(session: Session, lot: Lot) -> list[UUID]:
    """The lot and those it was split or bought from while its grade stayed: their apples are the same."""
    found, row = [lot.id], lot
    while row.parent_id is not None:
        parent = session.get_one(Lot, row.parent_id)
        if (parent.grade, parent.variety) != (lot.grade, lot.variety) or parent.id in found:
            break
        found.append(parent.id)
        row = parent
    return found


def as_limit(row: QualityLimit | None) -> SetLimit | None:
    """Return a limit as the rules take it."""
    if row is None:
        return None
    said = {name: getattr(row, name) for name in SetLimit.__dataclass_fields__}
    return SetLimit(**said)


def list_mappings(session: Session) -> list[SaveMapping]:
    """Return how the files of instruments are read, by name."""
    return [_mapping(row) for row in session.scalars(select(InstrumentMapping).order_by(InstrumentMapping.name))]


def get_mapping(session: Session, name: str) -> SaveMapping:
    """Return how a kind of file is read. Raises MappingNotFound."""
    row = session.get(InstrumentMapping, name)
    if row is None:
        raise MappingNotFound(name=name[:40])
    return _mapping(row)


def _mapping(row: InstrumentMapping) -> SaveMapping:
    columns = tuple(MappedColumn(heading, code, Decimal(factor)) for heading, code, factor in row.columns)
    return SaveMapping(UUID(int=0), row.name, row.lot, columns, row.day, row.fruit)


def written(steps: Sequence[PlanStep]) -> list[list[Any]]:
    """Return the steps of a plan as they are kept."""
    return [list(asdict(step).values()) for step in steps]
