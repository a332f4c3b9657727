"""Samples of a lot: weigh loose fruit, say who it is for, and write down what came back."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import make_response, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from wms import lots
from wms.delivery.identity import actor, now
from wms.delivery.work import read, write
from wms.kernel.actor import Actor
from wms.kernel.errors import WmsError
from wms.web import quality
from wms.web.pages import FieldWrong, attempt, done, fresh_id, kept_input, said, text_of, uuid_of, whole_of
from wms.web.shell import say as _
from wms.web.terminal import queued, scales, weighing
from wms.web.terminal.workplace import blueprint, page


@dataclass(frozen=True, slots=True)
class SampleView:
    """Everything the page of a lot's samples shows."""

    row: lots.Lot
    samples: list[lots.SampleRow]
    weighings: list[lots.Weighing]
    inspections: list[lots.Inspection]
    scales: list[scales.Scale]


def view(session: Session, lot_id: UUID, by: Actor) -> SampleView:
    """Return what the page shows: what was taken, what was weighed and not yet booked. Raises LotNotFound."""
    row = lots.get_visible_lot(session, lot_id, by)
    return SampleView(
        row, lots.samples_of(session, row.id), lots.sample_weighings(session, row.id),
        lots.inspections_of(session, row.id), scales.list_scales(session),
    )  # fmt: skip


@blueprint.route("/lots/<uuid:lot_id>/samples", methods=["GET", "POST"])
def samples(lot_id: UUID) -> Any:
    """Show a lot's samples, or book one that was weighed."""
    if request.method == "GET":
        return samples_page(lot_id, None)

    def act() -> lots.LotSample:
        wanted = lots.TakeSample(
            uuid_of("id"), lot_id, uuid_of("weighing"), taken_for(), text_of("receiver", most=80), text_of("reason"),
            text_of("reference", most=80, needed=False),
            whole_of("pieces") if request.form.get("pieces", "").strip() else None, _sscc(),
        )  # fmt: skip
        return write(lambda session: lots.take_sample(session, wanted, by=actor(), at=now()))

    error = attempt(act)[1]
    here = url_for("terminal.samples", lot_id=lot_id)
    return samples_page(lot_id, error) if error else done(_("Sample booked."), here)


@blueprint.post("/lots/<uuid:lot_id>/samples/weigh")
def weigh_sample(lot_id: UUID) -> Response:
    """Take a weight of loose fruit from the capture the form cites."""
    subject = weighing.Subject(lot_id=lot_id)
    return queued.answer(
        lambda fields: weighing.take({**fields, "purpose": lots.Purpose.SAMPLE.value}, subject),
        url_for("terminal.samples", lot_id=lot_id),
        lambda error: make_response(*samples_page(lot_id, error)),
    )


@blueprint.route("/lots/<uuid:lot_id>/samples/typed", methods=["GET", "POST"])
def typed_of_sample(lot_id: UUID) -> Response:
    """Type a weight of loose fruit, with a reason and a witness."""
    read(lambda session: lots.get_visible_lot(session, lot_id, actor()))
    subject, back_url = weighing.Subject(lot_id=lot_id), url_for("terminal.samples", lot_id=lot_id)
    if request.method == "GET":
        return weighing.typed_page(subject, lots.Purpose.SAMPLE.value, back_url)
    act = lambda: weighing.take_typed(subject, lots.Purpose.SAMPLE)  # noqa: E731
    return weighing.typed(subject, lots.Purpose.SAMPLE.value, back_url, act)


@blueprint.post("/lots/<uuid:lot_id>/samples/<uuid:sample_id>/result")
def add_sample_result(lot_id: UUID, sample_id: UUID) -> Any:
    """Write down what came back of a sample."""
    act = lambda: write(lambda s: lots.record_sample_result(s, quality.wanted_result(sample_id), by=actor(), at=now()))  # noqa: E731
    error = attempt(act)[1]
    here = url_for("terminal.samples", lot_id=lot_id)
    return samples_page(lot_id, error) if error else done(_("Result recorded."), here)


def taken_for() -> lots.SampleFor:
    """Return who the form says the fruit is for. Raises FieldWrong."""
    try:
        return lots.SampleFor(request.form.get("taken_for", ""))
    except ValueError as error:
        raise FieldWrong(field="taken_for", value=request.form.get("taken_for", "")[:40]) from error


def _sscc() -> str:
    scanned = text_of("unit", most=80, needed=False)
    return lots.parse_scan(scanned).sscc or scanned if scanned else ""


def samples_page(lot_id: UUID, error: WmsError | None) -> tuple[str, int]:
    """Return the page of a lot's samples, with what was refused if something was."""
    shown = read(lambda session: view(session, lot_id, actor()))
    typed = kept_input() if request.method == "POST" and error else {}
    return page(
        "samples", 409 if error else 200, d=shown, row=shown.row, typed=typed, error=said(error) if error else "",
        id=typed.get("id") or fresh_id(), result_id=fresh_id(), scale=scales.chosen(shown.scales, scales.PLATFORM),
        here=url_for("terminal.samples", lot_id=lot_id), taken_for=quality.SAMPLE_FOR,
        verdicts=quality.SAMPLE_VERDICT,
        today=now().on,
    )  # fmt: skip
