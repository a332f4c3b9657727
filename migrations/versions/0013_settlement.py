"""Tables of settlement."""

import sqlalchemy as sa
from alembic import op

from wms.kernel.evidence import append_only_ddl

revision = "0013_settlement"
down_revision = "0012_lending"

APPEND_ONLY = ["day_closes", "payouts", "release_approvals", "release_payments", "settlements"]


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "day_closes",
        sa.Column("closed_on", sa.Date(), nullable=False),
        sa.Column("head_seq", sa.BigInteger(), nullable=False),
        sa.Column("head_hash", sa.String(length=64), nullable=False),
        sa.Column("trial_balance_fen", sa.BigInteger(), nullable=False, comment="sum of all balances"),
        sa.Column("accounts", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("trial_balance_fen = 0", name=op.f("ck_day_closes_books_balance")),
        sa.PrimaryKeyConstraint("closed_on", name=op.f("pk_day_closes")),
    )
    op.create_table(
        "payouts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("paid_fen", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False, comment="the bank's number of the transfer"),
        sa.Column("account_name", sa.String(length=80), nullable=False),
        sa.Column("bank", sa.String(length=80), nullable=False),
        sa.Column("account_number", sa.String(length=40), nullable=False),
        sa.Column("journal_id", sa.Uuid(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("paid_at", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("paid_fen > 0", name=op.f("ck_payouts_positive")),
        sa.ForeignKeyConstraint(
            ["journal_id"],
            ["ledger_journals.id"],
            name=op.f("fk_payouts_journal_id_ledger_journals"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["party_id"],
            ["parties.id"],
            name=op.f("fk_payouts_party_id_parties"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payouts")),
    )
    op.create_index("ix_payouts_party", "payouts", ["party_id", "paid_at"], unique=False)
    op.create_table(
        "release_approvals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("exit_id", sa.Uuid(), nullable=False),
        sa.Column("loan_id", sa.Uuid(), nullable=False),
        sa.Column("approved_by_person_id", sa.Uuid(), nullable=False),
        sa.Column("approved_at", sa.BigInteger(), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.ForeignKeyConstraint(
            ["exit_id"],
            ["exit_orders.id"],
            name=op.f("fk_release_approvals_exit_id_exit_orders"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["loan_id"],
            ["loans.id"],
            name=op.f("fk_release_approvals_loan_id_loans"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_approvals")),
        sa.UniqueConstraint("exit_id", "approved_on", name="uq_release_approvals_exit_day"),
    )
    op.create_index("ix_release_approvals_exit", "release_approvals", ["exit_id"], unique=False)
    op.create_table(
        "release_payments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("exit_id", sa.Uuid(), nullable=False),
        sa.Column("paid_fen", sa.BigInteger(), nullable=False),
        sa.Column("storage_fen", sa.BigInteger(), nullable=False),
        sa.Column("handling_fen", sa.BigInteger(), nullable=False),
        sa.Column("interest_fen", sa.BigInteger(), nullable=False),
        sa.Column("principal_fen", sa.BigInteger(), nullable=False),
        sa.Column("surplus_fen", sa.BigInteger(), nullable=False, comment="paid beyond the need, owed to the owner"),
        sa.Column("journal_id", sa.Uuid(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("paid_at", sa.BigInteger(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint(
            "paid_fen = storage_fen + handling_fen + interest_fen + principal_fen + surplus_fen",
            name=op.f("ck_release_payments_every_fen_placed"),
        ),
        sa.ForeignKeyConstraint(
            ["exit_id"],
            ["exit_orders.id"],
            name=op.f("fk_release_payments_exit_id_exit_orders"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["journal_id"],
            ["ledger_journals.id"],
            name=op.f("fk_release_payments_journal_id_ledger_journals"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_payments")),
    )
    op.create_index("ix_release_payments_exit", "release_payments", ["exit_id"], unique=False)
    op.create_table(
        "settlements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("exit_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False, comment="sale or own"),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("buyer_id", sa.Uuid(), nullable=True),
        sa.Column("deal_id", sa.Uuid(), nullable=True),
        sa.Column("loan_id", sa.Uuid(), nullable=True),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("entry_grams", sa.BigInteger(), nullable=False),
        sa.Column("out_grams", sa.BigInteger(), nullable=False),
        sa.Column("loss_grams", sa.BigInteger(), nullable=False, comment="entry less out; negative for a gain"),
        sa.Column("gross_fen", sa.BigInteger(), nullable=False, comment="what the buyer paid; 0 without a sale"),
        sa.Column("storage_fen", sa.BigInteger(), nullable=False),
        sa.Column("handling_fen", sa.BigInteger(), nullable=False),
        sa.Column("interest_fen", sa.BigInteger(), nullable=False),
        sa.Column("principal_fen", sa.BigInteger(), nullable=False),
        sa.Column("commission_fen", sa.BigInteger(), nullable=False),
        sa.Column("residual_fen", sa.BigInteger(), nullable=False, comment="what is left for the owner"),
        sa.Column("waterfall", sa.Text(), nullable=False, comment="claims and payments in their order"),
        sa.Column("journal_id", sa.Uuid(), nullable=True),
        sa.Column("settled_on", sa.Date(), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_by_person_id", sa.Uuid(), nullable=False),
        sa.Column("approved_by_person_id", sa.Uuid(), nullable=True),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint(
            "kind <> 'sale' OR gross_fen = storage_fen + handling_fen + interest_fen + principal_fen + commission_fen + residual_fen",
            name=op.f("ck_settlements_every_fen_placed"),
        ),
        sa.CheckConstraint("approved_by_person_id <> closed_by_person_id", name=op.f("ck_settlements_four_eyes")),
        sa.CheckConstraint("entry_grams = out_grams + loss_grams", name=op.f("ck_settlements_every_gram_placed")),
        sa.CheckConstraint(
            "loan_id IS NULL OR approved_by_person_id IS NOT NULL", name=op.f("ck_settlements_pledged_needs_approval")
        ),
        sa.ForeignKeyConstraint(
            ["buyer_id"],
            ["parties.id"],
            name=op.f("fk_settlements_buyer_id_parties"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["deal_id"], ["deals.id"], name=op.f("fk_settlements_deal_id_deals"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["exit_id"],
            ["exit_orders.id"],
            name=op.f("fk_settlements_exit_id_exit_orders"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["journal_id"],
            ["ledger_journals.id"],
            name=op.f("fk_settlements_journal_id_ledger_journals"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["loan_id"], ["loans.id"], name=op.f("fk_settlements_loan_id_loans"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["lots.id"], name=op.f("fk_settlements_lot_id_lots"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["parties.id"],
            name=op.f("fk_settlements_owner_id_parties"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlements")),
        sa.UniqueConstraint("exit_id", name="uq_settlements_exit"),
    )
    op.create_index("ix_settlements_owner", "settlements", ["owner_id", "settled_at"], unique=False)
    dialect = op.get_bind().dialect.name
    for table in APPEND_ONLY:
        for statement in append_only_ddl(table, dialect):
            op.execute(statement)
