"""Tables of billing."""

import sqlalchemy as sa
from alembic import op

from wms.kernel.evidence import append_only_ddl

revision = "0008_billing"
down_revision = "0007_telemetry"

APPEND_ONLY = [
    "credit_limits",
    "exit_quotes",
    "invoices",
    "credit_notes",
    "invoice_lines",
    "invoice_settlements",
    "payments",
    "tariff_versions",
    "lot_tariffs",
    "tariff_approvals",
]


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "credit_limits",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("limit_fen", sa.BigInteger(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("set_by_account_id", sa.Uuid(), nullable=False),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("limit_fen >= 0", name=op.f("ck_credit_limits_limit_not_negative")),
        sa.ForeignKeyConstraint(
            ["party_id"],
            ["parties.id"],
            name=op.f("fk_credit_limits_party_id_parties"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_limits")),
    )
    op.create_index("ix_credit_limits_party_id", "credit_limits", ["party_id", "effective_from"], unique=False)
    op.create_table(
        "exit_orders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False, comment="the owner, who owes the charges"),
        sa.Column("kind", sa.String(length=10), nullable=False, comment="sale or own"),
        sa.Column("deal_id", sa.Uuid(), nullable=True, comment="the deal it delivers; deals live in a higher room"),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("collector_name", sa.String(length=80), nullable=False),
        sa.Column("plate", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column(
            "hold_id",
            sa.Uuid(),
            nullable=False,
            comment="the exit hold of an own withdrawal, the sale hold of its deal",
        ),
        sa.Column("quote_id", sa.Uuid(), nullable=True, comment="the quote that counts, one of its own"),
        sa.Column("quoted_on", sa.Date(), nullable=True, comment="the day the quote is good for"),
        sa.Column("cleared_basis", sa.String(length=10), nullable=True),
        sa.Column("cleared_at", sa.BigInteger(), nullable=True),
        sa.Column("credit_id", sa.Uuid(), nullable=True, comment="the credit it was cleared on, one of its own"),
        sa.Column("invoiced_on", sa.Date(), nullable=True, comment="charges are billed up to this day"),
        sa.Column("picked_at", sa.BigInteger(), nullable=True),
        sa.Column("out_grams", sa.BigInteger(), nullable=True, comment="weighed out, net"),
        sa.Column("entry_grams", sa.BigInteger(), nullable=True, comment="entry weight of what left"),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("opened_by_account_id", sa.Uuid(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("void_reason", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "(cleared_basis IS NOT NULL) = (cleared_at IS NOT NULL)"
            " AND (cleared_at IS NOT NULL OR state IN ('open', 'quoted', 'void'))",
            name=op.f("ck_exit_orders_cleared_before_picking"),
        ),
        sa.CheckConstraint(
            "(kind = 'sale') = (deal_id IS NOT NULL) AND kind IN ('sale', 'own')",
            name=op.f("ck_exit_orders_sale_has_deal"),
        ),
        sa.CheckConstraint(
            "(out_grams IS NOT NULL AND out_grams > 0) OR state NOT IN ('weighed', 'closed')",
            name=op.f("ck_exit_orders_weighed_out"),
        ),
        sa.CheckConstraint(
            "(quote_id IS NOT NULL) OR state IN ('open', 'void')", name=op.f("ck_exit_orders_quoted_first")
        ),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)"
            " AND (state = 'closed') = (closed_on IS NOT NULL)"
            " AND (state = 'closed') = (entry_grams IS NOT NULL)",
            name=op.f("ck_exit_orders_closed_is_dated"),
        ),
        sa.CheckConstraint("(state = 'void') = (void_reason IS NOT NULL)", name=op.f("ck_exit_orders_void_has_reason")),
        sa.CheckConstraint(
            "invoiced_on IS NOT NULL OR state <> 'closed'", name=op.f("ck_exit_orders_billed_before_closing")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'quoted', 'cleared', 'picking', 'weighed', 'closed', 'void')",
            name=op.f("ck_exit_orders_state_known"),
        ),
        sa.CheckConstraint("units >= 1", name=op.f("ck_exit_orders_units_positive")),
        sa.ForeignKeyConstraint(
            ["hold_id"],
            ["lot_holds.id"],
            name=op.f("fk_exit_orders_hold_id_lot_holds"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["lots.id"], name=op.f("fk_exit_orders_lot_id_lots"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["party_id"],
            ["parties.id"],
            name=op.f("fk_exit_orders_party_id_parties"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exit_orders")),
        sa.UniqueConstraint("id", "state", name="uq_exit_orders_id_state"),
    )
    op.create_index("ix_exit_orders_deal_id", "exit_orders", ["deal_id"], unique=False)
    op.create_index("ix_exit_orders_hold_id", "exit_orders", ["hold_id"], unique=False)
    op.create_index("ix_exit_orders_lot_id", "exit_orders", ["lot_id"], unique=False)
    op.create_index("ix_exit_orders_party_id", "exit_orders", ["party_id", "opened_at"], unique=False)
    op.create_index("ix_exit_orders_state", "exit_orders", ["state", "opened_at"], unique=False)
    op.create_table(
        "credit_requests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("exit_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("credit_fen", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("requested_by_person_id", sa.Uuid(), nullable=False),
        sa.Column("requested_at", sa.BigInteger(), nullable=False),
        sa.Column("approved_by_person_id", sa.Uuid(), nullable=True),
        sa.Column("approved_at", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(approved_by_person_id IS NULL) = (expires_at IS NULL)"
            " AND (approved_by_person_id IS NOT NULL OR state NOT IN ('approved', 'used'))",
            name=op.f("ck_credit_requests_approved_by_somebody"),
        ),
        sa.CheckConstraint(
            "state IN ('requested', 'approved', 'used', 'expired')", name=op.f("ck_credit_requests_state_known")
        ),
        sa.CheckConstraint("credit_fen > 0", name=op.f("ck_credit_requests_credit_positive")),
        sa.CheckConstraint(
            "requested_by_person_id <> approved_by_person_id", name=op.f("ck_credit_requests_four_eyes")
        ),
        sa.ForeignKeyConstraint(
            ["exit_id"],
            ["exit_orders.id"],
            name=op.f("fk_credit_requests_exit_id_exit_orders"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["party_id"],
            ["parties.id"],
            name=op.f("fk_credit_requests_party_id_parties"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_requests")),
    )
    op.create_index("ix_credit_requests_exit_id", "credit_requests", ["exit_id"], unique=False)
    op.create_index("ix_credit_requests_state", "credit_requests", ["state", "expires_at"], unique=False)
    op.create_table(
        "exit_quotes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("exit_id", sa.Uuid(), nullable=False),
        sa.Column("quoted_on", sa.Date(), nullable=False, comment="good until the end of this business day"),
        sa.Column("quoted_at", sa.BigInteger(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("entry_grams", sa.BigInteger(), nullable=False),
        sa.Column("storage_fen", sa.BigInteger(), nullable=False, comment="still to bill"),
        sa.Column("handling_fen", sa.BigInteger(), nullable=False, comment="still to bill"),
        sa.Column("billed_fen", sa.BigInteger(), nullable=False, comment="billed for this exit before"),
        sa.Column("open_fen", sa.BigInteger(), nullable=False, comment="billed for this exit before and not settled"),
        sa.Column("lines", sa.Text(), nullable=False, comment="the explanation"),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.ForeignKeyConstraint(
            ["exit_id"],
            ["exit_orders.id"],
            name=op.f("fk_exit_quotes_exit_id_exit_orders"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exit_quotes")),
    )
    op.create_index("ix_exit_quotes_exit_id", "exit_quotes", ["exit_id"], unique=False)
    op.create_table(
        "gate_passes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("exit_id", sa.Uuid(), nullable=False),
        sa.Column("exit_state", sa.String(length=10), nullable=False),
        sa.Column(
            "code_digest",
            sa.String(length=64),
            nullable=False,
            comment="SHA-256 of the one-time code; the code is not kept",
        ),
        sa.Column("plate", sa.String(length=20), nullable=False),
        sa.Column("collector_name", sa.String(length=80), nullable=False),
        sa.Column("out_grams", sa.BigInteger(), nullable=False, comment="weighed out, net"),
        sa.Column(
            "tolerance_permille", sa.Integer(), nullable=False, comment="how far the load at the gate may differ"
        ),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("passed_at", sa.BigInteger(), nullable=True),
        sa.Column("gate_grams", sa.BigInteger(), nullable=True, comment="the load at the gate, net"),
        sa.CheckConstraint(
            "(state = 'passed') = (passed_at IS NOT NULL) AND (state = 'passed') = (gate_grams IS NOT NULL)",
            name=op.f("ck_gate_passes_passed_is_weighed"),
        ),
        sa.CheckConstraint("exit_state = 'closed'", name=op.f("ck_gate_passes_only_closed_exits")),
        sa.CheckConstraint("state IN ('issued', 'passed', 'void', 'expired')", name=op.f("ck_gate_passes_state_known")),
        sa.CheckConstraint("out_grams > 0", name=op.f("ck_gate_passes_out_positive")),
        sa.CheckConstraint("tolerance_permille BETWEEN 0 AND 1000", name=op.f("ck_gate_passes_tolerance_in_range")),
        sa.ForeignKeyConstraint(
            ["exit_id", "exit_state"],
            ["exit_orders.id", "exit_orders.state"],
            name="fk_gate_passes_closed_exit",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gate_passes")),
    )
    op.create_index("ix_gate_passes_state", "gate_passes", ["state", "expires_at"], unique=False)
    op.create_index("uq_gate_passes_code_digest", "gate_passes", ["code_digest"], unique=True)
    op.create_index(
        "uq_gate_passes_live_exit",
        "gate_passes",
        ["exit_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('issued', 'passed')"),
        postgresql_where=sa.text("state IN ('issued', 'passed')"),
    )
    op.create_table(
        "invoice_series",
        sa.Column("series", sa.String(length=20), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.CheckConstraint("last_number >= 0", name=op.f("ck_invoice_series_number_not_negative")),
        sa.PrimaryKeyConstraint("series", name=op.f("pk_invoice_series")),
    )
    op.create_table(
        "invoices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("series", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("exit_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("invoiced_on", sa.Date(), nullable=False, comment="charges run up to this day, itself not counted"),
        sa.Column("invoiced_at", sa.BigInteger(), nullable=False),
        sa.Column("storage_fen", sa.BigInteger(), nullable=False),
        sa.Column("handling_fen", sa.BigInteger(), nullable=False),
        sa.Column("total_fen", sa.BigInteger(), nullable=False),
        sa.Column("tax_permille", sa.Integer(), nullable=False, comment="tax included in the amounts"),
        sa.Column("tax_fen", sa.BigInteger(), nullable=False, comment="included in the total"),
        sa.Column("journal_id", sa.Uuid(), nullable=True, comment="none when nothing is owed"),
        sa.Column("account_id", sa.Uuid(), nullable=False, comment="who issued it"),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("number >= 1", name=op.f("ck_invoices_number_positive")),
        sa.CheckConstraint(
            "tax_fen >= 0 AND (tax_fen = 0 OR tax_permille > 0)", name=op.f("ck_invoices_tax_has_a_rate")
        ),
        sa.CheckConstraint("total_fen = storage_fen + handling_fen", name=op.f("ck_invoices_total_is_the_sum")),
        sa.ForeignKeyConstraint(
            ["exit_id"],
            ["exit_orders.id"],
            name=op.f("fk_invoices_exit_id_exit_orders"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["journal_id"],
            ["ledger_journals.id"],
            name=op.f("fk_invoices_journal_id_ledger_journals"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["lots.id"], name=op.f("fk_invoices_lot_id_lots"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["party_id"],
            ["parties.id"],
            name=op.f("fk_invoices_party_id_parties"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoices")),
        sa.UniqueConstraint("series", "number", name="uq_invoices_series_number"),
    )
    op.create_index("ix_invoices_exit_id", "invoices", ["exit_id"], unique=False)
    op.create_index("ix_invoices_party_id", "invoices", ["party_id", "invoiced_at"], unique=False)
    op.create_table(
        "credit_notes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("series", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("storage_fen", sa.BigInteger(), nullable=False, comment="storage taken back, tax included"),
        sa.Column("handling_fen", sa.BigInteger(), nullable=False, comment="handling taken back, tax included"),
        sa.Column(
            "storage_paid_fen", sa.BigInteger(), nullable=False, comment="of it already paid, so owed to the party"
        ),
        sa.Column(
            "handling_paid_fen", sa.BigInteger(), nullable=False, comment="of it already paid, so owed to the party"
        ),
        sa.Column("tax_fen", sa.BigInteger(), nullable=False, comment="tax in it"),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("journal_id", sa.Uuid(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("issued_by_person_id", sa.Uuid(), nullable=False),
        sa.Column("approved_by_person_id", sa.Uuid(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_credit_notes_reason_given")),
        sa.CheckConstraint("issued_by_person_id <> approved_by_person_id", name=op.f("ck_credit_notes_four_eyes")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_credit_notes_number_positive")),
        sa.CheckConstraint(
            "storage_fen >= 0 AND handling_fen >= 0 AND storage_fen + handling_fen > 0",
            name=op.f("ck_credit_notes_positive"),
        ),
        sa.CheckConstraint(
            "storage_paid_fen BETWEEN 0 AND storage_fen AND handling_paid_fen BETWEEN 0 AND handling_fen",
            name=op.f("ck_credit_notes_paid_part_of_it"),
        ),
        sa.ForeignKeyConstraint(
            ["invoice_id"],
            ["invoices.id"],
            name=op.f("fk_credit_notes_invoice_id_invoices"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["journal_id"],
            ["ledger_journals.id"],
            name=op.f("fk_credit_notes_journal_id_ledger_journals"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_notes")),
        sa.UniqueConstraint("series", "number", name="uq_credit_notes_series_number"),
    )
    op.create_index("ix_credit_notes_invoice_id", "credit_notes", ["invoice_id"], unique=False)
    op.create_table(
        "invoice_lines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("exit_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False, comment="storage or handling"),
        sa.Column(
            "units",
            sa.Integer(),
            nullable=False,
            comment="units first billed here; 0 on a later invoice of the same exit",
        ),
        sa.Column("entry_grams", sa.BigInteger(), nullable=False, comment="their entry weight"),
        sa.Column("charge_nanoyuan", sa.BigInteger(), nullable=False, comment="exact, 10^-9 yuan, top-up left out"),
        sa.Column("charge_fen", sa.BigInteger(), nullable=False, comment="tax included, top-up included"),
        sa.Column(
            "minimum_fen", sa.BigInteger(), nullable=False, comment="top-up to the lot's minimum inside charge_fen"
        ),
        sa.Column("net_fen", sa.BigInteger(), nullable=False),
        sa.Column("tax_fen", sa.BigInteger(), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False, comment="tariff versions, days, rates, grams"),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("kind IN ('storage', 'handling')", name=op.f("ck_invoice_lines_kind_known")),
        sa.CheckConstraint("charge_fen = net_fen + tax_fen", name=op.f("ck_invoice_lines_net_and_tax")),
        sa.CheckConstraint("minimum_fen >= 0", name=op.f("ck_invoice_lines_minimum_not_negative")),
        sa.ForeignKeyConstraint(
            ["exit_id"],
            ["exit_orders.id"],
            name=op.f("fk_invoice_lines_exit_id_exit_orders"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["invoice_id"],
            ["invoices.id"],
            name=op.f("fk_invoice_lines_invoice_id_invoices"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["lots.id"], name=op.f("fk_invoice_lines_lot_id_lots"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_lines")),
        sa.UniqueConstraint("invoice_id", "kind", name="uq_invoice_lines_invoice_id_kind"),
    )
    op.create_index("ix_invoice_lines_lot_id", "invoice_lines", ["lot_id", "kind"], unique=False)
    op.create_table(
        "invoice_settlements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("journal_id", sa.Uuid(), nullable=False),
        sa.Column("storage_fen", sa.BigInteger(), nullable=False),
        sa.Column("handling_fen", sa.BigInteger(), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("storage_fen >= 0 AND handling_fen >= 0", name=op.f("ck_invoice_settlements_not_negative")),
        sa.ForeignKeyConstraint(
            ["invoice_id"],
            ["invoices.id"],
            name=op.f("fk_invoice_settlements_invoice_id_invoices"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["journal_id"],
            ["ledger_journals.id"],
            name=op.f("fk_invoice_settlements_journal_id_ledger_journals"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_settlements")),
        sa.UniqueConstraint("invoice_id", "journal_id", name="uq_invoice_settlements_invoice_id_journal_id"),
    )
    op.create_index("ix_invoice_settlements_journal_id", "invoice_settlements", ["journal_id"], unique=False)
    op.create_table(
        "payments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("payment_fen", sa.BigInteger(), nullable=False),
        sa.Column("method", sa.String(length=10), nullable=False),
        sa.Column(
            "payment_reference", sa.String(length=80), nullable=False, comment="the bank's or wallet's own number"
        ),
        sa.Column("journal_id", sa.Uuid(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False, comment="who took it"),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("method IN ('bank', 'wechat', 'alipay', 'cash')", name=op.f("ck_payments_method_known")),
        sa.CheckConstraint("payment_fen > 0", name=op.f("ck_payments_payment_positive")),
        sa.ForeignKeyConstraint(
            ["journal_id"],
            ["ledger_journals.id"],
            name=op.f("fk_payments_journal_id_ledger_journals"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["party_id"],
            ["parties.id"],
            name=op.f("fk_payments_party_id_parties"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments")),
        sa.UniqueConstraint("method", "payment_reference", name="uq_payments_method_reference"),
    )
    op.create_index("ix_payments_party_id", "payments", ["party_id", "received_at"], unique=False)
    op.create_table(
        "tariff_versions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=True, comment="only goods of this site"),
        sa.Column("party_id", sa.Uuid(), nullable=True, comment="only goods of this owner"),
        sa.Column("contract_id", sa.Uuid(), nullable=True, comment="only goods under this contract"),
        sa.Column("variety", sa.String(length=40), nullable=True, comment="only this variety"),
        sa.Column("effective_from", sa.Date(), nullable=False, comment="first day in force"),
        sa.Column("ends_on", sa.Date(), nullable=True, comment="first day no longer in force"),
        sa.Column("lines", sa.Text(), nullable=False, comment="kinds and rates in 元/kg as text"),
        sa.Column("proposed_by_account_id", sa.Uuid(), nullable=False),
        sa.Column("proposed_by_person_id", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.BigInteger(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on > effective_from", name=op.f("ck_tariff_versions_ends_after_start")
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contracts.id"],
            name=op.f("fk_tariff_versions_contract_id_contracts"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["party_id"],
            ["parties.id"],
            name=op.f("fk_tariff_versions_party_id_parties"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["site_id"],
            ["sites.id"],
            name=op.f("fk_tariff_versions_site_id_sites"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tariff_versions")),
        sa.UniqueConstraint("id", "proposed_by_person_id", name="uq_tariff_versions_id_person"),
    )
    op.create_index("ix_tariff_versions_effective_from", "tariff_versions", ["effective_from"], unique=False)
    op.create_table(
        "lot_tariffs",
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False, comment="in force on the entry day"),
        sa.Column("locked", sa.Boolean(), nullable=False, comment="keeps this version for the whole stay"),
        sa.Column("charged_from_on", sa.Date(), nullable=True, comment="first charged day of a buyer in store"),
        sa.Column("written_at", sa.BigInteger(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["lots.id"], name=op.f("fk_lot_tariffs_lot_id_lots"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["tariff_versions.id"],
            name=op.f("fk_lot_tariffs_version_id_tariff_versions"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("lot_id", name=op.f("pk_lot_tariffs")),
    )
    op.create_table(
        "tariff_approvals",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("proposed_by_person_id", sa.Uuid(), nullable=False),
        sa.Column("approved_by_account_id", sa.Uuid(), nullable=False),
        sa.Column("approved_by_person_id", sa.Uuid(), nullable=False),
        sa.Column("approved_at", sa.BigInteger(), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint(
            "proposed_by_person_id <> approved_by_person_id", name=op.f("ck_tariff_approvals_four_eyes")
        ),
        sa.ForeignKeyConstraint(
            ["version_id", "proposed_by_person_id"],
            ["tariff_versions.id", "tariff_versions.proposed_by_person_id"],
            name="fk_tariff_approvals_version",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_tariff_approvals")),
    )
    for table in APPEND_ONLY:
        for statement in append_only_ddl(table, op.get_bind().dialect.name):
            op.execute(statement)
