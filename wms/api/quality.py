"""Quality as data: parameters, limits by standard, sampling plans, findings, and files of instruments."""

from dataclasses import asdict
from uuid import UUID

from sqlalchemy.orm import Session

from wms import lots
from wms.api.resource import Resource
from wms.delivery.identity import actor, now
from wms.kernel import idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.paging import Page
from wms.schemas import paged
from wms.schemas import quality as papers

QUALITY = Resource("quality", "What is measured of goods, within which limits by which standard, and what was found.")


@QUALITY.get("/quality/parameters", paged(papers.PARAMETER), needs=Permission.SEE_ALL)
def list_parameters(session: Session) -> Page[lots.Parameter]:
    """List what is measured; values are whole numbers in 10^-decimals of the unit."""
    return Page(list(lots.parameters(session).values()), None)


@QUALITY.get("/quality/limits", paged(papers.LIMIT), needs=Permission.SEE_ALL)
def list_limits(session: Session) -> Page[lots.QualityLimit]:
    """List every version of every limit, the newest first in each parameter, variety and grade."""
    return Page(lots.list_limits(session), None)


@QUALITY.get("/quality/sampling-plans", paged(papers.PLAN), needs=Permission.SEE_ALL)
def list_sampling_plans(session: Session) -> Page[lots.SamplingPlan]:
    """List every sampling plan, the newest first in each variety."""
    return Page(lots.list_sampling_plans(session), None)


@QUALITY.get("/quality/mappings", paged(papers.MAPPING), needs=Permission.SEE_ALL)
def list_mappings(session: Session) -> Page[lots.SaveMapping]:
    """List how the files of each kind of instrument are read, by name."""
    return Page(lots.list_mappings(session), None)


@QUALITY.get("/lots/<uuid:lot_id>/findings", paged(papers.FINDING), raises=(lots.get_visible_lot,))
def findings_of_lot(session: Session, lot_id: UUID) -> Page[lots.InspectionValue]:
    """List what a lot's inspections found, newest inspection first, each value with its limits and standard."""
    seen = [row.id for row in lots.inspections_of(session, lots.get_visible_lot(session, lot_id, actor()).id)]
    found = lots.values_of(session, seen)
    return Page([row for inspection_id in seen for row in found.get(inspection_id, [])], None)


@QUALITY.get("/lots/<uuid:lot_id>/outlook", paged(papers.OUTLOOK), raises=(lots.get_visible_lot,))
def outlook_of_lot(session: Session, lot_id: UUID) -> Page[lots.Outlook]:
    """Show how each parameter measured of a lot goes on, and the days left within its limits."""
    return Page(lots.outlooks(session, lots.get_visible_lot(session, lot_id, actor()), now().on), None)


def _mapped(session: Session, saved: lots.InstrumentMapping) -> lots.SaveMapping:
    return lots.get_mapping(session, saved.name)


def _dry_run(session: Session, wanted: lots.ImportReadings, *, by: Actor, at: Moment) -> lots.ReadingChanges:
    by.must(Permission.INSPECT)
    idempotency.claim(session, wanted.id, "api.check_readings", asdict(wanted), by=by, at=at)
    return lots.reading_changes(session, wanted, by=by, at=at)


QUALITY.command("/quality/parameters", lots.set_parameter, papers.SET_PARAMETER, papers.PARAMETER_VERSION,
                lots.SetParameter)  # fmt: skip
QUALITY.command("/quality/limits", lots.set_limit, papers.SET_LIMIT, papers.LIMIT, lots.SetLimit)
QUALITY.command("/quality/sampling-plans", lots.set_sampling_plan, papers.SET_PLAN, papers.PLAN, lots.SetSamplingPlan)
QUALITY.command("/quality/mappings", lots.save_mapping, papers.SAVE_MAPPING, papers.MAPPING, lots.SaveMapping,
                show=_mapped)  # fmt: skip
QUALITY.command("/sites/<uuid:site_id>/reading-import", lots.import_readings, papers.IMPORT_READINGS,
                papers.READING_CHANGES, lots.ImportReadings)  # fmt: skip
QUALITY.command(
    "/sites/<uuid:site_id>/reading-check", lots.reading_changes, papers.CHECK_READINGS, papers.READING_CHANGES,
    lots.ImportReadings, status=200, name="check_readings", run=_dry_run,
)  # fmt: skip

RESOURCES = (QUALITY,)
