"""Damages found in store, and claims to the insurer."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wms.kernel.columns import Base, Instant, reference
from wms.kernel.evidence import Evidence


class Damage(Evidence, Base):
    """Units of a lot found damaged or spoiled; they are held until it is known what becomes of them."""

    __tablename__ = "damages"
    __table_args__ = (
        CheckConstraint(
            "cause IN ('spoiled', 'frozen', 'crushed', 'fire', 'water', 'gas', 'other')", name="cause_known"
        ),
        CheckConstraint("units >= 1 AND grams >= 1", name="amounts_count"),
        CheckConstraint("note <> ''", name="says_what"),
        Index("ix_damages_lot", "lot_id"),
        Index("ix_damages_found", "found_on", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    lot_id: Mapped[UUID] = mapped_column(reference("lots.id"))
    owner_id: Mapped[UUID] = mapped_column(reference("parties.id"), comment="whose goods on that day")
    room_id: Mapped[UUID | None] = mapped_column(reference("rooms.id"), comment="where it lay; NULL: on the dock")
    units: Mapped[int] = mapped_column(Integer)
    grams: Mapped[int] = mapped_column(BigInteger, comment="entry weight of these units")
    cause: Mapped[str] = mapped_column(String(10))
    note: Mapped[str] = mapped_column(String(500))
    found_on: Mapped[date]
    found_at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[UUID]
    person_id: Mapped[UUID | None]


class InsuranceClaim(Base):
    """What is asked of an insurer for one damage, what he paid, and that the owner got it."""

    __tablename__ = "insurance_claims"
    __table_args__ = (
        UniqueConstraint("damage_id", name="uq_insurance_claims_damage"),
        CheckConstraint("state IN ('filed', 'paid', 'rejected', 'settled')", name="state_known"),
        CheckConstraint("asked_fen > 0 AND paid_fen >= 0", name="amounts_right"),
        CheckConstraint("(state IN ('paid', 'settled')) = (paid_fen > 0)", name="paid_has_money"),
        CheckConstraint("(state = 'rejected') = (reject_reason IS NOT NULL)", name="rejected_says_why"),
        CheckConstraint("state <> 'settled' OR settler_eyes <> receiver_eyes", name="settled_by_another"),
        Index("ix_insurance_claims_state", "state", "filed_on", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    damage_id: Mapped[UUID] = mapped_column(reference("damages.id"))
    policy_id: Mapped[UUID] = mapped_column(reference("insurance_policies.id"), comment="in force on the day found")
    owner_id: Mapped[UUID] = mapped_column(reference("parties.id"))
    asked_fen: Mapped[int] = mapped_column(BigInteger)
    paid_fen: Mapped[int] = mapped_column(BigInteger)
    paid_reference: Mapped[str] = mapped_column(String(80))
    reject_reason: Mapped[str | None] = mapped_column(String(500))
    state: Mapped[str] = mapped_column(String(10))
    filed_on: Mapped[date]
    filed_at: Mapped[datetime] = mapped_column(Instant)
    receiver_eyes: Mapped[UUID | None] = mapped_column(comment="who wrote the payment down")
    settler_eyes: Mapped[UUID | None]
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
