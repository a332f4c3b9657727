"""Tables of lots."""

import sqlalchemy as sa
from alembic import op

from wms.kernel.evidence import append_only_ddl

revision = "0006_lots"
down_revision = "0005_facility"

APPEND_ONLY = ["hold_events", "inspections", "lot_policies", "stock_moves", "weighings", "weight_records"]


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "lot_policies",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False, comment="rules.policy.LotPolicy by field name"),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.Column("set_by_id", sa.Uuid(), nullable=False, comment="account"),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot_policies")),
    )
    op.create_index("ix_lot_policies_effective_on", "lot_policies", ["effective_on", "set_at"], unique=False)
    op.create_table(
        "weight_records",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("gateway", sa.String(length=32), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("capture_id", sa.Uuid(), nullable=False, comment="the gateway's id of the capture"),
        sa.Column("instrument", sa.String(length=32), nullable=False, comment="name of the instrument at the gateway"),
        sa.Column("taken_at", sa.BigInteger(), nullable=False, comment="by the gateway's clock"),
        sa.Column("clock", sa.String(length=4), nullable=False, comment="ntp rtc free: how good that clock was"),
        sa.Column("live", sa.Boolean(), nullable=False, comment="false: sent from the spool later"),
        sa.Column("weight_grams", sa.Integer(), nullable=False),
        sa.Column("net", sa.Boolean(), nullable=True, comment="NULL: the protocol does not say"),
        sa.Column("tare_grams", sa.Integer(), nullable=True, comment="what the indicator had tared away"),
        sa.Column("stable", sa.Boolean(), nullable=False),
        sa.Column("e_grams", sa.Integer(), nullable=False, comment="division of the instrument"),
        sa.Column("protocol", sa.String(length=32), nullable=False),
        sa.Column("raw_hex", sa.String(length=1024), nullable=False, comment="the bytes of the frame"),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weight_records")),
        sa.UniqueConstraint("gateway", "epoch", "sequence", name="uq_weight_records_key"),
    )
    op.create_index(
        "ix_weight_records_instrument", "weight_records", ["gateway", "instrument", "taken_at"], unique=False
    )
    op.create_table(
        "day_numbers",
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("series", sa.String(length=20), nullable=False, comment="token, delivery, lot, sscc"),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.CheckConstraint("last_number >= 1", name=op.f("ck_day_numbers_counts_up")),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_day_numbers_site_id_sites"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("site_id", "series", "counted_on", name=op.f("pk_day_numbers")),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False, comment="D261020-0001, printed on the slip"),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("plate", sa.String(length=20), nullable=False),
        sa.Column("driver", sa.String(length=60), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("token_number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("arrived_on", sa.Date(), nullable=False),
        sa.Column("arrived_at", sa.BigInteger(), nullable=False),
        sa.Column("gross_grams", sa.Integer(), nullable=True, comment="of the weighing that counts"),
        sa.Column("tare_grams", sa.Integer(), nullable=True),
        sa.Column(
            "gross_weighing_id", sa.Uuid(), nullable=True, comment="the weighing that counts; it refers to this row"
        ),
        sa.Column("tare_weighing_id", sa.Uuid(), nullable=True),
        sa.Column(
            "platform_grams",
            sa.Integer(),
            nullable=False,
            comment="sum of the platform weighings that count, crate tare off",
        ),
        sa.Column("platform_units", sa.Integer(), nullable=False),
        sa.Column("completed_at", sa.BigInteger(), nullable=True),
        sa.Column("void_reason", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "(state = 'completed') = (completed_at IS NOT NULL)", name=op.f("ck_deliveries_completed_has_time")
        ),
        sa.CheckConstraint(
            "state IN ('arrived', 'gross_weighed', 'weighed', 'completed', 'void')",
            name=op.f("ck_deliveries_state_known"),
        ),
        sa.CheckConstraint(
            "gross_grams IS NULL OR tare_grams IS NULL OR gross_grams > tare_grams",
            name=op.f("ck_deliveries_net_positive"),
        ),
        sa.CheckConstraint("platform_grams >= 0 AND platform_units >= 0", name=op.f("ck_deliveries_platform_counts")),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["parties.id"],
            name=op.f("fk_deliveries_owner_id_parties"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_deliveries_site_id_sites"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("site_id", "code", name="uq_deliveries_code"),
    )
    op.create_index("ix_deliveries_arrived", "deliveries", ["arrived_on", "id"], unique=False)
    op.create_index("ix_deliveries_owner", "deliveries", ["owner_id", "arrived_on", "id"], unique=False)
    op.create_table(
        "gate_tokens",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="counts from 1 each day"),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("plate", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False, comment="waiting used lost"),
        sa.Column("lost_reason", sa.String(length=200), nullable=True),
        sa.Column("delivery_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(state = 'used') = (delivery_id IS NOT NULL)", name=op.f("ck_gate_tokens_used_by_delivery")
        ),
        sa.CheckConstraint("state IN ('waiting', 'used', 'lost')", name=op.f("ck_gate_tokens_state_known")),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["deliveries.id"],
            name=op.f("fk_gate_tokens_delivery_id_deliveries"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_gate_tokens_site_id_sites"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gate_tokens")),
        sa.UniqueConstraint("site_id", "issued_on", "number", name="uq_gate_tokens_number"),
    )
    op.create_table(
        "lots",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False, comment="L261020-0001, printed on labels"),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True, comment="the lot it was split from"),
        sa.Column("split_on", sa.Date(), nullable=True),
        sa.Column("variety", sa.String(length=40), nullable=False),
        sa.Column("grade", sa.String(length=40), nullable=False),
        sa.Column("size_mm", sa.Integer(), nullable=True),
        sa.Column("size_rule", sa.String(length=10), nullable=True, comment="以上 or 起步; NULL: exactly this size"),
        sa.Column("colour_pattern", sa.String(length=40), nullable=False, comment="条纹 片红 …"),
        sa.Column("bagging", sa.String(length=40), nullable=False, comment="纸袋 膜袋 纸加膜 光果"),
        sa.Column("orchard_block", sa.String(length=80), nullable=False),
        sa.Column("harvest_on", sa.Date(), nullable=True),
        sa.Column("owner_class", sa.String(length=20), nullable=False, comment="grower merchant own"),
        sa.Column("storage_type", sa.String(length=10), nullable=False, comment="ra or ca"),
        sa.Column("origin", sa.String(length=80), nullable=False, comment="township"),
        sa.Column("marks", sa.String(length=80), nullable=False, comment="what is written on the crates"),
        sa.Column("entry_on", sa.Date(), nullable=False, comment="business day; the first day of storage"),
        sa.Column("entered_at", sa.BigInteger(), nullable=False),
        sa.Column("entry_units", sa.Integer(), nullable=False),
        sa.Column("entry_grams", sa.BigInteger(), nullable=False),
        sa.Column("unit_tare_grams", sa.Integer(), nullable=False, comment="weight of one crate, not in entry_grams"),
        sa.Column(
            "unit_load_grams", sa.Integer(), nullable=False, comment="what one unit loads a slot with, crate included"
        ),
        sa.Column("weighed_one_by_one", sa.Boolean(), nullable=False, comment="every unit has its own weight"),
        sa.Column(
            "weighed_by_instrument", sa.Boolean(), nullable=False, comment="false while its weight is only typed"
        ),
        sa.Column(
            "deadline_on", sa.Date(), nullable=False, comment="quality deadline, from storage and the last inspection"
        ),
        sa.Column("inspected_on", sa.Date(), nullable=True),
        sa.Column("units_on_hand", sa.Integer(), nullable=False),
        sa.Column("grams_on_hand", sa.BigInteger(), nullable=False, comment="on the entry basis"),
        sa.Column("units_out", sa.Integer(), nullable=False),
        sa.Column("grams_out", sa.BigInteger(), nullable=False, comment="weighed on the way out"),
        sa.Column("units_lost", sa.Integer(), nullable=False),
        sa.Column(
            "grams_loss", sa.BigInteger(), nullable=False, comment="entry weight less exit weight; negative for a gain"
        ),
        sa.Column("units_passed", sa.Integer(), nullable=False, comment="carried into lots split from it"),
        sa.Column("grams_passed", sa.BigInteger(), nullable=False),
        sa.Column("units_placed", sa.Integer(), nullable=False, comment="in slots; the rest stands on the dock"),
        sa.Column("put_away_at", sa.BigInteger(), nullable=True, comment="when first all of it was in slots"),
        sa.Column(
            "sale_units", sa.Integer(), nullable=False, comment="open holds by reason: sum of lot_holds.units_left"
        ),
        sa.Column("exit_units", sa.Integer(), nullable=False),
        sa.Column("pledge_units", sa.Integer(), nullable=False),
        sa.Column("quarantine_units", sa.Integer(), nullable=False),
        sa.Column("lien_units", sa.Integer(), nullable=False),
        sa.Column("count_units", sa.Integer(), nullable=False),
        sa.CheckConstraint("(parent_id IS NULL) = (split_on IS NULL)", name=op.f("ck_lots_split_has_parent")),
        sa.CheckConstraint(
            "(units_on_hand = 0) = (grams_on_hand = 0)", name=op.f("ck_lots_units_and_grams_end_together")
        ),
        sa.CheckConstraint("count_units <= units_on_hand", name=op.f("ck_lots_count_on_hand")),
        sa.CheckConstraint(
            "entry_grams = grams_on_hand + grams_out + grams_loss + grams_passed", name=op.f("ck_lots_grams_conserved")
        ),
        sa.CheckConstraint(
            "entry_units = units_on_hand + units_out + units_lost + units_passed", name=op.f("ck_lots_units_conserved")
        ),
        sa.CheckConstraint("entry_units >= 1 AND entry_grams >= entry_units", name=op.f("ck_lots_entry_positive")),
        sa.CheckConstraint("lien_units <= units_on_hand", name=op.f("ck_lots_lien_on_hand")),
        sa.CheckConstraint("pledge_units <= units_on_hand", name=op.f("ck_lots_pledged_on_hand")),
        sa.CheckConstraint("quarantine_units <= units_on_hand", name=op.f("ck_lots_quarantined_on_hand")),
        sa.CheckConstraint(
            "quarantine_units >= 0 AND lien_units >= 0 AND count_units >= 0", name=op.f("ck_lots_stops_not_negative")
        ),
        sa.CheckConstraint("sale_units + exit_units <= units_on_hand", name=op.f("ck_lots_sold_on_hand")),
        sa.CheckConstraint(
            "sale_units >= 0 AND exit_units >= 0 AND pledge_units >= 0", name=op.f("ck_lots_holds_not_negative")
        ),
        sa.CheckConstraint("units_on_hand >= 0 AND grams_on_hand >= 0", name=op.f("ck_lots_on_hand_not_negative")),
        sa.CheckConstraint(
            "units_out >= 0 AND grams_out >= 0 AND units_lost >= 0", name=op.f("ck_lots_gone_not_negative")
        ),
        sa.CheckConstraint("units_passed >= 0 AND grams_passed >= 0", name=op.f("ck_lots_passed_not_negative")),
        sa.CheckConstraint("units_placed BETWEEN 0 AND units_on_hand", name=op.f("ck_lots_placed_on_hand")),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["deliveries.id"],
            name=op.f("fk_lots_delivery_id_deliveries"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["parties.id"], name=op.f("fk_lots_owner_id_parties"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["lots.id"], name=op.f("fk_lots_parent_id_lots"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_lots_site_id_sites"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lots")),
        sa.UniqueConstraint("site_id", "code", name="uq_lots_code"),
    )
    op.create_index("ix_lots_delivery", "lots", ["delivery_id"], unique=False)
    op.create_index("ix_lots_entry", "lots", ["entry_on", "id"], unique=False)
    op.create_index("ix_lots_owner", "lots", ["owner_id", "entry_on", "id"], unique=False)
    op.create_table(
        "put_away_rules",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("variety", sa.String(length=40), nullable=True),
        sa.Column("grade", sa.String(length=40), nullable=True),
        sa.Column("size_mm", sa.Integer(), nullable=True),
        sa.Column("storage_type", sa.String(length=10), nullable=True),
        sa.Column("owner_class", sa.String(length=20), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("origin", sa.String(length=80), nullable=True),
        sa.Column("room_id", sa.Uuid(), nullable=False, comment="the room it points to"),
        sa.Column("slot_prefix", sa.String(length=20), nullable=True, comment="only slots whose code begins so"),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["parties.id"],
            name=op.f("fk_put_away_rules_owner_id_parties"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["room_id"],
            ["rooms.id"],
            name=op.f("fk_put_away_rules_room_id_rooms"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["site_id"],
            ["sites.id"],
            name=op.f("fk_put_away_rules_site_id_sites"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_put_away_rules")),
    )
    op.create_index("ix_put_away_rules_site", "put_away_rules", ["site_id", "priority"], unique=False)
    op.create_table(
        "inspections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("inspected_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("inspector_person_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("sample_units", sa.Integer(), nullable=False),
        sa.Column("grades", sa.Text(), nullable=False, comment="grade, size, share_permille; permanent"),
        sa.Column("firmness_gf_cm2", sa.Integer(), nullable=True, comment="gram-force per cm²"),
        sa.Column("brix_permille", sa.Integer(), nullable=True),
        sa.Column("decay_permille", sa.Integer(), nullable=True),
        sa.Column("colour_permille", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("photos", sa.Text(), nullable=False, comment="references"),
        sa.Column("deadline_on", sa.Date(), nullable=False, comment="computed from condition and storage"),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint(
            "brix_permille IS NULL OR brix_permille BETWEEN 0 AND 1000", name=op.f("ck_inspections_brix_permille")
        ),
        sa.CheckConstraint(
            "colour_permille IS NULL OR colour_permille BETWEEN 0 AND 1000", name=op.f("ck_inspections_colour_permille")
        ),
        sa.CheckConstraint(
            "decay_permille IS NULL OR decay_permille BETWEEN 0 AND 1000", name=op.f("ck_inspections_decay_permille")
        ),
        sa.CheckConstraint("sample_units >= 1", name=op.f("ck_inspections_sample_counts")),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["lots.id"], name=op.f("fk_inspections_lot_id_lots"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspections")),
    )
    op.create_index("ix_inspections_lot", "inspections", ["lot_id", "inspected_on"], unique=False)
    op.create_table(
        "lot_holds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=12), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False, comment="the loan, deal, exit or case it serves"),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("units_left", sa.Integer(), nullable=False),
        sa.Column(
            "stage", sa.String(length=20), nullable=False, comment="holder's word; a pledge's is one of PledgeStage"
        ),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column(
            "release_floor", sa.BigInteger(), nullable=True, comment="元/kg below which the holder lets nothing go"
        ),
        sa.Column("enforced", sa.Boolean(), nullable=False, comment="the goods are being sold for the holder"),
        sa.Column("placed_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "reason IN ('pledge', 'sale', 'exit', 'quarantine', 'lien', 'count')",
            name=op.f("ck_lot_holds_reason_known"),
        ),
        sa.CheckConstraint("units >= 1 AND units_left BETWEEN 0 AND units", name=op.f("ck_lot_holds_left_of_units")),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["lots.id"], name=op.f("fk_lot_holds_lot_id_lots"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot_holds")),
    )
    op.create_index("ix_lot_holds_lot", "lot_holds", ["lot_id", "reason"], unique=False)
    op.create_index("ix_lot_holds_subject", "lot_holds", ["subject_id"], unique=False)
    op.create_table(
        "slot_fills",
        sa.Column("slot_id", sa.Uuid(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("load_grams", sa.BigInteger(), nullable=False),
        sa.Column("capacity_units", sa.Integer(), nullable=False),
        sa.Column("capacity_grams", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("load_grams BETWEEN 0 AND capacity_grams", name=op.f("ck_slot_fills_grams_within_capacity")),
        sa.CheckConstraint("units BETWEEN 0 AND capacity_units", name=op.f("ck_slot_fills_units_within_capacity")),
        sa.ForeignKeyConstraint(
            ["slot_id"], ["slots.id"], name=op.f("fk_slot_fills_slot_id_slots"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("slot_id", name=op.f("pk_slot_fills")),
    )
    op.create_table(
        "stock_balances",
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("slot_id", sa.Uuid(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("load_grams", sa.BigInteger(), nullable=False, comment="units times the lot's load of a unit"),
        sa.CheckConstraint(
            "(units = 0) = (load_grams = 0)", name=op.f("ck_stock_balances_units_and_grams_end_together")
        ),
        sa.CheckConstraint("units >= 0 AND load_grams >= 0", name=op.f("ck_stock_balances_not_negative")),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["lots.id"], name=op.f("fk_stock_balances_lot_id_lots"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["slot_id"],
            ["slots.id"],
            name=op.f("fk_stock_balances_slot_id_slots"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("lot_id", "slot_id", name=op.f("pk_stock_balances")),
    )
    op.create_index("ix_stock_balances_slot", "stock_balances", ["slot_id"], unique=False)
    op.create_table(
        "stock_moves",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False, comment="change of units on hand"),
        sa.Column("grams", sa.BigInteger(), nullable=False, comment="change of grams on hand, entry basis"),
        sa.Column("placed_units", sa.Integer(), nullable=False, comment="units that changed their place"),
        sa.Column("slot_from_id", sa.Uuid(), nullable=True, comment="NULL: the dock"),
        sa.Column("slot_to_id", sa.Uuid(), nullable=True, comment="NULL: the dock"),
        sa.Column("other_lot_id", sa.Uuid(), nullable=True, comment="the other side of a split"),
        sa.Column("exit_id", sa.Uuid(), nullable=True, comment="exit order of billing"),
        sa.Column("request_id", sa.Uuid(), nullable=False, comment="the request that did it"),
        sa.Column("forced", sa.Boolean(), nullable=False, comment="against the proposal, by right"),
        sa.Column("moved_on", sa.Date(), nullable=False),
        sa.Column("moved_at", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint(
            "(kind = 'exit') = (kind = 'exit' AND exit_id IS NOT NULL)", name=op.f("ck_stock_moves_exit_named")
        ),
        sa.CheckConstraint(
            "(kind IN ('move', 'pick') AND units = 0 AND grams = 0 AND placed_units > 0) OR (kind NOT "
            "IN ('move', 'pick') AND placed_units = 0 AND slot_from_id IS NULL AND slot_to_id IS NULL)",
            name=op.f("ck_stock_moves_moves_or_changes"),
        ),
        sa.CheckConstraint(
            "kind IN ('entry', 'move', 'pick', 'exit', 'loss', 'split_out', 'split_in')",
            name=op.f("ck_stock_moves_kind_known"),
        ),
        sa.CheckConstraint(
            "kind NOT IN ('entry', 'split_in') OR (units > 0 AND grams > 0)", name=op.f("ck_stock_moves_comes_in")
        ),
        sa.CheckConstraint(
            "kind NOT IN ('exit', 'split_out') OR (units < 0 AND grams < 0)", name=op.f("ck_stock_moves_goes_out")
        ),
        sa.CheckConstraint(
            "kind NOT IN ('move', 'pick') OR slot_from_id IS NOT NULL OR slot_to_id IS NOT NULL",
            name=op.f("ck_stock_moves_has_place"),
        ),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["lots.id"], name=op.f("fk_stock_moves_lot_id_lots"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["other_lot_id"],
            ["lots.id"],
            name=op.f("fk_stock_moves_other_lot_id_lots"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["slot_from_id"],
            ["slots.id"],
            name=op.f("fk_stock_moves_slot_from_id_slots"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["slot_to_id"],
            ["slots.id"],
            name=op.f("fk_stock_moves_slot_to_id_slots"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_moves")),
    )
    op.create_index("ix_stock_moves_exit", "stock_moves", ["exit_id"], unique=False)
    op.create_index("ix_stock_moves_lot", "stock_moves", ["lot_id", "moved_at"], unique=False)
    op.create_index("ix_stock_moves_slot_from", "stock_moves", ["slot_from_id"], unique=False)
    op.create_index("ix_stock_moves_slot_to", "stock_moves", ["slot_to_id"], unique=False)
    op.create_table(
        "units",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column(
            "ordinal", sa.Integer(), nullable=False, comment="counts from 1 in the lot; units leave in this order"
        ),
        sa.Column("sscc", sa.String(length=18), nullable=False, comment="GS1 serial shipping container code"),
        sa.Column("tare_grams", sa.Integer(), nullable=False),
        sa.Column("own_grams", sa.Integer(), nullable=True, comment="its own entry weight, if weighed one by one"),
        sa.Column("labelled_at", sa.BigInteger(), nullable=False),
        sa.Column("left_at", sa.BigInteger(), nullable=True, comment="when it left, if weighed one by one"),
        sa.CheckConstraint("ordinal >= 1", name=op.f("ck_units_ordinal_counts")),
        sa.CheckConstraint(
            "tare_grams >= 0 AND (own_grams IS NULL OR own_grams > 0)", name=op.f("ck_units_weights_positive")
        ),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["lots.id"], name=op.f("fk_units_lot_id_lots"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_units")),
        sa.UniqueConstraint("lot_id", "ordinal", name="uq_units_ordinal"),
        sa.UniqueConstraint("sscc", name="uq_units_sscc"),
    )
    op.create_table(
        "weighings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=10), nullable=False, comment="gross tare net out reweigh"),
        sa.Column("delivery_id", sa.Uuid(), nullable=True),
        sa.Column("exit_id", sa.Uuid(), nullable=True, comment="exit order of billing"),
        sa.Column("lot_id", sa.Uuid(), nullable=True),
        sa.Column("weight_grams", sa.Integer(), nullable=False, comment="as shown or typed"),
        sa.Column("units", sa.Integer(), nullable=False, comment="on the platform; 0 for a truck"),
        sa.Column("unit_tare_grams", sa.Integer(), nullable=False, comment="crate tare taken off per unit"),
        sa.Column("net_grams", sa.Integer(), nullable=False, comment="weight less crate tare"),
        sa.Column("record_id", sa.Uuid(), nullable=True),
        sa.Column("gateway", sa.String(length=32), nullable=True),
        sa.Column("epoch", sa.BigInteger(), nullable=True),
        sa.Column("sequence", sa.BigInteger(), nullable=True),
        sa.Column("instrument_id", sa.Uuid(), nullable=True),
        sa.Column("raw_hex", sa.String(length=1024), nullable=True),
        sa.Column("taken_at", sa.BigInteger(), nullable=False),
        sa.Column(
            "offline", sa.Boolean(), nullable=False, comment="cited by a terminal that could not reach the server"
        ),
        sa.Column("manual", sa.Boolean(), nullable=False, comment="typed"),
        sa.Column("reason", sa.String(length=200), nullable=False, comment="why typed or corrected"),
        sa.Column("weigher_person_id", sa.Uuid(), nullable=True),
        sa.Column("witness_person_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("corrects_id", sa.Uuid(), nullable=True, comment="the weighing this replaces"),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint(
            "NOT manual OR (reason <> '' AND weigher_person_id IS NOT NULL AND witness_person_id IS "
            "NOT NULL AND witness_person_id <> weigher_person_id)",
            name=op.f("ck_weighings_typed_by_two_people"),
        ),
        sa.CheckConstraint(
            "purpose IN ('gross', 'tare', 'net', 'out', 'reweigh')", name=op.f("ck_weighings_purpose_known")
        ),
        sa.CheckConstraint(
            "(delivery_id IS NOT NULL AND exit_id IS NULL AND lot_id IS NULL) OR (delivery_id IS NULL "
            "AND exit_id IS NOT NULL) OR (delivery_id IS NULL AND exit_id IS NULL AND lot_id IS NOT "
            "NULL)",
            name=op.f("ck_weighings_one_subject"),
        ),
        sa.CheckConstraint(
            "(manual AND record_id IS NULL AND gateway IS NULL AND epoch IS NULL AND sequence IS NULL "
            "AND instrument_id IS NULL) OR (NOT manual AND record_id IS NOT NULL AND gateway IS NOT "
            "NULL AND epoch IS NOT NULL AND sequence IS NOT NULL AND instrument_id IS NOT NULL AND "
            "raw_hex IS NOT NULL)",
            name=op.f("ck_weighings_from_record_or_typed"),
        ),
        sa.CheckConstraint("units >= 0 AND unit_tare_grams >= 0", name=op.f("ck_weighings_units_count")),
        sa.CheckConstraint(
            "weight_grams > 0 AND net_grams > 0 AND net_grams <= weight_grams",
            name=op.f("ck_weighings_weights_positive"),
        ),
        sa.ForeignKeyConstraint(
            ["corrects_id"],
            ["weighings.id"],
            name=op.f("fk_weighings_corrects_id_weighings"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["deliveries.id"],
            name=op.f("fk_weighings_delivery_id_deliveries"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["instrument_id"],
            ["instruments.id"],
            name=op.f("fk_weighings_instrument_id_instruments"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["lots.id"], name=op.f("fk_weighings_lot_id_lots"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["record_id"],
            ["weight_records.id"],
            name=op.f("fk_weighings_record_id_weight_records"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weighings")),
        sa.UniqueConstraint("corrects_id", name="uq_weighings_corrected_once"),
        sa.UniqueConstraint("gateway", "epoch", "sequence", name="uq_weighings_record_once"),
    )
    op.create_index("ix_weighings_delivery", "weighings", ["delivery_id"], unique=False)
    op.create_index("ix_weighings_exit", "weighings", ["exit_id"], unique=False)
    op.create_index("ix_weighings_lot", "weighings", ["lot_id"], unique=False)
    op.create_table(
        "hold_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hold_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False, comment="change of units held"),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("release_floor", sa.BigInteger(), nullable=True),
        sa.Column("enforced", sa.Boolean(), nullable=False),
        sa.Column("exit_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint(
            "(kind = 'placed' AND units > 0) OR (kind = 'stage' AND units = 0) OR (kind IN ('lifted', "
            "'consumed') AND units < 0)",
            name=op.f("ck_hold_events_units_by_kind"),
        ),
        sa.CheckConstraint("kind IN ('placed', 'stage', 'lifted', 'consumed')", name=op.f("ck_hold_events_kind_known")),
        sa.ForeignKeyConstraint(
            ["hold_id"],
            ["lot_holds.id"],
            name=op.f("fk_hold_events_hold_id_lot_holds"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold_events")),
    )
    op.create_index("ix_hold_events_hold", "hold_events", ["hold_id", "happened_at"], unique=False)
    dialect = op.get_bind().dialect.name
    for table in APPEND_ONLY:
        for statement in append_only_ddl(table, dialect):
            op.execute(statement)
