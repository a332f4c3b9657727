"""Clocks that are set late: what their stamps must be moved by, and when weights were really taken."""

import sqlalchemy as sa
from alembic import op

from wms.kernel.evidence import append_only_ddl

revision = "0018_ingest"
down_revision = "0018_floor"

APPEND_ONLY = ["clock_offsets", "weight_times"]


def upgrade() -> None:
    """Make the tables, and give quarantine a boot to wait for."""
    op.create_table(
        "clock_offsets",
        sa.Column("gateway", sa.String(length=32), nullable=False),
        sa.Column("boot", sa.Uuid(), nullable=False, comment="the box's run from power-on to power-off"),
        sa.Column("offset_ms", sa.BigInteger(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False, comment="with sequence: the event that told it"),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.PrimaryKeyConstraint("gateway", "boot", name=op.f("pk_clock_offsets")),
    )
    op.create_table(
        "weight_times",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("taken_at", sa.BigInteger(), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.ForeignKeyConstraint(
            ["record_id"],
            ["weight_records.id"],
            name=op.f("fk_weight_times_record_id_weight_records"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_weight_times")),
    )
    op.add_column(
        "quarantined_readings",
        sa.Column(
            "boot", sa.Uuid(), nullable=True, comment="set for a stamp of a free clock, to be moved by its offset"
        ),
    )
    op.create_index("ix_quarantined_readings_boot", "quarantined_readings", ["gateway", "boot"], unique=False)
    dialect = op.get_bind().dialect.name
    for table in APPEND_ONLY:
        for statement in append_only_ddl(table, dialect):
            op.execute(statement)
