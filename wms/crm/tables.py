"""Visits, roles, campaigns with their frozen targets, wallets, and what job changes leave to do."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wms.kernel.columns import Base, Instant, reference
from wms.kernel.evidence import Evidence


class Visit(Evidence, Base):
    """One visit to a company; its company's of that day for ever."""

    __tablename__ = "visits"
    __table_args__ = (
        CheckConstraint("left_at > arrived_at", name="ends_after_start"),
        Index("ix_visits_company", "company_id", "visited_on"),
        Index("ix_visits_account", "account_id", "visited_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID] = mapped_column(reference("parties.id"))
    campaign_id: Mapped[UUID | None] = mapped_column(reference("campaigns.id"))
    arrived_at: Mapped[datetime] = mapped_column(Instant)
    left_at: Mapped[datetime] = mapped_column(Instant)
    visited_on: Mapped[date] = mapped_column(comment="business day of the arrival")
    latitude_e6: Mapped[int | None] = mapped_column(comment="millionths of a degree")
    longitude_e6: Mapped[int | None]
    accuracy_m: Mapped[int | None]
    distance_m: Mapped[int | None] = mapped_column(comment="to the company's place, when both were known")
    called_back: Mapped[bool] = mapped_column(comment="confirmed by a call to the company")
    counts: Mapped[bool] = mapped_column(comment="valid by the rules of that day")
    outcome: Mapped[str] = mapped_column(String(40))
    next_step: Mapped[str] = mapped_column(String(200))
    account_id: Mapped[UUID]
    person_id: Mapped[UUID | None] = mapped_column(comment="who visited")
    recorded_at: Mapped[datetime] = mapped_column(Instant)


class VisitMeeting(Evidence, Base):
    """Somebody met on a visit, stamped with the employment of that day; never pointed anywhere else."""

    __tablename__ = "visit_meetings"
    __table_args__ = (
        UniqueConstraint("visit_id", "person_id", name="uq_visit_meetings_person"),
        Index("ix_visit_meetings_person", "person_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    visit_id: Mapped[UUID] = mapped_column(reference("visits.id"))
    person_id: Mapped[UUID] = mapped_column(reference("persons.id"))
    employment_id: Mapped[UUID] = mapped_column(reference("employments.id"))
    decides: Mapped[bool] = mapped_column(comment="was decider or payer of the company that day")


class CompanyPlace(Base):
    """Where a company is."""

    __tablename__ = "company_places"
    __table_args__ = (
        CheckConstraint("latitude_e6 BETWEEN -90000000 AND 90000000", name="latitude_in_range"),
        CheckConstraint("longitude_e6 BETWEEN -180000000 AND 180000000", name="longitude_in_range"),
    )

    company_id: Mapped[UUID] = mapped_column(reference("parties.id"), primary_key=True)
    latitude_e6: Mapped[int] = mapped_column(comment="millionths of a degree")
    longitude_e6: Mapped[int]


class BuyingRoleRow(Base):
    """What somebody does in a company's purchases, dated."""

    __tablename__ = "buying_roles"
    __table_args__ = (
        CheckConstraint("role IN ('user', 'decider', 'payer', 'influencer', 'gatekeeper')", name="role_known"),
        CheckConstraint("until_on IS NULL OR until_on >= from_on", name="ends_after_start"),
        Index("ix_buying_roles_company", "company_id", "person_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID] = mapped_column(reference("parties.id"))
    person_id: Mapped[UUID] = mapped_column(reference("persons.id"))
    role: Mapped[str] = mapped_column(String(12))
    from_on: Mapped[date]
    until_on: Mapped[date | None] = mapped_column(comment="the first day it no longer holds; NULL: open")


class Campaign(Evidence, Base):
    """A field campaign in one city."""

    __tablename__ = "campaigns"
    __table_args__ = (CheckConstraint("conversion_days > 0 AND repurchase_days > 0", name="windows_positive"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    city: Mapped[str] = mapped_column(String(40))
    starts_on: Mapped[date]
    conversion_days: Mapped[int]
    repurchase_days: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[UUID]


class CampaignTarget(Evidence, Base):
    """One company of a campaign's list as it was frozen at the start; branches of one firm are one target."""

    __tablename__ = "campaign_targets"
    __table_args__ = (UniqueConstraint("campaign_id", "company_id", name="uq_campaign_targets_company"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    campaign_id: Mapped[UUID] = mapped_column(reference("campaigns.id"))
    company_id: Mapped[UUID] = mapped_column(reference("parties.id"))
    group_key: Mapped[str] = mapped_column(String(40), comment="unified credit code, else the company's id")


class WalletRecord(Evidence, Base):
    """What a company bought of a category from everybody in a period; the newest record of a period counts."""

    __tablename__ = "wallet_records"
    __table_args__ = (
        CheckConstraint("bought_grams > 0", name="bought_positive"),
        CheckConstraint("until_on > from_on", name="ends_after_start"),
        CheckConstraint("confidence_percent BETWEEN 0 AND 100", name="confidence_in_range"),
        Index("ix_wallet_records_company", "company_id", "category", "from_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID] = mapped_column(reference("parties.id"))
    category: Mapped[str] = mapped_column(String(40), comment="a variety")
    from_on: Mapped[date]
    until_on: Mapped[date] = mapped_column(comment="the first day after the period")
    bought_grams: Mapped[int] = mapped_column(BigInteger)
    method: Mapped[str] = mapped_column(String(12), comment="invoice, scale, declared or estimate")
    confidence_percent: Mapped[int]
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[UUID]


class CrmTask(Base):
    """What a job change leaves to do."""

    __tablename__ = "crm_tasks"
    __table_args__ = (
        CheckConstraint("kind IN ('retain', 'lead')", name="kind_known"),
        CheckConstraint("(done_on IS NULL) = (outcome IS NULL)", name="done_with_outcome"),
        Index("ix_crm_tasks_open", "done_on", "due_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    company_id: Mapped[UUID] = mapped_column(reference("parties.id"))
    person_id: Mapped[UUID] = mapped_column(reference("persons.id"), comment="who moved")
    source: Mapped[str] = mapped_column(String(40), comment="how the change became known")
    opened_on: Mapped[date]
    due_on: Mapped[date]
    done_on: Mapped[date | None]
    outcome: Mapped[str | None] = mapped_column(String(200))
