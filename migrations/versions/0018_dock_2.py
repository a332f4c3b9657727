"""Refused goods, sprays, laboratory results and photos."""

import sqlalchemy as sa
from alembic import op

from wms.kernel.evidence import append_only_ddl

revision = "0018_dock_2"
down_revision = "0018_dock"

APPEND_ONLY = ["photos", "refusals", "residue_results", "treatments"]


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "photo_bodies",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_photo_bodies")),
    )
    op.create_table(
        "photos",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False, comment="whose goods it shows"),
        sa.Column("digest", sa.String(length=64), nullable=False, comment="SHA-256 of the bytes kept"),
        sa.Column("media_type", sa.String(length=12), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False, comment="pixels as stored, before turning"),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("kind IN ('lot', 'refusal', 'damage')", name=op.f("ck_photos_kind_known")),
        sa.CheckConstraint(
            "media_type IN ('image/jpeg', 'image/png', 'image/webp')", name=op.f("ck_photos_media_type_known")
        ),
        sa.CheckConstraint("size_bytes > 0 AND width > 0 AND height > 0", name=op.f("ck_photos_is_a_picture")),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["parties.id"], name=op.f("fk_photos_owner_id_parties"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photos")),
    )
    op.create_index("ix_photos_subject", "photos", ["subject_id", "kind"], unique=False)
    op.create_table(
        "refusals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=True, comment="NULL: all of it"),
        sa.Column("grams", sa.BigInteger(), nullable=False, comment="estimated; 0: not said"),
        sa.Column("reason", sa.String(length=12), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("refused_on", sa.Date(), nullable=False),
        sa.Column("refused_at", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("note <> ''", name=op.f("ck_refusals_says_why")),
        sa.CheckConstraint(
            "reason IN ('decay', 'damaged', 'residue', 'unripe', 'wet', 'other_goods', 'other')",
            name=op.f("ck_refusals_reason_known"),
        ),
        sa.CheckConstraint("grams >= 0", name=op.f("ck_refusals_grams_not_negative")),
        sa.CheckConstraint("units IS NULL OR units >= 1", name=op.f("ck_refusals_units_count")),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["deliveries.id"],
            name=op.f("fk_refusals_delivery_id_deliveries"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["parties.id"],
            name=op.f("fk_refusals_owner_id_parties"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refusals")),
    )
    op.create_index("ix_refusals_delivery", "refusals", ["delivery_id"], unique=False)
    op.create_index("ix_refusals_owner", "refusals", ["owner_id", "refused_on"], unique=False)
    op.create_table(
        "residue_results",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("substance", sa.String(length=80), nullable=False),
        sa.Column("laboratory", sa.String(length=80), nullable=False),
        sa.Column("certificate", sa.String(length=80), nullable=False, comment="number on the laboratory's paper"),
        sa.Column("sampled_on", sa.Date(), nullable=False),
        sa.Column("found_micrograms_kg", sa.Integer(), nullable=False),
        sa.Column(
            "limit_micrograms_kg", sa.Integer(), nullable=False, comment="maximum residue level that was applied"
        ),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint(
            "found_micrograms_kg >= 0 AND limit_micrograms_kg >= 0",
            name=op.f("ck_residue_results_amounts_not_negative"),
        ),
        sa.CheckConstraint(
            "passed = (found_micrograms_kg <= limit_micrograms_kg)", name=op.f("ck_residue_results_passed_is_within")
        ),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["lots.id"], name=op.f("fk_residue_results_lot_id_lots"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_residue_results")),
    )
    op.create_index("ix_residue_results_lot", "residue_results", ["lot_id", "recorded_at"], unique=False)
    op.create_table(
        "treatments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("substance", sa.String(length=80), nullable=False),
        sa.Column("sprayed_on", sa.Date(), nullable=False),
        sa.Column("interval_days", sa.Integer(), nullable=False, comment="pre-harvest interval"),
        sa.Column("source", sa.String(length=200), nullable=False, comment="who said so: spray book, label"),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("interval_days BETWEEN 0 AND 365", name=op.f("ck_treatments_interval_in_a_year")),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["lots.id"], name=op.f("fk_treatments_lot_id_lots"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_treatments")),
    )
    op.create_index("ix_treatments_lot", "treatments", ["lot_id"], unique=False)
    for table in APPEND_ONLY:
        for statement in append_only_ddl(table, op.get_bind().dialect.name):
            op.execute(statement)
