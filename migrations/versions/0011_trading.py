"""Tables of trading."""

revision = "0011_trading"
down_revision = "0010_receipts"


def upgrade() -> None:
    """Create the tables."""
