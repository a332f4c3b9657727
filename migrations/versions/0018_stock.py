"""Sorting: new lots from old ones, with their genealogy, their weighings and the charges that follow them."""

import sqlalchemy as sa
from alembic import op

from wms.kernel.checks import restate_check
from wms.kernel.evidence import append_only_ddl

revision = "0018_stock"
down_revision = "0017_warehouse"

APPEND_ONLY = ["regrades", "regrade_parts", "regrade_weighings", "carried_charges", "carried_bills"]


def upgrade() -> None:
    """Create the tables, and let stock, weighings, losses and receipts say that something was sorted."""
    op.create_table(
        "regrades",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("entry_on", sa.Date(), nullable=False, comment="the entry day of every lot in it, old and new"),
        sa.Column("input_grams", sa.BigInteger(), nullable=False, comment="entry weight that went in"),
        sa.Column("output_grams", sa.BigInteger(), nullable=False, comment="entry weight of the new lots"),
        sa.Column("loss_grams", sa.BigInteger(), nullable=False, comment="entry weight of the culls"),
        sa.Column("sorted_grams", sa.BigInteger(), nullable=False, comment="weighed after sorting, without culls"),
        sa.Column("cull_grams", sa.BigInteger(), nullable=False, comment="weighed culls"),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("regraded_on", sa.Date(), nullable=False),
        sa.Column("regraded_at", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("input_grams = output_grams + loss_grams", name=op.f("ck_regrades_every_gram_placed")),
        sa.CheckConstraint("output_grams > 0 AND loss_grams >= 0", name=op.f("ck_regrades_grams_positive")),
        sa.CheckConstraint("sorted_grams > 0 AND cull_grams >= 0", name=op.f("ck_regrades_weighed")),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["parties.id"],
            name=op.f("fk_regrades_owner_id_parties"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_regrades_site_id_sites"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regrades")),
    )
    op.create_index("ix_regrades_owner", "regrades", ["owner_id", "regraded_on"], unique=False)
    op.create_table(
        "carried_charges",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("regrade_id", sa.Uuid(), nullable=False),
        sa.Column("from_lot_id", sa.Uuid(), nullable=False),
        sa.Column("to_lot_id", sa.Uuid(), nullable=False, comment="owes it with its next exit"),
        sa.Column("kind", sa.String(length=10), nullable=False, comment="storage or handling"),
        sa.Column(
            "line", sa.String(length=40), nullable=False, comment="what it is for, as in an invoice's explanation"
        ),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("grams", sa.BigInteger(), nullable=False, comment="entry weight it was charged on; 0: not by weight"),
        sa.Column(
            "carried_nanoyuan",
            sa.BigInteger(),
            nullable=False,
            comment="exact, 10^-9 yuan; negative where rounding had billed more",
        ),
        sa.Column("source_id", sa.Uuid(), nullable=True, comment="the work or carried charge that goes on here"),
        sa.Column(
            "counted_fen",
            sa.BigInteger(),
            nullable=False,
            comment="billed storage of an emptied lot, counted towards the new lot's minimum",
        ),
        sa.Column("carried_on", sa.Date(), nullable=False),
        sa.Column("carried_at", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint(
            "counted_fen >= 0 AND (counted_fen = 0 OR kind = 'storage')",
            name=op.f("ck_carried_charges_counted_is_storage"),
        ),
        sa.CheckConstraint("kind IN ('storage', 'handling')", name=op.f("ck_carried_charges_kind_known")),
        sa.CheckConstraint("from_lot_id <> to_lot_id", name=op.f("ck_carried_charges_goes_elsewhere")),
        sa.ForeignKeyConstraint(
            ["from_lot_id"],
            ["lots.id"],
            name=op.f("fk_carried_charges_from_lot_id_lots"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["regrade_id"],
            ["regrades.id"],
            name=op.f("fk_carried_charges_regrade_id_regrades"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["to_lot_id"],
            ["lots.id"],
            name=op.f("fk_carried_charges_to_lot_id_lots"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["tariff_versions.id"],
            name=op.f("fk_carried_charges_version_id_tariff_versions"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carried_charges")),
    )
    op.create_index("ix_carried_charges_from", "carried_charges", ["from_lot_id"], unique=False)
    op.create_index("ix_carried_charges_source", "carried_charges", ["source_id"], unique=False)
    op.create_index("ix_carried_charges_to", "carried_charges", ["to_lot_id"], unique=False)
    op.create_table(
        "regrade_parts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("regrade_id", sa.Uuid(), nullable=False),
        sa.Column("input_lot_id", sa.Uuid(), nullable=False),
        sa.Column("output_lot_id", sa.Uuid(), nullable=True, comment="NULL: the culls"),
        sa.Column("grams", sa.BigInteger(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("grams > 0", name=op.f("ck_regrade_parts_grams_positive")),
        sa.ForeignKeyConstraint(
            ["input_lot_id"],
            ["lots.id"],
            name=op.f("fk_regrade_parts_input_lot_id_lots"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["output_lot_id"],
            ["lots.id"],
            name=op.f("fk_regrade_parts_output_lot_id_lots"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["regrade_id"],
            ["regrades.id"],
            name=op.f("fk_regrade_parts_regrade_id_regrades"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regrade_parts")),
        sa.UniqueConstraint("regrade_id", "input_lot_id", "output_lot_id", name="uq_regrade_parts_pair"),
    )
    op.create_index("ix_regrade_parts_input", "regrade_parts", ["input_lot_id"], unique=False)
    op.create_index("ix_regrade_parts_output", "regrade_parts", ["output_lot_id"], unique=False)
    op.create_table(
        "regrade_weighings",
        sa.Column("weighing_id", sa.Uuid(), nullable=False),
        sa.Column("regrade_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=True, comment="NULL: the culls"),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.ForeignKeyConstraint(
            ["lot_id"],
            ["lots.id"],
            name=op.f("fk_regrade_weighings_lot_id_lots"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["regrade_id"],
            ["regrades.id"],
            name=op.f("fk_regrade_weighings_regrade_id_regrades"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["weighing_id"],
            ["weighings.id"],
            name=op.f("fk_regrade_weighings_weighing_id_weighings"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("weighing_id", name=op.f("pk_regrade_weighings")),
    )
    op.create_index("ix_regrade_weighings_regrade", "regrade_weighings", ["regrade_id"], unique=False)
    op.create_table(
        "carried_bills",
        sa.Column("carried_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.ForeignKeyConstraint(
            ["carried_id"],
            ["carried_charges.id"],
            name=op.f("fk_carried_bills_carried_id_carried_charges"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["invoice_id"],
            ["invoices.id"],
            name=op.f("fk_carried_bills_invoice_id_invoices"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("carried_id", name=op.f("pk_carried_bills")),
    )
    op.create_index("ix_carried_bills_invoice_id", "carried_bills", ["invoice_id"], unique=False)
    _say_sorted()
    for table in APPEND_ONLY:
        for statement in append_only_ddl(table, op.get_bind().dialect.name):
            op.execute(statement)


def _say_sorted() -> None:
    bind = op.get_bind()
    moved = "kind IN ('entry', 'move', 'pick', 'exit', 'loss', 'split_out', 'split_in'%s)"
    came = "kind NOT IN ('entry', 'split_in'%s) OR (units > 0 AND grams > 0)"
    went = "kind NOT IN ('exit', 'split_out'%s) OR (units < 0 AND grams < 0)"
    weighed = "purpose IN ('gross', 'tare', 'net', 'out', 'reweigh'%s)"
    lost = "source IN ('exit', 'count'%s)"
    told = "kind IN ('issued', 'pledged', 'released', 'split', 'transferred', 'reduced', 'counted', %s'closed')"
    for table, name, condition, more in (
        ("stock_moves", "kind_known", moved, ", 'sort_out', 'sort_in'"),
        ("stock_moves", "comes_in", came, ", 'sort_in'"),
        ("stock_moves", "goes_out", went, ", 'sort_out'"),
        ("weighings", "purpose_known", weighed, ", 'sort'"),
        ("shrink_rows", "source_known", lost, ", 'sort'"),
        ("receipt_events", "kind_known", told, "'sorted', "),
    ):
        restate_check(bind, table, f"ck_{table}_{name}", old=condition % "", new=condition % more)
