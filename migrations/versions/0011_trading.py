"""Tables of trading."""

import sqlalchemy as sa
from alembic import op

from wms.kernel.evidence import append_only_ddl

revision = "0011_trading"
down_revision = "0010_receipts"

APPEND_ONLY = [
    "board_policies",
    "condition_sets",
    "deal_events",
    "deal_loads",
    "deal_money",
    "matches",
    "quote_responses",
    "quotes",
    "wallet_top_ups",
]


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "board_counters",
        sa.Column("name", sa.String(length=12), nullable=False, comment="since, listing, rfq or deal"),
        sa.Column("last_number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_board_counters")),
    )
    op.create_table(
        "board_policies",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False, comment="the request that made it"),
        sa.Column("effective_at", sa.BigInteger(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False, comment="account"),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_board_policies")),
        sa.UniqueConstraint("request_id", name=op.f("uq_board_policies_request_id")),
    )
    op.create_table(
        "matches",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("buyer_id", sa.Uuid(), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("need", sa.Text(), nullable=False),
        sa.Column("snapshot", sa.Text(), nullable=False, comment="what was ranked; never shown to buyers"),
        sa.Column("snapshot_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the canonical snapshot"),
        sa.Column("ranked_ids", sa.Text(), nullable=False),
        sa.Column("skipped", sa.Text(), nullable=False, comment="listing ids with the reason's code"),
        sa.Column("proposed", sa.Text(), nullable=False, comment="listing, units, grams, price"),
        sa.Column(
            "premium_fen", sa.BigInteger(), nullable=False, comment="priority premium over the cheapest outside goods"
        ),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("valid_until", sa.BigInteger(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.ForeignKeyConstraint(
            ["buyer_id"],
            ["parties.id"],
            name=op.f("fk_matches_buyer_id_parties"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matches")),
    )
    op.create_table(
        "wallet_top_ups",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("buyer_id", sa.Uuid(), nullable=False),
        sa.Column("fen", sa.BigInteger(), nullable=False),
        sa.Column("bank_reference", sa.String(length=80), nullable=False),
        sa.Column("journal_id", sa.Uuid(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("fen > 0", name=op.f("ck_wallet_top_ups_fen_positive")),
        sa.ForeignKeyConstraint(
            ["buyer_id"],
            ["parties.id"],
            name=op.f("fk_wallet_top_ups_buyer_id_parties"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wallet_top_ups")),
    )
    op.create_table(
        "listings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False, comment="shown to people"),
        sa.Column("lot_id", sa.Uuid(), nullable=True, comment="NULL: goods outside the store"),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False, comment="open, paused, blocked, withdrawn"),
        sa.Column(
            "pricing",
            sa.String(length=12),
            nullable=False,
            comment="reference: follows the reference price; own: its owner's",
        ),
        sa.Column(
            "units_offered",
            sa.Integer(),
            nullable=False,
            comment="what the owner sells here at most; stock itself lives in lots",
        ),
        sa.Column("units_taken", sa.Integer(), nullable=False, comment="in standing deals or delivered"),
        sa.Column("min_take_units", sa.Integer(), nullable=False),
        sa.Column("divisible", sa.Boolean(), nullable=False),
        sa.Column("since_number", sa.BigInteger(), nullable=False, comment="priority time: a counter, not a clock"),
        sa.Column("since_at", sa.BigInteger(), nullable=False, comment="when the priority time was given"),
        sa.Column("cell_id", sa.Uuid(), nullable=False, comment="the price cell of the goods"),
        sa.Column("variety", sa.String(length=40), nullable=False),
        sa.Column("grade", sa.String(length=40), nullable=False),
        sa.Column("size", sa.String(length=40), nullable=False),
        sa.Column(
            "size_number", sa.Integer(), nullable=True, comment="the millimetres in `size`, to tell bigger from smaller"
        ),
        sa.Column("colour_pattern", sa.String(length=40), nullable=False),
        sa.Column("bagging", sa.String(length=40), nullable=False),
        sa.Column("owner_class", sa.String(length=40), nullable=False),
        sa.Column("storage_type", sa.String(length=40), nullable=False),
        sa.Column("origin", sa.String(length=80), nullable=False),
        sa.Column("grams_per_unit", sa.BigInteger(), nullable=True, comment="outside goods only"),
        sa.Column("arrival_deposit_paid", sa.Boolean(), nullable=False),
        sa.Column("arrival_due_on", sa.Date(), nullable=True),
        sa.Column(
            "deadline_on", sa.Date(), nullable=True, comment="quality deadline of outside goods; lots know their own"
        ),
        sa.Column("listed_at", sa.BigInteger(), nullable=False),
        sa.Column("listed_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "lot_id IS NOT NULL OR grams_per_unit > 0", name=op.f("ck_listings_outside_goods_have_weight")
        ),
        sa.CheckConstraint("min_take_units > 0", name=op.f("ck_listings_min_take_positive")),
        sa.CheckConstraint("units_offered > 0", name=op.f("ck_listings_units_offered_positive")),
        sa.CheckConstraint(
            "units_taken >= 0 AND units_taken <= units_offered", name=op.f("ck_listings_units_taken_in_range")
        ),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["lots.id"], name=op.f("fk_listings_lot_id_lots"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["seller_id"],
            ["parties.id"],
            name=op.f("fk_listings_seller_id_parties"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listings")),
        sa.UniqueConstraint("lot_id", name="uq_listings_lot_id"),
        sa.UniqueConstraint("number", name=op.f("uq_listings_number")),
        sa.UniqueConstraint("since_number", name=op.f("uq_listings_since_number")),
    )
    op.create_index("ix_listings_board", "listings", ["state", "variety", "since_number"], unique=False)
    op.create_index(op.f("ix_listings_cell_id"), "listings", ["cell_id"], unique=False)
    op.create_index("ix_listings_seller", "listings", ["seller_id", "id"], unique=False)
    op.create_table(
        "condition_sets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("scope", sa.String(length=10), nullable=False, comment="company, segment or public"),
        sa.Column("scope_key", sa.String(length=40), nullable=False, comment="company id or segment; empty for public"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False, comment="this version ends the scope"),
        sa.Column("base", sa.BigInteger(), nullable=True, comment="yuan per kg; NULL: price on request"),
        sa.Column("floor", sa.BigInteger(), nullable=True, comment="yuan per kg; never shown to buyers"),
        sa.Column("conditions", sa.Text(), nullable=False, comment="tick, ranges and tiers as saved"),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False, comment="account"),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("version > 0", name=op.f("ck_condition_sets_version_positive")),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            ["listings.id"],
            name=op.f("fk_condition_sets_listing_id_listings"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_condition_sets")),
        sa.UniqueConstraint("listing_id", "scope", "scope_key", "version", name="uq_condition_sets_version"),
    )
    op.create_table(
        "price_points",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("scope", sa.String(length=10), nullable=False),
        sa.Column("scope_key", sa.String(length=40), nullable=False),
        sa.Column("payment", sa.String(length=12), nullable=False),
        sa.Column("service", sa.String(length=40), nullable=False, comment="empty: none asked; *: whatever is asked"),
        sa.Column("qty_low", sa.BigInteger(), nullable=False, comment="grams, inclusive"),
        sa.Column("qty_high", sa.BigInteger(), nullable=True, comment="grams, exclusive; NULL: no end"),
        sa.Column("lead_low", sa.Integer(), nullable=False, comment="days, inclusive"),
        sa.Column("lead_high", sa.Integer(), nullable=True, comment="days, exclusive; NULL: no end"),
        sa.Column("state", sa.String(length=16), nullable=False, comment="priced, on_request or not_available"),
        sa.Column("price", sa.BigInteger(), nullable=True, comment="yuan per kg; of the scope's audience alone"),
        sa.CheckConstraint("lead_high IS NULL OR lead_high > lead_low", name=op.f("ck_price_points_lead_rising")),
        sa.CheckConstraint("qty_high IS NULL OR qty_high > qty_low", name=op.f("ck_price_points_qty_rising")),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            ["listings.id"],
            name=op.f("fk_price_points_listing_id_listings"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_points")),
    )
    op.create_index(
        "ix_price_points_cell", "price_points", ["listing_id", "scope", "scope_key", "payment"], unique=False
    )
    op.create_table(
        "rfqs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False, comment="shown to people"),
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("match_id", sa.Uuid(), nullable=True, comment="the proposal it followed, if any"),
        sa.Column("buyer_id", sa.Uuid(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True, comment="who asked"),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("payment", sa.String(length=12), nullable=False),
        sa.Column("pickup_on", sa.Date(), nullable=False),
        sa.Column("service", sa.String(length=40), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False, comment="open, dealt, passed, expired, withdrawn"),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("answer_due_at", sa.BigInteger(), nullable=False, comment="silence until then is no deal"),
        sa.CheckConstraint("units > 0", name=op.f("ck_rfqs_units_positive")),
        sa.ForeignKeyConstraint(
            ["buyer_id"], ["parties.id"], name=op.f("fk_rfqs_buyer_id_parties"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            ["listings.id"],
            name=op.f("fk_rfqs_listing_id_listings"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["seller_id"], ["parties.id"], name=op.f("fk_rfqs_seller_id_parties"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rfqs")),
        sa.UniqueConstraint("number", name=op.f("uq_rfqs_number")),
    )
    op.create_index("ix_rfqs_buyer", "rfqs", ["buyer_id", "id"], unique=False)
    op.create_index("ix_rfqs_open", "rfqs", ["state", "answer_due_at"], unique=False)
    op.create_index("ix_rfqs_seller", "rfqs", ["seller_id", "id"], unique=False)
    op.create_table(
        "quotes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rfq_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True, comment="the offer it counters; NULL for the first"),
        sa.Column(
            "round_number", sa.Integer(), nullable=False, comment="1, 2, …: the version an accept must have seen"
        ),
        sa.Column("side", sa.String(length=6), nullable=False, comment="buyer or seller: who offers"),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True, comment="who spoke for the party"),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("grams", sa.BigInteger(), nullable=False, comment="book weight of the units"),
        sa.Column("price", sa.BigInteger(), nullable=False, comment="yuan per kg"),
        sa.Column("payment", sa.String(length=12), nullable=False),
        sa.Column("pickup_on", sa.Date(), nullable=False),
        sa.Column("service", sa.String(length=40), nullable=True),
        sa.Column("waterfall", sa.Text(), nullable=False, comment="how the price came about"),
        sa.Column("consent", sa.Text(), nullable=True, comment="phone consent: caller, phone, when"),
        sa.Column("valid_until", sa.BigInteger(), nullable=False),
        sa.Column("quoted_at", sa.BigInteger(), nullable=False),
        sa.Column("quoted_on", sa.Date(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("price > 0", name=op.f("ck_quotes_price_positive")),
        sa.CheckConstraint("round_number > 0", name=op.f("ck_quotes_round_positive")),
        sa.CheckConstraint("units > 0", name=op.f("ck_quotes_units_positive")),
        sa.ForeignKeyConstraint(
            ["party_id"], ["parties.id"], name=op.f("fk_quotes_party_id_parties"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["rfq_id"], ["rfqs.id"], name=op.f("fk_quotes_rfq_id_rfqs"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quotes")),
        sa.UniqueConstraint("rfq_id", "round_number", name="uq_quotes_round"),
    )
    op.create_table(
        "rfq_limits",
        sa.Column("rfq_id", sa.Uuid(), nullable=False),
        sa.Column("limit_price", sa.BigInteger(), nullable=False, comment="yuan per kg; the buyer's alone"),
        sa.CheckConstraint("limit_price > 0", name=op.f("ck_rfq_limits_price_positive")),
        sa.ForeignKeyConstraint(
            ["rfq_id"], ["rfqs.id"], name=op.f("fk_rfq_limits_rfq_id_rfqs"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("rfq_id", name=op.f("pk_rfq_limits")),
    )
    op.create_table(
        "deals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False, comment="shown to people"),
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=True),
        sa.Column("quote_id", sa.Uuid(), nullable=True),
        sa.Column("match_id", sa.Uuid(), nullable=True),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("buyer_id", sa.Uuid(), nullable=False),
        sa.Column("buyer_person_id", sa.Uuid(), nullable=True),
        sa.Column("seller_person_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("grams", sa.BigInteger(), nullable=False, comment="book weight of the units (entry weight)"),
        sa.Column("price", sa.BigInteger(), nullable=False, comment="yuan per kg"),
        sa.Column(
            "normalised_price", sa.BigInteger(), nullable=False, comment="yuan per kg on the listing's reference terms"
        ),
        sa.Column("waterfall", sa.Text(), nullable=False, comment="how the price came about"),
        sa.Column("payment", sa.String(length=12), nullable=False),
        sa.Column("pickup_on", sa.Date(), nullable=False),
        sa.Column(
            "forced", sa.Boolean(), nullable=False, comment="sold under an enforced pledge: makes no reference price"
        ),
        sa.Column("value_fen", sa.BigInteger(), nullable=False, comment="on book weight"),
        sa.Column("earnest_fen", sa.BigInteger(), nullable=False, comment="定金, part of the deposit"),
        sa.Column("deposit_fen", sa.BigInteger(), nullable=False),
        sa.Column(
            "balance_fen", sa.BigInteger(), nullable=False, comment="to be held before release: book weight less loss"
        ),
        sa.Column(
            "forfeit_seller_bp", sa.Integer(), nullable=False, comment="the seller's part of forfeited earnest money"
        ),
        sa.Column("loss_standard_permille", sa.Integer(), nullable=False),
        sa.Column("buyer_confirmed_at", sa.BigInteger(), nullable=True),
        sa.Column("seller_confirmed_at", sa.BigInteger(), nullable=True),
        sa.Column("buyer_cancel_at", sa.BigInteger(), nullable=True),
        sa.Column("seller_cancel_at", sa.BigInteger(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=True, comment="when the present state lapses"),
        sa.Column("lot_hold_id", sa.Uuid(), nullable=True, comment="the hold that keeps the units in store"),
        sa.Column("deposit_hold_id", sa.Uuid(), nullable=True, comment="ledger hold standing for the deposit"),
        sa.Column("balance_hold_id", sa.Uuid(), nullable=True, comment="ledger hold standing for the balance"),
        sa.Column("deposit_held_fen", sa.BigInteger(), nullable=False),
        sa.Column("balance_held_fen", sa.BigInteger(), nullable=False),
        sa.Column("escrow_fen", sa.BigInteger(), nullable=False, comment="in escrow for this deal, not yet used"),
        sa.Column("units_out", sa.Integer(), nullable=False),
        sa.Column("grams_out", sa.BigInteger(), nullable=False, comment="weighed out"),
        sa.Column("billed_fen", sa.BigInteger(), nullable=False, comment="gross of what has left"),
        sa.Column("proposed_at", sa.BigInteger(), nullable=False),
        sa.Column("proposed_on", sa.Date(), nullable=False),
        sa.CheckConstraint("earnest_fen * 5 <= value_fen", name=op.f("ck_deals_earnest_cap")),
        sa.CheckConstraint(
            "earnest_fen <= deposit_fen AND deposit_fen <= value_fen", name=op.f("ck_deals_deposit_in_range")
        ),
        sa.CheckConstraint("escrow_fen >= 0", name=op.f("ck_deals_escrow_not_negative")),
        sa.CheckConstraint("price > 0", name=op.f("ck_deals_price_positive")),
        sa.CheckConstraint("seller_id <> buyer_id", name=op.f("ck_deals_two_sides")),
        sa.CheckConstraint("units > 0 AND grams > 0", name=op.f("ck_deals_quantity_positive")),
        sa.CheckConstraint("units_out >= 0 AND units_out <= units", name=op.f("ck_deals_units_out_in_range")),
        sa.ForeignKeyConstraint(
            ["buyer_id"], ["parties.id"], name=op.f("fk_deals_buyer_id_parties"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            ["listings.id"],
            name=op.f("fk_deals_listing_id_listings"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["lots.id"], name=op.f("fk_deals_lot_id_lots"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["match_id"], ["matches.id"], name=op.f("fk_deals_match_id_matches"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["quote_id"], ["quotes.id"], name=op.f("fk_deals_quote_id_quotes"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["seller_id"],
            ["parties.id"],
            name=op.f("fk_deals_seller_id_parties"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deals")),
        sa.UniqueConstraint("number", name=op.f("uq_deals_number")),
    )
    op.create_index("ix_deals_buyer", "deals", ["buyer_id", "id"], unique=False)
    op.create_index("ix_deals_due", "deals", ["state", "due_at"], unique=False)
    op.create_index("ix_deals_lot", "deals", ["lot_id"], unique=False)
    op.create_index("ix_deals_seller", "deals", ["seller_id", "id"], unique=False)
    op.create_table(
        "quote_responses",
        sa.Column("quote_id", sa.Uuid(), nullable=False),
        sa.Column(
            "response",
            sa.String(length=12),
            nullable=False,
            comment="accepted, countered, passed, timed_out, withdrawn",
        ),
        sa.Column("next_quote_id", sa.Uuid(), nullable=True),
        sa.Column("deal_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True, comment="who answered"),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("consent", sa.Text(), nullable=True, comment="phone consent: caller, phone, when"),
        sa.Column("answered_at", sa.BigInteger(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.ForeignKeyConstraint(
            ["quote_id"],
            ["quotes.id"],
            name=op.f("fk_quote_responses_quote_id_quotes"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("quote_id", name=op.f("pk_quote_responses")),
    )
    op.create_table(
        "deal_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False, comment="1, 2, … in each deal"),
        sa.Column("event", sa.String(length=24), nullable=False),
        sa.Column("state_before", sa.String(length=24), nullable=False),
        sa.Column("state_after", sa.String(length=24), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.ForeignKeyConstraint(
            ["deal_id"], ["deals.id"], name=op.f("fk_deal_events_deal_id_deals"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_events")),
    )
    op.create_index("ix_deal_events_deal", "deal_events", ["deal_id", "n"], unique=False)
    op.create_table(
        "deal_loads",
        sa.Column("id", sa.Uuid(), nullable=False, comment="the exit's id"),
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("out_grams", sa.BigInteger(), nullable=False),
        sa.Column("gross_fen", sa.BigInteger(), nullable=False),
        sa.Column("left_at", sa.BigInteger(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("units > 0", name=op.f("ck_deal_loads_units_positive")),
        sa.ForeignKeyConstraint(
            ["deal_id"], ["deals.id"], name=op.f("fk_deal_loads_deal_id_deals"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_loads")),
    )
    op.create_index("ix_deal_loads_deal", "deal_loads", ["deal_id"], unique=False)
    op.create_table(
        "deal_money",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.String(length=24),
            nullable=False,
            comment="deposit_held, balance_held, set_free, bank_in, to_escrow, used, refund, forfeit_wallet, …",
        ),
        sa.Column("fen", sa.BigInteger(), nullable=False),
        sa.Column("ledger_hold_id", sa.Uuid(), nullable=True),
        sa.Column("journal_id", sa.Uuid(), nullable=True),
        sa.Column("bank_reference", sa.String(length=80), nullable=False),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the row's other columns"),
        sa.CheckConstraint("fen > 0", name=op.f("ck_deal_money_fen_positive")),
        sa.ForeignKeyConstraint(
            ["deal_id"], ["deals.id"], name=op.f("fk_deal_money_deal_id_deals"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_money")),
    )
    op.create_index("ix_deal_money_deal", "deal_money", ["deal_id"], unique=False)
    dialect = op.get_bind().dialect.name
    for table in APPEND_ONLY:
        for statement in append_only_ddl(table, dialect):
            op.execute(statement)
