"""Tables of receipts."""

import sqlalchemy as sa
from alembic import op

from wms.kernel.evidence import append_only_ddl

revision = "0010_receipts"
down_revision = "0009_prices"

APPEND_ONLY = ["receipt_events", "warehouse_receipts"]


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "receipt_numbers",
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("series", sa.String(length=20), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.CheckConstraint("last_number >= 1", name=op.f("ck_receipt_numbers_counts_up")),
        sa.ForeignKeyConstraint(
            ["site_id"],
            ["sites.id"],
            name=op.f("fk_receipt_numbers_site_id_sites"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("site_id", "series", name=op.f("pk_receipt_numbers")),
    )
    op.create_table(
        "warehouse_receipts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("series", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="gapless in site and series"),
        sa.Column("code", sa.String(length=40), nullable=False, comment="site, series and number as printed"),
        sa.Column("check_code", sa.String(length=20), nullable=False, comment="opens the public check page"),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("replaces_id", sa.Uuid(), nullable=True, comment="the receipt this one was split from"),
        sa.Column("keeper_name", sa.String(length=120), nullable=False),
        sa.Column(
            "keeper_registration", sa.String(length=60), nullable=False, comment="registration number; empty if none"
        ),
        sa.Column("keeper_registered_until_on", sa.Date(), nullable=True),
        sa.Column("depositor_id", sa.Uuid(), nullable=False),
        sa.Column("depositor_name", sa.String(length=120), nullable=False),
        sa.Column("depositor_address", sa.String(length=200), nullable=False),
        sa.Column("deliver_to", sa.String(length=10), nullable=False, comment="named, order or holder"),
        sa.Column("negotiable", sa.Boolean(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("issued_place", sa.String(length=200), nullable=False),
        sa.Column("signed_by_account_id", sa.Uuid(), nullable=False, comment="who signed for the keeper"),
        sa.Column("signed_by_person_id", sa.Uuid(), nullable=True),
        sa.Column("signed_by_name", sa.String(length=120), nullable=False),
        sa.Column("variety", sa.String(length=40), nullable=False),
        sa.Column("grade", sa.String(length=40), nullable=False),
        sa.Column("size", sa.String(length=20), nullable=False),
        sa.Column("colour_pattern", sa.String(length=40), nullable=False),
        sa.Column("bagging", sa.String(length=40), nullable=False),
        sa.Column("marks", sa.String(length=80), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("entry_grams", sa.BigInteger(), nullable=False),
        sa.Column("weighed_by_instrument", sa.Boolean(), nullable=False),
        sa.Column("loss_standard_permille", sa.Integer(), nullable=False, comment="shrink that is the owner's"),
        sa.Column("storage_place", sa.String(length=200), nullable=False),
        sa.Column("stored_from_on", sa.Date(), nullable=False),
        sa.Column("valid_until_on", sa.Date(), nullable=False, comment="never beyond the declared shelf life"),
        sa.Column(
            "tariff_version_id", sa.Uuid(), nullable=True, comment="locked tariff of billing; NULL: each day's own"
        ),
        sa.Column(
            "charges_text", sa.String(length=500), nullable=False, comment="storage fee and handling rate in words"
        ),
        sa.Column("insurance", sa.Text(), nullable=True, comment="policy id, number, insurer, sum_fen, until_on"),
        sa.Column("market_price", sa.BigInteger(), nullable=True, comment="元/kg at deposit, if known"),
        sa.Column("market_value_fen", sa.BigInteger(), nullable=True),
        sa.Column("advances_fen", sa.BigInteger(), nullable=False, comment="advanced before issue"),
        sa.Column(
            "lien_text", sa.String(length=500), nullable=False, comment="liabilities for which the keeper claims a lien"
        ),
        sa.Column(
            "keeper_interest_text",
            sa.String(length=200),
            nullable=False,
            comment="the keeper's own interest in the goods",
        ),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint(
            "deliver_to IN ('named', 'order', 'holder')", name=op.f("ck_warehouse_receipts_deliver_to_known")
        ),
        sa.CheckConstraint(
            "(market_price IS NULL) = (market_value_fen IS NULL)", name=op.f("ck_warehouse_receipts_price_and_value")
        ),
        sa.CheckConstraint("advances_fen >= 0", name=op.f("ck_warehouse_receipts_advances_not_negative")),
        sa.CheckConstraint(
            "loss_standard_permille BETWEEN 0 AND 1000", name=op.f("ck_warehouse_receipts_loss_standard_permille")
        ),
        sa.CheckConstraint(
            "number >= 1 AND units >= 1 AND entry_grams >= 1", name=op.f("ck_warehouse_receipts_counts_positive")
        ),
        sa.CheckConstraint("valid_until_on >= issued_on", name=op.f("ck_warehouse_receipts_valid_after_issue")),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["deliveries.id"],
            name=op.f("fk_warehouse_receipts_delivery_id_deliveries"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["depositor_id"],
            ["parties.id"],
            name=op.f("fk_warehouse_receipts_depositor_id_parties"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["lot_id"],
            ["lots.id"],
            name=op.f("fk_warehouse_receipts_lot_id_lots"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"],
            ["warehouse_receipts.id"],
            name=op.f("fk_warehouse_receipts_replaces_id_warehouse_receipts"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["site_id"],
            ["sites.id"],
            name=op.f("fk_warehouse_receipts_site_id_sites"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warehouse_receipts")),
        sa.UniqueConstraint("check_code", name="uq_warehouse_receipts_check_code"),
        sa.UniqueConstraint("site_id", "series", "number", name="uq_warehouse_receipts_number"),
    )
    op.create_index(
        "ix_warehouse_receipts_depositor", "warehouse_receipts", ["depositor_id", "issued_on", "id"], unique=False
    )
    op.create_index("ix_warehouse_receipts_lot", "warehouse_receipts", ["lot_id"], unique=False)
    op.create_table(
        "receipt_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("receipt_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False, comment="change of units left"),
        sa.Column("subject_id", sa.Uuid(), nullable=True, comment="loan, exit or new receipt"),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint(
            "kind IN ('issued', 'pledged', 'released', 'split', 'transferred', 'reduced', 'closed')",
            name=op.f("ck_receipt_events_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["receipt_id"],
            ["warehouse_receipts.id"],
            name=op.f("fk_receipt_events_receipt_id_warehouse_receipts"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt_events")),
    )
    op.create_index("ix_receipt_events_receipt", "receipt_events", ["receipt_id", "happened_at"], unique=False)
    op.create_table(
        "receipt_pledges",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("receipt_id", sa.Uuid(), nullable=False),
        sa.Column("lender_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False, comment="the loan"),
        sa.Column("advance_fen", sa.BigInteger(), nullable=False),
        sa.Column("pledged_at", sa.BigInteger(), nullable=False),
        sa.Column("released_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("advance_fen >= 0", name=op.f("ck_receipt_pledges_advance_not_negative")),
        sa.ForeignKeyConstraint(
            ["lender_id"],
            ["parties.id"],
            name=op.f("fk_receipt_pledges_lender_id_parties"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["receipt_id"],
            ["warehouse_receipts.id"],
            name=op.f("fk_receipt_pledges_receipt_id_warehouse_receipts"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt_pledges")),
    )
    op.create_index(
        "uq_receipt_pledges_once",
        "receipt_pledges",
        ["receipt_id"],
        unique=True,
        sqlite_where=sa.text("released_at IS NULL"),
        postgresql_where=sa.text("released_at IS NULL"),
    )
    op.create_table(
        "receipt_states",
        sa.Column("receipt_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False, comment="a lot has one open receipt"),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("units_left", sa.Integer(), nullable=False),
        sa.Column("pledge_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("(state = 'open') = (units_left > 0)", name=op.f("ck_receipt_states_open_while_goods")),
        sa.CheckConstraint("state = 'open' OR pledge_id IS NULL", name=op.f("ck_receipt_states_pledged_only_open")),
        sa.CheckConstraint("state IN ('open', 'closed', 'split')", name=op.f("ck_receipt_states_state_known")),
        sa.CheckConstraint("units_left >= 0", name=op.f("ck_receipt_states_left_not_negative")),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["lots.id"], name=op.f("fk_receipt_states_lot_id_lots"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["pledge_id"],
            ["receipt_pledges.id"],
            name=op.f("fk_receipt_states_pledge_id_receipt_pledges"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["receipt_id"],
            ["warehouse_receipts.id"],
            name=op.f("fk_receipt_states_receipt_id_warehouse_receipts"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("receipt_id", name=op.f("pk_receipt_states")),
    )
    op.create_index(
        "uq_receipt_states_open_lot",
        "receipt_states",
        ["lot_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    dialect = op.get_bind().dialect.name
    for table in APPEND_ONLY:
        for statement in append_only_ddl(table, dialect):
            op.execute(statement)
