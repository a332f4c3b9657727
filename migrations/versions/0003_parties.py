"""Tables of parties."""

revision = "0003_parties"
down_revision = "0002_ledger"


def upgrade() -> None:
    """Create the tables."""
