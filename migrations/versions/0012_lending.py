"""Tables of lending."""

import sqlalchemy as sa
from alembic import op

from wms.kernel.evidence import append_only_ddl

revision = "0012_lending"
down_revision = "0011_trading"

APPEND_ONLY = ["gate_checks", "loan_events", "valuations"]


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "lending_products",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("lender_id", sa.Uuid(), nullable=False),
        sa.Column("rate_ppm", sa.Integer(), nullable=False, comment="interest a year in millionths"),
        sa.Column("basis", sa.String(length=20), nullable=False, comment="day count: ACT/365F, ACT/360, ACT/ACT ISDA"),
        sa.Column(
            "advance_permille",
            sa.Integer(),
            nullable=False,
            comment="ceiling of an advance, and target of cures and releases",
        ),
        sa.Column("warning_permille", sa.Integer(), nullable=False),
        sa.Column("call_permille", sa.Integer(), nullable=False),
        sa.Column("liquidate_permille", sa.Integer(), nullable=False),
        sa.Column("loss_allowance_permille", sa.Integer(), nullable=False, comment="weight not counted as value"),
        sa.Column("cure_days", sa.Integer(), nullable=False, comment="business days to answer a margin call"),
        sa.Column(
            "carry_reserved",
            sa.Boolean(),
            nullable=False,
            comment="lend what still meets the ceiling at the planned exit",
        ),
        sa.Column("inspection_days", sa.Integer(), nullable=False, comment="how old an inspection may be"),
        sa.Column("price_age_days", sa.Integer(), nullable=False, comment="how old a price may be, business days"),
        sa.Column("sells_days", sa.Integer(), nullable=False, comment="how far back dealings show that the goods sell"),
        sa.Column("proposed_by_person_id", sa.Uuid(), nullable=False),
        sa.Column("approved_by_person_id", sa.Uuid(), nullable=True),
        sa.Column("approved_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "0 < advance_permille AND advance_permille < warning_permille AND warning_permille < call_permille AND call_permille < liquidate_permille",
            name=op.f("ck_lending_products_levels_rise"),
        ),
        sa.CheckConstraint(
            "approved_by_person_id <> proposed_by_person_id", name=op.f("ck_lending_products_four_eyes")
        ),
        sa.ForeignKeyConstraint(
            ["lender_id"],
            ["parties.id"],
            name=op.f("fk_lending_products_lender_id_parties"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lending_products")),
        sa.UniqueConstraint("code", "version", name="uq_lending_products_code_version"),
    )
    op.create_table(
        "loans",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("borrower_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state", sa.String(length=20), nullable=False, comment="asked, checked, approved, active, closed, refused"
        ),
        sa.Column("asked_fen", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("asked_by_person_id", sa.Uuid(), nullable=True),
        sa.Column("first_person_id", sa.Uuid(), nullable=True),
        sa.Column("first_at", sa.BigInteger(), nullable=True),
        sa.Column("second_person_id", sa.Uuid(), nullable=True),
        sa.Column("second_at", sa.BigInteger(), nullable=True),
        sa.Column("refused_because", sa.String(length=300), nullable=True),
        sa.Column(
            "registration_no", sa.String(length=80), nullable=True, comment="of the pledge in the unified register"
        ),
        sa.Column("searched_on", sa.Date(), nullable=True, comment="day of the register search that found it free"),
        sa.Column("disbursed_on", sa.Date(), nullable=True),
        sa.Column("matures_on", sa.Date(), nullable=True),
        sa.Column("principal_fen", sa.BigInteger(), nullable=False),
        sa.Column("interest_fen", sa.BigInteger(), nullable=False, comment="accrued and posted, not yet paid"),
        sa.Column("events", sa.Integer(), nullable=False, comment="how many events there are; the next one's number"),
        sa.CheckConstraint("state <> 'closed' OR principal_fen = 0", name=op.f("ck_loans_closed_is_repaid")),
        sa.CheckConstraint(
            "disbursed_on IS NULL OR (second_person_id IS NOT NULL AND registration_no IS NOT NULL AND searched_on = disbursed_on)",
            name=op.f("ck_loans_paid_out_only_registered"),
        ),
        sa.CheckConstraint("first_person_id <> asked_by_person_id", name=op.f("ck_loans_asker_does_not_approve")),
        sa.CheckConstraint("principal_fen >= 0 AND asked_fen > 0", name=op.f("ck_loans_amounts")),
        sa.CheckConstraint(
            "second_person_id <> asked_by_person_id", name=op.f("ck_loans_asker_does_not_approve_second")
        ),
        sa.CheckConstraint("second_person_id <> first_person_id", name=op.f("ck_loans_four_eyes")),
        sa.ForeignKeyConstraint(
            ["borrower_id"],
            ["parties.id"],
            name=op.f("fk_loans_borrower_id_parties"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["lending_products.id"],
            name=op.f("fk_loans_product_id_lending_products"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loans")),
    )
    op.create_index("ix_loans_borrower", "loans", ["borrower_id", "asked_at"], unique=False)
    op.create_table(
        "gate_checks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("loan_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("group_name", sa.String(length=10), nullable=False),
        sa.Column("gate", sa.String(length=30), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("evidence", sa.String(length=300), nullable=False),
        sa.Column("checked_at", sa.BigInteger(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.ForeignKeyConstraint(
            ["loan_id"], ["loans.id"], name=op.f("fk_gate_checks_loan_id_loans"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gate_checks")),
    )
    op.create_index("ix_gate_checks_loan", "gate_checks", ["loan_id"], unique=False)
    op.create_table(
        "loan_events",
        sa.Column("loan_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False, comment="disbursed, accrued, paid"),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("principal_fen", sa.BigInteger(), nullable=False, comment="change of the principal"),
        sa.Column("interest_fen", sa.BigInteger(), nullable=False, comment="change of the interest owed"),
        sa.Column("journal_id", sa.Uuid(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.ForeignKeyConstraint(
            ["journal_id"],
            ["ledger_journals.id"],
            name=op.f("fk_loan_events_journal_id_ledger_journals"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["loan_id"], ["loans.id"], name=op.f("fk_loan_events_loan_id_loans"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("loan_id", "n", name=op.f("pk_loan_events")),
    )
    op.create_table(
        "valuations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("loan_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False, comment="asked, approved, disbursed, exit"),
        sa.Column("valued_on", sa.Date(), nullable=False),
        sa.Column("entry_grams", sa.BigInteger(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=True, comment="the price used"),
        sa.Column("board_price", sa.BigInteger(), nullable=True),
        sa.Column("board_level", sa.Integer(), nullable=True),
        sa.Column("independent_price", sa.BigInteger(), nullable=True),
        sa.Column("value_fen", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.ForeignKeyConstraint(
            ["loan_id"], ["loans.id"], name=op.f("fk_valuations_loan_id_loans"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["lots.id"], name=op.f("fk_valuations_lot_id_lots"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_valuations")),
    )
    op.create_index("ix_valuations_lot", "valuations", ["lot_id", "valued_on"], unique=False)
    op.create_table(
        "pledges",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("loan_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("hold_id", sa.Uuid(), nullable=False, comment="the hold that keeps the goods in"),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("released_units", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("0 <= released_units AND released_units <= units", name=op.f("ck_pledges_released_within")),
        sa.CheckConstraint("active = (released_units < units)", name=op.f("ck_pledges_active_while_unreleased")),
        sa.ForeignKeyConstraint(
            ["hold_id"],
            ["lot_holds.id"],
            name=op.f("fk_pledges_hold_id_lot_holds"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["loan_id"], ["loans.id"], name=op.f("fk_pledges_loan_id_loans"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["lots.id"], name=op.f("fk_pledges_lot_id_lots"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pledges")),
    )
    op.create_index(
        "uq_pledges_active_lot",
        "pledges",
        ["lot_id"],
        unique=True,
        sqlite_where=sa.text("active"),
        postgresql_where=sa.text("active"),
    )
    dialect = op.get_bind().dialect.name
    for table in APPEND_ONLY:
        for statement in append_only_ddl(table, dialect):
            op.execute(statement)
