"""Tables of prices."""

revision = "0009_prices"
down_revision = "0008_billing"


def upgrade() -> None:
    """Create the tables."""
