"""A bank's number of incoming money counts once, whatever it was taken for; names of accounts as long as parties have."""

import sqlalchemy as sa
from alembic import op

from wms.kernel.evidence import append_only_ddl

revision = "0019_bill_2"
down_revision = "0019_intake_2"

# Every number taken so far, once: a number that was taken twice before this rule stays with whichever came first here.
TAKEN = (
    "SELECT method, payment_reference AS reference, journal_id FROM payments WHERE payment_reference <> ''",
    "SELECT 'bank', bank_reference, journal_id FROM wallet_top_ups WHERE bank_reference <> ''",
    "SELECT 'bank', bank_reference, journal_id FROM deal_money "
    "WHERE kind = 'bank_in' AND bank_reference <> '' AND journal_id IS NOT NULL",
)


def upgrade() -> None:
    """Create the table, fill it from what was taken, and widen two columns."""
    op.create_table(
        "received_references",
        sa.Column("method", sa.String(length=10), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False, comment="the bank's or wallet's own number"),
        sa.Column("journal_id", sa.Uuid(), nullable=False, comment="what booked the money"),
        sa.CheckConstraint("reference <> ''", name=op.f("ck_received_references_named")),
        sa.PrimaryKeyConstraint("method", "reference", name=op.f("pk_received_references")),
    )
    for taken in TAKEN:
        op.execute(f"INSERT INTO received_references (method, reference, journal_id) {taken} ON CONFLICT DO NOTHING")
    with op.batch_alter_table("payouts") as payouts:
        for column in ("account_name", "bank"):
            payouts.alter_column(column, existing_type=sa.String(80), existing_nullable=False, type_=sa.String(120))
    if op.get_bind().dialect.name == "sqlite":
        for statement in append_only_ddl("payouts", "sqlite"):  # rebuilding the table lost them
            op.execute(statement)
