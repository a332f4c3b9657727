"""Tables of telemetry."""

revision = "0007_telemetry"
down_revision = "0006_lots"


def upgrade() -> None:
    """Create the tables."""
