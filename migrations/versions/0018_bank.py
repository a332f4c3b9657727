"""Bank statements, what their entries were matched with, and the days signed off."""

import sqlalchemy as sa
from alembic import op

from wms.kernel.evidence import append_only_ddl

revision = "0018_bank"
down_revision = "0018_trace"

APPEND_ONLY = ["bank_day_signs", "bank_entries", "bank_statements"]


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "bank_day_signs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("signed_for", sa.Date(), nullable=False, comment="the business day"),
        sa.Column("book_fen", sa.BigInteger(), nullable=False, comment="balance of the account of the books"),
        sa.Column("bank_fen", sa.BigInteger(), nullable=False, comment="balances of the statements together"),
        sa.Column("brought_fen", sa.BigInteger(), nullable=False, comment="bank less books before the first statement"),
        sa.Column("open_bank_fen", sa.BigInteger(), nullable=False, comment="entries the books do not know"),
        sa.Column("open_book_fen", sa.BigInteger(), nullable=False, comment="postings the bank does not know"),
        sa.Column("open_items", sa.Text(), nullable=False, comment="both sides' unmatched, item by item"),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("signed_at", sa.BigInteger(), nullable=False),
        sa.Column("signed_by_person_id", sa.Uuid(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint(
            "bank_fen - book_fen = brought_fen + open_bank_fen - open_book_fen",
            name=op.f("ck_bank_day_signs_explained"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_day_signs")),
        sa.UniqueConstraint("signed_for", name="uq_bank_day_signs_signed_for"),
    )
    op.create_table(
        "bank_statements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_number", sa.String(length=40), nullable=False, comment="our own account at the bank"),
        sa.Column("source", sa.String(length=8), nullable=False, comment="csv or camt053"),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("file_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the file"),
        sa.Column("opening_fen", sa.BigInteger(), nullable=False),
        sa.Column("moved_fen", sa.BigInteger(), nullable=False, comment="sum of the file's entries"),
        sa.Column("closing_fen", sa.BigInteger(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False, comment="entries in the file"),
        sa.Column("known", sa.Integer(), nullable=False, comment="of them stored before, by another file"),
        sa.Column("imported_at", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False, comment="who took it in"),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("source IN ('csv', 'camt053')", name=op.f("ck_bank_statements_source_known")),
        sa.CheckConstraint(
            "first_on <= last_on AND entries >= 1 AND known >= 0", name=op.f("ck_bank_statements_entries_there")
        ),
        sa.CheckConstraint("opening_fen + moved_fen = closing_fen", name=op.f("ck_bank_statements_adds_up")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_statements")),
        sa.UniqueConstraint("file_digest", name="uq_bank_statements_file_digest"),
    )
    op.create_index("ix_bank_statements_account", "bank_statements", ["account_number", "last_on"], unique=False)
    op.create_table(
        "bank_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False, comment="its place in the file, oldest first"),
        sa.Column("account_number", sa.String(length=40), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("fen", sa.BigInteger(), nullable=False, comment="money in positive, out negative"),
        sa.Column("other_name", sa.String(length=120), nullable=False),
        sa.Column("other_account", sa.String(length=40), nullable=False),
        sa.Column("words", sa.String(length=400), nullable=False, comment="the bank's text"),
        sa.Column("bank_reference", sa.String(length=60), nullable=False),
        sa.Column("identity", sa.String(length=64), nullable=False, comment="tells it from every other entry"),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("fen <> 0", name=op.f("ck_bank_entries_not_zero")),
        sa.ForeignKeyConstraint(
            ["statement_id"],
            ["bank_statements.id"],
            name=op.f("fk_bank_entries_statement_id_bank_statements"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_entries")),
        sa.UniqueConstraint("identity", name="uq_bank_entries_identity"),
    )
    op.create_index("ix_bank_entries_day", "bank_entries", ["account_number", "booked_on"], unique=False)
    op.create_table(
        "bank_entry_states",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("entry_fen", sa.BigInteger(), nullable=False, comment="amount without its sign"),
        sa.Column("matched_fen", sa.BigInteger(), nullable=False, comment="sum of the matches that stand"),
        sa.CheckConstraint("matched_fen BETWEEN 0 AND entry_fen", name=op.f("ck_bank_entry_states_matched_within")),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["bank_entries.id"],
            name=op.f("fk_bank_entry_states_entry_id_bank_entries"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_bank_entry_states")),
    )
    op.create_table(
        "bank_matches",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("journal_id", sa.Uuid(), nullable=False),
        sa.Column("fen", sa.BigInteger(), nullable=False, comment="without its sign"),
        sa.Column(
            "posted", sa.Boolean(), nullable=False, comment="the match made the journal; else it was there before"
        ),
        sa.Column("matched_at", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False, comment="who matched it"),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.Column("undone_because", sa.String(length=200), nullable=True),
        sa.Column("undone_by", sa.Uuid(), nullable=True),
        sa.Column("reversal_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(undone_at IS NULL) = (undone_because IS NULL)", name=op.f("ck_bank_matches_undone_with_reason")
        ),
        sa.CheckConstraint("fen > 0", name=op.f("ck_bank_matches_positive")),
        sa.CheckConstraint("reversal_id IS NULL OR posted", name=op.f("ck_bank_matches_reverses_its_own")),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["bank_entries.id"],
            name=op.f("fk_bank_matches_entry_id_bank_entries"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["journal_id"],
            ["ledger_journals.id"],
            name=op.f("fk_bank_matches_journal_id_ledger_journals"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["reversal_id"],
            ["ledger_journals.id"],
            name=op.f("fk_bank_matches_reversal_id_ledger_journals"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_matches")),
    )
    op.create_index("ix_bank_matches_entry", "bank_matches", ["entry_id"], unique=False)
    op.create_index(
        "uq_bank_matches_journal",
        "bank_matches",
        ["journal_id"],
        unique=True,
        sqlite_where=sa.text("undone_at IS NULL"),
        postgresql_where=sa.text("undone_at IS NULL"),
    )
    dialect = op.get_bind().dialect.name
    for table in APPEND_ONLY:
        for statement in append_only_ddl(table, dialect):
            op.execute(statement)
