"""What rooms can keep, and what varieties want of a room."""

import sqlalchemy as sa
from alembic import op

revision = "0018_floor_2"
down_revision = "0018_ingest_4"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "variety_traits",
        sa.Column("variety", sa.String(length=40), nullable=False),
        sa.Column("coldest_millidegrees", sa.Integer(), nullable=True, comment="°C × 1000 it bears"),
        sa.Column("warmest_millidegrees", sa.Integer(), nullable=True),
        sa.Column("emits_ethylene", sa.Boolean(), nullable=False, comment="ripens what lies beside it"),
        sa.Column("ethylene_sensitive", sa.Boolean(), nullable=False),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(coldest_millidegrees IS NULL) = (warmest_millidegrees IS NULL)",
            name=op.f("ck_variety_traits_range_whole"),
        ),
        sa.CheckConstraint(
            "coldest_millidegrees <= warmest_millidegrees", name=op.f("ck_variety_traits_range_in_order")
        ),
        sa.PrimaryKeyConstraint("variety", name=op.f("pk_variety_traits")),
    )
    op.create_table(
        "room_abilities",
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("coldest_millidegrees", sa.Integer(), nullable=True, comment="°C × 1000 it can hold"),
        sa.Column("warmest_millidegrees", sa.Integer(), nullable=True),
        sa.Column(
            "scrubs_ethylene",
            sa.Boolean(),
            nullable=False,
            comment="what gives off ethylene may lie with what bears it badly",
        ),
        sa.Column("varieties", sa.Text(), nullable=False, comment="empty: any"),
        sa.Column("least_firmness_gf_cm2", sa.Integer(), nullable=True, comment="takes only lots inspected this firm"),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(coldest_millidegrees IS NULL) = (warmest_millidegrees IS NULL)",
            name=op.f("ck_room_abilities_range_whole"),
        ),
        sa.CheckConstraint(
            "coldest_millidegrees <= warmest_millidegrees", name=op.f("ck_room_abilities_range_in_order")
        ),
        sa.CheckConstraint(
            "least_firmness_gf_cm2 IS NULL OR least_firmness_gf_cm2 > 0",
            name=op.f("ck_room_abilities_firmness_positive"),
        ),
        sa.ForeignKeyConstraint(
            ["room_id"],
            ["rooms.id"],
            name=op.f("fk_room_abilities_room_id_rooms"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("room_id", name=op.f("pk_room_abilities")),
    )
