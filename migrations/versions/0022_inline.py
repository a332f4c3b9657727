"""Messages of up to a page lie in their row: a batch's were cut in two, each with an entry in an index of its own."""

from alembic import op

revision = "0022_inline"
down_revision = "0021_ingest"

TABLES = ("gateway_messages", "foreign_messages")


def upgrade() -> None:
    """Say how new rows lie; what is stored stays as it is and reads as before."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} SET (toast_tuple_target = 8160)")
