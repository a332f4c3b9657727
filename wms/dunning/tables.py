"""The ladder's levels, notices with their proofs, disputes; cases of uncollected goods and their disposal."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from wms.kernel.columns import Base, Instant, reference
from wms.kernel.evidence import Evidence

_LIVE = text("state <> 'closed'")


class DunningLevel(Evidence, Base):
    """One level of the ladder from a day on; the newest row of a level counts."""

    __tablename__ = "dunning_levels"
    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 9", name="level_in_range"),
        CheckConstraint("after_days IS NULL OR after_days >= 1", name="after_it_is_due"),
        CheckConstraint("channel IN ('sms', 'letter')", name="channel_known"),
        CheckConstraint("words_zh <> '' AND words_en <> ''", name="both_languages"),
        Index("ix_dunning_levels_level", "level", "effective_from"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    level: Mapped[int]
    effective_from: Mapped[date]
    after_days: Mapped[int | None] = mapped_column(comment="days after the invoice fell due; NULL: taken out")
    channel: Mapped[str] = mapped_column(String(10))
    words_zh: Mapped[str] = mapped_column(String(500))
    words_en: Mapped[str] = mapped_column(String(500))
    account_id: Mapped[UUID]
    set_at: Mapped[datetime] = mapped_column(Instant)


class Notice(Evidence, Base):
    """What a party was told, word for word: a level of the ladder for an invoice, or a step of a case."""

    __tablename__ = "dunning_notices"
    __table_args__ = (
        UniqueConstraint("invoice_id", "level", name="uq_dunning_notices_invoice_level"),
        UniqueConstraint("case_id", "step", name="uq_dunning_notices_case_step"),
        CheckConstraint(
            "(invoice_id IS NULL) = (level IS NULL) AND (case_id IS NULL) = (step IS NULL)"
            " AND (invoice_id IS NULL) <> (case_id IS NULL)",
            name="of_an_invoice_or_a_case",
        ),
        CheckConstraint("channel IN ('sms', 'letter')", name="channel_known"),
        CheckConstraint("(channel = 'sms') = (outbox_id IS NOT NULL)", name="sms_goes_out"),
        CheckConstraint("period_days IS NULL OR period_days >= 1", name="period_positive"),
        Index("ix_dunning_notices_party_id", "party_id", "sent_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    party_id: Mapped[UUID] = mapped_column(reference("parties.id"))
    invoice_id: Mapped[UUID | None] = mapped_column(reference("invoices.id"))
    level: Mapped[int | None]
    case_id: Mapped[UUID | None] = mapped_column(reference("uncollected_cases.id"))
    step: Mapped[str | None] = mapped_column(String(20))
    period_days: Mapped[int | None] = mapped_column(comment="of a step: what the owner is given")
    open_fen: Mapped[int] = mapped_column(BigInteger, comment="owed that day")
    channel: Mapped[str] = mapped_column(String(10))
    address: Mapped[str] = mapped_column(String(40), comment="the phone it went to; empty for a letter")
    words_zh: Mapped[str] = mapped_column(String(1000))
    words_en: Mapped[str] = mapped_column(String(1000))
    sent_on: Mapped[date]
    sent_at: Mapped[datetime] = mapped_column(Instant)
    outbox_id: Mapped[UUID | None] = mapped_column(comment="the row that sends it")
    account_id: Mapped[UUID]


class NoticeProof(Evidence, Base):
    """What shows that a notice was got, or that it came back."""

    __tablename__ = "notice_proofs"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('sms_receipt', 'courier_signed', 'registered_letter', 'answered', 'published', 'returned')",
            name="kind_known",
        ),
        CheckConstraint("proof_reference <> ''", name="reference_given"),
        Index("ix_notice_proofs_notice_id", "notice_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    notice_id: Mapped[UUID] = mapped_column(reference("dunning_notices.id"))
    kind: Mapped[str] = mapped_column(String(20))
    proof_reference: Mapped[str] = mapped_column(String(200), comment="courier's number, paper, who answered")
    proved_on: Mapped[date]
    account_id: Mapped[UUID]
    recorded_at: Mapped[datetime] = mapped_column(Instant)


class InvoiceDispute(Evidence, Base):
    """A party says an invoice is wrong."""

    __tablename__ = "invoice_disputes"
    __table_args__ = (
        CheckConstraint("reason <> ''", name="reason_given"),
        Index("ix_invoice_disputes_invoice_id", "invoice_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    invoice_id: Mapped[UUID] = mapped_column(reference("invoices.id"))
    reason: Mapped[str] = mapped_column(String(500))
    account_id: Mapped[UUID]
    raised_at: Mapped[datetime] = mapped_column(Instant)


class DisputeEnd(Evidence, Base):
    """How a dispute was settled."""

    __tablename__ = "dispute_ends"
    __table_args__ = (CheckConstraint("outcome <> ''", name="outcome_given"),)

    dispute_id: Mapped[UUID] = mapped_column(reference("invoice_disputes.id"), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(500))
    account_id: Mapped[UUID]
    ended_at: Mapped[datetime] = mapped_column(Instant)


class DisputeClaim(Evidence, Base):
    """What of the invoice a dispute is about, and who raised it; older disputes have none."""

    __tablename__ = "dispute_claims"
    __table_args__ = (
        CheckConstraint("line IN ('whole', 'storage', 'handling')", name="line_known"),
        CheckConstraint("ground IN ('weight', 'days', 'rate', 'work', 'twice', 'other')", name="ground_known"),
        CheckConstraint("raised_by IN ('party', 'desk')", name="raiser_known"),
    )

    dispute_id: Mapped[UUID] = mapped_column(reference("invoice_disputes.id"), primary_key=True)
    line: Mapped[str] = mapped_column(String(10), comment="of the invoice; whole: all of it")
    ground: Mapped[str] = mapped_column(String(10))
    raised_by: Mapped[str] = mapped_column(String(10), comment="the party itself, or the desk for it")


class DisputeCredit(Evidence, Base):
    """The credit note that upheld a dispute; a settled dispute without one was refused."""

    __tablename__ = "dispute_credits"
    __table_args__ = (UniqueConstraint("note_id", name="uq_dispute_credits_note_id"),)

    dispute_id: Mapped[UUID] = mapped_column(reference("dispute_ends.dispute_id"), primary_key=True)
    note_id: Mapped[UUID] = mapped_column(reference("credit_notes.id"))


class UncollectedTerms(Evidence, Base):
    """How long each step of uncollected goods runs, from a day on."""

    __tablename__ = "uncollected_terms"
    __table_args__ = (
        CheckConstraint(
            "reminder_days >= 3 AND formal_notice_days >= 3 AND enforcement_notice_days >= 3", name="reasonable"
        ),
        CheckConstraint("source <> ''", name="source_named"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    effective_from: Mapped[date]
    reminder_days: Mapped[int]
    formal_notice_days: Mapped[int]
    enforcement_notice_days: Mapped[int]
    source: Mapped[str] = mapped_column(String(200), comment="contract or statute that allows it")
    account_id: Mapped[UUID]
    set_at: Mapped[datetime] = mapped_column(Instant)


class UncollectedCase(Base):
    """Goods of a lot that nobody collects after their term."""

    __tablename__ = "uncollected_cases"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'disposal', 'closed')", name="state_known"),
        CheckConstraint("(state = 'closed') = (outcome IS NOT NULL)", name="closed_has_outcome"),
        Index("uq_uncollected_cases_live", "lot_id", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    lot_id: Mapped[UUID] = mapped_column(reference("lots.id"))
    party_id: Mapped[UUID] = mapped_column(reference("parties.id"), comment="the owner")
    terms_id: Mapped[UUID] = mapped_column(reference("uncollected_terms.id"))
    state: Mapped[str] = mapped_column(String(10))
    outcome: Mapped[str | None] = mapped_column(String(500))
    opened_by_account_id: Mapped[UUID]
    opened_on: Mapped[date]
    opened_at: Mapped[datetime] = mapped_column(Instant)


class Disposal(Base):
    """Goods of a case are to be sold or deposited: asked by one person, approved by another."""

    __tablename__ = "disposals"
    __table_args__ = (
        CheckConstraint("way IN ('sale', 'deposit')", name="way_known"),
        CheckConstraint("units >= 1", name="units_positive"),
        CheckConstraint("asked_by_person_id <> approved_by_person_id", name="four_eyes"),
        CheckConstraint(
            "(approved_by_person_id IS NULL) = (approved_at IS NULL) AND (approved_at IS NULL) = (hold_id IS NULL)"
            " AND (approved_at IS NULL) = (approved_on IS NULL)",
            name="approved_holds",
        ),
        CheckConstraint("reason <> ''", name="reason_given"),
    )

    case_id: Mapped[UUID] = mapped_column(reference("uncollected_cases.id"), primary_key=True)
    way: Mapped[str] = mapped_column(String(10))
    units: Mapped[int]
    reason: Mapped[str] = mapped_column(String(500))
    asked_by_person_id: Mapped[UUID]
    asked_at: Mapped[datetime] = mapped_column(Instant)
    approved_by_person_id: Mapped[UUID | None]
    approved_at: Mapped[datetime | None] = mapped_column(Instant)
    approved_on: Mapped[date | None]
    hold_id: Mapped[UUID | None] = mapped_column(reference("lot_holds.id"), comment="the lien enforced on the units")
