"""Reads of the field: visits by company and person, a campaign's rates, open tasks, and what verify checks."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from wms.crm.errors import CampaignNotFound
from wms.crm.rules import BuyingRole, History, Penetration, Rates, missing_roles, penetration_of, rates_of
from wms.crm.tables import (
    BuyingRoleRow,
    Campaign,
    CampaignTarget,
    CrmTask,
    Visit,
    VisitMeeting,
    WalletRecord,
)
from wms.kernel.actor import Actor, Permission
from wms.kernel.evidence import Finding, check_rows
from wms.kernel.paging import Page, page
from wms.parties.tables import Employment, Party
from wms.trading.tables import Deal, DealLoad, Listing

EVIDENCE = (Visit, VisitMeeting, Campaign, CampaignTarget, WalletRecord)
VOID = ("resolved_taken_back", "cancelled_mutual")


def get_campaign(session: Session, campaign_id: UUID, *, by: Actor) -> Campaign:
    """Return a campaign. Raises Forbidden, CampaignNotFound."""
    by.must(Permission.VISIT_COMPANIES)
    campaign = session.get(Campaign, campaign_id)
    if campaign is None:
        raise CampaignNotFound
    return campaign


def list_campaigns(session: Session, *, by: Actor, cursor: str | None = None, limit: int = 50) -> Page[Campaign]:
    """Return a page of campaigns, the newest first. Raises Forbidden."""
    by.must(Permission.VISIT_COMPANIES)
    keys = [Campaign.started_at, Campaign.id]
    return page(session, select(Campaign), keys, cursor=cursor, limit=limit, descending=True)


def targets_of(session: Session, campaign_id: UUID, *, by: Actor) -> list[CampaignTarget]:
    """Return the frozen list of a campaign. Raises Forbidden, CampaignNotFound."""
    get_campaign(session, campaign_id, by=by)
    query = select(CampaignTarget).where(CampaignTarget.campaign_id == campaign_id)
    return list(session.scalars(query.order_by(CampaignTarget.group_key, CampaignTarget.id)))


def visits_of_company(session: Session, company_id: UUID, *, by: Actor) -> list[Visit]:
    """Return the visits to a company, the newest first. Raises Forbidden."""
    by.must(Permission.VISIT_COMPANIES)
    query = select(Visit).where(Visit.company_id == company_id)
    return list(session.scalars(query.order_by(Visit.arrived_at.desc(), Visit.id)))


def visits_of_person(session: Session, person_id: UUID, *, by: Actor) -> list[Visit]:
    """Return every visit on which a person was met, at whichever company, the newest first. Raises Forbidden."""
    by.must(Permission.VISIT_COMPANIES)
    query = select(Visit).join(VisitMeeting, VisitMeeting.visit_id == Visit.id)
    query = query.where(VisitMeeting.person_id == person_id)
    return list(session.scalars(query.order_by(Visit.arrived_at.desc(), Visit.id)))


def meetings_of(session: Session, visit_id: UUID, *, by: Actor) -> list[VisitMeeting]:
    """Return who was met on a visit, with the employment of that day. Raises Forbidden."""
    by.must(Permission.VISIT_COMPANIES)
    query = select(VisitMeeting).where(VisitMeeting.visit_id == visit_id)
    return list(session.scalars(query.order_by(VisitMeeting.person_id)))


def roles_on(session: Session, company_id: UUID, on: date) -> list[BuyingRoleRow]:
    """Return the buying roles known in a company on a day."""
    query = select(BuyingRoleRow).where(
        BuyingRoleRow.company_id == company_id,
        BuyingRoleRow.from_on <= on,
        or_(BuyingRoleRow.until_on.is_(None), BuyingRoleRow.until_on > on),
    )
    return list(session.scalars(query.order_by(BuyingRoleRow.from_on, BuyingRoleRow.id)))


def uncovered_roles(session: Session, company_id: UUID, on: date, *, by: Actor) -> frozenset[BuyingRole]:
    """Return the deciding roles nobody is known for although the company's user is. Raises Forbidden."""
    by.must(Permission.VISIT_COMPANIES)
    return missing_roles(BuyingRole(row.role) for row in roles_on(session, company_id, on))


def open_tasks(session: Session, *, by: Actor) -> list[CrmTask]:
    """Return what is still to do, the most urgent first. Raises Forbidden."""
    by.must(Permission.VISIT_COMPANIES)
    query = select(CrmTask).where(CrmTask.done_on.is_(None))
    return list(session.scalars(query.order_by(CrmTask.due_on, CrmTask.id)))


def rates(session: Session, campaign_id: UUID, on: date, *, by: Actor) -> Rates:
    """Return coverage, conversion and repurchase of a campaign as of a business day.

    Branches of one firm are one target. A company visited counts by the employment of that day, whoever moved since.
    An effective order is a deal of which goods have left and which was not voided, dated by the deal; its loads are
    one order. Raises Forbidden, CampaignNotFound.
    """
    campaign = get_campaign(session, campaign_id, by=by)
    targets = targets_of(session, campaign_id, by=by)
    groups = {target.company_id: target.group_key for target in targets}
    covered, decided = _covered(session, campaign, groups)
    orders = _orders(session, groups)
    histories = [
        History(covered.get(key), decided.get(key), tuple(orders[key])) for key in sorted(set(groups.values()))
    ]
    return rates_of(histories, on, conversion_days=campaign.conversion_days, repurchase_days=campaign.repurchase_days)


def penetration(
    session: Session, campaign_id: UUID, category: str, period: tuple[date, date], *, by: Actor
) -> Penetration:
    """Return how much of its targets' purchases of a category we delivered in a half-open period of days.

    A wallet counts when its newest record lies over the same period; without one the share is unknown. Raises
    Forbidden, CampaignNotFound.
    """
    companies = [target.company_id for target in targets_of(session, campaign_id, by=by)]
    first, end = period
    delivered: dict[UUID, int] = defaultdict(int)
    loads = (
        select(Deal.buyer_id, func.sum(DealLoad.out_grams))
        .join(Deal, Deal.id == DealLoad.deal_id)
        .join(Listing, Listing.id == Deal.listing_id)
        .where(Deal.buyer_id.in_(companies), Listing.variety == category, Deal.state.not_in(VOID))
        .where(DealLoad.left_on >= first, DealLoad.left_on < end)
        .group_by(Deal.buyer_id)
    )
    for company_id, grams in session.execute(loads):
        delivered[company_id] = int(grams)
    bought: dict[UUID, int] = {}
    wallets = select(WalletRecord).where(
        WalletRecord.company_id.in_(companies), WalletRecord.category == category,
        WalletRecord.from_on == first, WalletRecord.until_on == end,
    )  # fmt: skip
    for row in session.scalars(wallets.order_by(WalletRecord.recorded_at, WalletRecord.id)):
        bought[row.company_id] = row.bought_grams
    return penetration_of({company: (delivered[company], bought.get(company)) for company in companies})


def check(session: Session) -> Iterator[Finding]:
    """Yield what is wrong here: forged evidence, and meetings whose employment was not of that company and day."""
    for table in EVIDENCE:
        yield from check_rows(session, table)
    query = (
        select(VisitMeeting.id, VisitMeeting.person_id, Visit.company_id, Visit.visited_on, Employment)
        .join(Visit, Visit.id == VisitMeeting.visit_id)
        .join(Employment, Employment.id == VisitMeeting.employment_id)
    )
    for meeting_id, person_id, company_id, visited_on, employment in session.execute(query):
        of_both = (employment.person_id, employment.party_id) == (person_id, company_id)
        if not of_both or employment.from_on > visited_on:
            yield Finding("visit_meetings", str(meeting_id), "the employment is not of that person, company and day")


def group_key(party: Party) -> str:
    """Return what makes branches of one firm one target."""
    return party.credit_code or party.id.hex


def _covered(session: Session, campaign: Campaign, groups: dict[UUID, str]) -> tuple[dict[str, date], dict[str, date]]:
    """The first day each group was covered, and the first day somebody was met who decides."""
    covered: dict[str, date] = {}
    decided: dict[str, date] = {}
    query = (
        select(Visit.company_id, Visit.visited_on, VisitMeeting.decides)
        .join(VisitMeeting, VisitMeeting.visit_id == Visit.id)
        .where(Visit.counts, Visit.visited_on >= campaign.starts_on, Visit.company_id.in_(groups))
        .order_by(Visit.visited_on)
    )
    for company_id, visited_on, decides in session.execute(query):
        covered.setdefault(groups[company_id], visited_on)
        if decides:
            decided.setdefault(groups[company_id], visited_on)
    return covered, decided


def _orders(session: Session, groups: dict[UUID, str]) -> dict[str, list[date]]:
    orders: dict[str, list[date]] = defaultdict(list)
    query = select(Deal.buyer_id, Deal.proposed_on).where(
        Deal.buyer_id.in_(groups), Deal.units_out > 0, Deal.state.not_in(VOID)
    )
    for company_id, proposed_on in session.execute(query):
        orders[groups[company_id]].append(proposed_on)
    return orders
