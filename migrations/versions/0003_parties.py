"""Tables of parties."""

import sqlalchemy as sa
from alembic import op

from wms.kernel.evidence import append_only_ddl

revision = "0003_parties"
down_revision = "0002_ledger"

APPEND_ONLY = ["payee_changes", "payee_decisions"]


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "parties",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False, comment="short, part of account codes"),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=True),
        sa.Column("credit_code", sa.String(length=18), nullable=True, comment="unified social credit code"),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("segment", sa.String(length=40), nullable=True, comment="customer segment private prices may name"),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("code <> '' AND name <> ''", name=op.f("ck_parties_named")),
        sa.CheckConstraint(
            "kind IN ('grower','merchant','buyer','store','lender','platform')", name=op.f("ck_parties_kind_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parties")),
        sa.UniqueConstraint("code", name=op.f("uq_parties_code")),
    )
    op.create_index(op.f("ix_parties_kind"), "parties", ["kind"], unique=False)
    op.create_table(
        "persons",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=60), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_persons_named")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_persons")),
    )
    op.create_index(op.f("ix_persons_phone"), "persons", ["phone"], unique=False)
    op.create_table(
        "contracts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False, comment="the paper's number"),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True, comment="the first day it no longer holds; NULL: open"),
        sa.Column("lists_itself", sa.Boolean(), nullable=False, comment="goods are listed at put-away"),
        sa.Column("differential", sa.BigInteger(), nullable=False, comment="yuan per kg on the reference price"),
        sa.Column(
            "tariff_locked", sa.Boolean(), nullable=False, comment="the tariff of the entry day holds to the end"
        ),
        sa.Column("tax_permille", sa.Integer(), nullable=False),
        sa.Column("commission_bp", sa.Integer(), nullable=False),
        sa.Column("loss_standard_permille", sa.Integer(), nullable=False),
        sa.Column("waterfall", sa.Text(), nullable=False),
        sa.Column("partial_sale", sa.String(length=20), nullable=False),
        sa.Column("earnest_bp", sa.Integer(), nullable=False),
        sa.Column("prepay_bp", sa.Integer(), nullable=False),
        sa.Column("forfeit_seller_bp", sa.Integer(), nullable=False),
        sa.Column("silence_h", sa.Integer(), nullable=False, comment="hours after which an owner's silence is a no"),
        sa.CheckConstraint(
            "partial_sale IN ('max(pro_rata,ltv)','pro_rata','ltv')", name=op.f("ck_contracts_partial_sale_known")
        ),
        sa.CheckConstraint("commission_bp BETWEEN 0 AND 10000", name=op.f("ck_contracts_commission_in_range")),
        sa.CheckConstraint("earnest_bp BETWEEN 0 AND 2000", name=op.f("ck_contracts_earnest_in_range")),
        sa.CheckConstraint("forfeit_seller_bp BETWEEN 0 AND 10000", name=op.f("ck_contracts_forfeit_in_range")),
        sa.CheckConstraint(
            "loss_standard_permille BETWEEN 0 AND 999", name=op.f("ck_contracts_loss_standard_in_range")
        ),
        sa.CheckConstraint(
            "prepay_bp >= 0 AND earnest_bp + prepay_bp <= 10000", name=op.f("ck_contracts_prepay_in_range")
        ),
        sa.CheckConstraint("silence_h BETWEEN 1 AND 720", name=op.f("ck_contracts_silence_in_range")),
        sa.CheckConstraint("tax_permille BETWEEN 0 AND 999", name=op.f("ck_contracts_tax_in_range")),
        sa.CheckConstraint("until_on IS NULL OR until_on >= from_on", name=op.f("ck_contracts_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["party_id"],
            ["parties.id"],
            name=op.f("fk_contracts_party_id_parties"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contracts")),
    )
    op.create_index(op.f("ix_contracts_party_id"), "contracts", ["party_id"], unique=False)
    op.create_index(
        "uq_contracts_open",
        "contracts",
        ["party_id"],
        unique=True,
        sqlite_where=sa.text("until_on IS NULL"),
        postgresql_where=sa.text("until_on IS NULL"),
    )
    op.create_table(
        "employments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("post", sa.String(length=60), nullable=False),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True, comment="the first day it no longer holds; NULL: open"),
        sa.CheckConstraint("until_on IS NULL OR until_on >= from_on", name=op.f("ck_employments_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["party_id"],
            ["parties.id"],
            name=op.f("fk_employments_party_id_parties"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["persons.id"],
            name=op.f("fk_employments_person_id_persons"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employments")),
        sa.UniqueConstraint("id", "person_id", name="uq_employments_person"),
    )
    op.create_index(op.f("ix_employments_party_id"), "employments", ["party_id"], unique=False)
    op.create_index(op.f("ix_employments_person_id"), "employments", ["person_id"], unique=False)
    op.create_index(
        "uq_employments_open_primary",
        "employments",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("is_primary AND until_on IS NULL"),
        postgresql_where=sa.text("is_primary AND until_on IS NULL"),
    )
    op.create_table(
        "mandates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("scope", sa.String(length=10), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True, comment="the first day it no longer holds; NULL: open"),
        sa.Column("document", sa.String(length=200), nullable=False, comment="the paper that says so"),
        sa.CheckConstraint("scope IN ('act','collect')", name=op.f("ck_mandates_scope_known")),
        sa.CheckConstraint("until_on IS NULL OR until_on >= from_on", name=op.f("ck_mandates_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["party_id"],
            ["parties.id"],
            name=op.f("fk_mandates_party_id_parties"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["persons.id"],
            name=op.f("fk_mandates_person_id_persons"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandates")),
    )
    op.create_index(op.f("ix_mandates_party_id"), "mandates", ["party_id"], unique=False)
    op.create_index("ix_mandates_person_party", "mandates", ["person_id", "party_id"], unique=False)
    op.create_table(
        "party_relations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True, comment="the first day it no longer holds; NULL: open"),
        sa.CheckConstraint("party_id < other_id", name=op.f("ck_party_relations_ordered")),
        sa.CheckConstraint("until_on IS NULL OR until_on >= from_on", name=op.f("ck_party_relations_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["other_id"],
            ["parties.id"],
            name=op.f("fk_party_relations_other_id_parties"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["party_id"],
            ["parties.id"],
            name=op.f("fk_party_relations_party_id_parties"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_relations")),
    )
    op.create_index(op.f("ix_party_relations_other_id"), "party_relations", ["other_id"], unique=False)
    op.create_index(op.f("ix_party_relations_party_id"), "party_relations", ["party_id"], unique=False)
    op.create_table(
        "payee_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("account_name", sa.String(length=120), nullable=False),
        sa.Column("bank", sa.String(length=120), nullable=False),
        sa.Column("account_number", sa.String(length=34), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False, comment="the person"),
        sa.Column("proposed_at", sa.BigInteger(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.ForeignKeyConstraint(
            ["party_id"],
            ["parties.id"],
            name=op.f("fk_payee_changes_party_id_parties"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"],
            ["persons.id"],
            name=op.f("fk_payee_changes_proposed_by_persons"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payee_changes")),
        sa.UniqueConstraint("id", "proposed_by", name="uq_payee_changes_proposer"),
    )
    op.create_index(op.f("ix_payee_changes_party_id"), "payee_changes", ["party_id"], unique=False)
    op.create_table(
        "payee_decisions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.Column("decision", sa.String(length=10), nullable=False),
        sa.Column(
            "proposed_by", sa.Uuid(), nullable=False, comment="the person who proposed, so that the database compares"
        ),
        sa.Column("decided_by", sa.Uuid(), nullable=False, comment="the person who decided"),
        sa.Column("decided_at", sa.BigInteger(), nullable=False),
        sa.Column("effective_at", sa.BigInteger(), nullable=True, comment="from when money goes there"),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint(
            "(decision = 'approved') = (effective_at IS NOT NULL)",
            name=op.f("ck_payee_decisions_approved_takes_effect"),
        ),
        sa.CheckConstraint(
            "decision <> 'approved' OR decided_by <> proposed_by", name=op.f("ck_payee_decisions_two_persons")
        ),
        sa.CheckConstraint("decision IN ('approved','stopped')", name=op.f("ck_payee_decisions_decision_known")),
        sa.CheckConstraint(
            "effective_at IS NULL OR effective_at - decided_at >= 86400000", name=op.f("ck_payee_decisions_a_day_later")
        ),
        sa.ForeignKeyConstraint(
            ["change_id", "proposed_by"],
            ["payee_changes.id", "payee_changes.proposed_by"],
            name="fk_payee_decisions_change",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"],
            ["persons.id"],
            name=op.f("fk_payee_decisions_decided_by_persons"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payee_decisions")),
        sa.UniqueConstraint("change_id", "decision", name="uq_payee_decisions_once"),
    )
    dialect = op.get_bind().dialect.name
    for table in APPEND_ONLY:
        for statement in append_only_ddl(table, dialect):
            op.execute(statement)
