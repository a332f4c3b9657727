"""Tables of crm."""

revision = "0014_crm"
down_revision = "0013_settlement"


def upgrade() -> None:
    """Create the tables."""
