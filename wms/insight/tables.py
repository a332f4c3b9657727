"""Recalls with what was done in them, the files the workers make of long reports, and seasons."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from wms.kernel.columns import Base, Instant, Json, reference
from wms.kernel.evidence import Evidence

_ENDED = text("kind = 'ended'")


class RecallDrill(Evidence, Base):
    """A recall or an exercise of one, with what was found the moment it was asked. Append-only."""

    __tablename__ = "recall_drills"
    __table_args__ = (
        UniqueConstraint("code", name="uq_recall_drills_code"),
        CheckConstraint("kind IN ('drill', 'recall')", name="kind_known"),
        CheckConstraint(
            "grams_in = grams_on_hand + grams_out + grams_loss + grams_passed + difference_grams",
            name="every_gram_named",
        ),
        CheckConstraint("lots >= 0 AND receivers >= 0 AND units_on_hand >= 0", name="counts_not_negative"),
        Index("ix_recall_drills_started", "started_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), comment="R261123-7F3A0C")
    kind: Mapped[str] = mapped_column(String(10), comment="drill or recall")
    question: Mapped[dict[str, Any]] = mapped_column(Json, comment="insight.Question by field name")
    reason: Mapped[str] = mapped_column(String(200))
    started_at: Mapped[datetime] = mapped_column(Instant, comment="the clock starts")
    started_on: Mapped[date]
    account_id: Mapped[UUID]
    person_id: Mapped[UUID | None]
    lot_ids: Mapped[list[str]] = mapped_column(Json, comment="every lot found, in the order of their numbers")
    lots: Mapped[int]
    receivers: Mapped[int] = mapped_column(comment="companies that have some of it")
    units_on_hand: Mapped[int]
    grams_in: Mapped[int] = mapped_column(BigInteger, comment="by the stock ledger")
    grams_on_hand: Mapped[int] = mapped_column(BigInteger)
    grams_out: Mapped[int] = mapped_column(BigInteger, comment="by the exit orders")
    grams_loss: Mapped[int] = mapped_column(BigInteger)
    grams_passed: Mapped[int] = mapped_column(BigInteger, comment="into lots the question does not touch")
    difference_grams: Mapped[int] = mapped_column(BigInteger, comment="not accounted for; 0 or something is wrong")


class RecallEvent(Evidence, Base):
    """Something done in a recall: goods held, let go, the clock stopped. Append-only; it ends once."""

    __tablename__ = "recall_events"
    __table_args__ = (
        CheckConstraint("kind IN ('held', 'lifted', 'ended')", name="kind_known"),
        CheckConstraint("units >= 0", name="units_not_negative"),
        Index("ix_recall_events_drill", "drill_id", "happened_at"),
        Index("uq_recall_events_end", "drill_id", unique=True, sqlite_where=_ENDED, postgresql_where=_ENDED),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    drill_id: Mapped[UUID] = mapped_column(reference("recall_drills.id"))
    kind: Mapped[str] = mapped_column(String(10))
    units: Mapped[int] = mapped_column(comment="held, let go, or found on the floor at the end")
    details: Mapped[dict[str, Any]] = mapped_column(Json, comment="lots by number; at the end receivers and the note")
    happened_at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[UUID]
    person_id: Mapped[UUID | None]


class ReportFile(Base):
    """A long report that the workers make into a file; how far it has come, and whose it is."""

    __tablename__ = "report_files"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'working', 'done', 'failed')", name="state_known"),
        CheckConstraint("form IN ('csv', 'xlsx')", name="form_known"),
        CheckConstraint("rows_done >= 0 AND rows_total >= 0 AND size_bytes >= 0", name="counts_not_negative"),
        CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done_has_time"),
        Index("ix_report_files_account", "account_id", "asked_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    form: Mapped[str] = mapped_column(String(4), comment="csv or xlsx")
    language: Mapped[str] = mapped_column(String(2))
    request: Mapped[dict[str, Any]] = mapped_column(Json, comment="insight.ReportRequest by field name")
    account_id: Mapped[UUID] = mapped_column(comment="who asked; nobody else gets it")
    asked_at: Mapped[datetime] = mapped_column(Instant)
    asked_on: Mapped[date] = mapped_column(comment="the business day the report is of")
    state: Mapped[str] = mapped_column(String(8))
    attempt: Mapped[int] = mapped_column(comment="how often a worker has begun it; an older one may not go on")
    touched_at: Mapped[datetime] = mapped_column(Instant, comment="when a worker last wrote to it")
    rows_done: Mapped[int]
    rows_total: Mapped[int]
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    done_at: Mapped[datetime | None] = mapped_column(Instant)
    problem: Mapped[str] = mapped_column(String(300))


class ReportPiece(Base):
    """A piece of a file, in order; a cache that goes with its age."""

    __tablename__ = "report_pieces"

    file_id: Mapped[UUID] = mapped_column(reference("report_files.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Season(Base):
    """A season of the store: its days, open until it is closed, then archived. Its steps are `season_events`."""

    __tablename__ = "seasons"
    __table_args__ = (
        UniqueConstraint("code", name="uq_seasons_code"),
        CheckConstraint("until_on > from_on", name="ends_after_start"),
        CheckConstraint("state IN ('open', 'closed', 'archived')", name="state_known"),
        CheckConstraint("state <> 'archived' OR closer_eyes <> archiver_eyes", name="archived_by_another"),
        CheckConstraint("(state = 'open') = (closer_eyes IS NULL)", name="closed_by_somebody"),
        CheckConstraint("(state = 'archived') = (archiver_eyes IS NOT NULL)", name="archived_by_somebody"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), comment="2026/27")
    from_on: Mapped[date]
    until_on: Mapped[date] = mapped_column(comment="its last day")
    state: Mapped[str] = mapped_column(String(8))
    closer_eyes: Mapped[UUID | None] = mapped_column(comment="person, or account without one")
    archiver_eyes: Mapped[UUID | None]


class SeasonEvent(Evidence, Base):
    """A season was opened, closed or archived, with what was still open then. Append-only."""

    __tablename__ = "season_events"
    __table_args__ = (
        CheckConstraint("kind IN ('opened', 'closed', 'archived')", name="kind_known"),
        UniqueConstraint("season_id", "kind", name="uq_season_events_once"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    season_id: Mapped[UUID] = mapped_column(reference("seasons.id"))
    kind: Mapped[str] = mapped_column(String(8))
    details: Mapped[dict[str, Any]] = mapped_column(Json, comment="insight.SeasonCheck by field name")
    happened_at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[UUID]
    person_id: Mapped[UUID | None]


class SeasonCarry(Evidence, Base):
    """A lot that was still here at a season's close and goes on in the next. Append-only."""

    __tablename__ = "season_carries"
    __table_args__ = (
        UniqueConstraint("season_id", "lot_id", name="uq_season_carries_lot"),
        CheckConstraint("units >= 1 AND grams >= 1", name="carries_something"),
        CheckConstraint("season_id <> into_id", name="another_season"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    season_id: Mapped[UUID] = mapped_column(reference("seasons.id"))
    into_id: Mapped[UUID] = mapped_column(reference("seasons.id"))
    lot_id: Mapped[UUID] = mapped_column(reference("lots.id"))
    units: Mapped[int]
    grams: Mapped[int] = mapped_column(BigInteger, comment="entry basis")
    accrued_fen: Mapped[int | None] = mapped_column(
        BigInteger, comment="unbilled if all left the day after the season; NULL: no tariff"
    )
    month_fen: Mapped[int | None] = mapped_column(BigInteger, comment="what 30 days more add by the tariff")
    tariff: Mapped[str] = mapped_column(String(20), comment="what time costs after the season: late, flat, days, none")
