"""What is measured, within which limits, how much is drawn, and what inspections found of it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wms.kernel.columns import Base, Instant, Json, reference
from wms.kernel.evidence import Evidence


class QualityParameter(Evidence, Base):
    """A version of a parameter of quality; the newest of a code is in force."""

    __tablename__ = "quality_parameters"
    __table_args__ = (
        CheckConstraint("decimals BETWEEN 0 AND 3", name="decimals_few"),
        CheckConstraint("code <> '' AND zh <> '' AND en <> ''", name="has_names"),
        Index("ix_quality_parameters_code", "code", "set_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20))
    zh: Mapped[str] = mapped_column(String(40))
    en: Mapped[str] = mapped_column(String(40))
    unit: Mapped[str] = mapped_column(String(20))
    decimals: Mapped[int] = mapped_column(Integer, comment="values are whole numbers in 10^-decimals of the unit")
    decays: Mapped[bool] = mapped_column(comment="condition, which drives deadlines; false: permanent grade")
    set_at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[UUID]


class QualityLimit(Evidence, Base):
    """What a parameter must keep from a day on, by which edition of which standard; without a bound a limit ends."""

    __tablename__ = "quality_limits"
    __table_args__ = (
        CheckConstraint("least IS NULL OR most IS NULL OR least <= most", name="in_order"),
        CheckConstraint("standard <> ''", name="names_the_standard"),
        Index("ix_quality_limits_code", "code", "effective_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20))
    variety: Mapped[str | None] = mapped_column(String(40), comment="NULL: every variety")
    grade: Mapped[str | None] = mapped_column(String(40), comment="NULL: every grade")
    least: Mapped[int | None] = mapped_column(Integer)
    most: Mapped[int | None] = mapped_column(Integer)
    change_per_month: Mapped[int | None] = mapped_column(Integer, comment="usual in 30 days of storage, signed")
    standard: Mapped[str] = mapped_column(String(80), comment="with its edition: GB/T 10651-2008")
    effective_on: Mapped[date]
    set_at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[UUID]


class SamplingPlan(Evidence, Base):
    """How many crates are opened and apples looked at, by the size of a lot, from a day on."""

    __tablename__ = "sampling_plans"
    __table_args__ = (
        CheckConstraint("standard <> ''", name="names_the_standard"),
        Index("ix_sampling_plans_variety", "variety", "effective_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    variety: Mapped[str | None] = mapped_column(String(40), comment="NULL: every variety")
    steps: Mapped[list[list[Any]]] = mapped_column(Json, comment="[up to units or null, crates, apples], rising")
    standard: Mapped[str] = mapped_column(String(80))
    effective_on: Mapped[date]
    set_at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[UUID]


class InspectionValue(Evidence, Base):
    """What an inspection found of a parameter, beside the limits of that day."""

    __tablename__ = "inspection_values"
    __table_args__ = (
        UniqueConstraint("inspection_id", "code", name="uq_inspection_values_code"),
        CheckConstraint("pieces >= 1", name="pieces_count"),
        CheckConstraint("lowest <= value AND value <= highest", name="mean_between"),
        CheckConstraint("verdict IN ('within', 'below', 'above', 'no_limit')", name="verdict_known"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    inspection_id: Mapped[UUID] = mapped_column(reference("inspections.id"))
    code: Mapped[str] = mapped_column(String(20))
    value: Mapped[int] = mapped_column(Integer, comment="mean, in 10^-decimals of the parameter's unit")
    pieces: Mapped[int] = mapped_column(Integer, comment="apples measured")
    lowest: Mapped[int] = mapped_column(Integer)
    highest: Mapped[int] = mapped_column(Integer)
    limit_id: Mapped[UUID | None] = mapped_column(reference("quality_limits.id"), comment="in force that day")
    least: Mapped[int | None] = mapped_column(Integer)
    most: Mapped[int | None] = mapped_column(Integer)
    standard: Mapped[str] = mapped_column(String(80))
    verdict: Mapped[str] = mapped_column(String(8))


class InspectionDraw(Evidence, Base):
    """How much an inspection drew, beside what the plan of that day asks."""

    __tablename__ = "inspection_draws"
    __table_args__ = (
        CheckConstraint("lot_units >= 0 AND pieces >= 0", name="counts_not_negative"),
        CheckConstraint("(plan_id IS NULL) = (asked_crates IS NULL)", name="plan_asks"),
    )

    inspection_id: Mapped[UUID] = mapped_column(reference("inspections.id"), primary_key=True)
    lot_units: Mapped[int] = mapped_column(Integer, comment="on hand when it was drawn")
    crates: Mapped[int] = mapped_column(Integer, comment="opened")
    pieces: Mapped[int] = mapped_column(Integer, comment="apples looked at; 0: not said")
    plan_id: Mapped[UUID | None] = mapped_column(reference("sampling_plans.id"))
    asked_crates: Mapped[int | None] = mapped_column(Integer)
    asked_pieces: Mapped[int | None] = mapped_column(Integer)
    standard: Mapped[str] = mapped_column(String(80))
    enough: Mapped[bool]


class InstrumentReading(Evidence, Base):
    """One figure of one apple, as a file of an instrument had it; known by its lot, day, fruit and parameter."""

    __tablename__ = "instrument_readings"
    __table_args__ = (Index("ix_instrument_readings_inspection", "inspection_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    inspection_id: Mapped[UUID] = mapped_column(reference("inspections.id"))
    code: Mapped[str] = mapped_column(String(20))
    fruit: Mapped[str] = mapped_column(String(40), comment="its number in the file")
    value: Mapped[int] = mapped_column(Integer)


class InstrumentMapping(Base):
    """How the files of an instrument are read; every field replaces."""

    __tablename__ = "instrument_mappings"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    lot: Mapped[str] = mapped_column(String(40), comment="heading of the lot's number")
    day: Mapped[str] = mapped_column(String(40), comment="heading of the day; empty: the day of import")
    fruit: Mapped[str] = mapped_column(String(40), comment="heading of the apple's number; empty: counted")
    columns: Mapped[list[list[str]]] = mapped_column(Json, comment="[heading, parameter, factor]")
    set_at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[UUID]
