"""What was printed, by whom, and why again."""

import sqlalchemy as sa
from alembic import op

from wms.kernel.evidence import append_only_ddl

revision = "0018_dock_4"
down_revision = "0018_dock_3"

APPEND_ONLY = ["prints"]


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "print_counts",
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.CheckConstraint("last_number >= 1", name=op.f("ck_print_counts_counts_up")),
        sa.PrimaryKeyConstraint("kind", "subject_id", name=op.f("pk_print_counts")),
    )
    op.create_table(
        "prints",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False, comment="lot of the labels, or receipt"),
        sa.Column("copy_no", sa.Integer(), nullable=False, comment="counts from 1"),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("printer", sa.String(length=40), nullable=False, comment="empty: taken as a file"),
        sa.Column("outbox_id", sa.Uuid(), nullable=True, comment="its row of the outbox; NULL: a file"),
        sa.Column("printed_at", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("copy_no >= 1 AND (copy_no = 1 OR reason <> '')", name=op.f("ck_prints_reprint_says_why")),
        sa.CheckConstraint("kind IN ('labels', 'receipt')", name=op.f("ck_prints_kind_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prints")),
        sa.UniqueConstraint("kind", "subject_id", "copy_no", name="uq_prints_copy"),
    )
    op.create_index("ix_prints_printer", "prints", ["printer", "printed_at"], unique=False)
    for table in APPEND_ONLY:
        for statement in append_only_ddl(table, op.get_bind().dialect.name):
            op.execute(statement)
