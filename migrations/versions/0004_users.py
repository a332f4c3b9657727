"""Tables of users."""

revision = "0004_users"
down_revision = "0003_parties"


def upgrade() -> None:
    """Create the tables."""
