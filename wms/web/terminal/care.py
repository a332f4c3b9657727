"""What is known of goods beside their weight: photos, sprays, laboratory results, and what was refused."""

from typing import Any
from uuid import UUID

from flask import request, url_for
from sqlalchemy.orm import Session

from wms import dock, lots
from wms.delivery.identity import actor, now
from wms.delivery.work import read, write
from wms.kernel.errors import WmsError
from wms.kernel.ids import derived_id
from wms.web import bookings, damages, photos
from wms.web.pages import FieldWrong, attempt, done, fresh_id, grams_of, kept_input, said, text_of, uuid_of, whole_of
from wms.web.shell import say as _
from wms.web.terminal import words
from wms.web.terminal.workplace import blueprint, page


@blueprint.get("/lots/<uuid:lot_id>/care")
def care(lot_id: UUID) -> Any:
    """Show a lot's photos, sprays and laboratory results, with the forms for more."""
    return _care_page(lot_id, None)


@blueprint.post("/lots/<uuid:lot_id>/photos")
def add_lot_photos(lot_id: UUID) -> Any:
    """Keep photos of a lot."""
    return _done(lot_id, _("Photos kept."), lambda: photos.take(dock.PhotoOf.LOT, lot_id, uuid_of("id")))


@blueprint.post("/lots/<uuid:lot_id>/treatments")
def add_treatment(lot_id: UUID) -> Any:
    """Write down a spray of a lot."""

    def act() -> dock.Treatment:
        wanted = dock.RecordTreatment(
            uuid_of("id"), lot_id, text_of("substance", most=80), bookings.day_of("sprayed_on"),
            whole_of("interval_days"), text_of("source", needed=False),
        )  # fmt: skip
        return write(lambda session: dock.record_treatment(session, wanted, by=actor(), at=now()))

    return _done(lot_id, _("Written down."), act)


@blueprint.post("/lots/<uuid:lot_id>/residues")
def add_residue(lot_id: UUID) -> Any:
    """Write down what a laboratory found."""

    def act() -> dock.ResidueResult:
        wanted = dock.RecordResidue(
            uuid_of("id"), lot_id, text_of("substance", most=80), text_of("laboratory", most=80),
            text_of("certificate", most=80), bookings.day_of("sampled_on"), whole_of("found"), whole_of("limit"),
        )  # fmt: skip
        return write(lambda session: dock.record_residue(session, wanted, by=actor(), at=now()))

    return _done(lot_id, _("Written down."), act)


@blueprint.post("/lots/<uuid:lot_id>/damage")
def add_damage(lot_id: UUID) -> Any:
    """Report units damaged or spoiled, with photos; they are set aside at once."""

    def act() -> dock.Damage:
        wanted = dock.ReportDamage(uuid_of("id"), lot_id, whole_of("units"), _cause(), text_of("note", most=500))
        made = write(lambda session: dock.report_damage(session, wanted, by=actor(), at=now()))
        photos.take(dock.PhotoOf.DAMAGE, made.id, derived_id(made.id, "photos"))
        return made

    return _done(lot_id, _("Reported, and set aside."), act)


@blueprint.route("/deliveries/<uuid:delivery_id>/refuse", methods=["GET", "POST"])
def refuse(delivery_id: UUID) -> Any:
    """Refuse goods of a delivery, all of it or so many units, with the reason and photos."""
    if request.method == "GET":
        return _refuse_page(delivery_id, None)
    made, error = attempt(lambda: _refuse(delivery_id))
    if error or made is None:
        return _refuse_page(delivery_id, error)
    return done(_("Refused, and written down."), url_for("terminal.delivery", delivery_id=delivery_id))


def _refuse(delivery_id: UUID) -> dock.Refusal:
    wanted = dock.RefuseGoods(
        uuid_of("id"), delivery_id, _reason(), text_of("note", most=500),
        None if request.form.get("all") else whole_of("units"),
        grams_of("weight") if request.form.get("weight") else 0,
    )  # fmt: skip
    made = write(lambda session: dock.refuse_goods(session, wanted, by=actor(), at=now()))
    photos.take(dock.PhotoOf.REFUSAL, made.id, derived_id(made.id, "photos"))
    return made


def _reason() -> dock.RefusalReason:
    try:
        return dock.RefusalReason(request.form.get("reason", ""))
    except ValueError as error:
        raise FieldWrong(field="reason", value=request.form.get("reason", "")[:40]) from error


def _cause() -> dock.DamageCause:
    try:
        return dock.DamageCause(request.form.get("cause", ""))
    except ValueError as error:
        raise FieldWrong(field="cause", value=request.form.get("cause", "")[:40]) from error


def _refuse_page(delivery_id: UUID, error: WmsError | None) -> tuple[str, int]:
    row = read(lambda session: lots.get_visible_delivery(session, delivery_id, actor()))
    return page("refuse", 409 if error else 200, row=row, reasons=list(bookings.REFUSAL.items()),
                typed=kept_input() if request.method == "POST" else {}, error=said(error) if error else "",
                id=request.form.get("id") or fresh_id())  # fmt: skip


def _done(lot_id: UUID, words_after: str, act: Any) -> Any:
    error = attempt(act)[1]
    return _care_page(lot_id, error) if error else done(words_after, url_for("terminal.care", lot_id=lot_id))


def _care_page(lot_id: UUID, error: WmsError | None) -> tuple[str, int]:
    def gather(session: Session) -> dict[str, Any]:
        row = lots.get_visible_lot(session, lot_id, actor())
        return {
            "row": row, "photos": dock.photos_of(session, dock.PhotoOf.LOT, row.id),
            "treatments": dock.treatments_of(session, row), "residues": dock.residues_of(session, row),
            "verdict": dock.residue_verdict(session, row).value,
            "damages": damages.damages_of(session, actor(), row),
        }  # fmt: skip

    return page("care", 409 if error else 200, **read(gather), error=said(error) if error else "", id=fresh_id(),
                typed=kept_input() if error else {}, verdicts=words.VERDICT, causes=damages.CAUSE,
                claims=damages.CLAIM, today=now().on)  # fmt: skip
