"""Crates: types, who has them, and every change of hands."""

import sqlalchemy as sa
from alembic import op

from wms.kernel.evidence import append_only_ddl

revision = "0018_dock_3"
down_revision = "0018_dock_2"

APPEND_ONLY = ["crate_moves", "crate_types"]


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "crate_types",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False, comment="whose crates these are"),
        sa.Column("tare_grams", sa.Integer(), nullable=False, comment="of one, empty"),
        sa.Column("deposit_fen", sa.Integer(), nullable=False, comment="of one, with anybody but its owner"),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("tare_grams > 0 AND deposit_fen >= 0", name=op.f("ck_crate_types_amounts_right")),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["parties.id"],
            name=op.f("fk_crate_types_owner_id_parties"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crate_types")),
        sa.UniqueConstraint("code", name="uq_crate_types_code"),
    )
    op.create_table(
        "crate_balances",
        sa.Column("type_id", sa.Uuid(), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.CheckConstraint("units >= 0", name=op.f("ck_crate_balances_not_negative")),
        sa.ForeignKeyConstraint(
            ["holder_id"],
            ["parties.id"],
            name=op.f("fk_crate_balances_holder_id_parties"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["type_id"],
            ["crate_types.id"],
            name=op.f("fk_crate_balances_type_id_crate_types"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("type_id", "holder_id", name=op.f("pk_crate_balances")),
    )
    op.create_index("ix_crate_balances_holder", "crate_balances", ["holder_id"], unique=False)
    op.create_table(
        "crate_moves",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("type_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("from_id", sa.Uuid(), nullable=True),
        sa.Column("to_id", sa.Uuid(), nullable=True),
        sa.Column("delivery_id", sa.Uuid(), nullable=True, comment="at whose intake"),
        sa.Column("exit_id", sa.Uuid(), nullable=True, comment="exit order with which they left or came back"),
        sa.Column("deposit_fen", sa.BigInteger(), nullable=False, comment="left with us, less what was freed"),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("moved_on", sa.Date(), nullable=False),
        sa.Column("moved_at", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("(kind = 'brought') = (from_id IS NULL)", name=op.f("ck_crate_moves_brought_from_nobody")),
        sa.CheckConstraint("(kind = 'lost') = (to_id IS NULL)", name=op.f("ck_crate_moves_lost_to_nobody")),
        sa.CheckConstraint(
            "kind IN ('brought', 'issued', 'returned', 'passed', 'lost')", name=op.f("ck_crate_moves_kind_known")
        ),
        sa.CheckConstraint(
            "from_id IS NULL OR to_id IS NULL OR from_id <> to_id", name=op.f("ck_crate_moves_changes_hands")
        ),
        sa.CheckConstraint("units >= 1", name=op.f("ck_crate_moves_units_count")),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["deliveries.id"],
            name=op.f("fk_crate_moves_delivery_id_deliveries"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["from_id"],
            ["parties.id"],
            name=op.f("fk_crate_moves_from_id_parties"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["to_id"], ["parties.id"], name=op.f("fk_crate_moves_to_id_parties"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["type_id"],
            ["crate_types.id"],
            name=op.f("fk_crate_moves_type_id_crate_types"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crate_moves")),
    )
    op.create_index("ix_crate_moves_delivery", "crate_moves", ["delivery_id"], unique=False)
    op.create_index("ix_crate_moves_exit", "crate_moves", ["exit_id"], unique=False)
    op.create_index("ix_crate_moves_from", "crate_moves", ["from_id"], unique=False)
    op.create_index("ix_crate_moves_to", "crate_moves", ["to_id"], unique=False)
    op.create_index("ix_crate_moves_type", "crate_moves", ["type_id", "moved_at"], unique=False)
    for table in APPEND_ONLY:
        for statement in append_only_ddl(table, op.get_bind().dialect.name):
            op.execute(statement)
