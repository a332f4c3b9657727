"""Tables of the kernel."""

import sqlalchemy as sa
from alembic import op

from wms.kernel.evidence import append_only_ddl

revision = "0001_kernel"
down_revision = None

APPEND_ONLY = ["audit_rows"]


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "audit_rows",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("acted_at", sa.BigInteger(), nullable=False, comment="when, UTC"),
        sa.Column("acted_on", sa.Date(), nullable=False, comment="business day"),
        sa.Column("account_id", sa.Uuid(), nullable=False, comment="the account that acted"),
        sa.Column("person_id", sa.Uuid(), nullable=True, comment="the human behind the account"),
        sa.Column("action", sa.String(length=80), nullable=False, comment="room.verb, e.g. lots.move"),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_rows")),
    )
    op.create_index("ix_audit_rows_subject", "audit_rows", ["subject_kind", "subject_id", "acted_at"], unique=False)
    op.create_table(
        "commands",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("action", sa.String(length=80), nullable=False),
        sa.Column("input_digest", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True, comment="what the delivery layer answered the first time"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commands")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Uuid(), nullable=False, comment="idempotency key towards the outside"),
        sa.Column("topic", sa.String(length=60), nullable=False, comment="what to do, e.g. lots.put_away or send.sms"),
        sa.Column("key", sa.String(length=120), nullable=False, comment="a fact is put once per topic"),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("put_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True, comment="not before; NULL once done or given up"),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_problem", sa.String(length=500), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("topic", "key", name="uq_outbox_topic_key"),
    )
    op.create_index("ix_outbox_due", "outbox", ["topic", "due_at"], unique=False)
    dialect = op.get_bind().dialect.name
    for table in APPEND_ONLY:
        for statement in append_only_ddl(table, dialect):
            op.execute(statement)
