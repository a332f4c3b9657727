"""Who may fetch goods, and when."""

import sqlalchemy as sa
from alembic import op

from wms.kernel.evidence import append_only_ddl

revision = "0018_papers"
down_revision = "0018_ingest_3"

APPEND_ONLY = ["collector_authorities", "authority_revocations", "authority_uses", "dock_hours", "pickup_events"]


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "dock_hours",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dock", sa.String(length=20), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("opens_minute", sa.Integer(), nullable=False, comment="minute of the day"),
        sa.Column("closes_minute", sa.Integer(), nullable=False, comment="minute of the day"),
        sa.Column("window_minutes", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False, comment="trucks a window"),
        sa.Column("weekdays", sa.String(length=7), nullable=False, comment="1 Monday to 7 Sunday; empty: closed"),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint(
            "0 <= opens_minute AND opens_minute < closes_minute AND closes_minute <= 1440",
            name=op.f("ck_dock_hours_in_a_day"),
        ),
        sa.CheckConstraint("capacity >= 1", name=op.f("ck_dock_hours_capacity_positive")),
        sa.CheckConstraint("window_minutes BETWEEN 10 AND 480", name=op.f("ck_dock_hours_window_in_range")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dock_hours")),
    )
    op.create_index("ix_dock_hours_dock", "dock_hours", ["dock", "effective_from"], unique=False)
    op.create_table(
        "pickup_windows",
        sa.Column("dock", sa.String(length=20), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("start_minute", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.CheckConstraint("taken >= 0", name=op.f("ck_pickup_windows_taken_not_negative")),
        sa.PrimaryKeyConstraint("dock", "held_on", "start_minute", name=op.f("pk_pickup_windows")),
    )
    op.create_table(
        "collector_authorities",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False, comment="whose goods"),
        sa.Column("collector_name", sa.String(length=80), nullable=False),
        sa.Column("id_tail", sa.String(length=4), nullable=False, comment="last four signs of the identity number"),
        sa.Column(
            "id_digest",
            sa.String(length=64),
            nullable=True,
            comment="SHA-256 of authority and whole number, if the whole one was given; the number is not kept",
        ),
        sa.Column("plate", sa.String(length=20), nullable=False),
        sa.Column("units_most", sa.Integer(), nullable=True, comment="in all; NULL: no limit"),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False, comment="the first day it no longer holds"),
        sa.Column("document", sa.String(length=200), nullable=False, comment="the paper staff wrote it down from"),
        sa.Column("granted_by_party", sa.Boolean(), nullable=False, comment="by the party itself, signed in"),
        sa.Column("granted_by_account_id", sa.Uuid(), nullable=False),
        sa.Column("granted_at", sa.BigInteger(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint(
            "collector_name <> '' AND plate <> '' AND length(id_tail) = 4",
            name=op.f("ck_collector_authorities_bound_to_a_person"),
        ),
        sa.CheckConstraint(
            "granted_by_party OR document <> ''", name=op.f("ck_collector_authorities_staff_have_paper")
        ),
        sa.CheckConstraint(
            "units_most IS NULL OR units_most >= 1", name=op.f("ck_collector_authorities_limit_positive")
        ),
        sa.CheckConstraint("until_on > from_on", name=op.f("ck_collector_authorities_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["party_id"],
            ["parties.id"],
            name=op.f("fk_collector_authorities_party_id_parties"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collector_authorities")),
    )
    op.create_index("ix_collector_authorities_party_id", "collector_authorities", ["party_id", "plate"], unique=False)
    op.create_table(
        "authority_revocations",
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.ForeignKeyConstraint(
            ["authority_id"],
            ["collector_authorities.id"],
            name=op.f("fk_authority_revocations_authority_id_collector_authorities"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("authority_id", name=op.f("pk_authority_revocations")),
    )
    op.create_table(
        "pickup_appointments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("exit_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False, comment="the owner"),
        sa.Column("dock", sa.String(length=20), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("start_minute", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("booked_by_account_id", sa.Uuid(), nullable=False),
        sa.Column("booked_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "state IN ('booked', 'arrived', 'no_show', 'cancelled')", name=op.f("ck_pickup_appointments_state_known")
        ),
        sa.CheckConstraint("start_minute BETWEEN 0 AND 1439", name=op.f("ck_pickup_appointments_minute_of_a_day")),
        sa.ForeignKeyConstraint(
            ["exit_id"],
            ["exit_orders.id"],
            name=op.f("fk_pickup_appointments_exit_id_exit_orders"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["party_id"],
            ["parties.id"],
            name=op.f("fk_pickup_appointments_party_id_parties"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pickup_appointments")),
    )
    op.create_index("ix_pickup_appointments_held_on", "pickup_appointments", ["held_on", "start_minute"], unique=False)
    op.create_index(
        "uq_pickup_appointments_live",
        "pickup_appointments",
        ["exit_id"],
        unique=True,
        sqlite_where=sa.text("state = 'booked'"),
        postgresql_where=sa.text("state = 'booked'"),
    )
    op.create_table(
        "authority_uses",
        sa.Column("pass_id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("units >= 1", name=op.f("ck_authority_uses_units_positive")),
        sa.ForeignKeyConstraint(
            ["authority_id"],
            ["collector_authorities.id"],
            name=op.f("fk_authority_uses_authority_id_collector_authorities"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["pass_id"],
            ["gate_passes.id"],
            name=op.f("fk_authority_uses_pass_id_gate_passes"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("pass_id", name=op.f("pk_authority_uses")),
    )
    op.create_index("ix_authority_uses_authority_id", "authority_uses", ["authority_id"], unique=False)
    op.create_table(
        "pickup_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False, comment="first, second … of its appointment"),
        sa.Column("step", sa.String(length=10), nullable=False),
        sa.Column("dock", sa.String(length=20), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("start_minute", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint(
            "step IN ('booked', 'moved', 'arrived', 'no_show', 'cancelled')", name=op.f("ck_pickup_events_step_known")
        ),
        sa.ForeignKeyConstraint(
            ["appointment_id"],
            ["pickup_appointments.id"],
            name=op.f("fk_pickup_events_appointment_id_pickup_appointments"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pickup_events")),
        sa.UniqueConstraint("appointment_id", "ordinal", name="uq_pickup_events_ordinal"),
    )

    dialect = op.get_bind().dialect.name
    for table in APPEND_ONLY:
        for statement in append_only_ddl(table, dialect):
            op.execute(statement)
