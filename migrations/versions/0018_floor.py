"""Loadings: a truck that gathers exits, its pick list and scans; what stands picked on the dock."""

import sqlalchemy as sa
from alembic import op

from wms.kernel.checks import restate_check
from wms.kernel.evidence import append_only_ddl

revision = "0018_floor"
down_revision = "0018_stock"


def upgrade() -> None:
    """Create the tables, and let a lot tell its picked units apart."""
    op.create_table(
        "loadings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("plate", sa.String(length=20), nullable=False),
        sa.Column("collector_name", sa.String(length=80), nullable=False),
        sa.Column("bay", sa.String(length=20), nullable=False, comment="the staging area"),
        sa.Column("pick_order", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("opened_by_account_id", sa.Uuid(), nullable=False),
        sa.Column("checked_at", sa.BigInteger(), nullable=True),
        sa.Column("checked_by_eyes", sa.Uuid(), nullable=True, comment="person, or account without one"),
        sa.Column("void_reason", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "(state = 'checked') = (checked_at IS NOT NULL) AND (checked_at IS NULL) = (checked_by_eyes IS NULL)",
            name=op.f("ck_loadings_checked_by_somebody"),
        ),
        sa.CheckConstraint("(state = 'void') = (void_reason IS NOT NULL)", name=op.f("ck_loadings_void_has_reason")),
        sa.CheckConstraint("pick_order IN ('fefo', 'given')", name=op.f("ck_loadings_order_known")),
        sa.CheckConstraint("state IN ('open', 'checked', 'void')", name=op.f("ck_loadings_state_known")),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_loadings_site_id_sites"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loadings")),
    )
    op.create_index("ix_loadings_opened", "loadings", ["opened_at", "id"], unique=False)
    op.create_table(
        "staged_units",
        sa.Column("exit_id", sa.Uuid(), nullable=False, comment="exit order of billing"),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.CheckConstraint("units >= 0", name=op.f("ck_staged_units_not_negative")),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["lots.id"], name=op.f("fk_staged_units_lot_id_lots"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("exit_id", "lot_id", name=op.f("pk_staged_units")),
    )
    op.create_index("ix_staged_units_lot", "staged_units", ["lot_id"], unique=False)
    op.create_table(
        "loading_exits",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("loading_id", sa.Uuid(), nullable=False),
        sa.Column("exit_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False, comment="the order in which the exits were named"),
        sa.Column("left_at", sa.BigInteger(), nullable=True),
        sa.Column("left_reason", sa.String(length=200), nullable=True),
        sa.CheckConstraint("(left_at IS NULL) = (left_reason IS NULL)", name=op.f("ck_loading_exits_left_has_reason")),
        sa.ForeignKeyConstraint(
            ["exit_id"],
            ["exit_orders.id"],
            name=op.f("fk_loading_exits_exit_id_exit_orders"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["loading_id"],
            ["loadings.id"],
            name=op.f("fk_loading_exits_loading_id_loadings"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loading_exits")),
    )
    op.create_index("ix_loading_exits_loading", "loading_exits", ["loading_id", "sequence"], unique=False)
    op.create_index(
        "uq_loading_exits_on",
        "loading_exits",
        ["exit_id"],
        unique=True,
        sqlite_where=sa.text("left_at IS NULL"),
        postgresql_where=sa.text("left_at IS NULL"),
    )
    op.create_table(
        "loading_lines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("loading_id", sa.Uuid(), nullable=False),
        sa.Column("exit_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("slot_id", sa.Uuid(), nullable=True, comment="NULL: the dock"),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("picked_units", sa.Integer(), nullable=False),
        sa.Column("short_units", sa.Integer(), nullable=False),
        sa.Column("short_reason", sa.String(length=20), nullable=True),
        sa.Column("short_note", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "short_reason IS NULL OR short_reason IN ('missing', 'damaged', 'wrong_goods', 'out_of_reach')",
            name=op.f("ck_loading_lines_reason_known"),
        ),
        sa.CheckConstraint(
            "(short_units > 0) = (short_reason IS NOT NULL)", name=op.f("ck_loading_lines_short_has_reason")
        ),
        sa.CheckConstraint("picked_units + short_units <= units", name=op.f("ck_loading_lines_within_the_line")),
        sa.CheckConstraint(
            "units >= 1 AND picked_units >= 0 AND short_units >= 0", name=op.f("ck_loading_lines_units_count")
        ),
        sa.ForeignKeyConstraint(
            ["exit_id"],
            ["exit_orders.id"],
            name=op.f("fk_loading_lines_exit_id_exit_orders"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["loading_id"],
            ["loadings.id"],
            name=op.f("fk_loading_lines_loading_id_loadings"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["lots.id"], name=op.f("fk_loading_lines_lot_id_lots"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["slot_id"],
            ["slots.id"],
            name=op.f("fk_loading_lines_slot_id_slots"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loading_lines")),
    )
    op.create_index("ix_loading_lines_loading", "loading_lines", ["loading_id", "sequence"], unique=False)
    op.create_index("ix_loading_lines_lot", "loading_lines", ["lot_id"], unique=False)
    op.create_table(
        "loading_scans",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("loading_id", sa.Uuid(), nullable=False),
        sa.Column("exit_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=True, comment="of the pick list; NULL at the truck"),
        sa.Column("step", sa.String(length=10), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("sscc", sa.String(length=18), nullable=True, comment="the unit's own label, if that was scanned"),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("scanned_at", sa.BigInteger(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("step IN ('pick', 'load')", name=op.f("ck_loading_scans_step_known")),
        sa.CheckConstraint("units >= 1 AND (sscc IS NULL OR units = 1)", name=op.f("ck_loading_scans_units_count")),
        sa.ForeignKeyConstraint(
            ["exit_id"],
            ["exit_orders.id"],
            name=op.f("fk_loading_scans_exit_id_exit_orders"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["loading_id"],
            ["loadings.id"],
            name=op.f("fk_loading_scans_loading_id_loadings"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loading_scans")),
    )
    op.create_index("ix_loading_scans_loading", "loading_scans", ["loading_id", "exit_id", "step"], unique=False)
    op.create_index("ix_loading_scans_sscc", "loading_scans", ["sscc"], unique=False)
    op.add_column(
        "lots",
        sa.Column(
            "units_staged",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="on the dock, picked for exits: sum of staged_units",
        ),
    )
    restate_check(
        op.get_bind(),
        "lots",
        "ck_lots_placed_on_hand",
        old="units_placed BETWEEN 0 AND units_on_hand",
        new="units_placed >= 0 AND units_staged >= 0 AND units_placed + units_staged <= units_on_hand",
    )
    for statement in append_only_ddl("loading_scans", op.get_bind().dialect.name):
        op.execute(statement)
