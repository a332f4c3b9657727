"""Samples: loose fruit that leaves a lot, weighed, and what a laboratory says of it."""

import sqlalchemy as sa
from alembic import op

from wms.kernel.checks import restate_check
from wms.kernel.evidence import append_only_ddl

revision = "0019_quality"
down_revision = "0019_intake"

SHARE_UNITS = "on hand after the last sample; NULL: none taken"
SHARE_GRAMS = "on hand then: what units share since"


def upgrade() -> None:
    """Create the tables, and let stock and weighings say that fruit was taken as a sample."""
    _samples()
    _results()
    _shares()
    _say_sampled()
    for table in ("lot_samples", "sample_results"):
        for statement in append_only_ddl(table, op.get_bind().dialect.name):
            op.execute(statement)


def _samples() -> None:
    op.create_table(
        "lot_samples",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False, comment="whose goods on that day"),
        sa.Column("weighing_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=True, comment="the crate, where each has its weight"),
        sa.Column("grams", sa.BigInteger(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=True, comment="apples, if counted"),
        sa.Column("taken_for", sa.String(length=10), nullable=False),
        sa.Column("receiver", sa.String(length=80), nullable=False, comment="laboratory, buyer or office"),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False, comment="their number for it"),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column("taken_at", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint(
            "taken_for IN ('laboratory', 'buyer', 'authority', 'store')", name=op.f("ck_lot_samples_taken_for_known")
        ),
        sa.CheckConstraint(
            "grams >= 1 AND (pieces IS NULL OR pieces >= 1)", name=op.f("ck_lot_samples_amounts_count")
        ),
        sa.CheckConstraint("receiver <> '' AND reason <> ''", name=op.f("ck_lot_samples_says_who_and_why")),
        *(_points_to("lot_samples", column, there) for column, there in (
            ("lot_id", "lots"), ("owner_id", "parties"), ("unit_id", "units"), ("weighing_id", "weighings"),
        )),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot_samples")),
        sa.UniqueConstraint("weighing_id", name="uq_lot_samples_weighing"),
    )  # fmt: skip
    op.create_index("ix_lot_samples_lot", "lot_samples", ["lot_id", "taken_at"], unique=False)


def _results() -> None:
    op.create_table(
        "sample_results",
        sa.Column("sample_id", sa.Uuid(), nullable=False),
        sa.Column("verdict", sa.String(length=6), nullable=False),
        sa.Column("report", sa.String(length=80), nullable=False, comment="number of the laboratory's report"),
        sa.Column("findings", sa.String(length=500), nullable=False),
        sa.Column("inspection_id", sa.Uuid(), nullable=True, comment="its figures"),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("verdict IN ('passed', 'failed')", name=op.f("ck_sample_results_verdict_known")),
        sa.CheckConstraint("report <> ''", name=op.f("ck_sample_results_names_the_report")),
        _points_to("sample_results", "inspection_id", "inspections"),
        _points_to("sample_results", "sample_id", "lot_samples"),
        sa.PrimaryKeyConstraint("sample_id", name=op.f("pk_sample_results")),
    )


def _points_to(table: str, column: str, there: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{there}")
    return sa.ForeignKeyConstraint([column], [f"{there}.id"], name=name, initially="DEFERRED", deferrable=True)


def _shares() -> None:
    """Units share what the last sample left; a CHECK beside its column, since SQLite adds none to a table."""
    whole = "CONSTRAINT ck_lots_share_whole CHECK ((share_units IS NULL) = (share_grams IS NULL))"
    op.add_column("lots", sa.Column("share_units", sa.Integer(), nullable=True, comment=SHARE_UNITS))
    op.execute(f"ALTER TABLE lots ADD COLUMN share_grams BIGINT {whole}")
    own = (
        "CONSTRAINT ck_units_sampled_of_its_own"
        " CHECK (sampled_grams = 0 OR (sampled_grams > 0 AND sampled_grams < own_grams))"
    )
    op.execute(f"ALTER TABLE units ADD COLUMN sampled_grams INTEGER DEFAULT 0 NOT NULL {own}")
    if op.get_bind().dialect.name != "sqlite":
        op.execute(f"COMMENT ON COLUMN lots.share_grams IS '{SHARE_GRAMS}'")
        op.execute("COMMENT ON COLUMN units.sampled_grams IS 'taken out of it as samples'")


def _say_sampled() -> None:
    bind = op.get_bind()
    moved = (
        "kind IN ('entry', 'move', 'pick', 'exit', 'loss', 'split_out', 'split_in', 'sort_out', 'sort_in', "
        "'title_out', 'title_in'%s)"
    )
    went = "(kind NOT IN ('exit', 'split_out', 'sort_out', 'title_out') OR (units < 0 AND grams < 0))"
    weighed = "purpose IN ('gross', 'tare', 'net', 'out', 'reweigh', 'sort'%s)"
    for table, name, old, new in (
        ("stock_moves", "kind_known", moved % "", moved % ", 'sample'"),
        ("stock_moves", "goes_out", went[1:-1], f"{went} AND (kind <> 'sample' OR (units = 0 AND grams < 0))"),
        ("weighings", "purpose_known", weighed % "", weighed % ", 'sample'"),
    ):
        restate_check(bind, table, f"ck_{table}_{name}", old=old, new=new)
