"""Some crates of a truck on the platform: what one weighs, against the truck's net."""

from alembic import op

from wms.kernel.checks import restate_check

revision = "0019_intake_2"
down_revision = "0019_quality_2"


def upgrade() -> None:
    """Let a weighing be for the average of a delivery's crates."""
    known = "purpose IN ('gross', 'tare', 'net', 'out', 'reweigh', 'sort', 'sample'%s)"
    restate_check(op.get_bind(), "weighings", "ck_weighings_purpose_known", old=known % "", new=known % ", 'average'")
