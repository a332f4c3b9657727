"""What a day's close keeps: charges run up, loans against their goods, books beside the rooms; and what sites cost."""

import sqlalchemy as sa
from alembic import op

from wms.kernel.evidence import append_only_ddl

revision = "0018_attack"
down_revision = "0018_stock_3"

APPEND_ONLY = ["day_accruals", "day_reconciliations", "loan_marks", "site_costs"]


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "day_reconciliations",
        sa.Column("closed_on", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False, comment="fees, principal, interest, stock"),
        sa.Column("unit", sa.String(length=5), nullable=False, comment="of both amounts: fen or units"),
        sa.Column("books_amount", sa.BigInteger(), nullable=False, comment="what the ledger or the stock ledger says"),
        sa.Column("room_amount", sa.BigInteger(), nullable=False, comment="what invoices, loans or lots say"),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("unit IN ('fen', 'units')", name=op.f("ck_day_reconciliations_unit_known")),
        sa.PrimaryKeyConstraint("closed_on", "name", name=op.f("pk_day_reconciliations")),
    )
    op.create_table(
        "day_accruals",
        sa.Column("accrued_on", sa.Date(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("lots", sa.Integer(), nullable=False, comment="with goods in store"),
        sa.Column(
            "unpriced_lots",
            sa.Integer(),
            nullable=False,
            comment="of them without a tariff for every day: counted as nothing",
        ),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("grams", sa.BigInteger(), nullable=False, comment="on the entry basis"),
        sa.Column("storage_fen", sa.BigInteger(), nullable=False, comment="not billed yet"),
        sa.Column("handling_fen", sa.BigInteger(), nullable=False, comment="not billed yet, work done included"),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("lots >= 1 AND unpriced_lots BETWEEN 0 AND lots", name=op.f("ck_day_accruals_lots_counted")),
        sa.CheckConstraint("units >= 1 AND grams >= 1", name=op.f("ck_day_accruals_goods_counted")),
        sa.ForeignKeyConstraint(
            ["party_id"],
            ["parties.id"],
            name=op.f("fk_day_accruals_party_id_parties"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_day_accruals_site_id_sites"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("accrued_on", "party_id", "site_id", name=op.f("pk_day_accruals")),
    )
    op.create_index("ix_day_accruals_party_id", "day_accruals", ["party_id", "accrued_on"], unique=False)
    op.create_table(
        "site_costs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column(
            "per", sa.String(length=10), nullable=False, comment="a tonne a day, a tonne taken in, or the whole season"
        ),
        sa.Column("cost_micro", sa.BigInteger(), nullable=False, comment="10^-6 yuan"),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True, comment="of a season, the first day no longer in it"),
        sa.Column("source", sa.String(length=200), nullable=False, comment="where the figure comes from"),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("(per = 'season') = (ends_on IS NOT NULL)", name=op.f("ck_site_costs_seasons_end")),
        sa.CheckConstraint(
            "kind IN ('energy','labour','depreciation','rent','upkeep','insurance','other')",
            name=op.f("ck_site_costs_kind_known"),
        ),
        sa.CheckConstraint("per IN ('tonne_day','tonne_in','season')", name=op.f("ck_site_costs_per_known")),
        sa.CheckConstraint("cost_micro >= 0", name=op.f("ck_site_costs_cost_not_negative")),
        sa.CheckConstraint("ends_on IS NULL OR ends_on > effective_from", name=op.f("ck_site_costs_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_site_costs_site_id_sites"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_costs")),
    )
    op.create_index("ix_site_costs_site_id", "site_costs", ["site_id", "effective_from"], unique=False)
    op.create_table(
        "loan_marks",
        sa.Column("marked_on", sa.Date(), nullable=False),
        sa.Column("loan_id", sa.Uuid(), nullable=False),
        sa.Column("principal_fen", sa.BigInteger(), nullable=False),
        sa.Column("interest_fen", sa.BigInteger(), nullable=False, comment="to the day, posted or not"),
        sa.Column("storage_fen", sa.BigInteger(), nullable=False, comment="not billed yet"),
        sa.Column("handling_fen", sa.BigInteger(), nullable=False, comment="not billed yet"),
        sa.Column("value_fen", sa.BigInteger(), nullable=False, comment="0 without a fresh price: it fails closed"),
        sa.Column("ltv_bp", sa.BigInteger(), nullable=True, comment="NULL without value"),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("principal_fen >= 0 AND value_fen >= 0", name=op.f("ck_loan_marks_amounts")),
        sa.ForeignKeyConstraint(
            ["loan_id"], ["loans.id"], name=op.f("fk_loan_marks_loan_id_loans"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("marked_on", "loan_id", name=op.f("pk_loan_marks")),
    )
    op.create_index("ix_loan_marks_loan_id", "loan_marks", ["loan_id", "marked_on"], unique=False)
    for table in APPEND_ONLY:
        for statement in append_only_ddl(table, op.get_bind().dialect.name):
            op.execute(statement)
