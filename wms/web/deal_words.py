"""What the states and events of a deal are called, for both of its sides."""

from wms.web.i18n import note

DEAL = {
    "proposed": (note("Waits for the owner's yes"), "info"),
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
    "closed": (note("Closed"), "ok"),
    "lapsed": (note("Lapsed"), "quiet"),
    "buyer_default": (note("The buyer did not keep it"), "danger"),
    "seller_default": (note("The owner did not keep it"), "danger"),
    "cancelled_mutual": (note("Cancelled by both"), "quiet"),
    "disputed": (note("Disputed"), "danger"),
    "resolved_adjusted": (note("Dispute: price adjusted"), "quiet"),
    "resolved_replaced": (note("Dispute: goods replaced"), "quiet"),
    "resolved_taken_back": (note("Dispute: goods taken back"), "quiet"),
    "resolved_rejected": (note("Dispute: rejected"), "quiet"),
}
STEPS = (
    ("confirmed", note("Agreed")),
    ("deposit_due", note("Deposit")),
    ("balance_due", note("Balance")),
    ("releasable", note("Pick-up")),
    ("exited", note("Gate")),
    ("settled", note("Settled")),
)
STEP_OF = {
    "proposed": 0, "confirmed": 0, "deposit_due": 1, "deposit_received": 2, "balance_due": 2, "releasable": 3,
    "picking": 3, "loaded": 3, "weighed": 4, "exited": 4, "settled": 6, "closed": 6,
}  # fmt: skip
EVENT = {
    "confirm_one": note("One side confirmed"),
    "confirm_both": note("Both sides confirmed"),
    "ask_deposit": note("Deposit asked"),
    "receive_deposit": note("Deposit received"),
    "ask_balance": note("Balance asked"),
    "receive_balance": note("Balance received"),
    "pick": note("Picked"),
    "put_back": note("Put back"),
    "load": note("Loaded"),
    "weigh": note("Weighed"),
    "exit": note("Left the store"),
    "next_load": note("The rest waits"),
    "settle": note("Settled"),
    "close": note("Closed"),
    "lapse": note("Lapsed"),
    "default_buyer": note("The buyer did not keep it"),
    "default_seller": note("The owner did not keep it"),
    "cancel": note("Cancelled by both"),
    "dispute": note("Disputed"),
    "resolve_adjust": note("Dispute: price adjusted"),
    "resolve_replace": note("Dispute: goods replaced"),
    "resolve_take_back": note("Dispute: goods taken back"),
    "resolve_reject": note("Dispute: rejected"),
}
RFQ = {
    "open": (note("Open"), "info"),
    "dealt": (note("Agreed"), "ok"),
    "passed": (note("Not sold"), "quiet"),
    "withdrawn": (note("The buyer has withdrawn"), "quiet"),
    "expired": (note("Over: nobody answered"), "quiet"),
}
