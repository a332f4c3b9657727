"""Quarantines let go by two people, and goods that come back."""

import sqlalchemy as sa
from alembic import op

from wms.kernel.evidence import append_only_ddl

revision = "0018_stock_3"
down_revision = "0018_stock_2"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "lot_returns",
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("from_lot_id", sa.Uuid(), nullable=False),
        sa.Column("exit_id", sa.Uuid(), nullable=False, comment="exit order of billing it had left with"),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("grams", sa.BigInteger(), nullable=False, comment="weighed when it came back: its entry weight"),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("returned_on", sa.Date(), nullable=False),
        sa.Column("returned_at", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("units >= 1 AND grams >= 1 AND reason <> ''", name=op.f("ck_lot_returns_says_what_and_why")),
        sa.CheckConstraint("lot_id <> from_lot_id", name=op.f("ck_lot_returns_another_lot")),
        sa.ForeignKeyConstraint(
            ["from_lot_id"],
            ["lots.id"],
            name=op.f("fk_lot_returns_from_lot_id_lots"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["lots.id"], name=op.f("fk_lot_returns_lot_id_lots"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("lot_id", name=op.f("pk_lot_returns")),
    )
    op.create_index("ix_lot_returns_exit", "lot_returns", ["exit_id"], unique=False)
    op.create_index("ix_lot_returns_from", "lot_returns", ["from_lot_id"], unique=False)
    op.create_table(
        "quarantine_releases",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hold_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False, comment="left of the quarantine when it was asked"),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asker_eyes", sa.Uuid(), nullable=False, comment="person, or account without one"),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("decider_eyes", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "(state = 'asked') = (decided_at IS NULL)", name=op.f("ck_quarantine_releases_decided_has_time")
        ),
        sa.CheckConstraint("state <> 'kept' OR note <> ''", name=op.f("ck_quarantine_releases_kept_says_why")),
        sa.CheckConstraint(
            "state = 'asked' OR (decider_eyes IS NOT NULL AND decider_eyes <> asker_eyes)",
            name=op.f("ck_quarantine_releases_decided_by_another"),
        ),
        sa.CheckConstraint("state IN ('asked', 'released', 'kept')", name=op.f("ck_quarantine_releases_state_known")),
        sa.CheckConstraint("units >= 1 AND reason <> ''", name=op.f("ck_quarantine_releases_says_what_and_why")),
        sa.ForeignKeyConstraint(
            ["hold_id"],
            ["lot_holds.id"],
            name=op.f("fk_quarantine_releases_hold_id_lot_holds"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["lot_id"],
            ["lots.id"],
            name=op.f("fk_quarantine_releases_lot_id_lots"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantine_releases")),
    )
    op.create_index("ix_quarantine_releases_lot", "quarantine_releases", ["lot_id"], unique=False)
    op.create_index(
        "uq_quarantine_releases_asked",
        "quarantine_releases",
        ["hold_id"],
        unique=True,
        sqlite_where=sa.text("state = 'asked'"),
        postgresql_where=sa.text("state = 'asked'"),
    )
    for statement in append_only_ddl("lot_returns", op.get_bind().dialect.name):
        op.execute(statement)
