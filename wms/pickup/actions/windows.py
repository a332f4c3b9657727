"""Pick-up appointments: a dock's hours, a truck booked into a window, moved, come, not come, given up."""

from dataclasses import asdict
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from wms import billing
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.kernel.ids import derived_id
from wms.kernel.upsert import insert_new
from wms.pickup.errors import (
    AppointmentOver,
    AppointmentStands,
    DockHoursInvalid,
    NothingToCollect,
    WindowFull,
    WindowUnknown,
)
from wms.pickup.queries import appointment_of, events_of, get_appointment, overdue, windows
from wms.pickup.rules import (
    AppointmentState,
    AppointmentStep,
    BookPickup,
    EndPickup,
    MovePickup,
    SetDockHours,
    clock_text,
    hours_fit,
)
from wms.pickup.tables import DockHours, PickupAppointment, PickupEvent, PickupWindow

GIVES_BACK = (AppointmentState.NO_SHOW, AppointmentState.CANCELLED)


def set_dock_hours(session: Session, request: SetDockHours, *, by: Actor, at: Moment) -> DockHours:
    """Say when a dock takes trucks from a day on, and how many a window; bookings that stand stay.

    A repeat returns the first row. Raises Forbidden, DockHoursInvalid, RequestIdReused.
    """
    by.must(Permission.MANAGE_FACILITY)
    if not idempotency.claim(session, request.id, "pickup.set_dock_hours", asdict(request), by=by, at=at):
        return session.get_one(DockHours, request.id)
    if not hours_fit(request):
        raise DockHoursInvalid
    values = asdict(request) | {"dock": request.dock.strip(), "weekdays": "".join(sorted(request.weekdays))}
    row = DockHours(**values, account_id=by.account_id, set_at=at.at)
    append(session, row)
    audit.record(session, "pickup.set_dock_hours", ("dock", row.id), by=by, at=at, dock=row.dock)
    return row


def book_pickup(session: Session, request: BookPickup, *, by: Actor, at: Moment) -> PickupAppointment:
    """Book a window of a dock for the truck of an exit under way. Locks the exit and the window.

    A repeat returns the first row.
    Raises Forbidden, ExitNotFound, NothingToCollect, AppointmentStands, WindowUnknown, WindowFull, RequestIdReused.
    """
    by.must(Permission.ORDER_EXIT)
    if not idempotency.claim(session, request.id, "pickup.book_pickup", asdict(request), by=by, at=at):
        return session.get_one(PickupAppointment, request.id)
    order = billing.lock_exit_order(session, billing.get_exit_order(session, request.exit_id, by).id)
    if order.state in (billing.ExitState.CLOSED, billing.ExitState.VOID):
        raise NothingToCollect
    standing = appointment_of(session, order.id)
    if standing is not None and standing.state == AppointmentState.BOOKED:
        raise AppointmentStands
    _take(session, request.dock, request.on, request.start_minute, at)
    row = PickupAppointment(
        id=request.id,
        exit_id=order.id,
        party_id=order.party_id,
        dock=request.dock,
        held_on=request.on,
        start_minute=request.start_minute,
        state=AppointmentState.BOOKED.value,
        booked_by_account_id=by.account_id,
        booked_at=at.at,
    )
    session.add(row)
    session.flush()
    _note(session, row, AppointmentStep.BOOKED, by=by, at=at)
    return row


def move_pickup(session: Session, request: MovePickup, *, by: Actor, at: Moment) -> PickupAppointment:
    """Move a booked appointment to another window. Locks the appointment and both windows. A repeat returns it.

    Raises Forbidden, AppointmentNotFound, AppointmentOver, WindowUnknown, WindowFull, RequestIdReused.
    """
    by.must(Permission.ORDER_EXIT)
    first = idempotency.claim(session, request.id, "pickup.move_pickup", asdict(request), by=by, at=at)
    row = _locked(session, request.appointment_id, by)
    if not first:
        return row
    if row.state != AppointmentState.BOOKED:
        raise AppointmentOver(state=row.state)
    _give_back(session, row)
    _take(session, request.dock, request.on, request.start_minute, at)
    row.dock, row.held_on, row.start_minute = request.dock, request.on, request.start_minute
    session.flush()
    _note(session, row, AppointmentStep.MOVED, by=by, at=at)
    return row


def cancel_pickup(session: Session, request: EndPickup, *, by: Actor, at: Moment) -> PickupAppointment:
    """Give a booked appointment up; its place in the window is free again. Locks both. A repeat returns it.

    Raises Forbidden, AppointmentNotFound, AppointmentOver, RequestIdReused.
    """
    by.must(Permission.ORDER_EXIT)
    return _end(session, request, AppointmentState.CANCELLED, "pickup.cancel_pickup", by=by, at=at)


def note_arrival(session: Session, request: EndPickup, *, by: Actor, at: Moment) -> PickupAppointment:
    """Write down that the truck of an appointment came. Locks it. A repeat returns it.

    Raises Forbidden, AppointmentNotFound, AppointmentOver, RequestIdReused.
    """
    by.must(Permission.WEIGH_OUT)
    return _end(session, request, AppointmentState.ARRIVED, "pickup.note_arrival", by=by, at=at)


def note_no_show(session: Session, request: EndPickup, *, by: Actor, at: Moment) -> PickupAppointment:
    """Write down that nobody came for an appointment; its place is free again. Locks both. A repeat returns it.

    Raises Forbidden, AppointmentNotFound, AppointmentOver, RequestIdReused.
    """
    by.must(Permission.WEIGH_OUT)
    return _end(session, request, AppointmentState.NO_SHOW, "pickup.note_no_show", by=by, at=at)


def close_windows(session: Session, *, by: Actor, at: Moment) -> int:
    """Mark every appointment of the days before today for which nobody came; return how many. A repeat finds none."""
    rows = overdue(session, at.on)
    for row in rows:
        _close(session, row, AppointmentState.NO_SHOW, by=by, at=at)
    return len(rows)


def _end(
    session: Session, request: EndPickup, state: AppointmentState, name: str, *, by: Actor, at: Moment
) -> PickupAppointment:
    first = idempotency.claim(session, request.id, name, asdict(request), by=by, at=at)
    row = _locked(session, request.appointment_id, by)
    if first:
        if row.state != AppointmentState.BOOKED:
            raise AppointmentOver(state=row.state)
        _close(session, row, state, by=by, at=at)
    return row


def _close(session: Session, row: PickupAppointment, state: AppointmentState, *, by: Actor, at: Moment) -> None:
    if state in GIVES_BACK:
        _give_back(session, row)
    row.state = state.value
    session.flush()
    _note(session, row, AppointmentStep(state.value), by=by, at=at)


def _locked(session: Session, appointment_id: UUID, by: Actor) -> PickupAppointment:
    get_appointment(session, appointment_id, by)
    return session.get_one(PickupAppointment, appointment_id, with_for_update=True, populate_existing=True)


def _take(session: Session, dock: str, on: date, start_minute: int, at: Moment) -> None:
    shown = {"dock": dock, "on": on, "start": clock_text(start_minute)}
    window = next(
        (item for item in windows(session, on) if (item.dock, item.start_minute) == (dock, start_minute)), None
    )
    if window is None or on < at.on:
        raise WindowUnknown(**shown)
    row = _window(session, dock, on, start_minute)
    if row.taken >= window.capacity:
        raise WindowFull(**shown)
    row.taken += 1
    session.flush()


def _give_back(session: Session, appointment: PickupAppointment) -> None:
    _window(session, appointment.dock, appointment.held_on, appointment.start_minute).taken -= 1
    session.flush()


def _window(session: Session, dock: str, on: date, start_minute: int) -> PickupWindow:
    key = {"dock": dock, "held_on": on, "start_minute": start_minute}
    insert_new(session, PickupWindow, key | {"taken": 0})
    return session.get_one(PickupWindow, (dock, on, start_minute), with_for_update=True, populate_existing=True)


def _note(session: Session, row: PickupAppointment, step: AppointmentStep, *, by: Actor, at: Moment) -> None:
    ordinal = len(events_of(session, row.id)) + 1
    event = PickupEvent(
        id=derived_id(row.id, ordinal),
        appointment_id=row.id,
        ordinal=ordinal,
        step=step.value,
        dock=row.dock,
        held_on=row.held_on,
        start_minute=row.start_minute,
        account_id=by.account_id,
        happened_at=at.at,
    )
    append(session, event)
    audit.record(
        session, f"pickup.{step.value}", ("exit_order", row.exit_id), by=by, at=at, dock=row.dock, on=row.held_on,
        start=clock_text(row.start_minute),
    )  # fmt: skip
