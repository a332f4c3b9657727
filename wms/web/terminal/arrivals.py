"""Gate-in and a delivery's own page: where it stands, what was weighed, and the next step under the hand."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import make_response, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from wms import dock, lots, parties, receipts
from wms.delivery.identity import actor, now
from wms.delivery.work import read, write
from wms.kernel.actor import Actor
from wms.kernel.errors import Invalid, WmsError
from wms.web import bookings
from wms.web.i18n import note
from wms.web.pages import attempt, done, fresh_id, kept_input, said, text_of, uuid_of
from wms.web.shell import say as _
from wms.web.terminal import lots_pages, queued, scales, weighing
from wms.web.terminal.workplace import blueprint, page, site_of

STEPS = (note("Gate-in"), note("Weigh"), note("Make lots"), note("Put away"))
STEP_OF = {"arrived": 1, "gross_weighed": 1, "weighed": 2, "completed": 3, "void": 0}
MOST_OWNERS = 500
SHOWN_OWNERS = 8
SHOWN_ARRIVALS = 100


class OwnerUnclear(Invalid):
    """What was typed names no owner, or several."""

    code = "owner_unclear"
    en = "No single owner matches {typed}: scan the owner's code, or choose one below."
    zh = "{typed} 未能对应唯一货主: 请扫描货主代码, 或在下方选择。"


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """Everything a delivery's page shows."""

    row: lots.Delivery
    owner: parties.Party
    weighings: list[lots.Weighing]
    net_grams: int | None
    tried: lots.Tried | None
    lots: list[lots.Lot]
    receipts: dict[UUID, receipts.Receipt]
    scales: list[scales.Scale]
    refusals: list[tuple[dock.Refusal, list[dock.Photo]]]
    crate_types: list[dock.CrateType]


def owners(session: Session) -> list[parties.Party]:
    """Return who may bring goods: growers, merchants and the store itself."""
    kinds = (parties.PartyKind.GROWER, parties.PartyKind.MERCHANT, parties.PartyKind.STORE)
    return [row for kind in kinds for row in parties.list_parties(session, kind, limit=MOST_OWNERS).items]


def matching_owners(session: Session, typed: str) -> list[parties.Party]:
    """Return the owners a code, a name or a phone fits; one whose code it is exactly comes alone."""
    wanted = typed.strip().lower()
    found = owners(session)
    exact = [row for row in found if row.code.lower() == wanted]
    return exact or [
        row
        for row in found
        if wanted and any(wanted in (text or "").lower() for text in (row.code, row.name, row.name_en, row.phone))
    ]


def expected_today(session: Session) -> list[tuple[dock.ArrivalBooking, parties.Party]]:
    """Return the trucks still to come today with their owners, the earliest first."""
    states = (dock.BookingState.ASKED.value, dock.BookingState.CONFIRMED.value)
    found = dock.list_bookings(session, actor(), due_on=now().on, states=states, limit=SHOWN_ARRIVALS).items
    return [(row, parties.get_party(session, row.owner_id)) for row in found]


@blueprint.route("/deliveries/new", methods=["GET", "POST"])
def gate_in() -> Any:
    """Let a truck in: plate, owner by code, scan or name, and driver."""
    if request.method == "GET":
        return _gate_in_page(None)
    opened, error = attempt(lambda: write(_open))
    if error or opened is None:
        return _gate_in_page(error)
    return done(_("Delivery {code}: token {number}.", code=opened.code, number=opened.token_number),
                url_for("terminal.delivery", delivery_id=opened.id))  # fmt: skip


def _open(session: Session) -> lots.Delivery:
    typed = text_of("owner")
    found = matching_owners(session, typed)
    if len(found) != 1:
        raise OwnerUnclear(typed=typed)
    wanted = lots.OpenDelivery(
        uuid_of("id"), site_of(session).id, found[0].id, text_of("plate", most=20), text_of("driver", needed=False),
        token_id=uuid_of("token") if request.form.get("token") else None, note=text_of("note", most=500, needed=False),
    )  # fmt: skip
    return lots.open_delivery(session, wanted, by=actor(), at=now())


def _gate_in_page(error: WmsError | None) -> tuple[str, int]:
    typed = kept_input() if request.method == "POST" else {}
    fitting = read(lambda session: matching_owners(session, typed.get("owner", "")))[:SHOWN_OWNERS] if error else []
    known = read(owners)
    coming = read(expected_today)
    typed = typed or read(_called)
    return page(
        "gate_in", 422 if error else 200, typed=typed, error=said(error) if error else "", fitting=fitting,
        owners=known, coming=coming, window=bookings.window_text, id=typed.get("id") or fresh_id(),
    )  # fmt: skip


def _called(session: Session) -> dict[str, str]:
    """Return what is known of the driver whose number was called."""
    called = request.args.get("token", "")
    found = lots.list_gate_tokens(session, site_of(session).id, now().on) if called else []
    return next(({"token": called, "plate": row.plate} for row in found if str(row.id) == called), {})


@blueprint.get("/deliveries/<uuid:delivery_id>")
def delivery(delivery_id: UUID) -> Any:
    """Show a delivery with its next step."""
    return delivery_page(delivery_id, None)


@blueprint.post("/deliveries/<uuid:delivery_id>/weigh")
def weigh_delivery(delivery_id: UUID) -> Response:
    """Take a weight of a delivery from the capture the form cites; queued offline and sent again until it is taken."""
    subject = weighing.Subject(delivery_id=delivery_id)
    return queued.answer(
        lambda fields: weighing.take(fields, subject),
        url_for("terminal.delivery", delivery_id=delivery_id),
        lambda error: make_response(*delivery_page(delivery_id, error)),
    )


@blueprint.post("/deliveries/<uuid:delivery_id>/void")
def void_delivery(delivery_id: UUID) -> Any:
    """Give a delivery up; its weighings stay as evidence."""

    def give_up() -> lots.Delivery:
        reason = text_of("reason")
        return write(lambda session: lots.void_delivery(session, delivery_id, reason, by=actor(), at=now()))

    error = attempt(give_up)[1]
    return delivery_page(delivery_id, error) if error else done(_("Delivery given up."), url_for("terminal.queue"))


def view(session: Session, delivery_id: UUID, by: Actor) -> DeliveryView:
    """Return what a delivery's page shows. Raises DeliveryNotFound."""
    row = lots.get_visible_delivery(session, delivery_id, by)
    made = lots.lots_of_delivery(session, row.id)
    return DeliveryView(
        row=row,
        owner=parties.get_party(session, row.owner_id),
        weighings=lots.weighings_of(session, delivery_id=row.id),
        net_grams=lots.net_grams_of_delivery(row),
        tried=lots.tried_crates(session, row.id),
        lots=made,
        receipts={one.id: paper for one in made if (paper := lots_pages.receipt_of(session, one.id)) is not None},
        scales=scales.list_scales(session),
        refusals=[
            (refusal, dock.photos_of(session, dock.PhotoOf.REFUSAL, refusal.id))
            for refusal in dock.refusals_of(session, row.id)
        ],
        crate_types=dock.list_crate_types(session),
    )


def delivery_page(delivery_id: UUID, error: WmsError | None) -> tuple[str, int]:
    """Return a delivery's page, with what was refused if something was."""
    shown = read(lambda session: view(session, delivery_id, actor()))
    trying = _trying(shown.row)
    way = scales.PLATFORM if trying else _way(shown.row)
    return page(
        "delivery", 409 if error else 200, d=shown, row=shown.row, way=way, steps=STEPS,
        step=STEP_OF[shown.row.state], scale=scales.chosen(shown.scales, way), error=said(error) if error else "",
        typed=kept_input() if error else {}, id=fresh_id(), refused=bookings.REFUSAL,
        purpose=lots.Purpose.AVERAGE.value if trying else _purpose(shown.row, way), trying=trying,
        here=url_for("terminal.delivery", delivery_id=delivery_id),
    )  # fmt: skip


def _way(row: lots.Delivery) -> str:
    """Return whether a delivery goes over the truck scale or over the platform: what was begun, else what is asked."""
    if row.platform_units:
        return scales.PLATFORM
    if row.gross_grams is not None or row.tare_grams is not None:
        return scales.TRUCK
    weighed = scales.PLATFORM if request.form.get("purpose") == lots.Purpose.NET else ""
    asked = request.args.get("way", weighed)
    return asked if asked in scales.WAYS else scales.TRUCK


def _trying(row: lots.Delivery) -> bool:
    """Return whether some of a truck's crates are tried on the platform: what one weighs shows a miscount."""
    asked = request.args.get("try") == "1" or request.form.get("purpose") == lots.Purpose.AVERAGE
    return asked and not row.platform_units


def _purpose(row: lots.Delivery, way: str) -> str:
    if way == scales.PLATFORM:
        return lots.Purpose.NET.value
    return lots.Purpose.GROSS.value if row.gross_grams is None else lots.Purpose.TARE.value
