"""Reads of the pickup room: authorities in force, who receives an exit's goods, windows of a day, appointments."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from wms import billing, parties, trading, users
from wms.kernel.actor import SYSTEM, Actor
from wms.kernel.errors import NotFound
from wms.kernel.evidence import Finding, check_rows
from wms.pickup.errors import AppointmentNotFound, AuthorityNotFound
from wms.pickup.rules import AppointmentState, Window, same_name, starts
from wms.pickup.tables import (
    AuthorityRevocation,
    AuthorityUse,
    CollectorAuthority,
    DockHours,
    PickupAppointment,
    PickupEvent,
    PickupWindow,
)

EVIDENCE = (CollectorAuthority, AuthorityRevocation, AuthorityUse, DockHours, PickupEvent)


@dataclass(frozen=True, slots=True)
class Standing:
    """An authority with what was fetched on it, and when it was revoked if it was."""

    authority: CollectorAuthority
    units_used: int
    revocation: AuthorityRevocation | None

    def holds(self, on: date) -> bool:
        """Tell whether it may be used on a day."""
        return self.revocation is None and self.authority.from_on <= on < self.authority.until_on

    @property
    def units_left(self) -> int | None:
        """How many units it still covers; None where it has no limit."""
        most = self.authority.units_most
        return None if most is None else most - self.units_used


def get_authority(session: Session, authority_id: UUID, by: Actor) -> CollectorAuthority:
    """Return an authority of a party `by` may see. Raises AuthorityNotFound."""
    found = session.get(CollectorAuthority, authority_id)
    if found is None or not by.sees(found.party_id):
        raise AuthorityNotFound
    return found


def standing_of(session: Session, authority: CollectorAuthority) -> Standing:
    """Return an authority with its uses and its end."""
    used = session.scalar(
        select(func.coalesce(func.sum(AuthorityUse.units), 0)).where(AuthorityUse.authority_id == authority.id)
    )
    return Standing(authority, int(used or 0), session.get(AuthorityRevocation, authority.id))


def authorities_of(session: Session, party_id: UUID) -> list[Standing]:
    """Return the authorities a party gave, newest first."""
    query = select(CollectorAuthority).where(CollectorAuthority.party_id == party_id)
    rows = session.scalars(query.order_by(CollectorAuthority.granted_at.desc(), CollectorAuthority.id.desc()))
    return [standing_of(session, row) for row in rows]


def receiver_of(session: Session, order: billing.ExitOrder) -> parties.Party:
    """Return whose goods leave with an exit: the buyer of its deal, else the owner."""
    if order.deal_id is None:
        return parties.get_party(session, order.party_id)
    return parties.get_party(session, trading.get_deal(session, order.deal_id, by=SYSTEM).buyer_id)


def is_of_the_house(session: Session, order: billing.ExitOrder, receiver: parties.Party, on: date) -> bool:
    """Tell whether the collector needs no paper: the receiver, one of its people, or named by the receiver itself."""
    if same_name(order.collector_name, receiver.name) or _named_by(session, order) == receiver.id:
        return True
    return any(
        same_name(order.collector_name, person.name) for person, _ in parties.people_of(session, receiver.id, on)
    )


def _named_by(session: Session, order: billing.ExitOrder) -> UUID | None:
    """The party whose account ordered the exit; None for staff and machines."""
    try:
        account = users.get_account(session, order.opened_by_account_id)
    except NotFound:
        return None
    party = users.party_of(session, account)
    return None if party is None else party.id


def may_fetch(session: Session, order: billing.ExitOrder, on: date) -> bool:
    """Tell whether the gate would know the collector of an exit on a day, the identity card aside."""
    receiver = receiver_of(session, order)
    if is_of_the_house(session, order, receiver, on):
        return True
    return any(
        standing.holds(on)
        and standing.authority.plate == order.plate
        and same_name(standing.authority.collector_name, order.collector_name)
        and (standing.units_left is None or standing.units_left >= order.units)
        for standing in authorities_of(session, receiver.id)
    )


def authorities_for(session: Session, party_id: UUID, name: str, plate: str, on: date) -> list[Standing]:
    """Return the authorities in force by which a person may fetch goods of a party on a truck, locked, oldest first."""
    query = (
        select(CollectorAuthority)
        .where(
            CollectorAuthority.party_id == party_id,
            CollectorAuthority.plate == plate,
            CollectorAuthority.from_on <= on,
            CollectorAuthority.until_on > on,
        )
        .order_by(CollectorAuthority.granted_at, CollectorAuthority.id)
        .with_for_update()
    )
    found = [standing_of(session, row) for row in session.scalars(query) if same_name(row.collector_name, name)]
    return [standing for standing in found if standing.holds(on)]


def docks(session: Session, on: date) -> list[DockHours]:
    """Return the hours of every dock in force on a day, by dock."""
    query = select(DockHours).where(DockHours.effective_from <= on)
    rows = session.scalars(query.order_by(DockHours.dock, DockHours.effective_from, DockHours.set_at, DockHours.id))
    return list({row.dock: row for row in rows}.values())


def windows(session: Session, on: date) -> list[Window]:
    """Return every window of a day with what it has taken, by dock and time."""
    query = select(PickupWindow).where(PickupWindow.held_on == on)
    taken = {(row.dock, row.start_minute): row.taken for row in session.scalars(query)}
    found: list[Window] = []
    for hours in docks(session, on):
        if str(on.isoweekday()) in hours.weekdays:
            found += [
                Window(hours.dock, on, start, start + hours.window_minutes, hours.capacity,
                       taken.get((hours.dock, start), 0))
                for start in starts(hours.opens_minute, hours.closes_minute, hours.window_minutes)
            ]  # fmt: skip
    return found


def get_appointment(session: Session, appointment_id: UUID, by: Actor) -> PickupAppointment:
    """Return an appointment of a party `by` may see. Raises AppointmentNotFound."""
    found = session.get(PickupAppointment, appointment_id)
    if found is None or not by.sees(found.party_id):
        raise AppointmentNotFound
    return found


def appointment_of(session: Session, exit_id: UUID) -> PickupAppointment | None:
    """Return the newest appointment of an exit, or None."""
    query = select(PickupAppointment).where(PickupAppointment.exit_id == exit_id)
    return session.scalar(query.order_by(PickupAppointment.booked_at.desc(), PickupAppointment.id.desc()).limit(1))


def appointments_on(session: Session, by: Actor, on: date) -> list[PickupAppointment]:
    """Return the appointments of a day `by` may see, by time."""
    query = select(PickupAppointment).where(PickupAppointment.held_on == on)
    rows = session.scalars(query.order_by(PickupAppointment.start_minute, PickupAppointment.dock, PickupAppointment.id))
    return [row for row in rows if by.sees(row.party_id)]


def events_of(session: Session, appointment_id: UUID) -> list[PickupEvent]:
    """Return what happened to an appointment, oldest first."""
    query = select(PickupEvent).where(PickupEvent.appointment_id == appointment_id)
    return list(session.scalars(query.order_by(PickupEvent.ordinal)))


def overdue(session: Session, on: date) -> list[PickupAppointment]:
    """Return the appointments of days before `on` for which nobody came."""
    query = select(PickupAppointment).where(
        PickupAppointment.state == AppointmentState.BOOKED.value, PickupAppointment.held_on < on
    )
    return list(session.scalars(query.order_by(PickupAppointment.id)))


def check(session: Session) -> Iterator[Finding]:
    """Yield what is wrong: evidence rows, windows that count another number than their trucks, limits overdrawn."""
    for table in EVIDENCE:
        yield from check_rows(session, table)
    kept = (AppointmentState.BOOKED.value, AppointmentState.ARRIVED.value)
    counted = {
        (dock, on, start): int(number)
        for dock, on, start, number in session.execute(
            select(PickupAppointment.dock, PickupAppointment.held_on, PickupAppointment.start_minute, func.count())
            .where(PickupAppointment.state.in_(kept))
            .group_by(PickupAppointment.dock, PickupAppointment.held_on, PickupAppointment.start_minute)
        )
    }
    for row in session.scalars(select(PickupWindow)):
        number = counted.get((row.dock, row.held_on, row.start_minute), 0)
        if number != row.taken:
            yield Finding(
                "pickup_windows", f"{row.dock} {row.held_on} {row.start_minute}", f"{number} trucks are booked"
            )
    for authority in session.scalars(select(CollectorAuthority).order_by(CollectorAuthority.id)):
        left = standing_of(session, authority).units_left
        if left is not None and left < 0:
            yield Finding("collector_authorities", str(authority.id), "more was fetched than it covers")
