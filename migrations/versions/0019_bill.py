"""E-invoices: what charges and parties are called at the tax bureau, batches with their rows, the bureau's numbers."""

import sqlalchemy as sa
from alembic import op

from wms.kernel.evidence import append_only_ddl

revision = "0019_bill"
down_revision = "0018_dock_5"

APPEND_ONLY = [
    "einvoice_items", "einvoice_titles", "einvoice_batches", "einvoice_rows", "einvoice_withdrawals",
    "einvoice_numbers",
]  # fmt: skip


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "einvoice_batches",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("series", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False, comment="the last day counted"),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.Column("net_fen", sa.BigInteger(), nullable=False),
        sa.Column("tax_fen", sa.BigInteger(), nullable=False),
        sa.Column("gross_fen", sa.BigInteger(), nullable=False),
        sa.Column("seller_name", sa.String(length=120), nullable=False),
        sa.Column("seller_tax_number", sa.String(length=20), nullable=False),
        sa.Column("seller_address", sa.String(length=120), nullable=False),
        sa.Column("seller_phone", sa.String(length=30), nullable=False),
        sa.Column("seller_bank", sa.String(length=120), nullable=False),
        sa.Column("seller_account_number", sa.String(length=40), nullable=False),
        sa.Column("exported_on", sa.Date(), nullable=False),
        sa.Column("exported_at", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False, comment="who made it"),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("from_on <= to_on", name=op.f("ck_einvoice_batches_period_ordered")),
        sa.CheckConstraint("gross_fen = net_fen + tax_fen", name=op.f("ck_einvoice_batches_adds_up")),
        sa.CheckConstraint("number >= 1 AND documents >= 1", name=op.f("ck_einvoice_batches_not_empty")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_einvoice_batches")),
        sa.UniqueConstraint("series", "number", name="uq_einvoice_batches_number"),
    )
    op.create_index("ix_einvoice_batches_exported_at", "einvoice_batches", ["exported_at"], unique=False)
    op.create_table(
        "einvoice_items",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("charge_kind", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=19), nullable=False, comment="tax classification code"),
        sa.Column(
            "category", sa.String(length=40), nullable=False, comment="short name of the class, printed between stars"
        ),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("category <> '' AND name <> ''", name=op.f("ck_einvoice_items_named")),
        sa.CheckConstraint("charge_kind IN ('storage', 'handling')", name=op.f("ck_einvoice_items_kind_known")),
        sa.CheckConstraint("length(code) = 19", name=op.f("ck_einvoice_items_code_whole")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_einvoice_items")),
    )
    op.create_index("ix_einvoice_items_kind", "einvoice_items", ["charge_kind", "set_at"], unique=False)
    op.create_table(
        "einvoice_numbers",
        sa.Column("document_id", sa.Uuid(), nullable=False, comment="invoice or credit note"),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True, comment="the bureau's day, where its file says one"),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("length(number) = 20", name=op.f("ck_einvoice_numbers_number_whole")),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_einvoice_numbers")),
        sa.UniqueConstraint("number", name="uq_einvoice_numbers_number"),
    )
    op.create_table(
        "einvoice_series",
        sa.Column("series", sa.String(length=20), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.CheckConstraint("last_number >= 0", name=op.f("ck_einvoice_series_number_not_negative")),
        sa.PrimaryKeyConstraint("series", name=op.f("pk_einvoice_series")),
    )
    op.create_table(
        "einvoice_documents",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("document_kind", sa.String(length=12), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "document_kind IN ('invoice', 'credit_note')", name=op.f("ck_einvoice_documents_document_kind_known")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["einvoice_batches.id"],
            name=op.f("fk_einvoice_documents_batch_id_einvoice_batches"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_einvoice_documents")),
    )
    op.create_index("ix_einvoice_documents_batch", "einvoice_documents", ["batch_id"], unique=False)
    op.create_table(
        "einvoice_rows",
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False, comment="invoice or credit note"),
        sa.Column("document_kind", sa.String(length=12), nullable=False),
        sa.Column("document", sa.String(length=40), nullable=False, comment="our number as printed"),
        sa.Column("document_on", sa.Date(), nullable=False),
        sa.Column("charge_kind", sa.String(length=10), nullable=False),
        sa.Column("buyer_name", sa.String(length=120), nullable=False),
        sa.Column("buyer_tax_number", sa.String(length=20), nullable=False),
        sa.Column("buyer_is_person", sa.Boolean(), nullable=False),
        sa.Column("buyer_address", sa.String(length=120), nullable=False),
        sa.Column("buyer_phone", sa.String(length=30), nullable=False),
        sa.Column("buyer_bank", sa.String(length=120), nullable=False),
        sa.Column("buyer_account_number", sa.String(length=40), nullable=False),
        sa.Column("item_name", sa.String(length=110), nullable=False),
        sa.Column("item_code", sa.String(length=19), nullable=False),
        sa.Column("unit", sa.String(length=10), nullable=False),
        sa.Column("quantity_thousandths", sa.BigInteger(), nullable=True, comment="none on a red letter"),
        sa.Column(
            "price",
            sa.String(length=40),
            nullable=False,
            comment="yuan before tax, exact decimal; empty on a red letter",
        ),
        sa.Column("net_fen", sa.BigInteger(), nullable=False),
        sa.Column("tax_permille", sa.Integer(), nullable=False),
        sa.Column("tax_fen", sa.BigInteger(), nullable=False),
        sa.Column("gross_fen", sa.BigInteger(), nullable=False),
        sa.Column(
            "original",
            sa.String(length=40),
            nullable=False,
            comment="our number of the invoice a red letter takes back",
        ),
        sa.Column("original_number", sa.String(length=20), nullable=False, comment="the bureau's number of it"),
        sa.Column("remark", sa.String(length=230), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint(
            "document_kind = 'invoice' OR original_number <> ''", name=op.f("ck_einvoice_rows_red_names_its_original")
        ),
        sa.CheckConstraint(
            "document_kind IN ('invoice', 'credit_note')", name=op.f("ck_einvoice_rows_document_kind_known")
        ),
        sa.CheckConstraint("gross_fen = net_fen + tax_fen", name=op.f("ck_einvoice_rows_adds_up")),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["einvoice_batches.id"],
            name=op.f("fk_einvoice_rows_batch_id_einvoice_batches"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("batch_id", "n", name=op.f("pk_einvoice_rows")),
        sa.UniqueConstraint("batch_id", "document_id", "charge_kind", name="uq_einvoice_rows_line"),
    )
    op.create_index("ix_einvoice_rows_document", "einvoice_rows", ["document_id"], unique=False)
    op.create_index("ix_einvoice_rows_name", "einvoice_rows", ["document"], unique=False)
    op.create_table(
        "einvoice_titles",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("is_person", sa.Boolean(), nullable=False, comment="a natural person, who needs no tax number"),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("tax_number", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.String(length=30), nullable=False),
        sa.Column("bank", sa.String(length=120), nullable=False),
        sa.Column("account_number", sa.String(length=40), nullable=False),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.ForeignKeyConstraint(
            ["party_id"],
            ["parties.id"],
            name=op.f("fk_einvoice_titles_party_id_parties"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_einvoice_titles")),
    )
    op.create_index("ix_einvoice_titles_party", "einvoice_titles", ["party_id", "set_at"], unique=False)
    op.create_table(
        "einvoice_withdrawals",
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("withdrawn_at", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_einvoice_withdrawals_reason_given")),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["einvoice_batches.id"],
            name=op.f("fk_einvoice_withdrawals_batch_id_einvoice_batches"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_einvoice_withdrawals")),
    )
    for table in APPEND_ONLY:
        for statement in append_only_ddl(table, op.get_bind().dialect.name):
            op.execute(statement)
