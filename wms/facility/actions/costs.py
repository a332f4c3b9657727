"""Cost figures of sites."""

from dataclasses import asdict

from sqlalchemy.orm import Session

from wms.facility import queries
from wms.facility.errors import FieldInvalid
from wms.facility.rules import check_text
from wms.facility.rules.costs import CostPer, SetSiteCostRequest
from wms.facility.tables import SiteCost
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append


def set_site_cost(session: Session, request: SetSiteCostRequest, *, by: Actor, at: Moment) -> SiteCost:
    """Say what keeping goods at a site costs from a day on, in 10^-6 yuan; the next figure of its kind takes over.

    Whoever proposes tariffs sets what they must bear. A repeat returns the first row.
    Raises Forbidden, SiteNotFound, FieldInvalid, RequestIdReused.
    """
    by.must(Permission.PROPOSE_TARIFF)
    if not idempotency.claim(session, request.id, "facility.set_site_cost", asdict(request), by=by, at=at):
        return session.get_one(SiteCost, request.id)
    site = queries.get_site(session, request.site_id)
    check_text("source", request.source, 200)
    if request.cost_micro < 0:
        raise FieldInvalid(field="cost_micro")
    season = request.per is CostPer.SEASON
    ends_on = request.ends_on
    if season is (ends_on is None) or (ends_on is not None and ends_on <= request.effective_from):
        raise FieldInvalid(field="ends_on")
    row = SiteCost(
        id=request.id, site_id=site.id, kind=request.kind.value, per=request.per.value, cost_micro=request.cost_micro,
        effective_from=request.effective_from, ends_on=request.ends_on, source=request.source, set_at=at.at,
        account_id=by.account_id,
    )  # fmt: skip
    append(session, row)
    audit.record(session, "facility.set_site_cost", ("site", site.id), by=by, at=at, kind=row.kind, per=row.per)
    return row
