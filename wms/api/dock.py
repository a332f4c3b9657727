"""Booked arrivals, refused goods, sprays, laboratory results and photos."""

import base64
from datetime import date
from typing import Any
from uuid import UUID

from marshmallow import fields
from sqlalchemy.orm import Session

from wms import dock, lots
from wms.api.resource import Resource, query_of
from wms.delivery.house import house
from wms.delivery.identity import actor
from wms.kernel.actor import Actor
from wms.kernel.clock import Moment
from wms.kernel.paging import Page
from wms.schemas import Day, Text, goods, money, paged
from wms.schemas import dock as papers

ARRIVALS = Resource("arrivals", "Trucks announced ahead, with the day and time they are due and the space kept.")
CARE = Resource("care", "Refused goods, sprays, laboratory results and photos.")
CRATES = Resource("crates", "Crates as assets: types, who has how many, and the deposits that stand for them.")
AT = "/arrivals/<uuid:booking_id>"


@ARRIVALS.page("/arrivals", papers.ARRIVAL, query=query_of("ArrivalsQuery", due_on=Day(), state=Text(longest=10)))
def list_arrivals(session: Session, query: dict[str, Any]) -> Page[dock.ArrivalBooking]:
    """List the booked arrivals one may see in the order they are due."""
    states = (query.pop("state"),) if "state" in query else ()
    due_on: date | None = query.pop("due_on", None)
    return dock.list_bookings(session, actor(), due_on=due_on, states=states, **query)


@ARRIVALS.get(AT, papers.ARRIVAL, raises=(dock.get_booking,))
def get_arrival(session: Session, booking_id: UUID) -> dock.ArrivalBooking:
    """Show one booked arrival."""
    return dock.get_booking(session, booking_id, actor())


ARRIVALS.command("/arrivals", dock.book_arrival, papers.BOOK_ARRIVAL, papers.ARRIVAL, dock.BookArrival)
ARRIVALS.command(
    f"{AT}/confirm", dock.confirm_arrival, papers.CONFIRM_ARRIVAL, papers.ARRIVAL, dock.ConfirmArrival, status=200
)
ARRIVALS.command(
    f"{AT}/cancel", dock.cancel_arrival, papers.CANCEL_ARRIVAL, papers.ARRIVAL, dock.CancelArrival, status=200
)
ARRIVALS.command(
    f"{AT}/deposit", dock.take_arrival_deposit, papers.ARRIVAL_DEPOSIT, papers.ARRIVAL, dock.TakeArrivalDeposit,
    status=200,
)  # fmt: skip
ARRIVALS.command(f"{AT}/delivery", dock.open_booked, papers.OPEN_BOOKED, goods.DELIVERY, dock.OpenBooked)


def _attach(session: Session, body: dict[str, Any], *, by: Actor, at: Moment) -> dock.Photo:
    try:
        picture = base64.b64decode(body["picture"], validate=True)
    except ValueError as error:
        raise dock.PhotoUnreadable(most_mb=8, why="base64") from error
    wanted = dock.AttachPhoto(body["id"], dock.PhotoOf.LOT, body["lot_id"], picture)
    return dock.attach_photo(session, wanted, folder=house().config.photos.path, by=by, at=at)


CARE.command("/deliveries/<uuid:delivery_id>/refusals", dock.refuse_goods, papers.REFUSE, papers.REFUSAL,
             dock.RefuseGoods)  # fmt: skip
CARE.command("/lots/<uuid:lot_id>/treatments", dock.record_treatment, papers.TREAT, papers.TREATMENT,
             dock.RecordTreatment)  # fmt: skip
CARE.command("/lots/<uuid:lot_id>/residues", dock.record_residue, papers.RESIDUE_BODY, papers.RESIDUE,
             dock.RecordResidue)  # fmt: skip
CARE.command("/lots/<uuid:lot_id>/photos", dock.attach_photo, papers.PhotoBody, papers.PHOTO, run=_attach)


@CARE.get("/deliveries/<uuid:delivery_id>/refusals", paged(papers.REFUSAL), raises=(lots.get_visible_delivery,))
def refusals_of_delivery(session: Session, delivery_id: UUID) -> Page[dock.Refusal]:
    """List what was refused of a delivery."""
    lots.get_visible_delivery(session, delivery_id, actor())
    return Page(dock.refusals_of(session, delivery_id), None)


@CARE.get("/lots/<uuid:lot_id>/treatments", paged(papers.TREATMENT), raises=(lots.get_visible_lot,))
def treatments_of_lot(session: Session, lot_id: UUID) -> Page[dock.Treatment]:
    """List the sprays of a lot."""
    return Page(dock.treatments_of(session, lots.get_visible_lot(session, lot_id, actor())), None)


@CARE.get("/lots/<uuid:lot_id>/residues", paged(papers.RESIDUE), raises=(lots.get_visible_lot,))
def residues_of_lot(session: Session, lot_id: UUID) -> Page[dock.ResidueResult]:
    """List the laboratory's results of a lot."""
    return Page(dock.residues_of(session, lots.get_visible_lot(session, lot_id, actor())), None)


@CARE.get("/lots/<uuid:lot_id>/photos", paged(papers.PHOTO), raises=(lots.get_visible_lot,))
def photos_of_lot(session: Session, lot_id: UUID) -> Page[dock.Photo]:
    """List the photos of a lot, the newest first; the bytes are at /photos/{id}."""
    return Page(dock.photos_of(session, dock.PhotoOf.LOT, lots.get_visible_lot(session, lot_id, actor()).id), None)


@CRATES.get("/crate-types", paged(papers.CRATE_TYPE))
def list_crate_types(session: Session) -> Page[dock.CrateType]:
    """List the types of crates with tare and deposit."""
    return Page(dock.list_crate_types(session), None)


@CRATES.get("/crate-holdings", paged(papers.CRATE_HOLDING))
def list_crate_holdings(session: Session) -> Page[dock.CrateHolding]:
    """List who has crates, with the deposits that stand for them."""
    return Page(dock.crate_holdings(session, actor()), None)


@CRATES.page("/crate-moves", papers.CRATE_MOVE, query=query_of("CrateMovesQuery", holder_id=fields.UUID()))
def list_crate_moves(session: Session, query: dict[str, Any]) -> Page[dock.CrateMove]:
    """List the changes of hands one may see, newest first."""
    return dock.list_crate_moves(session, actor(), **query)


CRATES.command("/crate-types", dock.add_crate_type, papers.CRATE_TYPE_BODY, papers.CRATE_TYPE, dock.AddCrateType)
CRATES.command("/crate-moves", dock.move_crates, papers.MOVE_CRATES, papers.CRATE_MOVE, dock.MoveCrates)
CRATES.command("/crate-deposits", dock.take_crate_deposit, papers.CRATE_DEPOSIT, money.JOURNAL, dock.TakeCrateDeposit)

RESOURCES = (ARRIVALS, CARE, CRATES)
