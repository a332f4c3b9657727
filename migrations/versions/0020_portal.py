"""What of an invoice a dispute is about, who raised it, and the credit note that upheld it."""

import sqlalchemy as sa
from alembic import op

from wms.kernel.evidence import append_only_ddl

revision = "0020_portal"
down_revision = "0020_ingest"

APPEND_ONLY = ["dispute_claims", "dispute_credits"]


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "dispute_claims",
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.String(length=10), nullable=False, comment="of the invoice; whole: all of it"),
        sa.Column("ground", sa.String(length=10), nullable=False),
        sa.Column("raised_by", sa.String(length=10), nullable=False, comment="the party itself, or the desk for it"),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint(
            "ground IN ('weight', 'days', 'rate', 'work', 'twice', 'other')",
            name=op.f("ck_dispute_claims_ground_known"),
        ),
        sa.CheckConstraint("line IN ('whole', 'storage', 'handling')", name=op.f("ck_dispute_claims_line_known")),
        sa.CheckConstraint("raised_by IN ('party', 'desk')", name=op.f("ck_dispute_claims_raiser_known")),
        sa.ForeignKeyConstraint(
            ["dispute_id"],
            ["invoice_disputes.id"],
            name=op.f("fk_dispute_claims_dispute_id_invoice_disputes"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("dispute_id", name=op.f("pk_dispute_claims")),
    )
    op.create_table(
        "dispute_credits",
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.ForeignKeyConstraint(
            ["dispute_id"],
            ["dispute_ends.dispute_id"],
            name=op.f("fk_dispute_credits_dispute_id_dispute_ends"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["note_id"],
            ["credit_notes.id"],
            name=op.f("fk_dispute_credits_note_id_credit_notes"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("dispute_id", name=op.f("pk_dispute_credits")),
        sa.UniqueConstraint("note_id", name="uq_dispute_credits_note_id"),
    )
    for table in APPEND_ONLY:
        for statement in append_only_ddl(table, op.get_bind().dialect.name):
            op.execute(statement)
