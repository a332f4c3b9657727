"""Arrivals booked ahead, and the space kept for them."""

import sqlalchemy as sa
from alembic import op

revision = "0018_dock"
down_revision = "0018_trace_3"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "arrival_bookings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False, comment="B261020-0001, numbered by the day it is due"),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=True, comment="in force on the day due"),
        sa.Column("variety", sa.String(length=40), nullable=False),
        sa.Column("grade", sa.String(length=40), nullable=False),
        sa.Column("storage_type", sa.String(length=10), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False, comment="estimated"),
        sa.Column("grams", sa.BigInteger(), nullable=False, comment="estimated, crates included"),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("from_minute", sa.Integer(), nullable=False, comment="minute of the site's day"),
        sa.Column("to_minute", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Uuid(), nullable=True, comment="where space is kept"),
        sa.Column("plate", sa.String(length=20), nullable=False),
        sa.Column("driver", sa.String(length=60), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("deposit_fen", sa.BigInteger(), nullable=False, comment="left by the owner; 0 once given back"),
        sa.Column("delivery_id", sa.Uuid(), nullable=True),
        sa.Column("cancel_reason", sa.String(length=200), nullable=True),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False, comment="who announced it"),
        sa.CheckConstraint(
            "(state = 'arrived') = (delivery_id IS NOT NULL)", name=op.f("ck_arrival_bookings_arrived_has_delivery")
        ),
        sa.CheckConstraint(
            "(state = 'cancelled') = (cancel_reason IS NOT NULL)", name=op.f("ck_arrival_bookings_cancelled_says_why")
        ),
        sa.CheckConstraint(
            "state <> 'confirmed' OR room_id IS NOT NULL", name=op.f("ck_arrival_bookings_confirmed_has_room")
        ),
        sa.CheckConstraint(
            "state IN ('asked', 'confirmed', 'arrived', 'cancelled')", name=op.f("ck_arrival_bookings_state_known")
        ),
        sa.CheckConstraint(
            "0 <= from_minute AND from_minute < to_minute AND to_minute <= 1440",
            name=op.f("ck_arrival_bookings_window_in_day"),
        ),
        sa.CheckConstraint("deposit_fen >= 0", name=op.f("ck_arrival_bookings_deposit_not_negative")),
        sa.CheckConstraint("units >= 1 AND grams >= units", name=op.f("ck_arrival_bookings_weight_positive")),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contracts.id"],
            name=op.f("fk_arrival_bookings_contract_id_contracts"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["deliveries.id"],
            name=op.f("fk_arrival_bookings_delivery_id_deliveries"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["parties.id"],
            name=op.f("fk_arrival_bookings_owner_id_parties"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["room_id"],
            ["rooms.id"],
            name=op.f("fk_arrival_bookings_room_id_rooms"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["site_id"],
            ["sites.id"],
            name=op.f("fk_arrival_bookings_site_id_sites"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrival_bookings")),
        sa.UniqueConstraint("site_id", "code", name="uq_arrival_bookings_code"),
    )
    op.create_index("ix_arrival_bookings_due", "arrival_bookings", ["site_id", "due_on", "from_minute"], unique=False)
    op.create_index("ix_arrival_bookings_owner", "arrival_bookings", ["owner_id", "due_on"], unique=False)
    op.create_table(
        "room_reservations",
        sa.Column("id", sa.Uuid(), nullable=False, comment="the booking it serves"),
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("units_left", sa.Integer(), nullable=False, comment="still to come"),
        sa.Column("grams_left", sa.BigInteger(), nullable=False, comment="load still to come, crates included"),
        sa.Column("until_on", sa.Date(), nullable=False, comment="last day it counts"),
        sa.Column("delivery_id", sa.Uuid(), nullable=True, comment="whose lots may use it"),
        sa.CheckConstraint("units_left >= 0 AND grams_left >= 0", name=op.f("ck_room_reservations_not_negative")),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["deliveries.id"],
            name=op.f("fk_room_reservations_delivery_id_deliveries"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["room_id"],
            ["rooms.id"],
            name=op.f("fk_room_reservations_room_id_rooms"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_reservations")),
    )
    op.create_index("ix_room_reservations_delivery", "room_reservations", ["delivery_id"], unique=False)
    op.create_index("ix_room_reservations_room", "room_reservations", ["room_id", "until_on"], unique=False)
