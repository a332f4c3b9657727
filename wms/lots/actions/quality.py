"""Quality data is set: parameters, limits, sampling plans, and how instruments' files are read."""

from dataclasses import asdict

from sqlalchemy.orm import Session

from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.lots.errors.quality import ParameterUnknown, QualityWrong
from wms.lots.queries.quality import parameters, written
from wms.lots.rules.quality import (
    MOST_DECIMALS,
    MOST_VALUE,
    SetLimit,
    SetParameter,
    SetSamplingPlan,
    plan_is_right,
)
from wms.lots.rules.readings import SaveMapping
from wms.lots.tables import InstrumentMapping, QualityLimit, QualityParameter, SamplingPlan


def set_parameter(session: Session, request: SetParameter, *, by: Actor, at: Moment) -> QualityParameter:
    """Write a version of a parameter, in force at once; the decimals of a known one stay, since its values do.

    A repeat returns the first. Raises Forbidden, QualityWrong, RequestIdReused.
    """
    by.must(Permission.MANAGE_FACILITY)
    if not idempotency.claim(session, request.id, "lots.set_parameter", asdict(request), by=by, at=at):
        return session.get_one(QualityParameter, request.id)
    if not request.code.isidentifier() or not request.zh.strip() or not request.en.strip():
        raise QualityWrong(what="code, zh, en")
    known = parameters(session).get(request.code)
    if not 0 <= request.decimals <= MOST_DECIMALS or (known is not None and known.decimals != request.decimals):
        raise QualityWrong(what="decimals")
    row = QualityParameter(**asdict(request), set_at=at.at, account_id=by.account_id)
    append(session, row)
    audit.record(session, "lots.set_parameter", ("quality_parameter", row.id), by=by, at=at, code=row.code)
    return row


def set_limit(session: Session, request: SetLimit, *, by: Actor, at: Moment) -> QualityLimit:
    """Write what a parameter must keep from a day on, not in the past; what was inspected keeps its verdict.

    A repeat returns the first. Raises Forbidden, ParameterUnknown, QualityWrong, RequestIdReused.
    """
    by.must(Permission.MANAGE_FACILITY)
    if not idempotency.claim(session, request.id, "lots.set_limit", asdict(request), by=by, at=at):
        return session.get_one(QualityLimit, request.id)
    if request.code not in parameters(session):
        raise ParameterUnknown(parameter=request.code)
    if request.effective_on < at.on or not request.standard.strip():
        raise QualityWrong(what="effective_on, standard")
    bounds = [bound for bound in (request.least, request.most) if bound is not None]
    if any(not 0 <= bound <= MOST_VALUE for bound in bounds) or bounds != sorted(bounds):
        raise QualityWrong(what="least, most")
    if abs(request.change_per_month or 0) > MOST_VALUE:
        raise QualityWrong(what="change_per_month")
    row = QualityLimit(**asdict(request), set_at=at.at, account_id=by.account_id)
    append(session, row)
    audit.record(
        session, "lots.set_limit", ("quality_limit", row.id), by=by, at=at, code=row.code, standard=row.standard
    )
    return row


def set_sampling_plan(session: Session, request: SetSamplingPlan, *, by: Actor, at: Moment) -> SamplingPlan:
    """Write how much is drawn of lots from a day on, not in the past; a repeat returns the first.

    Raises Forbidden, QualityWrong, RequestIdReused.
    """
    by.must(Permission.MANAGE_FACILITY)
    if not idempotency.claim(session, request.id, "lots.set_sampling_plan", asdict(request), by=by, at=at):
        return session.get_one(SamplingPlan, request.id)
    if not plan_is_right(request.steps):
        raise QualityWrong(what="steps")
    if request.effective_on < at.on or not request.standard.strip():
        raise QualityWrong(what="effective_on, standard")
    row = SamplingPlan(
        id=request.id, variety=request.variety, steps=written(request.steps), standard=request.standard.strip(),
        effective_on=request.effective_on, set_at=at.at, account_id=by.account_id,
    )  # fmt: skip
    append(session, row)
    audit.record(session, "lots.set_sampling_plan", ("sampling_plan", row.id), by=by, at=at, standard=row.standard)
    return row


def save_mapping(session: Session, request: SaveMapping, *, by: Actor, at: Moment) -> InstrumentMapping:
    """Say how the files of an instrument are read from now on; every field replaces. A repeat returns what stands.

    Raises Forbidden, ParameterUnknown, QualityWrong, RequestIdReused.
    """
    by.must(Permission.MANAGE_FACILITY)
    first = idempotency.claim(session, request.id, "lots.save_mapping", asdict(request), by=by, at=at)
    row = session.get(InstrumentMapping, request.name, with_for_update=True, populate_existing=True)
    if not first and row is not None:
        return row
    _check_mapping(session, request)
    said = {
        "lot": request.lot, "day": request.day, "fruit": request.fruit,
        "columns": [[one.heading, one.code, str(one.factor)] for one in request.columns],
    }  # fmt: skip
    if row is None:
        row = InstrumentMapping(name=request.name, **said)
        session.add(row)
    for name, value in said.items():
        setattr(row, name, value)
    row.set_at, row.account_id = at.at, by.account_id
    session.flush()
    audit.record(session, "lots.save_mapping", ("instrument_mapping", request.id), by=by, at=at, name=row.name)
    return row


def _check_mapping(session: Session, request: SaveMapping) -> None:
    known = parameters(session)
    for column in request.columns:
        if column.code not in known:
            raise ParameterUnknown(parameter=column.code[:40])
    headings = [request.lot, *(one.heading for one in request.columns)]
    named = [*headings, *(name for name in (request.day, request.fruit) if name)]
    if not request.name.strip() or not request.columns or not all(name.strip() for name in headings):
        raise QualityWrong(what="name, lot, columns")
    if len(set(named)) != len(named) or len({one.code for one in request.columns}) != len(request.columns):
        raise QualityWrong(what="columns")
    if any(not one.factor.is_finite() or one.factor <= 0 for one in request.columns):
        raise QualityWrong(what="factor")
