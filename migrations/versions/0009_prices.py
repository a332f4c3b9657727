"""Tables of prices."""

import sqlalchemy as sa
from alembic import op

from wms.kernel.evidence import append_only_ddl

revision = "0009_prices"
down_revision = "0008_billing"

APPEND_ONLY = [
    "price_assessments",
    "price_differentials",
    "price_firm_quotes",
    "price_outside",
    "price_revisions",
    "price_trades",
    "price_trade_exclusions",
]


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "market_holidays",
        sa.Column("closed_on", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("closed_on", name=op.f("pk_market_holidays")),
    )
    op.create_table(
        "price_cells",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("variety", sa.String(length=40), nullable=False),
        sa.Column("size", sa.String(length=20), nullable=False),
        sa.Column("grade", sa.String(length=40), nullable=False),
        sa.Column("colour_pattern", sa.String(length=40), nullable=False),
        sa.Column("bagging", sa.String(length=40), nullable=False),
        sa.Column("storage_type", sa.String(length=10), nullable=False),
        sa.Column("owner_class", sa.String(length=20), nullable=False),
        sa.Column("origin", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_cells")),
        sa.UniqueConstraint(
            "variety",
            "size",
            "grade",
            "colour_pattern",
            "bagging",
            "storage_type",
            "owner_class",
            "origin",
            name="uq_price_cells_parts",
        ),
    )
    op.create_table(
        "price_assessments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cell_id", sa.Uuid(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("assessed_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("price > 0", name=op.f("ck_price_assessments_positive")),
        sa.ForeignKeyConstraint(
            ["cell_id"],
            ["price_cells.id"],
            name=op.f("fk_price_assessments_cell_id_price_cells"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_assessments")),
    )
    op.create_index("ix_price_assessments_cell_id", "price_assessments", ["cell_id", "assessed_on"], unique=False)
    op.create_table(
        "price_differentials",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cell_id", sa.Uuid(), nullable=False),
        sa.Column("neighbour_id", sa.Uuid(), nullable=False),
        sa.Column("differential", sa.BigInteger(), nullable=False, comment="元/kg on the neighbour's price"),
        sa.Column("tried", sa.Integer(), nullable=False, comment="lower is tried first"),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("cell_id <> neighbour_id", name=op.f("ck_price_differentials_two_cells")),
        sa.ForeignKeyConstraint(
            ["cell_id"],
            ["price_cells.id"],
            name=op.f("fk_price_differentials_cell_id_price_cells"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["neighbour_id"],
            ["price_cells.id"],
            name=op.f("fk_price_differentials_neighbour_id_price_cells"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_differentials")),
    )
    op.create_index(
        "ix_price_differentials_cell_id", "price_differentials", ["cell_id", "effective_from"], unique=False
    )
    op.create_index("ix_price_differentials_neighbour_id", "price_differentials", ["neighbour_id"], unique=False)
    op.create_table(
        "price_firm_quotes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cell_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.String(length=5), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("quote_grams", sa.BigInteger(), nullable=False),
        sa.Column("quoted_on", sa.Date(), nullable=False),
        sa.Column("valid_to_on", sa.Date(), nullable=False, comment="last day it binds"),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("side IN ('bid', 'offer')", name=op.f("ck_price_firm_quotes_side_known")),
        sa.CheckConstraint("price > 0 AND quote_grams > 0", name=op.f("ck_price_firm_quotes_positive")),
        sa.CheckConstraint("valid_to_on >= quoted_on", name=op.f("ck_price_firm_quotes_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["cell_id"],
            ["price_cells.id"],
            name=op.f("fk_price_firm_quotes_cell_id_price_cells"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["party_id"],
            ["parties.id"],
            name=op.f("fk_price_firm_quotes_party_id_parties"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_firm_quotes")),
    )
    op.create_index("ix_price_firm_quotes_cell_id", "price_firm_quotes", ["cell_id", "valid_to_on"], unique=False)
    op.create_table(
        "price_outside",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("series", sa.String(length=40), nullable=False, comment="whose price, e.g. AP settlement"),
        sa.Column("subject", sa.String(length=400), nullable=False, comment="the cell's key, or the variety"),
        sa.Column("variety", sa.String(length=40), nullable=False),
        sa.Column("cell_id", sa.Uuid(), nullable=True, comment="NULL: the whole variety"),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("priced_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("price > 0", name=op.f("ck_price_outside_positive")),
        sa.ForeignKeyConstraint(
            ["cell_id"],
            ["price_cells.id"],
            name=op.f("fk_price_outside_cell_id_price_cells"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_outside")),
        sa.UniqueConstraint("series", "subject", "priced_on", name="uq_price_outside_day"),
    )
    op.create_index("ix_price_outside_variety", "price_outside", ["variety", "priced_on"], unique=False)
    op.create_table(
        "price_revisions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cell_id", sa.Uuid(), nullable=False),
        sa.Column("priced_on", sa.Date(), nullable=False, comment="the day the price is for"),
        sa.Column("revision", sa.Integer(), nullable=False, comment="counts from 1 for the cell and day"),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("based_on", sa.Date(), nullable=False, comment="day of the newest fact it rests on"),
        sa.Column("basis", sa.Text(), nullable=False, comment="counts, range, excluded list"),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("level BETWEEN 1 AND 5", name=op.f("ck_price_revisions_level_known")),
        sa.CheckConstraint("price > 0", name=op.f("ck_price_revisions_positive")),
        sa.ForeignKeyConstraint(
            ["cell_id"],
            ["price_cells.id"],
            name=op.f("fk_price_revisions_cell_id_price_cells"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_revisions")),
        sa.UniqueConstraint("cell_id", "priced_on", "revision", name="uq_price_revisions_revision"),
    )
    op.create_index("ix_price_revisions_recorded_at", "price_revisions", ["cell_id", "recorded_at"], unique=False)
    op.create_table(
        "price_trades",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cell_id", sa.Uuid(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False, comment="元/kg on the reference terms"),
        sa.Column("agreed_price", sa.BigInteger(), nullable=False, comment="元/kg as agreed"),
        sa.Column("trade_grams", sa.BigInteger(), nullable=False),
        sa.Column("traded_on", sa.Date(), nullable=False),
        sa.Column("buyer_id", sa.Uuid(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("deal_id", sa.Uuid(), nullable=True, comment="the deal; deals live in a higher room"),
        sa.Column("excluded", sa.String(length=40), nullable=True, comment="why it makes no price"),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("buyer_id <> seller_id", name=op.f("ck_price_trades_two_parties")),
        sa.CheckConstraint("price > 0 AND agreed_price > 0", name=op.f("ck_price_trades_prices_positive")),
        sa.CheckConstraint("trade_grams > 0", name=op.f("ck_price_trades_grams_positive")),
        sa.ForeignKeyConstraint(
            ["buyer_id"],
            ["parties.id"],
            name=op.f("fk_price_trades_buyer_id_parties"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["cell_id"],
            ["price_cells.id"],
            name=op.f("fk_price_trades_cell_id_price_cells"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["seller_id"],
            ["parties.id"],
            name=op.f("fk_price_trades_seller_id_parties"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_trades")),
    )
    op.create_index("ix_price_trades_cell_id", "price_trades", ["cell_id", "traded_on"], unique=False)
    op.create_table(
        "price_trade_exclusions",
        sa.Column("trade_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.ForeignKeyConstraint(
            ["trade_id"],
            ["price_trades.id"],
            name=op.f("fk_price_trade_exclusions_trade_id_price_trades"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("trade_id", name=op.f("pk_price_trade_exclusions")),
    )
    for table in APPEND_ONLY:
        for statement in append_only_ddl(table, op.get_bind().dialect.name):
            op.execute(statement)
