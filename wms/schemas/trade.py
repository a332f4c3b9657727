"""The board, inquiries and offers, deals and prices, on paper.

A listing shows no price of its own: what it costs is said by the board and by its price, for the asker's own company.
"""

from typing import Any, get_type_hints

from marshmallow import fields, validate

from wms import prices, trading
from wms.kernel.paging import MOST
from wms.schemas.bodies import Strict, body
from wms.schemas.fields import MOST_32, Day, Instant, Text
from wms.schemas.views import shape, view

LISTING = view(
    "Listing", trading.Listing,
    "id number lot_id seller_id state pricing units_offered units_taken min_take_units divisible since_at variety "
    "grade size colour_pattern bagging owner_class storage_type origin grams_per_unit arrival_deposit_paid "
    "arrival_due_on deadline_on listed_at listed_on",
)  # fmt: skip
BOARD_ROW = view("BoardRow", trading.BoardRow)
BOARD = shape(
    "Board", items=fields.List(fields.Nested(BOARD_ROW)), total=fields.Integer(),
    next_cursor=fields.String(allow_none=True), policy_version=fields.Integer(),
)  # fmt: skip
PRICED = view("Price", trading.Priced)
STANDING = view("Standing", trading.Standing)
CONDITIONS = view(
    "ConditionSet",
    trading.ConditionSet,
    "id listing_id scope scope_key version withdrawn base floor conditions made_at",
)
MATCH = view("Match", trading.MatchView)
RFQ = view(
    "Rfq", trading.Rfq,
    "id number listing_id match_id buyer_id seller_id units payment pickup_on service note state asked_at asked_on "
    "answer_due_at",
)  # fmt: skip
QUOTE = view(
    "Quote", trading.Quote,
    "id rfq_id parent_id round_number side party_id units grams price payment pickup_on service waterfall valid_until "
    "quoted_at",
)  # fmt: skip
DEAL = view(
    "Deal", trading.Deal,
    "id number listing_id lot_id quote_id match_id seller_id buyer_id state units grams price payment pickup_on forced "
    "value_fen earnest_fen deposit_fen balance_fen loss_standard_permille buyer_confirmed_at seller_confirmed_at "
    "due_at deposit_held_fen balance_held_fen escrow_fen units_out grams_out billed_fen proposed_at",
)  # fmt: skip
DEAL_EVENT = view("DealEvent", trading.DealEvent, "id n event state_before state_after happened_at happened_on")
DEAL_LOAD = view("DealLoad", trading.DealLoad, "id deal_id units out_grams gross_fen left_at left_on")
TOP_UP = view("WalletTopUp", trading.WalletTopUp, "id buyer_id fen bank_reference journal_id received_at received_on")
REFERENCE = view(
    "ReferencePrice", prices.Reference,
    "cell on level price based_on age_business_days trades sellers buyers trade_grams effective_age_days low high note "
    "revision_id revised_at",
)  # fmt: skip
CELL = view("Cell", prices.Cell)


def _row(action: Any) -> type[Any]:
    """The table whose row an action returns."""
    made: type[Any] = get_type_hints(action)["return"]
    return made


OUTSIDE_PRICE = view("OutsidePrice", _row(prices.add_outside_price), "id series variety price priced_on")
ASSESSMENT = view("Assessment", _row(prices.add_assessment), "id price assessed_on note")
FIRM_QUOTE = view("FirmQuote", _row(prices.record_firm_quote), "id side party_id price quote_grams quoted_on")
EXCLUSION = view("TradeExclusion", _row(prices.exclude_trade), "trade_id reason")

LIST_LOT = body(trading.ListLot)
OFFER_OUTSIDE = body(trading.OfferOutside)
CHANGE_LISTING = body(trading.ChangeListing, path=("listing_id",))
CHANGE_UNITS = body(trading.ChangeUnits, path=("listing_id",))
SAVE_CONDITIONS = body(trading.SaveConditions, path=("listing_id",), like=trading.ConditionSet)
NEED = body(trading.Need)
ASK_QUOTE = body(trading.AskQuote, like=trading.Rfq)
GIVE_QUOTE = body(trading.GiveQuote, path=("rfq_id",))
PASS_QUOTE = body(trading.PassQuote, path=("rfq_id",))
ACCEPT_QUOTE = body(trading.AcceptQuote, path=("quote_id",))
PROPOSE_DEAL = body(trading.ProposeDeal, like=trading.Rfq)
CONFIRM_DEAL = body(trading.ConfirmDeal, path=("deal_id",))
CANCEL_DEAL = body(trading.CancelDeal, path=("deal_id",))
DECLARE_DEFAULT = body(trading.DeclareDefault, path=("deal_id",))
DISPUTE = body(trading.DisputeDeal, path=("deal_id",))
RESOLVE = body(trading.ResolveDispute, path=("deal_id",))
HOLD_MONEY = body(trading.HoldMoney, path=("deal_id",))
BANK_PAYMENT = body(trading.BankPayment, path=("deal_id",), like=trading.DealMoney)
TOP_UP_BODY = body(trading.TopUp, like=trading.WalletTopUp)
ADD_OUTSIDE = body(prices.AddOutsidePrice, like=_row(prices.add_outside_price))
ADD_ASSESSMENT = body(prices.AddAssessment, like=_row(prices.add_assessment))
ADD_FIRM_QUOTE = body(prices.RecordFirmQuote)
EXCLUDE_TRADE = body(prices.ExcludeTrade, path=("trade_id",))


class TermsQuery(Strict):
    """On which terms: quantity, payment, day of collection."""

    grams = fields.Integer(required=True, validate=validate.Range(1, MOST_32))
    payment = fields.Enum(trading.Payment, by_value=fields.String, required=True)
    pickup_on = Day(required=True)
    service = Text(longest=40)


class BoardQuery(TermsQuery):
    """On which terms, what is wanted, and where the list goes on."""

    variety = Text(longest=40)
    grade = Text(longest=40)
    size = Text(longest=40)
    storage_type = Text(longest=40)
    owner_class = Text(longest=40)
    origin = Text(longest=80)
    in_store_only = fields.Boolean()
    cursor = Text(longest=400)
    limit = fields.Integer(load_default=50, validate=validate.Range(1, MOST))


class CellQuery(Strict):
    """Which goods, on which day, as known when."""

    variety = Text(required=True, longest=40)
    size = Text(required=True, longest=40)
    grade = Text(required=True, longest=40)
    colour_pattern = Text(load_default="", longest=40)
    bagging = Text(load_default="", longest=40)
    storage_type = Text(required=True, longest=40)
    owner_class = Text(required=True, longest=40)
    origin = Text(load_default="", longest=80)
    on = Day()
    known_at = Instant()
