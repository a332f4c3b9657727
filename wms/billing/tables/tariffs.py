"""Tariff versions, their approvals, and which one a lot was promised."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wms.kernel.columns import Base, Instant, Json, reference
from wms.kernel.evidence import Evidence


class TariffVersion(Evidence, Base):
    """A tariff as proposed; it counts once it has an approval. Never edited: another price is another version."""

    __tablename__ = "tariff_versions"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR ends_on > effective_from", name="ends_after_start"),
        UniqueConstraint("id", "proposed_by_person_id", name="uq_tariff_versions_id_person"),
        Index("ix_tariff_versions_effective_from", "effective_from"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    site_id: Mapped[UUID | None] = mapped_column(reference("sites.id"), comment="only goods of this site")
    party_id: Mapped[UUID | None] = mapped_column(reference("parties.id"), comment="only goods of this owner")
    contract_id: Mapped[UUID | None] = mapped_column(
        reference("contracts.id"), comment="only goods under this contract"
    )
    variety: Mapped[str | None] = mapped_column(String(40), comment="only this variety")
    effective_from: Mapped[date] = mapped_column(comment="first day in force")
    ends_on: Mapped[date | None] = mapped_column(comment="first day no longer in force")
    lines: Mapped[list[dict[str, Any]]] = mapped_column(Json, comment="kinds and rates in 元/kg as text")
    proposed_by_account_id: Mapped[UUID]
    proposed_by_person_id: Mapped[UUID]
    proposed_at: Mapped[datetime] = mapped_column(Instant)


class TariffApproval(Evidence, Base):
    """The second pair of eyes; the pair of ids proves who proposed."""

    __tablename__ = "tariff_approvals"
    __table_args__ = (
        CheckConstraint("proposed_by_person_id <> approved_by_person_id", name="four_eyes"),
        ForeignKeyConstraint(
            ["version_id", "proposed_by_person_id"],
            ["tariff_versions.id", "tariff_versions.proposed_by_person_id"],
            name="fk_tariff_approvals_version",
            deferrable=True,
            initially="DEFERRED",
        ),
    )

    version_id: Mapped[UUID] = mapped_column(primary_key=True)
    proposed_by_person_id: Mapped[UUID]
    approved_by_account_id: Mapped[UUID]
    approved_by_person_id: Mapped[UUID]
    approved_at: Mapped[datetime] = mapped_column(Instant)
    approved_on: Mapped[date]


class LotTariff(Evidence, Base):
    """Which tariff a lot follows, written at its intake or its purchase in store."""

    __tablename__ = "lot_tariffs"

    lot_id: Mapped[UUID] = mapped_column(reference("lots.id"), primary_key=True)
    version_id: Mapped[UUID] = mapped_column(reference("tariff_versions.id"), comment="in force on the entry day")
    locked: Mapped[bool] = mapped_column(comment="keeps this version for the whole stay")
    charged_from_on: Mapped[date | None] = mapped_column(comment="first charged day of a buyer in store")
    written_at: Mapped[datetime] = mapped_column(Instant)
