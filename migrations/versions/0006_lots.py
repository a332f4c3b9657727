"""Tables of lots."""

revision = "0006_lots"
down_revision = "0005_facility"


def upgrade() -> None:
    """Create the tables."""
