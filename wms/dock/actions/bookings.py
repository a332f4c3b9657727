"""Arrivals are announced, agreed to, given up, and come."""

from dataclasses import asdict
from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from wms import facility, ledger, lots, parties
from wms.dock.errors import BookingDayWrong, BookingInvalid, BookingNotFound, BookingNotOpen, WindowFull
from wms.dock.queries.bookings import lock_booking, windows_of_day
from wms.dock.rules.bookings import (
    COMING,
    BookArrival,
    BookingState,
    CancelArrival,
    ConfirmArrival,
    OpenBooked,
    TakeArrivalDeposit,
    busiest,
    clock_text,
    day_is_right,
    window_is_right,
)
from wms.dock.tables import ArrivalBooking
from wms.kernel import audit, idempotency, outbox
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.ids import derived_id

BOOKING_TOPIC = "dock.booking_changed"
CASH = "A:Cash:Settlement"


def book_arrival(session: Session, request: BookArrival, *, by: Actor, at: Moment) -> ArrivalBooking:
    """Announce a truck; with a room, by the store's own people, it is confirmed at once and the space is kept.

    Locks the due day's numbers, so that no window is booked beyond what the dock takes, and the room. A repeat returns
    the first booking. Raises Forbidden, SiteNotFound, PartyNotFound, BookingNotFound for somebody else's goods,
    BookingDayWrong, BookingInvalid, WindowFull, RoomNotFound, RoomPromised, RequestIdReused.
    """
    by.must(Permission.BOOK_ARRIVAL)
    if not by.sees(request.owner_id):
        raise BookingNotFound
    if not idempotency.claim(session, request.id, "dock.book_arrival", asdict(request), by=by, at=at):
        return session.get_one(ArrivalBooking, request.id)
    facility.get_site(session, request.site_id)
    owner = parties.get_party(session, request.owner_id)
    _check(session, request, at)
    code = lots.next_code(session, request.site_id, "booking", "B", request.due_on)
    _require_window(session, request, at)
    contract = parties.find_contract(session, owner.id, request.due_on)
    values = {name: value for name, value in asdict(request).items() if name != "room_id"}
    booking = ArrivalBooking(
        **values,
        code=code,
        contract_id=None if contract is None else contract.id,
        room_id=None,
        state=BookingState.ASKED.value,
        deposit_fen=0,
        asked_at=at.at,
        account_id=by.account_id,
    )
    session.add(booking)
    session.flush()
    audit.record(session, "dock.book_arrival", ("booking", booking.id), by=by, at=at, code=code)
    if request.room_id is not None:
        _confirm(session, booking, request.room_id, by=by, at=at)
    return booking


def confirm_arrival(session: Session, request: ConfirmArrival, *, by: Actor, at: Moment) -> ArrivalBooking:
    """Agree to a booking and keep its space in a room of its storage type.

    Locks the booking and the room. A repeat returns the booking.
    Raises Forbidden, BookingNotFound, BookingNotOpen, BookingInvalid, RoomNotFound, RoomPromised, RequestIdReused.
    """
    by.must(Permission.TAKE_IN)
    if not idempotency.claim(session, request.id, "dock.confirm_arrival", asdict(request), by=by, at=at):
        return session.get_one(ArrivalBooking, request.booking_id)
    booking = lock_booking(session, request.booking_id, by)
    if booking.state != BookingState.ASKED:
        raise BookingNotOpen(booking=booking.code, state=booking.state)
    _confirm(session, booking, request.room_id, by=by, at=at)
    return booking


def cancel_arrival(session: Session, request: CancelArrival, *, by: Actor, at: Moment) -> ArrivalBooking:
    """Give a booking up: its space is free again, a deposit becomes what the store owes the owner.

    Locks the booking, its space and the deposit's accounts. A repeat returns the booking.
    Raises Forbidden, BookingNotFound, BookingNotOpen, BookingInvalid without a reason, RequestIdReused.
    """
    by.must(Permission.BOOK_ARRIVAL)
    if not idempotency.claim(session, request.id, "dock.cancel_arrival", asdict(request), by=by, at=at):
        return session.get_one(ArrivalBooking, request.booking_id)
    booking = _coming(session, request.booking_id, by)
    if not request.reason.strip():
        raise BookingInvalid(what="reason")
    lots.let_room_go(session, booking.id, by=by, at=at)
    _return_deposit(session, booking, by=by, at=at)
    booking.state, booking.cancel_reason = BookingState.CANCELLED.value, request.reason.strip()
    _changed(session, booking, at)
    audit.record(session, "dock.cancel_arrival", ("booking", booking.id), by=by, at=at, reason=request.reason)
    return booking


def take_arrival_deposit(session: Session, request: TakeArrivalDeposit, *, by: Actor, at: Moment) -> ArrivalBooking:
    """Take an owner's deposit for a confirmed booking; the coming goods then rank as booked with deposit.

    Posts cash against L:ArrivalDeposit. Locks the booking, then the accounts. A repeat posts nothing.
    Raises Forbidden, BookingNotFound, BookingNotOpen, BookingInvalid, RequestIdReused.
    """
    by.must(Permission.TAKE_PAYMENT)
    if not idempotency.claim(session, request.id, "dock.take_arrival_deposit", asdict(request), by=by, at=at):
        return session.get_one(ArrivalBooking, request.booking_id)
    booking = lock_booking(session, request.booking_id, by)
    if booking.state != BookingState.CONFIRMED:
        raise BookingNotOpen(booking=booking.code, state=booking.state)
    if request.fen < 1:
        raise BookingInvalid(what="deposit")
    legs = (ledger.Leg(CASH, request.fen), ledger.Leg(_deposit_account(session, booking), -request.fen))
    memo = f"deposit for arrival {booking.code}"
    entry = ledger.Entry(
        derived_id(request.id, "entry"), f"arrival-deposit-{request.id}", "arrival_deposit", memo, at.on, legs
    )
    ledger.post(session, entry, by=by, at=at)
    booking.deposit_fen += request.fen
    _changed(session, booking, at)
    audit.record(session, "dock.take_arrival_deposit", ("booking", booking.id), by=by, at=at, fen=request.fen)
    return booking


def open_booked(session: Session, request: OpenBooked, *, by: Actor, at: Moment) -> lots.Delivery:
    """Open the delivery of a booked truck; its lots may use the space that was kept, its deposit is given back.

    `request.id` becomes the delivery's id. Locks the booking, the token, the day's numbers, the deposit's accounts. A
    repeat returns the delivery. Raises Forbidden, BookingNotFound, BookingNotOpen, BookingInvalid without a plate,
    TokenNotFound, TokenNotWaiting, RequestIdReused.
    """
    by.must(Permission.TAKE_IN)
    claimed = derived_id(request.id, "dock.open_booked")
    if not idempotency.claim(session, claimed, "dock.open_booked", asdict(request), by=by, at=at):
        return lots.get_visible_delivery(session, request.id, by)
    booking = _coming(session, request.booking_id, by)
    plate, driver = request.plate or booking.plate, request.driver or booking.driver
    if not plate:
        raise BookingInvalid(what="plate")
    wanted = lots.OpenDelivery(
        request.id, booking.site_id, booking.owner_id, plate, driver, request.token_id, f"{booking.code} {booking.note}"
    )
    delivery = lots.open_delivery(session, wanted, by=by, at=at)
    lots.use_reservation(session, booking.id, delivery.id)
    _return_deposit(session, booking, by=by, at=at)
    booking.state, booking.delivery_id = BookingState.ARRIVED.value, delivery.id
    _changed(session, booking, at)
    audit.record(session, "dock.open_booked", ("booking", booking.id), by=by, at=at, delivery=delivery.code)
    return delivery


def _check(session: Session, request: BookArrival, at: Moment) -> None:
    days = lots.policy_on(session, at.on).booking_days
    if not day_is_right(request.due_on, at.on, days):
        raise BookingDayWrong(first_on=at.on, last_on=at.on + timedelta(days=days))
    wrong = {
        "window": not window_is_right(request.from_minute, request.to_minute),
        "variety": not request.variety.strip(),
        "units": request.units < 1,
        "grams": request.grams < request.units,
        "storage_type": request.storage_type not in tuple(lots.StorageType),
    }
    what = next((name for name, found in wrong.items() if found), None)
    if what is not None:
        raise BookingInvalid(what=what)


def _require_window(session: Session, request: BookArrival, at: Moment) -> None:
    trucks = lots.policy_on(session, at.on).window_trucks
    others = windows_of_day(session, request.site_id, request.due_on)
    if busiest(request.from_minute, request.to_minute, others) >= trucks:
        from_text, to_text = clock_text(request.from_minute), clock_text(request.to_minute)
        raise WindowFull(from_text=from_text, to_text=to_text, trucks=trucks)


def _confirm(session: Session, booking: ArrivalBooking, room_id: UUID, *, by: Actor, at: Moment) -> None:
    by.must(Permission.TAKE_IN)
    room = facility.get_room(session, room_id)
    if room.site_id != booking.site_id or room.storage_type != booking.storage_type:
        raise BookingInvalid(what="room")
    wanted = lots.ReserveRoom(booking.id, room.id, booking.units, booking.grams, booking.due_on)
    lots.reserve_room(session, wanted, by=by, at=at)
    booking.state, booking.room_id = BookingState.CONFIRMED.value, room.id
    _changed(session, booking, at)
    audit.record(session, "dock.confirm_arrival", ("booking", booking.id), by=by, at=at, room=room.code)


def _coming(session: Session, booking_id: UUID, by: Actor) -> ArrivalBooking:
    booking = lock_booking(session, booking_id, by)
    if booking.state not in COMING:
        raise BookingNotOpen(booking=booking.code, state=booking.state)
    return booking


def _return_deposit(session: Session, booking: ArrivalBooking, *, by: Actor, at: Moment) -> None:
    """Turn a deposit into what the store owes the owner; the cashier pays that out like everything else."""
    if not booking.deposit_fen:
        return
    account = _deposit_account(session, booking)
    owed = account.replace("L:ArrivalDeposit", "L:GrowerPayable")
    entry = ledger.Entry(
        derived_id(booking.id, "deposit back"), f"arrival-deposit-back-{booking.id}", "arrival_deposit_back",
        f"deposit of arrival {booking.code} given back", at.on,
        (ledger.Leg(account, booking.deposit_fen), ledger.Leg(owed, -booking.deposit_fen)),
    )  # fmt: skip
    ledger.post(session, entry, by=by, at=at)
    booking.deposit_fen = 0


def _deposit_account(session: Session, booking: ArrivalBooking) -> str:
    return f"L:ArrivalDeposit:{parties.get_party(session, booking.owner_id).code}"


def _changed(session: Session, booking: ArrivalBooking, at: Moment) -> None:
    session.flush()
    key = f"{booking.id}:{booking.state}:{booking.deposit_fen}"
    outbox.put(session, BOOKING_TOPIC, key, {"booking_id": booking.id}, at=at)
