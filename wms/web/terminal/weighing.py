"""Taking weights: the server claims what the gateway captured; what is typed needs a reason and a second person."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from flask import make_response, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from wms import billing, lots, users
from wms.delivery.house import house
from wms.delivery.identity import actor, now
from wms.delivery.work import read, write
from wms.kernel.actor import Actor
from wms.kernel.errors import Invalid, WmsError
from wms.kernel.ids import derived_id
from wms.web.i18n import note
from wms.web.pages import attempt, done, fresh_id, kept_input, said, text_of
from wms.web.shell import say as _
from wms.web.terminal import queued
from wms.web.terminal.workplace import blueprint, page

WITHOUT_UNITS = (lots.Purpose.GROSS, lots.Purpose.TARE, lots.Purpose.SAMPLE)
PATIENCE_S = 3.0  # the record follows its capture within a second while the broker is there
PAUSE_S = 0.2


class NothingCaptured(Invalid):
    """The form cites no capture: the scale has not settled on this load, or shows nothing."""

    code = "nothing_captured"
    en = "The scale has not captured this load. Clear the scale, put the load on once, and wait until it is stable."
    zh = "秤尚未采集到这次的重量: 请清空秤台, 一次放好货物, 待稳定后再取重。"


@dataclass(frozen=True, slots=True)
class Subject:
    """What is weighed: a delivery, a lot leaving with an exit, or a lot alone: after sorting, or a sample of it."""

    delivery_id: UUID | None = None
    exit_id: UUID | None = None
    lot_id: UUID | None = None


def wish(fields: Mapping[str, str], subject: Subject) -> lots.WeighRequest:
    """Return what a form asks to weigh, by the capture it cites. Raises FieldWrong, NothingCaptured."""
    if not (fields.get("gw") and fields.get("ep") and fields.get("seq")):
        raise NothingCaptured
    key = lots.RecordKey(fields["gw"], queued.serial(fields, "ep"), queued.serial(fields, "seq"))
    purpose = purpose_of(fields, subject)
    platform = purpose not in WITHOUT_UNITS
    return lots.WeighRequest(
        id=queued.request_id(fields),
        purpose=purpose,
        delivery_id=subject.delivery_id,
        exit_id=subject.exit_id,
        lot_id=subject.lot_id,
        record=key,
        instrument=fields.get("instrument", "").rpartition("/")[2] or None,
        units=queued.whole(fields, "units") if platform else 0,
        unit_tare_grams=queued.grams(fields, "unit_tare", 0) if platform else 0,
        offline_at=queued.cited_while_away(fields),
    )


def purpose_of(fields: Mapping[str, str], subject: Subject) -> lots.Purpose:
    """Return what a weighing is for; of an exit always what leaves, of a lot alone a sample, else what was sorted."""
    if subject.exit_id is not None:
        return lots.Purpose.OUT
    if subject.lot_id is not None:
        return lots.Purpose.SAMPLE if fields.get("purpose") == lots.Purpose.SAMPLE else lots.Purpose.SORT
    wanted = fields.get("purpose", "")
    if wanted not in (lots.Purpose.GROSS, lots.Purpose.TARE, lots.Purpose.NET, lots.Purpose.AVERAGE):
        raise NothingCaptured
    return lots.Purpose(wanted)


def take(fields: Mapping[str, str], subject: Subject) -> tuple[UUID, bool]:
    """Claim the capture a form cites and return the weighing's id, and whether it had been taken before.

    Waits a few seconds for a record that is still on its way. Raises what lots.weigh raises.
    """
    wanted = wish(fields, subject)
    if read(lambda session: _taken_before(session, wanted)):
        return wanted.id, True
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            write(lambda session: weigh(session, wanted, actor()))
            return wanted.id, False
        except lots.WeightRecordNotYetHere:
            if time.monotonic() >= until:
                raise
        time.sleep(PAUSE_S)  # the record is on its way through broker and inbox: another process writes it


def weigh(session: Session, wanted: lots.WeighRequest, by: Actor, witness: Actor | None = None) -> lots.Weighing:
    """Weigh, and tie a weight that leaves to its exit order in the same transaction."""
    weighing = lots.weigh(session, wanted, by=by, at=now(), witness=witness)
    if wanted.exit_id is not None:
        attach = billing.AttachWeighing(derived_id(wanted.id, "attach"), wanted.exit_id, weighing.id)
        billing.attach_weighing(session, attach, by=by, at=now())
    return weighing


def _taken_before(session: Session, wanted: lots.WeighRequest) -> bool:
    """Tell whether this very weighing stands: a line sent again must find it whatever the time is by now."""
    try:
        first = lots.get_weighing(session, wanted.id)
    except lots.WeighingNotFound:
        return False
    key = wanted.record
    assert key is not None
    cited = (first.gateway, first.epoch, first.sequence) == (key.gateway, key.epoch, key.sequence)
    return cited and (first.purpose, first.delivery_id, first.exit_id) == (
        wanted.purpose.value, wanted.delivery_id, wanted.exit_id,
    )  # fmt: skip


TYPED_TITLES = {
    "gross": note("Type the gross weight"),
    "tare": note("Type the empty truck's weight"),
    "net": note("Type a platform weight"),
    "average": note("Type what some crates weigh"),
    "out": note("Type what leaves"),
    "sort": note("Type what was sorted"),
    "sample": note("Type what a sample weighs"),
}


def typed_page(subject: Subject, purpose: str, back_url: str, error: WmsError | None = None) -> Response:
    """Return the form of a typed weight."""
    values = kept_input() if request.method == "POST" else {}
    text, status = page(
        "typed", 409 if error else 200, purpose=purpose, title=TYPED_TITLES.get(purpose, TYPED_TITLES["out"]),
        back_url=back_url, typed=values, error=said(error) if error else "", id=values.get("id") or fresh_id(),
        platform=purpose in ("net", "average", "out", "sort"), subject=subject,
    )  # fmt: skip
    return make_response(text, status)


def take_typed(subject: Subject, purpose: lots.Purpose) -> None:
    """Weigh with a typed figure before a witness, who shows a badge, or an account and PIN.

    Raises FieldWrong, SwitchFailed, PinLocked, and what lots.weigh raises.
    """
    platform = purpose not in WITHOUT_UNITS
    fields = request.form.to_dict()
    wanted = lots.WeighRequest(
        id=queued.request_id(fields), purpose=purpose, delivery_id=subject.delivery_id, exit_id=subject.exit_id,
        lot_id=subject.lot_id, typed_grams=queued.grams(fields, "weight"), reason=text_of("reason"),
        units=queued.whole(fields, "units") if platform else 0,
        unit_tare_grams=queued.grams(fields, "unit_tare", 0) if platform else 0,
    )  # fmt: skip
    asked = users.WitnessRequest(fields.get("badge") or None, fields.get("witness") or None, fields.get("pin") or None)
    witness = users.confirm_witness(house().database, asked, by=actor(), at=now())
    write(lambda session: weigh(session, wanted, actor(), witness))


def typed(subject: Subject, purpose: str, back_url: str, act: Callable[[], None]) -> Response:
    """Answer the typed form: back to what was weighed, or the form again with what is wrong."""
    error = attempt(act)[1]
    if error:
        return typed_page(subject, purpose, back_url, error)
    return done(_("Weight taken: typed, with a witness."), back_url)


@blueprint.route("/deliveries/<uuid:delivery_id>/typed", methods=["GET", "POST"])
def typed_of_delivery(delivery_id: UUID) -> Response:
    """Type a weight of a delivery, with a reason and a witness."""
    read(lambda session: lots.get_visible_delivery(session, delivery_id, actor()))
    subject, back_url = Subject(delivery_id=delivery_id), url_for("terminal.delivery", delivery_id=delivery_id)
    purpose = purpose_of({"purpose": request.values.get("purpose", "gross")}, subject)
    if request.method == "GET":
        return typed_page(subject, purpose.value, back_url)
    return typed(subject, purpose.value, back_url, lambda: take_typed(subject, purpose))


@blueprint.route("/exits/<uuid:exit_id>/typed", methods=["GET", "POST"])
def typed_of_exit(exit_id: UUID) -> Response:
    """Type what leaves with an exit, with a reason and a witness."""
    order = read(lambda session: billing.get_exit_order(session, exit_id, actor()))
    subject = Subject(exit_id=exit_id, lot_id=order.lot_id)
    back_url = url_for("terminal.exit_page", exit_id=exit_id)
    if request.method == "GET":
        return typed_page(subject, lots.Purpose.OUT.value, back_url)
    return typed(subject, lots.Purpose.OUT.value, back_url, lambda: take_typed(subject, lots.Purpose.OUT))
