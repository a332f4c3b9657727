"""Work done on lots, the minimum's top-up taken back."""

import sqlalchemy as sa
from alembic import op

from wms.kernel.evidence import append_only_ddl

revision = "0016_billing_more"
down_revision = "0014_crm"

APPEND_ONLY = ["lot_works", "work_bills"]


def upgrade() -> None:
    """Create the tables and let a later invoice take a top-up back."""
    _works()
    _minimum()
    for table in APPEND_ONLY:
        for statement in append_only_ddl(table, op.get_bind().dialect.name):
            op.execute(statement)


def _works() -> None:
    op.create_table(
        "lot_works",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False, comment="the owner of the day, who owes it"),
        sa.Column("work", sa.String(length=40), nullable=False, comment="which work of the tariff's price list"),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("per", sa.String(length=4), nullable=False, comment="counted by kg, unit or job"),
        sa.Column("rate_micro", sa.BigInteger(), nullable=False, comment="10^-6 yuan per kg, unit or job"),
        sa.Column("units", sa.Integer(), nullable=False, comment="units worked on"),
        sa.Column("grams", sa.BigInteger(), nullable=False, comment="their entry weight"),
        sa.Column("work_nanoyuan", sa.BigInteger(), nullable=False, comment="exact, 10^-9 yuan"),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False, comment="who wrote it down"),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("units >= 1 AND grams >= 0", name=op.f("ck_lot_works_units_positive")),
        sa.CheckConstraint("rate_micro >= 0 AND work_nanoyuan >= 0", name=op.f("ck_lot_works_rate_not_negative")),
        sa.CheckConstraint("per IN ('kg', 'unit', 'job')", name=op.f("ck_lot_works_per_known")),
        _refers("lot_works", "lot_id", "lots"),
        _refers("lot_works", "party_id", "parties"),
        _refers("lot_works", "version_id", "tariff_versions"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot_works")),
    )
    op.create_index("ix_lot_works_lot_id", "lot_works", ["lot_id", "done_on"], unique=False)
    op.create_table(
        "work_bills",
        sa.Column("work_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        _refers("work_bills", "work_id", "lot_works"),
        _refers("work_bills", "invoice_id", "invoices"),
        sa.PrimaryKeyConstraint("work_id", name=op.f("pk_work_bills")),
    )
    op.create_index("ix_work_bills_invoice_id", "work_bills", ["invoice_id"], unique=False)


def _minimum() -> None:
    """SQLite changes a check by rebuilding the table, which loses the triggers that keep it append-only."""
    with op.batch_alter_table("invoice_lines") as lines:
        lines.drop_constraint(op.f("ck_invoice_lines_minimum_not_negative"), type_="check")
        lines.create_check_constraint(
            op.f("ck_invoice_lines_minimum_taken_back_within"), "minimum_fen >= 0 OR charge_fen >= 0"
        )
        lines.alter_column(
            "minimum_fen",
            existing_type=sa.BigInteger(),
            existing_nullable=False,
            existing_comment="top-up to the lot's minimum inside charge_fen",
            comment="top-up to the minimum inside charge_fen; negative where later days used one up",
        )
    if op.get_bind().dialect.name == "sqlite":
        for statement in append_only_ddl("invoice_lines", "sqlite"):
            op.execute(statement)


def _refers(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{target}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, initially="DEFERRED", deferrable=True)
