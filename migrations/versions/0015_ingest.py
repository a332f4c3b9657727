"""Readings in months, without a foreign key; dead letters kept once; messages of other conventions; lettings go."""

import hashlib

import sqlalchemy as sa
from alembic import op

from wms.kernel.evidence import append_only_ddl

revision = "0015_ingest"
down_revision = "0016_billing_more"

READING = ("sensor", "at", "value", "quality", "epoch", "sequence")
LETTER = ("id", "topic", "payload", "reason", "received_at", "replayed_at")


def upgrade() -> None:
    """Make the new tables and bring what is there into them."""
    dialect = op.get_bind().dialect.name
    _dead_letters()
    _readings(dialect)
    _new_tables()
    op.execute("DELETE FROM reading_rollups WHERE span_ms = 60000")
    for table in ("foreign_messages", "reading_lettings_go", "readings"):
        for statement in append_only_ddl(table, dialect):
            op.execute(statement)
    _keep_sensors(dialect)


def _dead_letters() -> None:
    connection = op.get_bind()
    old = connection.execute(sa.text(f"SELECT {', '.join(LETTER)} FROM dead_letters ORDER BY received_at")).all()
    op.drop_index("ix_dead_letters_received", "dead_letters")
    op.drop_table("dead_letters")
    table = op.create_table(
        "dead_letters",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.String(length=300), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("replayed_at", sa.BigInteger(), nullable=True, comment="when it was understood after all"),
        sa.Column("digest", sa.String(length=64), nullable=False, comment="SHA-256 of topic and payload"),
        sa.Column("times", sa.Integer(), nullable=False, comment="how often it came"),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.Column(
            "gateway", sa.String(length=32), nullable=True, comment="with epoch and sequence: its key, if readable"
        ),
        sa.Column("epoch", sa.BigInteger(), nullable=True),
        sa.Column("sequence", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True, comment="when somebody set it aside"),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.CheckConstraint("times > 0", name=op.f("ck_dead_letters_came")),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (closed_by IS NULL)", name=op.f("ck_dead_letters_closed_by_somebody")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dead_letters")),
        sa.UniqueConstraint("digest", name="uq_dead_letters_digest"),
    )
    op.create_index("ix_dead_letters_received", "dead_letters", ["received_at"], unique=False)
    op.create_index("ix_dead_letters_key", "dead_letters", ["gateway", "epoch", "sequence"], unique=False)
    kept: dict[str, dict[str, object]] = {}
    for letter in old:
        digest = hashlib.sha256(letter.topic.encode() + b"\n" + bytes(letter.payload)).hexdigest()
        row = kept.setdefault(digest, {**letter._asdict(), "digest": digest, "times": 0})
        row["times"], row["last_at"] = int(str(row["times"])) + 1, letter.received_at
    # As the driver gave them: the ids are text on one engine and uuids on the other.
    plain = sa.table("dead_letters", *[sa.column(column.name) for column in table.columns])
    if kept:
        connection.execute(plain.insert(), list(kept.values()))


def _readings(dialect: str) -> None:
    op.rename_table("readings", "readings_before")
    if dialect == "postgresql":
        op.execute("ALTER TABLE readings_before RENAME CONSTRAINT pk_readings TO pk_readings_before")
    op.create_table(
        "readings",
        sa.Column("sensor", sa.Integer(), autoincrement=False, nullable=False, comment="sensors.number"),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=True),
        sa.Column("quality", sa.String(length=16), nullable=True, comment="NULL: good"),
        sa.Column(
            "epoch", sa.BigInteger(), nullable=False, comment="with the sensor's gateway: the message it came in"
        ),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("sensor", "at", name=op.f("pk_readings")),
        sqlite_with_rowid=False,
        postgresql_partition_by="RANGE (at)",
    )
    if dialect == "postgresql":
        # Months live in a schema of their own; the clock's worker makes them and sorts out what had none.
        op.execute("CREATE SCHEMA IF NOT EXISTS readings_by_month")
        op.execute("CREATE TABLE readings_by_month.other PARTITION OF readings DEFAULT")
    columns = ", ".join(READING)
    op.execute(f"INSERT INTO readings ({columns}) SELECT {columns} FROM readings_before")
    op.drop_table("readings_before")


def _new_tables() -> None:
    op.create_table(
        "foreign_messages",
        sa.Column("gateway", sa.String(length=32), nullable=False, comment="the source's name"),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("adapter", sa.String(length=16), nullable=False),
        sa.Column("topic", sa.String(length=300), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column(
            "payload_digest", sa.String(length=64), nullable=False, comment="SHA-256 of topic, arrival and payload"
        ),
        sa.Column(
            "time_sources",
            sa.String(length=60),
            nullable=False,
            comment="of each message made of it: source, gateway, server",
        ),
        sa.Column("identity", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("first <= last", name=op.f("ck_foreign_messages_range_rises")),
        sa.PrimaryKeyConstraint("gateway", "epoch", "first", name=op.f("pk_foreign_messages")),
    )
    op.create_index("ix_foreign_messages_identity", "foreign_messages", ["gateway", "identity"], unique=False)
    op.create_index("ix_foreign_messages_received", "foreign_messages", ["received_at"], unique=False)
    op.create_table(
        "reading_lettings_go",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kept_from", sa.BigInteger(), nullable=False, comment="what is older is gone"),
        sa.Column("readings", sa.BigInteger(), nullable=False, comment="how many readings went"),
        sa.Column("messages", sa.BigInteger(), nullable=False, comment="how many of their messages went"),
        sa.Column("done_at", sa.BigInteger(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading_lettings_go")),
    )


def _keep_sensors(dialect: str) -> None:
    """Readings carry a sensor's number without a foreign key, so no sensor may go."""
    if dialect == "sqlite":
        op.execute(
            "CREATE TRIGGER sensors_no_delete BEFORE DELETE ON sensors "
            "BEGIN SELECT RAISE(ABORT, 'sensors are never deleted'); END"
        )
    else:
        op.execute(
            "CREATE TRIGGER sensors_no_delete BEFORE DELETE ON sensors FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
