"""Verdicts over what waits in quarantine, codes for what was not understood, and what devices' counters skip."""

import sqlalchemy as sa
from alembic import op

from wms.kernel.evidence import append_only_ddl

revision = "0018_ingest_4"
down_revision = "0018_papers_2"


def upgrade() -> None:
    """Make the tables and columns."""
    op.create_table(
        "quarantine_verdicts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("gateway", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False, comment="the sensor's, as in quarantine"),
        sa.Column(
            "reason", sa.String(length=10), nullable=False, comment="what they waited for: unknown, future or clock"
        ),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("readings", sa.BigInteger(), nullable=False, comment="how many it was about"),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("judged_at", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("verdict IN ('accepted', 'dismissed')", name=op.f("ck_quarantine_verdicts_verdict_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantine_verdicts")),
    )
    for statement in append_only_ddl("quarantine_verdicts", op.get_bind().dialect.name):
        op.execute(statement)
    dismissed = "set when it was dismissed: it counts for nothing"
    op.add_column("quarantined_readings", sa.Column("verdict_id", sa.Uuid(), nullable=True, comment=dismissed))
    code = "of the sentence; NULL before codes were kept"
    op.add_column("dead_letters", sa.Column("code", sa.String(length=24), nullable=True, comment=code))
    values = "the values in the sentence"
    op.add_column("dead_letters", sa.Column("details", sa.Text(), nullable=True, comment=values))
    _counters()


def _counters() -> None:
    op.create_table(
        "device_counters",
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("device", sa.String(length=80), nullable=False, comment="LoRaWAN: its EUI; Sparkplug: its node"),
        sa.Column("number", sa.BigInteger(), nullable=False, comment="LoRaWAN: fCnt; Sparkplug: seq"),
        sa.Column("heard_at", sa.BigInteger(), nullable=False),
        sa.Column("missed", sa.BigInteger(), nullable=False, comment="messages that never came"),
        sa.Column("gaps", sa.BigInteger(), nullable=False),
        sa.Column("anew", sa.BigInteger(), nullable=False, comment="how often the device began to count anew"),
        sa.Column("gap_after", sa.BigInteger(), nullable=True, comment="the newest gap lies between this number"),
        sa.Column("gap_before", sa.BigInteger(), nullable=True, comment="and this one"),
        sa.Column("gap_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("missed >= gaps AND gaps >= 0 AND anew >= 0", name=op.f("ck_device_counters_not_negative")),
        sa.PrimaryKeyConstraint("source", "device", name=op.f("pk_device_counters")),
    )
