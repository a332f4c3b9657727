"""What the desk calls states, gates, moves and accounts; each is translated where it is shown."""

from wms.web.desk.blocks import Cell, chip
from wms.web.i18n import note
from wms.web.money_words import REASON
from wms.web.shell import say

State = dict[str, tuple[str, str]]

LOAN: State = {
    "asked": (note("Asked: waits for a first approval"), "info"),
    "checked": (note("Waits for a second approval"), "warn"),
    "approved": (note("Approved: to be paid out"), "warn"),
    "active": (note("Running"), "ok"),
    "closed": (note("Repaid"), "quiet"),
    "refused": (note("Refused"), "danger"),
}
LEVEL: State = {
    "normal": (note("In order"), "ok"),
    "warning": (note("Warning"), "warn"),
    "margin_call": (note("Margin call"), "danger"),
    "liquidate": (note("To be sold"), "danger"),
}
EXIT: State = {
    "open": (note("Ordered"), "info"),
    "quoted": (note("Charges named"), "info"),
    "cleared": (note("Cleared: may be picked"), "ok"),
    "picking": (note("At the dock"), "info"),
    "weighed": (note("Weighed"), "info"),
    "closed": (note("Closed"), "quiet"),
    "void": (note("Given up"), "quiet"),
}
DEAL: State = {
    "proposed": (note("Proposed"), "info"),
    "confirmed": (note("Agreed"), "info"),
    "deposit_due": (note("Deposit due"), "warn"),
    "deposit_received": (note("Deposit received"), "info"),
    "balance_due": (note("Balance due"), "warn"),
    "releasable": (note("Paid: may be picked up"), "ok"),
    "picking": (note("Being picked"), "info"),
    "loaded": (note("Loaded"), "info"),
    "weighed": (note("Weighed"), "info"),
    "exited": (note("Left the store"), "info"),
    "settled": (note("Settled"), "ok"),
    "closed": (note("Closed"), "quiet"),
    "lapsed": (note("Lapsed"), "quiet"),
    "buyer_default": (note("Buyer in default"), "danger"),
    "seller_default": (note("Seller in default"), "danger"),
    "cancelled_mutual": (note("Cancelled by both"), "quiet"),
    "disputed": (note("Disputed"), "danger"),
    "resolved_adjusted": (note("Dispute settled: adjusted"), "quiet"),
    "resolved_replaced": (note("Dispute settled: replaced"), "quiet"),
    "resolved_taken_back": (note("Dispute settled: taken back"), "quiet"),
    "resolved_rejected": (note("Dispute rejected"), "quiet"),
}
PASS: State = {
    "issued": (note("Issued"), "info"),
    "passed": (note("Through the gate"), "ok"),
    "void": (note("Withdrawn"), "quiet"),
    "expired": (note("Expired"), "warn"),
}
CHANNEL = {"sms": note("Text message"), "letter": note("Letter")}
PROOF = {
    "sms_receipt": note("Text message delivered"),
    "courier_signed": note("Signed for by courier"),
    "registered_letter": note("Registered letter"),
    "answered": note("Answered"),
    "published": note("Published"),
    "returned": note("Came back"),
}
UNCOLLECTED: State = {
    "open": (note("Notices run"), "warn"),
    "disposal": (note("To be disposed of"), "danger"),
    "closed": (note("Closed"), "quiet"),
}
UNCOLLECTED_STEP = {
    "reminder": note("Reminder"),
    "formal_notice": note("Formal notice"),
    "enforcement_notice": note("Notice of enforcement"),
}
WAY = {"sale": note("Sale by reference to the market"), "deposit": note("Deposit with a notary")}
CLAIM = {
    "costs": note("Costs of enforcement"),
    "storage": note("Storage"),
    "handling": note("Handling"),
    "interest": note("Interest"),
    "principal": note("Advance repaid"),
    "commission": note("Commission"),
}
COST = {
    "energy": note("Energy"),
    "labour": note("Labour"),
    "depreciation": note("Depreciation"),
    "rent": note("Rent"),
    "upkeep": note("Upkeep"),
    "insurance": note("Insurance"),
    "other": note("Other cost"),
}
COST_PER = {
    "tonne_day": note("each tonne and day"),
    "tonne_in": note("each tonne taken in"),
    "season": note("the whole season"),
}
CHARGE = {
    "kg_day": note("Storage by day"),
    "month_anniversary": note("Storage by month"),
    "split_month": note("Storage by half month"),
    "season_flat": note("Storage for the season"),
    "cap": note("Cap of the season"),
    "minimum": note("Least charge of a lot"),
    "handling_in": note("Handling in"),
    "handling_out": note("Handling out"),
    "crate_rent": note("Rent of crates"),
    "culls": note("Culls until they were sorted out"),
    "carried": note("Carried over from before the sorting"),
    "season_late": note("Late days"),
    "works": note("Price list of work"),
}
MOVE = {
    "entry": note("Came in"),
    "move": note("Moved"),
    "pick": note("Picked"),
    "exit": note("Went out"),
    "loss": note("Loss of weight"),
    "split_out": note("Split off"),
    "split_in": note("Came from a split"),
    "sort_out": note("Sorted"),
    "sort_in": note("Came from a sorting"),
    "title_out": note("Went to another owner"),
    "title_in": note("Came from another owner"),
    "sample": note("Taken as a sample"),
}
HOLD = {
    "pledge": note("Pledge"),
    "sale": note("Sale"),
    "exit": note("Exit"),
    "quarantine": note("Quarantine"),
    "lien": note("Lien"),
    "count": note("Count difference"),
}
PURPOSE = {
    "gross": note("Gross"),
    "tare": note("Tare"),
    "net": note("Net on the platform"),
    "out": note("Out"),
    "reweigh": note("Weighed again"),
    "sort": note("After sorting"),
    "sample": note("Sample"),
}
LOAN_EVENT = {"disbursed": note("Paid out"), "accrued": note("Interest accrued"), "paid": note("Repayment")}
LOAN_STEP = {"asked": note("when asked"), "approved": note("when approved"), "disbursed": note("when paid out")}
GATE_GROUP = {"judged": note("Judged right"), "kept": note("Kept safe"), "sells": note("Sells")}
GATE = {
    "price": note("A price to lend on"),
    "inspection": note("A fresh inspection"),
    "weight": note("Weighed by an instrument"),
    "in_store": note("In our store"),
    "no_quarantine": note("Not in quarantine"),
    "no_variance": note("The count agrees"),
    "pledged_once": note("Not pledged already"),
    "insurance": note("Insured"),
    "no_critical_alarm": note("No critical alarm"),
    "room_history": note("The room was kept"),
    "turnover": note("Such goods are traded"),
}
PARTY = {
    "grower": note("Grower"),
    "merchant": note("Merchant"),
    "buyer": note("Buyer"),
    "store": note("The store"),
    "lender": note("Lender"),
    "platform": note("Platform"),
}
EXIT_KIND = {"sale": note("Sale"), "own": note("Own withdrawal"), "transfer": note("Title changes in store")}
DEAL_MONEY = {
    "deposit_held": note("Deposit held"),
    "balance_held": note("Balance held"),
    "set_free": note("Set free"),
    "bank_in": note("Came by bank"),
    "to_escrow": note("Moved to escrow"),
    "used": note("Used for what left"),
    "refund": note("Returned"),
    "forfeit_wallet": note("Forfeited from the wallet"),
    "forfeit_escrow": note("Forfeited from escrow"),
}
RECEIPT = {"open": note("In force"), "closed": note("Closed"), "split": note("Split")}
STAGE = {
    "pledged": note("Pledged"),
    "due": note("Due"),
    "margin_call": note("Margin call"),
    "enforced": note("Being sold for the lender"),
}
BASIS = {"paid": note("paid"), "netted": note("from the buyer's money"), "credit": note("on credit")}


def named(words: dict[str, str], key: str) -> str:
    """Return a word in the reader's language, an unknown one as it is."""
    return say(words[key]) if key in words else key


def reason(kind: str) -> str:
    """Return why money moved, in the reader's language."""
    return named(REASON, kind)


def state(states: State, key: str) -> Cell:
    """Return a state's chip."""
    words, tone = states.get(key, (key, "quiet"))
    return chip(say(words) if key in states else key, tone)
