"""PostgreSQL's guards let go what is written down as let go, so that nobody has to lock a table to take them away."""

from alembic import op

revision = "0018_ingest_2"
down_revision = "0018_ingest"

# Instants are milliseconds; a reading is never more than five minutes newer than the arrival of its message.
OLD = {
    "readings": "OLD.at < kept_from",
    "gateway_messages": "OLD.channel = 'up/m' AND OLD.received_at < kept_from - 300000",
    "foreign_messages": "OLD.received_at < kept_from - 300000",
}


def upgrade() -> None:
    """Exchange the guards."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table, old in OLD.items():
        op.execute(
            f"CREATE FUNCTION {table}_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF TG_OP = 'DELETE' AND EXISTS (SELECT 1 FROM reading_lettings_go WHERE {old}) THEN RETURN OLD; "
            "END IF; RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$"
        )
        op.execute(f"DROP TRIGGER {table}_no_change ON {table}")
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse_change()"
        )
