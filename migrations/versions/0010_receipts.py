"""Tables of receipts."""

revision = "0010_receipts"
down_revision = "0009_prices"


def upgrade() -> None:
    """Create the tables."""
