"""Space of a room that is promised to goods still on their way."""

from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from wms.kernel.columns import Base, reference


class RoomReservation(Base):
    """What is still kept free in a room for one coming truck; it lapses after its last day by itself."""

    __tablename__ = "room_reservations"
    __table_args__ = (
        CheckConstraint("units_left >= 0 AND grams_left >= 0", name="not_negative"),
        Index("ix_room_reservations_room", "room_id", "until_on"),
        Index("ix_room_reservations_delivery", "delivery_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, comment="the booking it serves")
    room_id: Mapped[UUID] = mapped_column(reference("rooms.id"))
    units_left: Mapped[int] = mapped_column(Integer, comment="still to come")
    grams_left: Mapped[int] = mapped_column(BigInteger, comment="load still to come, crates included")
    until_on: Mapped[date] = mapped_column(comment="last day it counts")
    delivery_id: Mapped[UUID | None] = mapped_column(reference("deliveries.id"), comment="whose lots may use it")
