"""Inboxes say what they listen to."""

import sqlalchemy as sa
from alembic import op

revision = "0018_ingest_3"
down_revision = "0018_ingest_2"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "inboxes",
        sa.Column("name", sa.String(length=64), nullable=False, comment="its name at the broker"),
        sa.Column("run", sa.Uuid(), nullable=False, comment="which process: another one may begin under the same name"),
        sa.Column("filters", sa.Text(), nullable=False),
        sa.Column("since_at", sa.BigInteger(), nullable=False),
        sa.Column("beat_at", sa.BigInteger(), nullable=False),
        sa.Column("crossings", sa.Text(), nullable=False, comment="other inboxes that hear the same, and where"),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_inboxes")),
    )
