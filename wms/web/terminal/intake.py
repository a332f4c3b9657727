"""From a weighed delivery to lots: lines of goods, then receipts and labels, in one step."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import request, url_for
from sqlalchemy.orm import Session

from wms import billing, dock, facility, lots, parties, receipts
from wms.delivery.identity import actor, now
from wms.delivery.work import read, write
from wms.kernel.errors import WmsError
from wms.kernel.ids import derived_id
from wms.web.pages import FieldWrong, attempt, done, fresh_id, kept_input, said, text_of, uuid_of
from wms.web.shell import say as _
from wms.web.terminal import arrivals, queued, words
from wms.web.terminal.workplace import blueprint, page

MOST_LINES = 12
MOST_GONE = 20


@blueprint.route("/deliveries/<uuid:delivery_id>/lots", methods=["GET", "POST"])
def make_lots(delivery_id: UUID) -> Any:
    """Say what the apples are, line by line; make the lots and their receipts."""
    if request.method == "GET" or "add" in request.form:
        return _page(delivery_id, None)
    made, error = attempt(lambda: _complete(delivery_id))
    if error or made is None:
        return _page(delivery_id, error)
    return done(_("Lots and receipts made. Print the labels, then put away."),
                url_for("terminal.delivery", delivery_id=delivery_id))  # fmt: skip


def _complete(delivery_id: UUID) -> receipts.IntakeDone:
    def work(session: Session) -> receipts.IntakeDone:
        shown = arrivals.view(session, delivery_id, actor())
        room = request.form.get("room", "")
        wanted = receipts.CompleteIntake(
            id=uuid_of("id"),
            delivery_id=delivery_id,
            lines=tuple(_line(shown, number) for number in range(1, _count() + 1)),
            room_id=uuid_of("room") if room else None,
            difference_reason=text_of("difference", needed=False),
        )
        made = receipts.complete_intake(session, wanted, by=actor(), at=now())
        for number, line in enumerate(wanted.lines, start=1):
            _note_spray(session, line.lot_id, number)
        return made

    return write(work)


def _line(shown: arrivals.DeliveryView, number: int) -> receipts.IntakeLine:
    """Return one line of the form; on a platform its units are those of its weighings. Raises FieldWrong."""
    fields = {name.removesuffix(f"-{number}"): text.strip() for name, text in request.form.items()
              if name.endswith(f"-{number}")}  # fmt: skip
    platform = [row for row in shown.weighings if row.purpose == lots.Purpose.NET]
    own = tuple(row for row in platform if request.form.get(f"of_{row.id}", "1") == str(number))
    one_by_one = bool(own) and all(row.units == 1 for row in own)
    return receipts.IntakeLine(
        lot_id=derived_id(uuid_of("id"), "lot", number),
        variety=_needed(fields, "variety"),
        grade=_needed(fields, "grade"),
        units=sum(row.units for row in own) if platform else queued.whole(fields, "units"),
        size_mm=queued.whole(fields, "size_mm") if fields.get("size_mm") else None,
        size_rule=fields.get("size_rule") or None if fields.get("size_mm") else None,
        colour_pattern=fields.get("colour", ""),
        bagging=fields.get("bagging", ""),
        orchard_block=fields.get("block", ""),
        harvest_on=_day(fields.get("harvest_on", "")),
        picking_number=_picking(fields),
        owner_class=words.OWNER_CLASS.get(shown.owner.kind, "grower"),
        storage_type=fields.get("storage", "ra"),
        origin=fields.get("origin", ""),
        marks=fields.get("marks", ""),
        unit_tare_grams=0 if platform else queued.grams(fields, "unit_tare", 0),
        weighing_ids=tuple(row.id for row in own),
        one_by_one=one_by_one,
        returned_exit_id=_exit(fields.get("came_back", "")),
        return_reason=fields.get("why_back", ""),
    )


def _note_spray(session: Session, lot_id: UUID, number: int) -> None:
    """Write the last spray of a line down, if the form names one: goods that waited too short stop at once."""
    fields = {name: request.form.get(f"{name}-{number}", "").strip() for name in ("spray", "sprayed_on", "interval")}
    if not fields["spray"]:
        return
    sprayed_on = _day(fields["sprayed_on"], "sprayed_on")
    if sprayed_on is None:
        raise FieldWrong(field="sprayed_on", value="")
    wanted = dock.RecordTreatment(
        derived_id(lot_id, "spray"), lot_id, fields["spray"][:80], sprayed_on, queued.whole(fields, "interval")
    )
    dock.record_treatment(session, wanted, by=actor(), at=now())


def _needed(fields: dict[str, str], name: str) -> str:
    text = fields.get(name, "")
    if not text or len(text) > 40:
        raise FieldWrong(field=name, value=text[:40])
    return text


def _picking(fields: dict[str, str]) -> int | None:
    """Return which picking of its block a line is, or None. Raises FieldWrong."""
    if not fields.get("picking"):
        return None
    number = queued.whole(fields, "picking")
    if not 1 <= number <= lots.MOST_PICKINGS:
        raise FieldWrong(field="picking", value=fields["picking"][:40])
    return number


def _day(text: str, field: str = "harvest_on") -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise FieldWrong(field=field, value=text[:40]) from error


def _exit(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise FieldWrong(field="came_back", value=text[:40]) from error


def _gone(session: Session, owner_id: UUID) -> list[tuple[billing.ExitOrder, lots.Lot]]:
    """Return what left last of an owner's goods, which may come back."""
    closed = billing.list_exit_orders(session, actor(), states=(billing.ExitState.CLOSED,), limit=100).items
    left = [row for row in closed if row.party_id == owner_id and row.kind != billing.ExitKind.TRANSFER]
    return [(row, lots.get_lot(session, row.lot_id)) for row in left[:MOST_GONE]]


def _count() -> int:
    text = request.form.get("lines", "1")
    found = int(text) if text.isascii() and text.isdigit() and len(text) < 3 else 1
    return min(max(found, 1), MOST_LINES)


def _page(delivery_id: UUID, error: WmsError | None) -> tuple[str, int]:
    def gather(session: Session) -> tuple[arrivals.DeliveryView, list[facility.Room], list[str], list[Any]]:
        shown = arrivals.view(session, delivery_id, actor())
        past = lots.list_lots(session, actor(), lots.LotFilter(owner_id=shown.owner.id), limit=20).items
        blocks = sorted({row.orchard_block for row in past} - {""})
        return shown, facility.list_rooms(session, shown.row.site_id), blocks, _gone(session, shown.owner.id)

    shown, rooms, blocks, gone = read(gather)
    typed = kept_input() if request.method == "POST" else {}
    count = _count() + (1 if "add" in request.form else 0)
    return page(
        "make_lots", 422 if error else 200, d=shown, row=shown.row, rooms=rooms, blocks=blocks, typed=typed,
        error=said(error) if error else "", count=min(count, MOST_LINES), id=typed.get("id") or fresh_id(),
        platform=[row for row in shown.weighings if row.purpose == lots.Purpose.NET], storage=words.STORAGE,
        size_rules=words.SIZE_RULE, varieties=words.VARIETIES, grades=words.GRADES, colours=words.COLOURS,
        baggings=words.BAGGINGS, gone=gone, differs=isinstance(error, receipts.AverageDiffers) or "difference" in typed,
        merchant=shown.owner.kind == parties.PartyKind.MERCHANT,
    )  # fmt: skip
