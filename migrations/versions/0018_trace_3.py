"""Seasons, and the archive of the books."""

import sqlalchemy as sa
from alembic import op

from wms.kernel.evidence import append_only_ddl

revision = "0018_trace_3"
down_revision = "0018_trace_2"

APPEND_ONLY = ["ledger_archives", "season_events", "season_carries"]


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "ledger_archives",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False, comment="the last day that is history"),
        sa.Column("archived_at", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_archives")),
    )
    op.create_table(
        "seasons",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False, comment="2026/27"),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False, comment="its last day"),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("closer_eyes", sa.Uuid(), nullable=True, comment="person, or account without one"),
        sa.Column("archiver_eyes", sa.Uuid(), nullable=True),
        sa.CheckConstraint("until_on > from_on", name=op.f("ck_seasons_ends_after_start")),
        sa.CheckConstraint("state IN ('open', 'closed', 'archived')", name=op.f("ck_seasons_state_known")),
        sa.CheckConstraint(
            "state <> 'archived' OR closer_eyes <> archiver_eyes", name=op.f("ck_seasons_archived_by_another")
        ),
        sa.CheckConstraint("(state = 'open') = (closer_eyes IS NULL)", name=op.f("ck_seasons_closed_by_somebody")),
        sa.CheckConstraint(
            "(state = 'archived') = (archiver_eyes IS NOT NULL)", name=op.f("ck_seasons_archived_by_somebody")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seasons")),
        sa.UniqueConstraint("code", name="uq_seasons_code"),
    )
    op.create_table(
        "season_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("season_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("details", sa.Text(), nullable=False, comment="insight.SeasonCheck by field name"),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("kind IN ('opened', 'closed', 'archived')", name=op.f("ck_season_events_kind_known")),
        sa.ForeignKeyConstraint(
            ["season_id"],
            ["seasons.id"],
            name=op.f("fk_season_events_season_id_seasons"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_season_events")),
        sa.UniqueConstraint("season_id", "kind", name="uq_season_events_once"),
    )
    op.create_table(
        "season_carries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("season_id", sa.Uuid(), nullable=False),
        sa.Column("into_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("grams", sa.BigInteger(), nullable=False, comment="entry basis"),
        sa.Column(
            "accrued_fen",
            sa.BigInteger(),
            nullable=True,
            comment="unbilled if all left the day after the season; NULL: no tariff",
        ),
        sa.Column("month_fen", sa.BigInteger(), nullable=True, comment="what 30 days more add by the tariff"),
        sa.Column(
            "tariff",
            sa.String(length=20),
            nullable=False,
            comment="what time costs after the season: late, flat, days, none",
        ),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("units >= 1 AND grams >= 1", name=op.f("ck_season_carries_carries_something")),
        sa.CheckConstraint("season_id <> into_id", name=op.f("ck_season_carries_another_season")),
        sa.ForeignKeyConstraint(
            ["into_id"],
            ["seasons.id"],
            name=op.f("fk_season_carries_into_id_seasons"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["lots.id"], name=op.f("fk_season_carries_lot_id_lots"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["season_id"],
            ["seasons.id"],
            name=op.f("fk_season_carries_season_id_seasons"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_season_carries")),
        sa.UniqueConstraint("season_id", "lot_id", name="uq_season_carries_lot"),
    )
    for table in APPEND_ONLY:
        for statement in append_only_ddl(table, op.get_bind().dialect.name):
            op.execute(statement)
