"""Damages found in store, and what the insurer says and pays."""

from typing import Any

from marshmallow import fields
from sqlalchemy.orm import Session

from wms import dock
from wms.api.resource import Resource, query_of
from wms.delivery.identity import actor
from wms.kernel.paging import Page
from wms.schemas import dock as papers

DAMAGES = Resource("damages", "Damage and spoilage in store, and the claims to the insurer.")
CLAIM = "/insurance-claims/<uuid:claim_id>"


@DAMAGES.page("/damages", papers.DAMAGE, query=query_of("DamagesQuery", lot_id=fields.UUID()))
def list_damages(session: Session, query: dict[str, Any]) -> Page[dock.Damage]:
    """List the damages one may see, newest first."""
    return dock.list_damages(session, actor(), **query)


DAMAGES.command("/lots/<uuid:lot_id>/damages", dock.report_damage, papers.REPORT_DAMAGE, papers.DAMAGE,
                dock.ReportDamage)  # fmt: skip
DAMAGES.command("/damages/<uuid:damage_id>/claim", dock.file_claim, papers.FILE_CLAIM, papers.INSURANCE_CLAIM,
                dock.FileClaim)  # fmt: skip
DAMAGES.command(f"{CLAIM}/paid", dock.record_claim_paid, papers.CLAIM_PAID, papers.INSURANCE_CLAIM, dock.ClaimPaid,
                status=200)  # fmt: skip
DAMAGES.command(f"{CLAIM}/rejected", dock.record_claim_rejected, papers.CLAIM_REJECTED, papers.INSURANCE_CLAIM,
                dock.ClaimRejected, status=200)  # fmt: skip
DAMAGES.command(f"{CLAIM}/settle", dock.settle_claim, papers.SETTLE_CLAIM, papers.INSURANCE_CLAIM, dock.SettleClaim,
                status=200)  # fmt: skip

RESOURCES = (DAMAGES,)
