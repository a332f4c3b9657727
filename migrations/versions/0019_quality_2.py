"""Quality as data: parameters, limits by standards, sampling plans, what inspections found, files of instruments."""

import sqlalchemy as sa
from alembic import op

from wms.kernel.evidence import append_only_ddl

revision = "0019_quality_2"
down_revision = "0019_quality"

APPEND_ONLY = [
    "quality_parameters", "quality_limits", "sampling_plans", "inspection_values", "inspection_draws",
    "instrument_readings",
]  # fmt: skip


def upgrade() -> None:
    """Create the tables."""
    _settings()
    _findings()
    for table in APPEND_ONLY:
        for statement in append_only_ddl(table, op.get_bind().dialect.name):
            op.execute(statement)


def _points_to(table: str, column: str, there: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{there}")
    return sa.ForeignKeyConstraint([column], [f"{there}.id"], name=name, initially="DEFERRED", deferrable=True)


def _settings() -> None:
    op.create_table(
        "quality_parameters",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("zh", sa.String(length=40), nullable=False),
        sa.Column("en", sa.String(length=40), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column(
            "decimals", sa.Integer(), nullable=False, comment="values are whole numbers in 10^-decimals of the unit"
        ),
        sa.Column(
            "decays", sa.Boolean(), nullable=False, comment="condition, which drives deadlines; false: permanent grade"
        ),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("decimals BETWEEN 0 AND 3", name=op.f("ck_quality_parameters_decimals_few")),
        sa.CheckConstraint("code <> '' AND zh <> '' AND en <> ''", name=op.f("ck_quality_parameters_has_names")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quality_parameters")),
    )
    op.create_index("ix_quality_parameters_code", "quality_parameters", ["code", "set_at"], unique=False)
    op.create_table(
        "quality_limits",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("variety", sa.String(length=40), nullable=True, comment="NULL: every variety"),
        sa.Column("grade", sa.String(length=40), nullable=True, comment="NULL: every grade"),
        sa.Column("least", sa.Integer(), nullable=True),
        sa.Column("most", sa.Integer(), nullable=True),
        sa.Column("change_per_month", sa.Integer(), nullable=True, comment="usual in 30 days of storage, signed"),
        sa.Column("standard", sa.String(length=80), nullable=False, comment="with its edition: GB/T 10651-2008"),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("least IS NULL OR most IS NULL OR least <= most", name=op.f("ck_quality_limits_in_order")),
        sa.CheckConstraint("standard <> ''", name=op.f("ck_quality_limits_names_the_standard")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quality_limits")),
    )
    op.create_index("ix_quality_limits_code", "quality_limits", ["code", "effective_on"], unique=False)
    op.create_table(
        "sampling_plans",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("variety", sa.String(length=40), nullable=True, comment="NULL: every variety"),
        sa.Column("steps", sa.Text(), nullable=False, comment="[up to units or null, crates, apples], rising"),
        sa.Column("standard", sa.String(length=80), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("standard <> ''", name=op.f("ck_sampling_plans_names_the_standard")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sampling_plans")),
    )
    op.create_index("ix_sampling_plans_variety", "sampling_plans", ["variety", "effective_on"], unique=False)
    op.create_table(
        "instrument_mappings",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("lot", sa.String(length=40), nullable=False, comment="heading of the lot's number"),
        sa.Column("day", sa.String(length=40), nullable=False, comment="heading of the day; empty: the day of import"),
        sa.Column(
            "fruit", sa.String(length=40), nullable=False, comment="heading of the apple's number; empty: counted"
        ),
        sa.Column("columns", sa.Text(), nullable=False, comment="[heading, parameter, factor]"),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_instrument_mappings")),
    )


def _findings() -> None:
    op.create_table(
        "inspection_values",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False, comment="mean, in 10^-decimals of the parameter's unit"),
        sa.Column("pieces", sa.Integer(), nullable=False, comment="apples measured"),
        sa.Column("lowest", sa.Integer(), nullable=False),
        sa.Column("highest", sa.Integer(), nullable=False),
        sa.Column("limit_id", sa.Uuid(), nullable=True, comment="in force that day"),
        sa.Column("least", sa.Integer(), nullable=True),
        sa.Column("most", sa.Integer(), nullable=True),
        sa.Column("standard", sa.String(length=80), nullable=False),
        sa.Column("verdict", sa.String(length=8), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("lowest <= value AND value <= highest", name=op.f("ck_inspection_values_mean_between")),
        sa.CheckConstraint("pieces >= 1", name=op.f("ck_inspection_values_pieces_count")),
        sa.CheckConstraint(
            "verdict IN ('within', 'below', 'above', 'no_limit')", name=op.f("ck_inspection_values_verdict_known")
        ),
        _points_to("inspection_values", "limit_id", "quality_limits"),
        _points_to("inspection_values", "inspection_id", "inspections"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_values")),
        sa.UniqueConstraint("inspection_id", "code", name="uq_inspection_values_code"),
    )
    op.create_table(
        "inspection_draws",
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("lot_units", sa.Integer(), nullable=False, comment="on hand when it was drawn"),
        sa.Column("crates", sa.Integer(), nullable=False, comment="opened"),
        sa.Column("pieces", sa.Integer(), nullable=False, comment="apples looked at; 0: not said"),
        sa.Column("plan_id", sa.Uuid(), nullable=True),
        sa.Column("asked_crates", sa.Integer(), nullable=True),
        sa.Column("asked_pieces", sa.Integer(), nullable=True),
        sa.Column("standard", sa.String(length=80), nullable=False),
        sa.Column("enough", sa.Boolean(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("lot_units >= 0 AND pieces >= 0", name=op.f("ck_inspection_draws_counts_not_negative")),
        sa.CheckConstraint("(plan_id IS NULL) = (asked_crates IS NULL)", name=op.f("ck_inspection_draws_plan_asks")),
        _points_to("inspection_draws", "plan_id", "sampling_plans"),
        _points_to("inspection_draws", "inspection_id", "inspections"),
        sa.PrimaryKeyConstraint("inspection_id", name=op.f("pk_inspection_draws")),
    )
    op.create_table(
        "instrument_readings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("fruit", sa.String(length=40), nullable=False, comment="its number in the file"),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        _points_to("instrument_readings", "inspection_id", "inspections"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instrument_readings")),
    )
    op.create_index("ix_instrument_readings_inspection", "instrument_readings", ["inspection_id"], unique=False)
