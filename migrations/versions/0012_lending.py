"""Tables of lending."""

revision = "0012_lending"
down_revision = "0011_trading"


def upgrade() -> None:
    """Create the tables."""
