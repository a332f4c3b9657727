"""Quality as the pages name it, and the forms that terminal and desk share."""

from uuid import UUID

from flask import request

from wms import lots
from wms.web import bookings
from wms.web.i18n import note
from wms.web.pages import FieldWrong, text_of, uuid_of

SAMPLE_FOR = {
    "laboratory": note("A laboratory"),
    "buyer": note("A buyer"),
    "authority": note("An authority"),
    "store": note("The store's own test"),
}
SAMPLE_VERDICT = {"passed": (note("Passed"), "ok"), "failed": (note("Failed"), "danger")}


def wanted_result(sample_id: UUID) -> lots.RecordSampleResult:
    """Return what the form of a sample's result says. Raises FieldWrong."""
    try:
        verdict = lots.SampleVerdict(request.form.get("verdict", ""))
    except ValueError as error:
        raise FieldWrong(field="verdict", value=request.form.get("verdict", "")[:40]) from error
    return lots.RecordSampleResult(
        uuid_of("id"), sample_id, verdict, text_of("report", most=80), bookings.day_of("reported_on"),
        text_of("findings", most=500, needed=False), uuid_of("inspection") if request.form.get("inspection") else None,
    )  # fmt: skip
