"""Tables of ledger."""

import sqlalchemy as sa
from alembic import op

from wms.kernel.evidence import append_only_ddl

revision = "0002_ledger"
down_revision = "0001_kernel"

APPEND_ONLY = ["ledger_hold_events", "ledger_holds", "ledger_journals", "ledger_postings"]


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "ledger_accounts",
        sa.Column("code", sa.String(length=80), nullable=False, comment="e.g. A:Loan:Principal:G1"),
        sa.Column("kind", sa.String(length=1), nullable=False, comment="A asset, L liability, R revenue, E expense"),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.CheckConstraint("kind IN ('A','L','R','E')", name=op.f("ck_ledger_accounts_kind_known")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_ledger_accounts")),
    )
    op.create_table(
        "ledger_heads",
        sa.Column("book", sa.String(length=20), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column("last_hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("book", name=op.f("pk_ledger_heads")),
    )
    op.create_table(
        "ledger_journals",
        sa.Column("id", sa.Uuid(), nullable=False, comment="made by the client"),
        sa.Column("book", sa.String(length=20), nullable=False, comment="the legal entity whose books these are"),
        sa.Column("seq", sa.BigInteger(), nullable=False, comment="gapless in its book"),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False, comment="why the money moved"),
        sa.Column("memo", sa.String(length=200), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False, comment="the day it counts for"),
        sa.Column("recorded_on", sa.Date(), nullable=False, comment="the day it became known"),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("actor_person_id", sa.Uuid(), nullable=True),
        sa.Column("approver_id", sa.Uuid(), nullable=True),
        sa.Column("approver_person_id", sa.Uuid(), nullable=True),
        sa.Column("reverses_id", sa.Uuid(), nullable=True),
        sa.Column("input_digest", sa.String(length=64), nullable=False),
        sa.Column("memento", sa.Text(), nullable=False, comment="the canonical text the hash covers"),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("approver_person_id <> actor_person_id", name=op.f("ck_ledger_journals_four_eyes")),
        sa.ForeignKeyConstraint(
            ["reverses_id"],
            ["ledger_journals.id"],
            name=op.f("fk_ledger_journals_reverses_id_ledger_journals"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_journals")),
        sa.UniqueConstraint("book", "key", name="uq_ledger_journals_book_key"),
        sa.UniqueConstraint("book", "seq", name="uq_ledger_journals_book_seq"),
        sa.UniqueConstraint("reverses_id", name="uq_ledger_journals_reverses_id"),
    )
    op.create_index("ix_ledger_journals_effective", "ledger_journals", ["effective_on"], unique=False)
    op.create_table(
        "ledger_balances",
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column(
            "limit_side", sa.String(length=6), nullable=False, comment="none, debit or credit: the side it must stay on"
        ),
        sa.Column("posted_fen", sa.BigInteger(), nullable=False, comment="sum of postings, debit positive"),
        sa.Column("held_fen", sa.BigInteger(), nullable=False, comment="sum of open holds"),
        sa.CheckConstraint(
            "limit_side <> 'credit' OR posted_fen + held_fen <= 0", name=op.f("ck_ledger_balances_credit_side_kept")
        ),
        sa.CheckConstraint(
            "limit_side <> 'debit' OR posted_fen - held_fen >= 0", name=op.f("ck_ledger_balances_debit_side_kept")
        ),
        sa.CheckConstraint("held_fen >= 0", name=op.f("ck_ledger_balances_held_not_negative")),
        sa.ForeignKeyConstraint(
            ["code"],
            ["ledger_accounts.code"],
            name=op.f("fk_ledger_balances_code_ledger_accounts"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_ledger_balances")),
    )
    op.create_table(
        "ledger_holds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account", sa.String(length=80), nullable=False),
        sa.Column("fen", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=120), nullable=False),
        sa.Column("placed_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("fen > 0", name=op.f("ck_ledger_holds_positive")),
        sa.ForeignKeyConstraint(
            ["account"],
            ["ledger_accounts.code"],
            name=op.f("fk_ledger_holds_account_ledger_accounts"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_holds")),
    )
    op.create_index("ix_ledger_holds_account", "ledger_holds", ["account"], unique=False)
    op.create_table(
        "ledger_postings",
        sa.Column("journal_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=80), nullable=False),
        sa.Column("fen", sa.BigInteger(), nullable=False, comment="debit positive"),
        sa.CheckConstraint("fen <> 0", name=op.f("ck_ledger_postings_not_zero")),
        sa.ForeignKeyConstraint(
            ["account"],
            ["ledger_accounts.code"],
            name=op.f("fk_ledger_postings_account_ledger_accounts"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["journal_id"],
            ["ledger_journals.id"],
            name=op.f("fk_ledger_postings_journal_id_ledger_journals"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("journal_id", "n", name=op.f("pk_ledger_postings")),
    )
    op.create_index("ix_ledger_postings_account", "ledger_postings", ["account"], unique=False)
    op.create_table(
        "ledger_hold_events",
        sa.Column("hold_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("posted_fen", sa.BigInteger(), nullable=False),
        sa.Column("journal_id", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.ForeignKeyConstraint(
            ["hold_id"],
            ["ledger_holds.id"],
            name=op.f("fk_ledger_hold_events_hold_id_ledger_holds"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["journal_id"],
            ["ledger_journals.id"],
            name=op.f("fk_ledger_hold_events_journal_id_ledger_journals"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("hold_id", name=op.f("pk_ledger_hold_events")),
    )
    dialect = op.get_bind().dialect.name
    for table in APPEND_ONLY:
        for statement in append_only_ddl(table, dialect):
            op.execute(statement)
