"""Counts, losses and what the store owes for them."""

import sqlalchemy as sa
from alembic import op

from wms.kernel.checks import restate_check
from wms.kernel.evidence import append_only_ddl

revision = "0017_warehouse"
down_revision = "0015_ingest"

APPEND_ONLY = ["loss_curves", "shrink_rows", "count_entries", "count_findings"]


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "loss_curves",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("variety", sa.String(length=40), nullable=True, comment="NULL: every variety"),
        sa.Column("storage_type", sa.String(length=10), nullable=True, comment="NULL: both"),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("points", sa.Text(), nullable=False, comment="[days, permille], rising"),
        sa.Column("source", sa.String(length=200), nullable=False, comment="where the figures come from"),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint(
            "storage_type IS NULL OR storage_type IN ('ra', 'ca')", name=op.f("ck_loss_curves_storage_type_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loss_curves")),
    )
    op.create_index("ix_loss_curves_variety", "loss_curves", ["variety", "effective_on"], unique=False)
    op.create_table(
        "shrink_rows",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(length=6), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False, comment="exit order or count"),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("stored_days", sa.Integer(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("entry_grams", sa.BigInteger(), nullable=False),
        sa.Column("out_grams", sa.BigInteger(), nullable=False),
        sa.Column("loss_grams", sa.BigInteger(), nullable=False, comment="negative for a gain"),
        sa.Column(
            "allowed_grams", sa.BigInteger(), nullable=False, comment="by the curve of its entry day, or the contract"
        ),
        sa.Column("excess_grams", sa.BigInteger(), nullable=False, comment="what the store bears"),
        sa.Column("curve_id", sa.Uuid(), nullable=True, comment="NULL: by contract, or lost"),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("recorder_eyes", sa.Uuid(), nullable=False, comment="who weighed it out or approved the count"),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("source IN ('exit', 'count')", name=op.f("ck_shrink_rows_source_known")),
        sa.CheckConstraint("allowed_grams >= 0 AND excess_grams >= 0", name=op.f("ck_shrink_rows_shares_not_negative")),
        sa.CheckConstraint(
            "excess_grams = 0 OR excess_grams = loss_grams - allowed_grams",
            name=op.f("ck_shrink_rows_excess_beyond_allowed"),
        ),
        sa.CheckConstraint(
            "excess_grams > 0 OR loss_grams <= allowed_grams", name=op.f("ck_shrink_rows_within_allowed")
        ),
        sa.CheckConstraint("loss_grams = entry_grams - out_grams", name=op.f("ck_shrink_rows_loss_is_the_difference")),
        sa.ForeignKeyConstraint(
            ["curve_id"],
            ["loss_curves.id"],
            name=op.f("fk_shrink_rows_curve_id_loss_curves"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["lots.id"], name=op.f("fk_shrink_rows_lot_id_lots"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shrink_rows")),
    )
    op.create_index("ix_shrink_rows_happened", "shrink_rows", ["happened_on", "id"], unique=False)
    op.create_index("ix_shrink_rows_lot", "shrink_rows", ["lot_id", "happened_on"], unique=False)
    op.create_index("ix_shrink_rows_source", "shrink_rows", ["source_id"], unique=False)
    op.create_table(
        "stock_counts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False, comment="C261020-0001"),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("room_id", sa.Uuid(), nullable=True),
        sa.Column("lot_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=14), nullable=False),
        sa.Column(
            "round_no", sa.Integer(), nullable=False, comment="1 is the first count; each counting again is one more"
        ),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("opened_by_eyes", sa.Uuid(), nullable=False, comment="person, or account without one"),
        sa.Column("reviewer_eyes", sa.Uuid(), nullable=True),
        sa.Column("approver_eyes", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("void_reason", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "(state = 'void') = (void_reason IS NOT NULL)", name=op.f("ck_stock_counts_void_has_reason")
        ),
        sa.CheckConstraint(
            "(state IN ('agreed','approved','void')) = (ended_at IS NOT NULL)",
            name=op.f("ck_stock_counts_ended_has_time"),
        ),
        sa.CheckConstraint(
            "state <> 'approved' OR (reviewer_eyes IS NOT NULL AND approver_eyes IS NOT NULL AND reviewer_eyes <> approver_eyes)",
            name=op.f("ck_stock_counts_approved_by_two"),
        ),
        sa.CheckConstraint(
            "state IN ('counting','recounting','investigating','reviewing','approving','agreed','approved','void')",
            name=op.f("ck_stock_counts_state_known"),
        ),
        sa.CheckConstraint("(room_id IS NULL) <> (lot_id IS NULL)", name=op.f("ck_stock_counts_room_or_lot")),
        sa.CheckConstraint("round_no >= 1", name=op.f("ck_stock_counts_round_counts")),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["lots.id"], name=op.f("fk_stock_counts_lot_id_lots"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["room_id"], ["rooms.id"], name=op.f("fk_stock_counts_room_id_rooms"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_stock_counts_site_id_sites"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_counts")),
        sa.UniqueConstraint("site_id", "code", name="uq_stock_counts_code"),
    )
    op.create_index("ix_stock_counts_state", "stock_counts", ["state", "opened_on", "id"], unique=False)
    op.create_table(
        "count_lines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("count_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("slot_id", sa.Uuid(), nullable=True, comment="NULL: the dock"),
        sa.Column("unexpected", sa.Boolean(), nullable=False, comment="found by the counter where the book has none"),
        sa.Column("round_no", sa.Integer(), nullable=False, comment="the round it was last counted in; 0: not yet"),
        sa.Column("found_units", sa.Integer(), nullable=True),
        sa.Column("book_units", sa.Integer(), nullable=True, comment="the book at the instant of that counting"),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.Column("finding_id", sa.Uuid(), nullable=True, comment="the reason that counts; it refers to this row"),
        sa.CheckConstraint(
            "(found_units IS NULL) = (book_units IS NULL)", name=op.f("ck_count_lines_found_beside_book")
        ),
        sa.CheckConstraint("NOT settled OR found_units = book_units", name=op.f("ck_count_lines_settled_agrees")),
        sa.CheckConstraint(
            "found_units IS NULL OR (found_units >= 0 AND book_units >= 0)", name=op.f("ck_count_lines_not_negative")
        ),
        sa.CheckConstraint("round_no >= 0", name=op.f("ck_count_lines_round_counts")),
        sa.ForeignKeyConstraint(
            ["count_id"],
            ["stock_counts.id"],
            name=op.f("fk_count_lines_count_id_stock_counts"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["lots.id"], name=op.f("fk_count_lines_lot_id_lots"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["slot_id"], ["slots.id"], name=op.f("fk_count_lines_slot_id_slots"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count_lines")),
    )
    op.create_index("ix_count_lines_count", "count_lines", ["count_id", "settled"], unique=False)
    op.create_index("ix_count_lines_lot", "count_lines", ["lot_id"], unique=False)
    op.create_table(
        "shrink_liabilities",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shrink_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("excess_grams", sa.BigInteger(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=True, comment="元/kg, reference of the day; NULL: none known"),
        sa.Column("value_fen", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("recorder_eyes", sa.Uuid(), nullable=False, comment="who weighed it out or approved the count"),
        sa.Column("decider_eyes", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("journal_id", sa.Uuid(), nullable=True, comment="the entry of the ledger that pays it"),
        sa.CheckConstraint(
            "(state = 'open') = (decided_at IS NULL)", name=op.f("ck_shrink_liabilities_decided_has_time")
        ),
        sa.CheckConstraint(
            "state <> 'accepted' OR value_fen IS NOT NULL", name=op.f("ck_shrink_liabilities_accepted_has_value")
        ),
        sa.CheckConstraint(
            "state = 'open' OR (decider_eyes <> recorder_eyes AND reason <> '')",
            name=op.f("ck_shrink_liabilities_decided_by_another"),
        ),
        sa.CheckConstraint("state IN ('open', 'accepted', 'waived')", name=op.f("ck_shrink_liabilities_state_known")),
        sa.CheckConstraint("(price IS NULL) = (value_fen IS NULL)", name=op.f("ck_shrink_liabilities_price_and_value")),
        sa.CheckConstraint(
            "excess_grams > 0 AND (value_fen IS NULL OR value_fen >= 0)",
            name=op.f("ck_shrink_liabilities_amounts_positive"),
        ),
        sa.ForeignKeyConstraint(
            ["lot_id"],
            ["lots.id"],
            name=op.f("fk_shrink_liabilities_lot_id_lots"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["parties.id"],
            name=op.f("fk_shrink_liabilities_owner_id_parties"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["shrink_id"],
            ["shrink_rows.id"],
            name=op.f("fk_shrink_liabilities_shrink_id_shrink_rows"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shrink_liabilities")),
        sa.UniqueConstraint("shrink_id", name="uq_shrink_liabilities_shrink"),
    )
    op.create_index("ix_shrink_liabilities_owner", "shrink_liabilities", ["owner_id"], unique=False)
    op.create_index("ix_shrink_liabilities_state", "shrink_liabilities", ["state", "opened_on", "id"], unique=False)
    op.create_table(
        "count_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("count_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("round_no", sa.Integer(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("book_units", sa.Integer(), nullable=False, comment="not shown to who counted"),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("counter_eyes", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("counted_at", sa.BigInteger(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint(
            "units >= 0 AND book_units >= 0 AND round_no >= 1", name=op.f("ck_count_entries_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["count_id"],
            ["stock_counts.id"],
            name=op.f("fk_count_entries_count_id_stock_counts"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["line_id"],
            ["count_lines.id"],
            name=op.f("fk_count_entries_line_id_count_lines"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count_entries")),
    )
    op.create_index("ix_count_entries_count", "count_entries", ["count_id"], unique=False)
    op.create_index("ix_count_entries_line", "count_entries", ["line_id", "round_no"], unique=False)
    op.create_table(
        "count_findings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("round_no", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("finder_eyes", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("found_at", sa.BigInteger(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("note <> ''", name=op.f("ck_count_findings_says_why")),
        sa.CheckConstraint(
            "reason IN ('miscounted_at_entry','misplaced','label_wrong','move_not_booked','exit_not_booked','spoiled','missing','found')",
            name=op.f("ck_count_findings_reason_known"),
        ),
        sa.ForeignKeyConstraint(
            ["line_id"],
            ["count_lines.id"],
            name=op.f("fk_count_findings_line_id_count_lines"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count_findings")),
    )
    op.create_index("ix_count_findings_line", "count_findings", ["line_id"], unique=False)
    kinds = "kind IN ('issued', 'pledged', 'released', 'split', 'transferred', 'reduced', %s'closed')"
    restate_check(
        op.get_bind(), "receipt_events", "ck_receipt_events_kind_known", old=kinds % "", new=kinds % "'counted', "
    )
    for table in APPEND_ONLY:
        for statement in append_only_ddl(table, op.get_bind().dialect.name):
            op.execute(statement)
