"""Rollups without a foreign key: its check at the end of each batch cost more than writing them."""

import sqlalchemy as sa
from alembic import op

revision = "0020_ingest"
down_revision = "0019_bill_2"

COLUMNS = "sensor, span_ms, start_at, least, most, total, count"


def upgrade() -> None:
    """Let the key go. Numbers come from `sensors`, whose rows the database refuses to delete."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("fk_reading_rollups_sensor_sensors", "reading_rollups", type_="foreignkey")
        op.execute("COMMENT ON COLUMN reading_rollups.sensor IS 'sensors.number'")
        return
    op.rename_table("reading_rollups", "rollups_before")
    op.create_table(
        "reading_rollups",
        sa.Column("sensor", sa.Integer(), autoincrement=False, nullable=False, comment="sensors.number"),
        sa.Column("span_ms", sa.Integer(), nullable=False),
        sa.Column("start_at", sa.BigInteger(), nullable=False),
        sa.Column("least", sa.BigInteger(), nullable=False),
        sa.Column("most", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count > 0 AND least <= most", name=op.f("ck_reading_rollups_not_empty")),
        sa.PrimaryKeyConstraint("sensor", "span_ms", "start_at", name=op.f("pk_reading_rollups")),
        sqlite_with_rowid=False,
    )
    op.execute(f"INSERT INTO reading_rollups ({COLUMNS}) SELECT {COLUMNS} FROM rollups_before")
    op.drop_table("rollups_before")
