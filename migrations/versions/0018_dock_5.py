"""Damages found in store, and claims to the insurer."""

import sqlalchemy as sa
from alembic import op

from wms.kernel.evidence import append_only_ddl

revision = "0018_dock_5"
down_revision = "0018_dock_4"

APPEND_ONLY = ["damages"]


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "damages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False, comment="whose goods on that day"),
        sa.Column("room_id", sa.Uuid(), nullable=True, comment="where it lay; NULL: on the dock"),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("grams", sa.BigInteger(), nullable=False, comment="entry weight of these units"),
        sa.Column("cause", sa.String(length=10), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("found_at", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint(
            "cause IN ('spoiled', 'frozen', 'crushed', 'fire', 'water', 'gas', 'other')",
            name=op.f("ck_damages_cause_known"),
        ),
        sa.CheckConstraint("note <> ''", name=op.f("ck_damages_says_what")),
        sa.CheckConstraint("units >= 1 AND grams >= 1", name=op.f("ck_damages_amounts_count")),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["lots.id"], name=op.f("fk_damages_lot_id_lots"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["parties.id"],
            name=op.f("fk_damages_owner_id_parties"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["room_id"], ["rooms.id"], name=op.f("fk_damages_room_id_rooms"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_damages")),
    )
    op.create_index("ix_damages_found", "damages", ["found_on", "id"], unique=False)
    op.create_index("ix_damages_lot", "damages", ["lot_id"], unique=False)
    op.create_table(
        "insurance_claims",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("damage_id", sa.Uuid(), nullable=False),
        sa.Column("policy_id", sa.Uuid(), nullable=False, comment="in force on the day found"),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("asked_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_reference", sa.String(length=80), nullable=False),
        sa.Column("reject_reason", sa.String(length=500), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("filed_at", sa.BigInteger(), nullable=False),
        sa.Column("receiver_eyes", sa.Uuid(), nullable=True, comment="who wrote the payment down"),
        sa.Column("settler_eyes", sa.Uuid(), nullable=True),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(state = 'rejected') = (reject_reason IS NOT NULL)", name=op.f("ck_insurance_claims_rejected_says_why")
        ),
        sa.CheckConstraint(
            "(state IN ('paid', 'settled')) = (paid_fen > 0)", name=op.f("ck_insurance_claims_paid_has_money")
        ),
        sa.CheckConstraint(
            "state <> 'settled' OR settler_eyes <> receiver_eyes", name=op.f("ck_insurance_claims_settled_by_another")
        ),
        sa.CheckConstraint(
            "state IN ('filed', 'paid', 'rejected', 'settled')", name=op.f("ck_insurance_claims_state_known")
        ),
        sa.CheckConstraint("asked_fen > 0 AND paid_fen >= 0", name=op.f("ck_insurance_claims_amounts_right")),
        sa.ForeignKeyConstraint(
            ["damage_id"],
            ["damages.id"],
            name=op.f("fk_insurance_claims_damage_id_damages"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["parties.id"],
            name=op.f("fk_insurance_claims_owner_id_parties"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["policy_id"],
            ["insurance_policies.id"],
            name=op.f("fk_insurance_claims_policy_id_insurance_policies"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_insurance_claims")),
        sa.UniqueConstraint("damage_id", name="uq_insurance_claims_damage"),
    )
    op.create_index("ix_insurance_claims_state", "insurance_claims", ["state", "filed_on", "id"], unique=False)
    for table in APPEND_ONLY:
        for statement in append_only_ddl(table, op.get_bind().dialect.name):
            op.execute(statement)
