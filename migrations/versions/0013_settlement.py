"""Tables of settlement."""

revision = "0013_settlement"
down_revision = "0012_lending"


def upgrade() -> None:
    """Create the tables."""
