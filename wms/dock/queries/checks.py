"""What `verify` asks of this room."""

import hashlib
from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from wms import ledger, parties
from wms.dock.queries.crates import check_crates
from wms.dock.queries.damage import check_claims
from wms.dock.rules.bookings import COMING
from wms.dock.tables import ArrivalBooking, Photo, PhotoBody, Print, Refusal, ResidueResult, Treatment
from wms.kernel.evidence import Finding, check_rows
from wms.lots.tables import Delivery, RoomReservation

EVIDENCE = (Refusal, Treatment, ResidueResult, Photo, Print)


def check(session: Session) -> Iterator[Finding]:
    """Yield everything wrong in this room: promises without a booking, arrivals of somebody else, deposits adrift."""
    for table in EVIDENCE:
        yield from check_rows(session, table)
    yield from _bookings(session)
    yield from _deposits(session)
    yield from _photos(session)
    yield from check_crates(session)
    yield from check_claims(session)


def _bookings(session: Session) -> Iterator[Finding]:
    coming = select(ArrivalBooking.id).where(ArrivalBooking.state.in_((*COMING, "arrived")))
    adrift = select(RoomReservation.id).where(RoomReservation.units_left > 0, RoomReservation.id.not_in(coming))
    for row_id in session.scalars(adrift):
        yield Finding("room_reservations", str(row_id), "keeps space for no booking that is still to come")
    wrong = (
        select(ArrivalBooking.id)
        .join(Delivery, Delivery.id == ArrivalBooking.delivery_id)
        .where((Delivery.owner_id != ArrivalBooking.owner_id) | (Delivery.site_id != ArrivalBooking.site_id))
    )
    for row_id in session.scalars(wrong):
        yield Finding("arrival_bookings", str(row_id), "arrived as somebody else's delivery")


def _deposits(session: Session) -> Iterator[Finding]:
    total = func.sum(ArrivalBooking.deposit_fen)
    query = select(ArrivalBooking.owner_id, total).group_by(ArrivalBooking.owner_id)
    for owner_id, fen in session.execute(query):
        code = parties.get_party(session, owner_id).code
        booked = -ledger.balance(session, f"L:ArrivalDeposit:{code}")
        if booked != int(fen):
            yield Finding("arrival_bookings", code, f"deposits are {fen} fen; the ledger says {booked}")


def _photos(session: Session) -> Iterator[Finding]:
    """Bytes are what their digest says; those in a folder are checked when they are shown."""
    for digest in session.scalars(select(PhotoBody.digest)).all():
        if hashlib.sha256(session.get_one(PhotoBody, digest).body).hexdigest() != digest:
            yield Finding("photo_bodies", digest, "the bytes are not those of the digest")
