"""Tables of billing."""

revision = "0008_billing"
down_revision = "0007_telemetry"


def upgrade() -> None:
    """Create the tables."""
