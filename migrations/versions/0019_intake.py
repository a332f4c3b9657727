"""Which picking of its block a lot came from."""

import sqlalchemy as sa
from alembic import op

revision = "0019_intake"
down_revision = "0019_bill"


def upgrade() -> None:
    """Let a lot say its picking; those that are here say nothing."""
    comment = "which picking of the block: 1 is the first; NULL: not said"
    op.add_column("lots", sa.Column("picking_number", sa.Integer(), nullable=True, comment=comment))
