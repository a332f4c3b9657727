"""Tables of facility."""

import sqlalchemy as sa
from alembic import op

from wms.kernel.evidence import append_only_ddl

revision = "0005_facility"
down_revision = "0004_users"

APPEND_ONLY = ["calibrations", "room_entries", "room_entry_ends", "room_events"]


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "sites",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False, comment="its name in MQTT topics"),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=True),
        sa.Column("zone", sa.String(length=60), nullable=False, comment="IANA time zone"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sites")),
        sa.UniqueConstraint("code", name=op.f("uq_sites_code")),
    )
    op.create_table(
        "rooms",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False, comment="first part of its slots' codes"),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=True),
        sa.Column("storage_type", sa.String(length=2), nullable=False),
        sa.Column(
            "registration", sa.String(length=60), nullable=True, comment="CA registration number, printed on papers"
        ),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("state_since_at", sa.BigInteger(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False, comment="how many events led here"),
        sa.CheckConstraint("state <> 'under_ca' OR storage_type = 'ca'", name=op.f("ck_rooms_only_ca_under_ca")),
        sa.CheckConstraint(
            "state IN ('empty','pre_cooling','filling','sealed','under_ca','opened','emptying')",
            name=op.f("ck_rooms_state_known"),
        ),
        sa.CheckConstraint("storage_type IN ('ra','ca')", name=op.f("ck_rooms_storage_type_known")),
        sa.CheckConstraint("events >= 0", name=op.f("ck_rooms_events_counted")),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_rooms_site_id_sites"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rooms")),
        sa.UniqueConstraint("code", name=op.f("uq_rooms_code")),
    )
    op.create_index(op.f("ix_rooms_site_id"), "rooms", ["site_id"], unique=False)
    op.create_table(
        "instruments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("room_id", sa.Uuid(), nullable=True),
        sa.Column("place", sa.String(length=60), nullable=False, comment="e.g. dock 1"),
        sa.Column("gateway", sa.String(length=32), nullable=False, comment="its gateway's name in MQTT topics"),
        sa.Column("name", sa.String(length=32), nullable=False, comment="its own name in MQTT topics"),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("protocol", sa.String(length=32), nullable=False),
        sa.Column("e_grams", sa.BigInteger(), nullable=True, comment="verification division"),
        sa.Column("capacity_grams", sa.BigInteger(), nullable=True),
        sa.Column("serial_number", sa.String(length=60), nullable=True),
        sa.Column("retired_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'scale') = (e_grams IS NOT NULL) AND (kind = 'scale') = (capacity_grams IS NOT NULL)",
            name=op.f("ck_instruments_scales_weigh"),
        ),
        sa.CheckConstraint("kind IN ('scale','probe')", name=op.f("ck_instruments_kind_known")),
        sa.CheckConstraint(
            "e_grams IS NULL OR (e_grams > 0 AND e_grams <= capacity_grams)",
            name=op.f("ck_instruments_division_in_range"),
        ),
        sa.ForeignKeyConstraint(
            ["room_id"], ["rooms.id"], name=op.f("fk_instruments_room_id_rooms"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_instruments_site_id_sites"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instruments")),
    )
    op.create_index(op.f("ix_instruments_site_id"), "instruments", ["site_id"], unique=False)
    op.create_index(
        "uq_instruments_topic",
        "instruments",
        ["gateway", "name"],
        unique=True,
        sqlite_where=sa.text("retired_at IS NULL"),
        postgresql_where=sa.text("retired_at IS NULL"),
    )
    op.create_table(
        "insurance_policies",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("room_id", sa.Uuid(), nullable=True),
        sa.Column("site_id", sa.Uuid(), nullable=True),
        sa.Column("insurer", sa.String(length=120), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("sum_fen", sa.BigInteger(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column(
            "until_on", sa.Date(), nullable=False, comment="the first day it no longer covers; earlier once cancelled"
        ),
        sa.Column("loss_payee_id", sa.Uuid(), nullable=True, comment="who is paid first, the lender"),
        sa.CheckConstraint("(room_id IS NULL) <> (site_id IS NULL)", name=op.f("ck_insurance_policies_room_or_site")),
        sa.CheckConstraint("sum_fen > 0", name=op.f("ck_insurance_policies_covers_something")),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_insurance_policies_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["loss_payee_id"],
            ["parties.id"],
            name=op.f("fk_insurance_policies_loss_payee_id_parties"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["room_id"],
            ["rooms.id"],
            name=op.f("fk_insurance_policies_room_id_rooms"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["site_id"],
            ["sites.id"],
            name=op.f("fk_insurance_policies_site_id_sites"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_insurance_policies")),
        sa.UniqueConstraint("insurer", "number", name="uq_insurance_policies_number"),
    )
    op.create_index(op.f("ix_insurance_policies_room_id"), "insurance_policies", ["room_id"], unique=False)
    op.create_index(op.f("ix_insurance_policies_site_id"), "insurance_policies", ["site_id"], unique=False)
    op.create_table(
        "room_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=12), nullable=False),
        sa.Column("people", sa.String(length=200), nullable=False),
        sa.Column("entered_at", sa.BigInteger(), nullable=False),
        sa.Column("until_at", sa.BigInteger(), nullable=False, comment="at the latest"),
        sa.Column("moves_allowed", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("people <> ''", name=op.f("ck_room_entries_names_people")),
        sa.CheckConstraint(
            "until_at > entered_at AND until_at - entered_at <= 43200000", name=op.f("ck_room_entries_within_a_shift")
        ),
        sa.ForeignKeyConstraint(
            ["room_id"], ["rooms.id"], name=op.f("fk_room_entries_room_id_rooms"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_entries")),
    )
    op.create_index("ix_room_entries_room", "room_entries", ["room_id", "until_at"], unique=False)
    op.create_table(
        "room_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False, comment="1, 2, 3 … of this room"),
        sa.Column("event", sa.String(length=20), nullable=False),
        sa.Column("from_state", sa.String(length=12), nullable=False),
        sa.Column("to_state", sa.String(length=12), nullable=False),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint(
            "from_state IN ('empty','pre_cooling','filling','sealed','under_ca','opened','emptying')",
            name=op.f("ck_room_events_from_state_known"),
        ),
        sa.CheckConstraint(
            "to_state IN ('empty','pre_cooling','filling','sealed','under_ca','opened','emptying')",
            name=op.f("ck_room_events_to_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["room_id"], ["rooms.id"], name=op.f("fk_room_events_room_id_rooms"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_events")),
        sa.UniqueConstraint("room_id", "step", name="uq_room_events_step"),
    )
    op.create_table(
        "slots",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("row_no", sa.Integer(), nullable=False),
        sa.Column("bay_no", sa.Integer(), nullable=False),
        sa.Column("level_no", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False, comment="with its check character"),
        sa.Column("capacity_grams", sa.BigInteger(), nullable=False),
        sa.Column("capacity_units", sa.Integer(), nullable=False),
        sa.Column("in_use", sa.Boolean(), nullable=False),
        sa.CheckConstraint("capacity_grams > 0 AND capacity_units > 0", name=op.f("ck_slots_holds_something")),
        sa.CheckConstraint("row_no > 0 AND bay_no > 0 AND level_no > 0", name=op.f("ck_slots_counted_from_one")),
        sa.ForeignKeyConstraint(
            ["room_id"], ["rooms.id"], name=op.f("fk_slots_room_id_rooms"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slots")),
        sa.UniqueConstraint("code", name=op.f("uq_slots_code")),
        sa.UniqueConstraint("room_id", "row_no", "bay_no", "level_no", name="uq_slots_place"),
    )
    op.create_table(
        "calibrations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("instrument_id", sa.Uuid(), nullable=False),
        sa.Column("certificate", sa.String(length=60), nullable=False),
        sa.Column("body", sa.String(length=120), nullable=False, comment="who verified"),
        sa.Column("calibrated_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False, comment="the last day it covers"),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("due_on >= calibrated_on", name=op.f("ck_calibrations_due_after")),
        sa.ForeignKeyConstraint(
            ["instrument_id"],
            ["instruments.id"],
            name=op.f("fk_calibrations_instrument_id_instruments"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibrations")),
    )
    op.create_index("ix_calibrations_instrument", "calibrations", ["instrument_id", "calibrated_on"], unique=False)
    op.create_table(
        "room_entry_ends",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["room_entries.id"],
            name=op.f("fk_room_entry_ends_entry_id_room_entries"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_entry_ends")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_room_entry_ends_entry_id")),
    )
    dialect = op.get_bind().dialect.name
    for table in APPEND_ONLY:
        for statement in append_only_ddl(table, dialect):
            op.execute(statement)
