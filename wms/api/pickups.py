"""Who may fetch goods and when: authorities to collect, a dock's windows, appointments."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from wms import parties, pickup
from wms.api.resource import Resource
from wms.delivery import papers
from wms.delivery.identity import actor, now
from wms.kernel.paging import Page
from wms.schemas import paged
from wms.schemas import pickups as paper

PICKUPS = Resource("pickups", "Who may fetch goods, on which truck, and when.")
ONE = "/appointments/<uuid:appointment_id>"
EXIT = "/exit-orders/<uuid:exit_id>"


@PICKUPS.get(
    "/parties/<uuid:party_id>/collector-authorities", paged(paper.STANDING), raises=(parties.get_visible_party,)
)
def list_authorities(session: Session, party_id: UUID) -> Page[dict[str, Any]]:
    """List whom a party let fetch its goods, newest first."""
    party = parties.get_visible_party(session, party_id, actor())
    rows = [
        {"authority": item.authority, "units_used": item.units_used, "units_left": item.units_left,
         "holds": item.holds(now().on)}
        for item in pickup.authorities_of(session, party.id)
    ]  # fmt: skip
    return Page(rows, None)


@PICKUPS.get("/pickup-windows", paged(paper.WINDOW), query=paper.DayQuery)
def list_windows(session: Session, query: dict[str, Any]) -> Page[pickup.Window]:
    """List the windows of a day with what is free in them."""
    return Page(pickup.windows(session, query.get("on") or now().on), None)


@PICKUPS.get("/appointments", paged(paper.APPOINTMENT), query=paper.DayQuery)
def list_appointments(session: Session, query: dict[str, Any]) -> Page[pickup.PickupAppointment]:
    """List the appointments of a day one may see, by time."""
    return Page(pickup.appointments_on(session, actor(), query.get("on") or now().on), None)


@PICKUPS.file("/collector-authorities/<uuid:authority_id>/paper", papers.PDF, raises=(pickup.get_authority,))
def authority_paper(session: Session, authority_id: UUID) -> papers.Paper:
    """Show a written authority to collect as a PDF, for the truck to carry."""
    return papers.authority(session, authority_id, actor())


PICKUPS.command(
    "/parties/<uuid:party_id>/collector-authorities", pickup.authorise_collector, paper.AUTHORISE, paper.AUTHORITY,
    pickup.AuthoriseCollector,
)  # fmt: skip
PICKUPS.command(
    "/collector-authorities/<uuid:authority_id>/revoke", pickup.revoke_authority, paper.REVOKE, paper.REVOCATION,
    pickup.RevokeAuthority, status=200,
)  # fmt: skip
PICKUPS.command("/dock-hours", pickup.set_dock_hours, paper.SET_HOURS, paper.HOURS, pickup.SetDockHours)
PICKUPS.command(f"{EXIT}/appointments", pickup.book_pickup, paper.BOOK, paper.APPOINTMENT, pickup.BookPickup)
PICKUPS.command(f"{ONE}/move", pickup.move_pickup, paper.MOVE, paper.APPOINTMENT, pickup.MovePickup, status=200)
for word, act in (("cancel", pickup.cancel_pickup), ("arrive", pickup.note_arrival), ("no-show", pickup.note_no_show)):
    PICKUPS.command(f"{ONE}/{word}", act, paper.END, paper.APPOINTMENT, pickup.EndPickup, status=200)
RESOURCES = (PICKUPS,)
