"""What happens in the field, written down in the transaction of the deed."""

from dataclasses import asdict
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms import parties
from wms.crm.errors import (
    NotEmployedThere,
    PlaceInvalid,
    RoleHeld,
    TargetsInvalid,
    TaskDone,
    TaskNotFound,
    VisitTimesInvalid,
    WalletInvalid,
    WindowsInvalid,
)
from wms.crm.queries import get_campaign, group_key, roles_on
from wms.crm.rules import (
    DECIDES,
    SUCCESSOR_DAYS,
    FinishTask,
    GiveRole,
    JobChange,
    Place,
    RecordVisit,
    RecordWallet,
    SetPlace,
    StartCampaign,
    TaskKind,
    VisitRules,
    counts,
    distance_m,
)
from wms.crm.tables import (
    BuyingRoleRow,
    Campaign,
    CampaignTarget,
    CompanyPlace,
    CrmTask,
    Visit,
    VisitMeeting,
    WalletRecord,
)
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.kernel.ids import derived_id

RULES = VisitRules()


def record_visit(session: Session, request: RecordVisit, *, by: Actor, at: Moment) -> Visit:
    """Write down a visit; everybody met is stamped with the employment of that day. `request.id` becomes its id.

    Metres, millionths of a degree. A visit that does not count is kept all the same. A repeat returns the first.
    Raises Forbidden, PartyNotFound, PersonNotFound, CampaignNotFound, VisitTimesInvalid, PlaceInvalid,
    NotEmployedThere, RequestIdReused.
    """
    by.must(Permission.VISIT_COMPANIES)
    if not idempotency.claim(session, request.id, "crm.record_visit", asdict(request), by=by, at=at):
        return session.get_one(Visit, request.id)
    _check_visit(request, at)
    parties.get_party(session, request.company_id)
    if request.campaign_id is not None:
        get_campaign(session, request.campaign_id, by=by)
    here, away = request.place, _distance(session, request)
    visit = Visit(
        id=request.id,
        company_id=request.company_id,
        campaign_id=request.campaign_id,
        arrived_at=request.arrived.at,
        left_at=request.left.at,
        visited_on=request.arrived.on,
        latitude_e6=here.latitude_e6 if here else None,
        longitude_e6=here.longitude_e6 if here else None,
        accuracy_m=here.accuracy_m if here else None,
        distance_m=away,
        called_back=request.called_back,
        counts=counts(request, away, RULES),
        outcome=request.outcome,
        next_step=request.next_step,
        account_id=by.account_id,
        person_id=by.person_id,
        recorded_at=at.at,
    )
    append(session, visit)
    for person_id in sorted(set(request.met_person_ids)):
        _stamp_meeting(session, visit, person_id)
    audit.record(session, "crm.record_visit", ("party", visit.company_id), by=by, at=at, visit_id=visit.id)
    return visit


def set_place(session: Session, request: SetPlace, *, by: Actor, at: Moment) -> CompanyPlace:
    """Say where a company is. A repeat changes nothing.

    Raises Forbidden, PartyNotFound, PlaceInvalid, RequestIdReused.
    """
    by.must(Permission.VISIT_COMPANIES)
    if not idempotency.claim(session, request.id, "crm.set_place", asdict(request), by=by, at=at):
        return session.get_one(CompanyPlace, request.company_id)
    _check_place(request.place)
    parties.lock_party(session, request.company_id)
    row = session.get(CompanyPlace, request.company_id) or CompanyPlace(company_id=request.company_id)
    row.latitude_e6, row.longitude_e6 = request.place.latitude_e6, request.place.longitude_e6
    session.add(row)
    session.flush()
    audit.record(session, "crm.set_place", ("party", request.company_id), by=by, at=at)
    return row


def give_role(session: Session, request: GiveRole, *, by: Actor, at: Moment) -> BuyingRoleRow:
    """Write down that somebody who works for a company has a buying role there. A repeat returns the first row.

    Locks the company. Raises Forbidden, PartyNotFound, PersonNotFound, NotEmployedThere, RoleHeld, RequestIdReused.
    """
    by.must(Permission.VISIT_COMPANIES)
    if not idempotency.claim(session, request.id, "crm.give_role", asdict(request), by=by, at=at):
        return session.get_one(BuyingRoleRow, request.id)
    parties.lock_party(session, request.company_id)
    _employment(session, request.person_id, request.company_id, request.from_on)
    held = {(row.person_id, row.role) for row in roles_on(session, request.company_id, request.from_on)}
    if (request.person_id, request.role.value) in held:
        raise RoleHeld(role=request.role.value)
    row = BuyingRoleRow(
        id=request.id,
        company_id=request.company_id,
        person_id=request.person_id,
        role=request.role.value,
        from_on=request.from_on,
    )
    session.add(row)
    session.flush()
    audit.record(session, "crm.give_role", ("party", row.company_id), by=by, at=at, role=request.role)
    return row


def start_campaign(session: Session, request: StartCampaign, *, by: Actor, at: Moment) -> Campaign:
    """Start a campaign and freeze its list of companies for ever. A repeat returns the first.

    Raises Forbidden, PartyNotFound, TargetsInvalid, WindowsInvalid, RequestIdReused.
    """
    by.must(Permission.MANAGE_PARTIES)
    if not idempotency.claim(session, request.id, "crm.start_campaign", asdict(request), by=by, at=at):
        return session.get_one(Campaign, request.id)
    if not request.company_ids or len(set(request.company_ids)) != len(request.company_ids):
        raise TargetsInvalid
    if min(request.conversion_days, request.repurchase_days) < 1:
        raise WindowsInvalid
    campaign = Campaign(
        id=request.id,
        name=request.name,
        city=request.city,
        starts_on=request.starts_on,
        conversion_days=request.conversion_days,
        repurchase_days=request.repurchase_days,
        started_at=at.at,
        account_id=by.account_id,
    )
    append(session, campaign)
    for company_id in request.company_ids:
        target = CampaignTarget(
            id=derived_id(campaign.id, company_id),
            campaign_id=campaign.id,
            company_id=company_id,
            group_key=group_key(parties.get_party(session, company_id)),
        )
        append(session, target)
    audit.record(session, "crm.start_campaign", ("campaign", campaign.id), by=by, at=at, of=len(request.company_ids))
    return campaign


def record_wallet(session: Session, request: RecordWallet, *, by: Actor, at: Moment) -> WalletRecord:
    """Write down what a company bought from everybody in a period, in grams. A repeat returns the first row.

    Raises Forbidden, PartyNotFound, WalletInvalid, RequestIdReused.
    """
    by.must(Permission.VISIT_COMPANIES)
    if not idempotency.claim(session, request.id, "crm.record_wallet", asdict(request), by=by, at=at):
        return session.get_one(WalletRecord, request.id)
    sure = 0 <= request.confidence_percent <= 100
    if request.bought_grams <= 0 or request.until_on <= request.from_on or not sure:
        raise WalletInvalid
    parties.get_party(session, request.company_id)
    row = WalletRecord(
        id=request.id,
        company_id=request.company_id,
        category=request.category,
        from_on=request.from_on,
        until_on=request.until_on,
        bought_grams=request.bought_grams,
        method=request.method.value,
        confidence_percent=request.confidence_percent,
        recorded_at=at.at,
        account_id=by.account_id,
    )
    append(session, row)
    audit.record(session, "crm.record_wallet", ("party", row.company_id), by=by, at=at, category=row.category)
    return row


def record_job_change(session: Session, request: JobChange, *, by: Actor, at: Moment) -> parties.Employment:
    """Move a person to another company in one step: history stays, the old company's successor is sought, the new
    company is a lead, open buying roles at the old one end. Board prices of the old company end with the employment.

    Locks the person. A repeat returns the new employment. Raises Forbidden and all that `parties.change_job` raises.
    """
    by.must(Permission.MANAGE_PARTIES)
    before = parties.employments_of(session, request.person_id, request.on)
    change = parties.ChangeJobRequest(
        derived_id(request.id, "change"), request.person_id, request.to_company_id, request.post, request.on
    )
    if not idempotency.claim(session, request.id, "crm.record_job_change", asdict(request), by=by, at=at):
        return parties.change_job(session, change, by=by, at=at)
    employment = parties.change_job(session, change, by=by, at=at)
    left = [row.party_id for row in before if row.is_primary]
    for company_id in left:
        _end_roles(session, request, company_id)
        _open_task(session, request, TaskKind.RETAIN, company_id)
    _open_task(session, request, TaskKind.LEAD, request.to_company_id)
    audit.record(session, "crm.record_job_change", ("person", request.person_id), by=by, at=at, source=request.source)
    return employment


def finish_task(session: Session, request: FinishTask, *, by: Actor, at: Moment) -> CrmTask:
    """Finish a task with what came of it. Locks the task. A repeat changes nothing.

    Raises Forbidden, TaskNotFound, TaskDone, RequestIdReused.
    """
    by.must(Permission.VISIT_COMPANIES)
    query = select(CrmTask).where(CrmTask.id == request.task_id)
    task = session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if task is None:
        raise TaskNotFound
    if not idempotency.claim(session, request.id, "crm.finish_task", asdict(request), by=by, at=at):
        return task
    if task.done_on is not None:
        raise TaskDone
    task.done_on, task.outcome = at.on, request.outcome
    session.flush()
    audit.record(session, "crm.finish_task", ("crm_task", task.id), by=by, at=at, outcome=request.outcome)
    return task


def _check_visit(request: RecordVisit, at: Moment) -> None:
    if not request.arrived.at < request.left.at <= at.at or request.left.on != request.arrived.on:
        raise VisitTimesInvalid
    if request.place is not None:
        _check_place(request.place)


def _check_place(place: Place) -> None:
    if abs(place.latitude_e6) > 90_000_000 or abs(place.longitude_e6) > 180_000_000 or place.accuracy_m < 0:
        raise PlaceInvalid


def _distance(session: Session, request: RecordVisit) -> int | None:
    there = session.get(CompanyPlace, request.company_id)
    if there is None or request.place is None:
        return None
    return distance_m(request.place, Place(there.latitude_e6, there.longitude_e6))


def _stamp_meeting(session: Session, visit: Visit, person_id: UUID) -> None:
    employment = _employment(session, person_id, visit.company_id, visit.visited_on)
    roles = roles_on(session, visit.company_id, visit.visited_on)
    deciding = {role.value for role in DECIDES}
    meeting = VisitMeeting(
        id=derived_id(visit.id, person_id),
        visit_id=visit.id,
        person_id=person_id,
        employment_id=employment.id,
        decides=any(row.person_id == person_id and row.role in deciding for row in roles),
    )
    append(session, meeting)


def _employment(session: Session, person_id: UUID, company_id: UUID, on: date) -> parties.Employment:
    person = parties.get_person(session, person_id)
    for employment in parties.employments_of(session, person_id, on):
        if employment.party_id == company_id:
            return employment
    raise NotEmployedThere(name=person.name, on=on)


def _end_roles(session: Session, request: JobChange, company_id: UUID) -> None:
    for row in roles_on(session, company_id, request.on):
        if row.person_id == request.person_id:
            row.until_on = request.on
    session.flush()


def _open_task(session: Session, request: JobChange, kind: TaskKind, company_id: UUID) -> None:
    session.add(
        CrmTask(
            id=derived_id(request.id, kind.value, company_id),
            kind=kind.value,
            company_id=company_id,
            person_id=request.person_id,
            source=request.source,
            opened_on=request.on,
            due_on=request.on + timedelta(days=SUCCESSOR_DAYS),
        )
    )
    session.flush()
