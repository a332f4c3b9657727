"""Tables of facility."""

revision = "0005_facility"
down_revision = "0004_users"


def upgrade() -> None:
    """Create the tables."""
