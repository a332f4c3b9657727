"""Refused goods, sprays, laboratory results, and photos."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from wms.kernel.columns import Base, Instant, reference
from wms.kernel.evidence import Evidence


class Refusal(Evidence, Base):
    """Goods that were brought and not taken in; they stay on the truck and are in no weight."""

    __tablename__ = "refusals"
    __table_args__ = (
        CheckConstraint(
            "reason IN ('decay', 'damaged', 'residue', 'unripe', 'wet', 'other_goods', 'other')", name="reason_known"
        ),
        CheckConstraint("note <> ''", name="says_why"),
        CheckConstraint("units IS NULL OR units >= 1", name="units_count"),
        CheckConstraint("grams >= 0", name="grams_not_negative"),
        Index("ix_refusals_delivery", "delivery_id"),
        Index("ix_refusals_owner", "owner_id", "refused_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    delivery_id: Mapped[UUID] = mapped_column(reference("deliveries.id"))
    owner_id: Mapped[UUID] = mapped_column(reference("parties.id"))
    units: Mapped[int | None] = mapped_column(Integer, comment="NULL: all of it")
    grams: Mapped[int] = mapped_column(BigInteger, comment="estimated; 0: not said")
    reason: Mapped[str] = mapped_column(String(12))
    note: Mapped[str] = mapped_column(String(500))
    refused_on: Mapped[date]
    refused_at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[UUID]
    person_id: Mapped[UUID | None]


class Treatment(Evidence, Base):
    """What the apples of a lot were sprayed with, and how long one waits after it before harvest."""

    __tablename__ = "treatments"
    __table_args__ = (
        CheckConstraint("interval_days BETWEEN 0 AND 365", name="interval_in_a_year"),
        Index("ix_treatments_lot", "lot_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    lot_id: Mapped[UUID] = mapped_column(reference("lots.id"))
    substance: Mapped[str] = mapped_column(String(80))
    sprayed_on: Mapped[date]
    interval_days: Mapped[int] = mapped_column(Integer, comment="pre-harvest interval")
    source: Mapped[str] = mapped_column(String(200), comment="who said so: spray book, label")
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[UUID]


class ResidueResult(Evidence, Base):
    """What a laboratory found in a sample of a lot."""

    __tablename__ = "residue_results"
    __table_args__ = (
        CheckConstraint("found_micrograms_kg >= 0 AND limit_micrograms_kg >= 0", name="amounts_not_negative"),
        CheckConstraint("passed = (found_micrograms_kg <= limit_micrograms_kg)", name="passed_is_within"),
        Index("ix_residue_results_lot", "lot_id", "recorded_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    lot_id: Mapped[UUID] = mapped_column(reference("lots.id"))
    substance: Mapped[str] = mapped_column(String(80))
    laboratory: Mapped[str] = mapped_column(String(80))
    certificate: Mapped[str] = mapped_column(String(80), comment="number on the laboratory's paper")
    sampled_on: Mapped[date]
    found_micrograms_kg: Mapped[int] = mapped_column(Integer)
    limit_micrograms_kg: Mapped[int] = mapped_column(Integer, comment="maximum residue level that was applied")
    passed: Mapped[bool] = mapped_column(Boolean)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[UUID]


class Photo(Evidence, Base):
    """A photo of something; its bytes lie under their digest in a folder or in `photo_bodies`."""

    __tablename__ = "photos"
    __table_args__ = (
        CheckConstraint("kind IN ('lot', 'refusal', 'damage')", name="kind_known"),
        CheckConstraint("media_type IN ('image/jpeg', 'image/png', 'image/webp')", name="media_type_known"),
        CheckConstraint("size_bytes > 0 AND width > 0 AND height > 0", name="is_a_picture"),
        Index("ix_photos_subject", "subject_id", "kind"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    subject_id: Mapped[UUID]
    owner_id: Mapped[UUID] = mapped_column(reference("parties.id"), comment="whose goods it shows")
    digest: Mapped[str] = mapped_column(String(64), comment="SHA-256 of the bytes kept")
    media_type: Mapped[str] = mapped_column(String(12))
    size_bytes: Mapped[int] = mapped_column(Integer)
    width: Mapped[int] = mapped_column(Integer, comment="pixels as stored, before turning")
    height: Mapped[int] = mapped_column(Integer)
    added_at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[UUID]


class PhotoBody(Base):
    """The bytes of a photo where no folder is set; two photos of the same bytes share them."""

    __tablename__ = "photo_bodies"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
