"""Tables of telemetry."""

import sqlalchemy as sa
from alembic import op

from wms.kernel.evidence import append_only_ddl

revision = "0007_telemetry"
down_revision = "0006_lots"

APPEND_ONLY = ["alarm_limits", "device_events", "gateway_messages", "reading_conflicts", "readings"]


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "dead_letters",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.String(length=300), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("replayed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dead_letters")),
    )
    op.create_index("ix_dead_letters_received", "dead_letters", ["received_at"], unique=False)
    op.create_table(
        "device_events",
        sa.Column("gateway", sa.String(length=32), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=True),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.PrimaryKeyConstraint("gateway", "epoch", "sequence", name=op.f("pk_device_events")),
    )
    op.create_index("ix_device_events_at", "device_events", ["happened_at"], unique=False)
    op.create_table(
        "gateway_messages",
        sa.Column("gateway", sa.String(length=32), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False, comment="up/m, up/w or up/e"),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column(
            "payload_digest", sa.String(length=64), nullable=False, comment="SHA-256 of channel, arrival and payload"
        ),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("gateway", "epoch", "sequence", name=op.f("pk_gateway_messages")),
    )
    op.create_index("ix_gateway_messages_received", "gateway_messages", ["received_at"], unique=False)
    op.create_table(
        "gateway_states",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("online", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("meta", sa.Text(), nullable=False),
        sa.Column("heard_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_gateway_states")),
    )
    op.create_table(
        "quarantined_readings",
        sa.Column("gateway", sa.String(length=32), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=True, comment="decimal text, as it came"),
        sa.Column("quality", sa.String(length=16), nullable=True),
        sa.Column("reason", sa.String(length=10), nullable=False, comment="unknown or future"),
        sa.PrimaryKeyConstraint("gateway", "epoch", "sequence", "n", name=op.f("pk_quarantined_readings")),
    )
    op.create_index("ix_quarantined_readings_sensor", "quarantined_readings", ["gateway", "name"], unique=False)
    op.create_table(
        "telemetry_lost_ranges",
        sa.Column("gateway", sa.String(length=32), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("first <= last", name=op.f("ck_telemetry_lost_ranges_range_rises")),
        sa.PrimaryKeyConstraint("gateway", "epoch", "first", name=op.f("pk_telemetry_lost_ranges")),
    )
    op.create_table(
        "telemetry_streams",
        sa.Column("gateway", sa.String(length=32), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("upto", sa.BigInteger(), nullable=False, comment="everything up to here is stored or named as lost"),
        sa.Column("highest", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("0 <= upto AND upto <= highest", name=op.f("ck_telemetry_streams_upto_within")),
        sa.PrimaryKeyConstraint("gateway", "epoch", name=op.f("pk_telemetry_streams")),
    )
    op.create_table(
        "alarm_limits",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("low", sa.BigInteger(), nullable=True),
        sa.Column("high", sa.BigInteger(), nullable=True),
        sa.Column("deadband", sa.Integer(), nullable=False),
        sa.Column("delay_s", sa.Integer(), nullable=False),
        sa.Column("severity", sa.String(length=10), nullable=False),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("deadband >= 0 AND delay_s >= 0", name=op.f("ck_alarm_limits_not_negative")),
        sa.CheckConstraint("low IS NULL OR high IS NULL OR low < high", name=op.f("ck_alarm_limits_low_below_high")),
        sa.ForeignKeyConstraint(
            ["room_id"], ["rooms.id"], name=op.f("fk_alarm_limits_room_id_rooms"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm_limits")),
    )
    op.create_index("ix_alarm_limits_room", "alarm_limits", ["room_id", "kind", "set_at"], unique=False)
    op.create_table(
        "alarms",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("severity", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=14), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False, comment="first value outside"),
        sa.Column("active_at", sa.BigInteger(), nullable=True, comment="when the delay was over"),
        sa.Column("ended_at", sa.BigInteger(), nullable=True, comment="first value inside again"),
        sa.Column("extreme", sa.BigInteger(), nullable=False, comment="the worst value"),
        sa.Column("acknowledged_at", sa.BigInteger(), nullable=True),
        sa.Column("acknowledged_by", sa.Uuid(), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.CheckConstraint(
            "acknowledged_at IS NOT NULL OR state <> 'acknowledged'", name=op.f("ck_alarms_acknowledged_by_somebody")
        ),
        sa.ForeignKeyConstraint(
            ["room_id"], ["rooms.id"], name=op.f("fk_alarms_room_id_rooms"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarms")),
    )
    op.create_index(
        "uq_alarms_open",
        "alarms",
        ["room_id", "kind"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "sensors",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("gateway", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False, comment="as in the gateway's messages, e.g. room3.t1"),
        sa.Column(
            "kind", sa.String(length=20), nullable=False, comment="temperature, humidity, co2, o2, door, defrost, fault"
        ),
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("adopted_at", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=True, comment="stamp of the newest reading"),
        sa.Column("last_value", sa.BigInteger(), nullable=True),
        sa.Column("last_quality", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(
            ["room_id"], ["rooms.id"], name=op.f("fk_sensors_room_id_rooms"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_sensors")),
        sa.UniqueConstraint("gateway", "name", name="uq_sensors_gateway_name"),
        sa.UniqueConstraint("id", name="uq_sensors_id"),
    )
    op.create_index("ix_sensors_room", "sensors", ["room_id"], unique=False)
    op.create_table(
        "reading_conflicts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sensor", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=True),
        sa.Column("quality", sa.String(length=16), nullable=True),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.ForeignKeyConstraint(
            ["sensor"],
            ["sensors.number"],
            name=op.f("fk_reading_conflicts_sensor_sensors"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading_conflicts")),
    )
    op.create_table(
        "reading_rollups",
        sa.Column("sensor", sa.Integer(), nullable=False),
        sa.Column("span_ms", sa.Integer(), nullable=False),
        sa.Column("start_at", sa.BigInteger(), nullable=False),
        sa.Column("least", sa.BigInteger(), nullable=False),
        sa.Column("most", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count > 0 AND least <= most", name=op.f("ck_reading_rollups_not_empty")),
        sa.ForeignKeyConstraint(
            ["sensor"],
            ["sensors.number"],
            name=op.f("fk_reading_rollups_sensor_sensors"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("sensor", "span_ms", "start_at", name=op.f("pk_reading_rollups")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "readings",
        sa.Column("sensor", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=True),
        sa.Column("quality", sa.String(length=16), nullable=True, comment="NULL: good"),
        sa.Column(
            "epoch", sa.BigInteger(), nullable=False, comment="with the sensor's gateway: the message it came in"
        ),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sensor"],
            ["sensors.number"],
            name=op.f("fk_readings_sensor_sensors"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("sensor", "at", name=op.f("pk_readings")),
        sqlite_with_rowid=False,
    )
    dialect = op.get_bind().dialect.name
    for table in APPEND_ONLY:
        for statement in append_only_ddl(table, dialect):
            op.execute(statement)
