"""Wallet refunds, payouts that came back, counts of the drawer, files of transfers."""

import sqlalchemy as sa
from alembic import op

from wms.kernel.evidence import append_only_ddl

revision = "0018_bank_2"
down_revision = "0018_bank"

APPEND_ONLY = [
    "drawer_counts",
    "payout_returns",
    "transfer_approvals",
    "transfer_files",
    "transfer_rows",
    "wallet_refunds",
]


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "transfer_files",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("own_name", sa.String(length=80), nullable=False),
        sa.Column("own_account", sa.String(length=40), nullable=False),
        sa.Column("transfers", sa.Integer(), nullable=False),
        sa.Column("total_fen", sa.BigInteger(), nullable=False),
        sa.Column("content_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the file's bytes"),
        sa.Column("prepared_on", sa.Date(), nullable=False),
        sa.Column("prepared_at", sa.BigInteger(), nullable=False),
        sa.Column("prepared_by_person_id", sa.Uuid(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("kind IN ('csv', 'pain001')", name=op.f("ck_transfer_files_kind_known")),
        sa.CheckConstraint("transfers >= 1 AND total_fen > 0", name=op.f("ck_transfer_files_not_empty")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_files")),
    )
    op.create_table(
        "drawer_counts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="odd: a shift began; even: it ended"),
        sa.Column("opens", sa.Boolean(), nullable=False),
        sa.Column("pieces", sa.Text(), nullable=False, comment="[denomination in fen, how many], largest first"),
        sa.Column("counted_fen", sa.BigInteger(), nullable=False),
        sa.Column("book_fen", sa.BigInteger(), nullable=False),
        sa.Column(
            "difference_fen",
            sa.BigInteger(),
            nullable=False,
            comment="counted less books: over positive, short negative",
        ),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("journal_id", sa.Uuid(), nullable=True),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("counted_at", sa.BigInteger(), nullable=False),
        sa.Column("counted_by_person_id", sa.Uuid(), nullable=False),
        sa.Column("witness_person_id", sa.Uuid(), nullable=True),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint(
            "difference_fen = 0 OR (reason <> '' AND journal_id IS NOT NULL AND witness_person_id IS NOT NULL)",
            name=op.f("ck_drawer_counts_difference_explained"),
        ),
        sa.CheckConstraint("difference_fen = counted_fen - book_fen", name=op.f("ck_drawer_counts_difference")),
        sa.CheckConstraint("number >= 1 AND counted_fen >= 0", name=op.f("ck_drawer_counts_counted")),
        sa.CheckConstraint("witness_person_id <> counted_by_person_id", name=op.f("ck_drawer_counts_four_eyes")),
        sa.ForeignKeyConstraint(
            ["journal_id"],
            ["ledger_journals.id"],
            name=op.f("fk_drawer_counts_journal_id_ledger_journals"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drawer_counts")),
        sa.UniqueConstraint("number", name="uq_drawer_counts_number"),
    )
    op.create_table(
        "transfer_approvals",
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("prepared_by_person_id", sa.Uuid(), nullable=False),
        sa.Column("approved_by_person_id", sa.Uuid(), nullable=False),
        sa.Column("approved_at", sa.BigInteger(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint(
            "approved_by_person_id <> prepared_by_person_id", name=op.f("ck_transfer_approvals_four_eyes")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["transfer_files.id"],
            name=op.f("fk_transfer_approvals_file_id_transfer_files"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_transfer_approvals")),
    )
    op.create_table(
        "transfer_rows",
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False, comment="payout or wallet refund"),
        sa.Column("transfer_fen", sa.BigInteger(), nullable=False),
        sa.Column("account_name", sa.String(length=120), nullable=False),
        sa.Column("bank", sa.String(length=120), nullable=False),
        sa.Column("account_number", sa.String(length=40), nullable=False),
        sa.Column("words", sa.String(length=80), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("transfer_fen > 0", name=op.f("ck_transfer_rows_positive")),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["transfer_files.id"],
            name=op.f("fk_transfer_rows_file_id_transfer_files"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("file_id", "n", name=op.f("pk_transfer_rows")),
        sa.UniqueConstraint("source_id", name="uq_transfer_rows_source"),
    )
    op.create_table(
        "wallet_refunds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("refund_fen", sa.BigInteger(), nullable=False),
        sa.Column("bank_reference", sa.String(length=80), nullable=False, comment="the bank's number of the transfer"),
        sa.Column("account_name", sa.String(length=120), nullable=False),
        sa.Column("bank", sa.String(length=120), nullable=False),
        sa.Column("account_number", sa.String(length=40), nullable=False),
        sa.Column("journal_id", sa.Uuid(), nullable=False),
        sa.Column("refunded_on", sa.Date(), nullable=False),
        sa.Column("refunded_at", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("refund_fen > 0", name=op.f("ck_wallet_refunds_positive")),
        sa.ForeignKeyConstraint(
            ["journal_id"],
            ["ledger_journals.id"],
            name=op.f("fk_wallet_refunds_journal_id_ledger_journals"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["party_id"],
            ["parties.id"],
            name=op.f("fk_wallet_refunds_party_id_parties"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wallet_refunds")),
    )
    op.create_index("ix_wallet_refunds_party", "wallet_refunds", ["party_id", "refunded_at"], unique=False)
    op.create_table(
        "payout_returns",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payout_id", sa.Uuid(), nullable=False),
        sa.Column(
            "bank_reference", sa.String(length=80), nullable=False, comment="the bank's number of what came back"
        ),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("journal_id", sa.Uuid(), nullable=False),
        sa.Column("returned_on", sa.Date(), nullable=False),
        sa.Column("returned_at", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_payout_returns_reason_given")),
        sa.ForeignKeyConstraint(
            ["journal_id"],
            ["ledger_journals.id"],
            name=op.f("fk_payout_returns_journal_id_ledger_journals"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["payout_id"],
            ["payouts.id"],
            name=op.f("fk_payout_returns_payout_id_payouts"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_returns")),
        sa.UniqueConstraint("payout_id", name="uq_payout_returns_payout"),
    )
    dialect = op.get_bind().dialect.name
    for table in APPEND_ONLY:
        for statement in append_only_ddl(table, dialect):
            op.execute(statement)
