"""Messages as they came are stored unpacked: PostgreSQL's own packing took a fifth of the time to store readings."""

from alembic import op

revision = "0021_ingest"
down_revision = "0020_portal"

TABLES = ("gateway_messages", "foreign_messages")


def upgrade() -> None:
    """Say how new rows lie; what is stored stays as it is and reads as before."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ALTER COLUMN payload SET STORAGE EXTERNAL")
