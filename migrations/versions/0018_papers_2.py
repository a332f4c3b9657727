"""Reminders with proofs, and goods nobody collects."""

import sqlalchemy as sa
from alembic import op

from wms.kernel.evidence import append_only_ddl

revision = "0018_papers_2"
down_revision = "0018_bank_2"

APPEND_ONLY = [
    "dunning_levels",
    "dunning_notices",
    "notice_proofs",
    "invoice_disputes",
    "dispute_ends",
    "uncollected_terms",
]


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "dunning_levels",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column(
            "after_days", sa.Integer(), nullable=True, comment="days after the invoice fell due; NULL: taken out"
        ),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("words_zh", sa.String(length=500), nullable=False),
        sa.Column("words_en", sa.String(length=500), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("channel IN ('sms', 'letter')", name=op.f("ck_dunning_levels_channel_known")),
        sa.CheckConstraint("words_zh <> '' AND words_en <> ''", name=op.f("ck_dunning_levels_both_languages")),
        sa.CheckConstraint("after_days IS NULL OR after_days >= 1", name=op.f("ck_dunning_levels_after_it_is_due")),
        sa.CheckConstraint("level BETWEEN 1 AND 9", name=op.f("ck_dunning_levels_level_in_range")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dunning_levels")),
    )
    op.create_index("ix_dunning_levels_level", "dunning_levels", ["level", "effective_from"], unique=False)
    op.create_table(
        "uncollected_terms",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("reminder_days", sa.Integer(), nullable=False),
        sa.Column("formal_notice_days", sa.Integer(), nullable=False),
        sa.Column("enforcement_notice_days", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False, comment="contract or statute that allows it"),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("source <> ''", name=op.f("ck_uncollected_terms_source_named")),
        sa.CheckConstraint(
            "reminder_days >= 3 AND formal_notice_days >= 3 AND enforcement_notice_days >= 3",
            name=op.f("ck_uncollected_terms_reasonable"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uncollected_terms")),
    )
    op.create_table(
        "uncollected_cases",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False, comment="the owner"),
        sa.Column("terms_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("outcome", sa.String(length=500), nullable=True),
        sa.Column("opened_by_account_id", sa.Uuid(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(state = 'closed') = (outcome IS NOT NULL)", name=op.f("ck_uncollected_cases_closed_has_outcome")
        ),
        sa.CheckConstraint("state IN ('open', 'disposal', 'closed')", name=op.f("ck_uncollected_cases_state_known")),
        sa.ForeignKeyConstraint(
            ["lot_id"],
            ["lots.id"],
            name=op.f("fk_uncollected_cases_lot_id_lots"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["party_id"],
            ["parties.id"],
            name=op.f("fk_uncollected_cases_party_id_parties"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["terms_id"],
            ["uncollected_terms.id"],
            name=op.f("fk_uncollected_cases_terms_id_uncollected_terms"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uncollected_cases")),
    )
    op.create_index(
        "uq_uncollected_cases_live",
        "uncollected_cases",
        ["lot_id"],
        unique=True,
        sqlite_where=sa.text("state <> 'closed'"),
        postgresql_where=sa.text("state <> 'closed'"),
    )
    op.create_table(
        "disposals",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("asked_by_person_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("approved_by_person_id", sa.Uuid(), nullable=True),
        sa.Column("approved_at", sa.BigInteger(), nullable=True),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("hold_id", sa.Uuid(), nullable=True, comment="the lien enforced on the units"),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_disposals_reason_given")),
        sa.CheckConstraint("way IN ('sale', 'deposit')", name=op.f("ck_disposals_way_known")),
        sa.CheckConstraint(
            "(approved_by_person_id IS NULL) = (approved_at IS NULL) AND (approved_at IS NULL) = (hold_id IS NULL) AND (approved_at IS NULL) = (approved_on IS NULL)",
            name=op.f("ck_disposals_approved_holds"),
        ),
        sa.CheckConstraint("asked_by_person_id <> approved_by_person_id", name=op.f("ck_disposals_four_eyes")),
        sa.CheckConstraint("units >= 1", name=op.f("ck_disposals_units_positive")),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["uncollected_cases.id"],
            name=op.f("fk_disposals_case_id_uncollected_cases"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["hold_id"],
            ["lot_holds.id"],
            name=op.f("fk_disposals_hold_id_lot_holds"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_disposals")),
    )
    op.create_table(
        "dunning_notices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=True),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("step", sa.String(length=20), nullable=True),
        sa.Column("period_days", sa.Integer(), nullable=True, comment="of a step: what the owner is given"),
        sa.Column("open_fen", sa.BigInteger(), nullable=False, comment="owed that day"),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("address", sa.String(length=40), nullable=False, comment="the phone it went to; empty for a letter"),
        sa.Column("words_zh", sa.String(length=1000), nullable=False),
        sa.Column("words_en", sa.String(length=1000), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=False),
        sa.Column("outbox_id", sa.Uuid(), nullable=True, comment="the row that sends it"),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("(channel = 'sms') = (outbox_id IS NOT NULL)", name=op.f("ck_dunning_notices_sms_goes_out")),
        sa.CheckConstraint("channel IN ('sms', 'letter')", name=op.f("ck_dunning_notices_channel_known")),
        sa.CheckConstraint(
            "(invoice_id IS NULL) = (level IS NULL) AND (case_id IS NULL) = (step IS NULL) AND (invoice_id IS NULL) <> (case_id IS NULL)",
            name=op.f("ck_dunning_notices_of_an_invoice_or_a_case"),
        ),
        sa.CheckConstraint("period_days IS NULL OR period_days >= 1", name=op.f("ck_dunning_notices_period_positive")),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["uncollected_cases.id"],
            name=op.f("fk_dunning_notices_case_id_uncollected_cases"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["invoice_id"],
            ["invoices.id"],
            name=op.f("fk_dunning_notices_invoice_id_invoices"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["party_id"],
            ["parties.id"],
            name=op.f("fk_dunning_notices_party_id_parties"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dunning_notices")),
        sa.UniqueConstraint("case_id", "step", name="uq_dunning_notices_case_step"),
        sa.UniqueConstraint("invoice_id", "level", name="uq_dunning_notices_invoice_level"),
    )
    op.create_index("ix_dunning_notices_party_id", "dunning_notices", ["party_id", "sent_at"], unique=False)
    op.create_table(
        "invoice_disputes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("raised_at", sa.BigInteger(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_invoice_disputes_reason_given")),
        sa.ForeignKeyConstraint(
            ["invoice_id"],
            ["invoices.id"],
            name=op.f("fk_invoice_disputes_invoice_id_invoices"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_disputes")),
    )
    op.create_index("ix_invoice_disputes_invoice_id", "invoice_disputes", ["invoice_id"], unique=False)
    op.create_table(
        "dispute_ends",
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(length=500), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("outcome <> ''", name=op.f("ck_dispute_ends_outcome_given")),
        sa.ForeignKeyConstraint(
            ["dispute_id"],
            ["invoice_disputes.id"],
            name=op.f("fk_dispute_ends_dispute_id_invoice_disputes"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("dispute_id", name=op.f("pk_dispute_ends")),
    )
    op.create_table(
        "notice_proofs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column(
            "proof_reference", sa.String(length=200), nullable=False, comment="courier's number, paper, who answered"
        ),
        sa.Column("proved_on", sa.Date(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint(
            "kind IN ('sms_receipt', 'courier_signed', 'registered_letter', 'answered', 'published', 'returned')",
            name=op.f("ck_notice_proofs_kind_known"),
        ),
        sa.CheckConstraint("proof_reference <> ''", name=op.f("ck_notice_proofs_reference_given")),
        sa.ForeignKeyConstraint(
            ["notice_id"],
            ["dunning_notices.id"],
            name=op.f("fk_notice_proofs_notice_id_dunning_notices"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_proofs")),
    )
    op.create_index("ix_notice_proofs_notice_id", "notice_proofs", ["notice_id"], unique=False)

    dialect = op.get_bind().dialect.name
    for table in APPEND_ONLY:
        for statement in append_only_ddl(table, dialect):
            op.execute(statement)
