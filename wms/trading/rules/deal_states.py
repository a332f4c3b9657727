"""The life of a deal as one table: every (state, event) pair has a next state or is refused. Pure."""

from enum import StrEnum

from wms.trading.errors import EventRefused


class State(StrEnum):
    """Where a deal stands."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    DEPOSIT_DUE = "deposit_due"
    DEPOSIT_RECEIVED = "deposit_received"
    BALANCE_DUE = "balance_due"
    RELEASABLE = "releasable"
    PICKING = "picking"
    LOADED = "loaded"
    WEIGHED = "weighed"
    EXITED = "exited"
    SETTLED = "settled"
    CLOSED = "closed"
    LAPSED = "lapsed"
    BUYER_DEFAULT = "buyer_default"
    SELLER_DEFAULT = "seller_default"
    CANCELLED_MUTUAL = "cancelled_mutual"
    DISPUTED = "disputed"
    RESOLVED_ADJUSTED = "resolved_adjusted"
    RESOLVED_REPLACED = "resolved_replaced"
    RESOLVED_TAKEN_BACK = "resolved_taken_back"
    RESOLVED_REJECTED = "resolved_rejected"


class Event(StrEnum):
    """What can happen to a deal."""

    CONFIRM_ONE = "confirm_one"  # the first side
    CONFIRM_BOTH = "confirm_both"  # the second
    ASK_DEPOSIT = "ask_deposit"
    RECEIVE_DEPOSIT = "receive_deposit"  # held by contract, or in escrow
    ASK_BALANCE = "ask_balance"
    RECEIVE_BALANCE = "receive_balance"
    PICK = "pick"
    PUT_BACK = "put_back"
    LOAD = "load"
    WEIGH = "weigh"
    EXIT = "exit"
    NEXT_LOAD = "next_load"  # a part has left and was settled, the rest waits
    SETTLE = "settle"
    CLOSE = "close"
    LAPSE = "lapse"
    DEFAULT_BUYER = "default_buyer"
    DEFAULT_SELLER = "default_seller"
    CANCEL = "cancel"
    DISPUTE = "dispute"
    RESOLVE_ADJUST = "resolve_adjust"
    RESOLVE_REPLACE = "resolve_replace"
    RESOLVE_TAKE_BACK = "resolve_take_back"
    RESOLVE_REJECT = "resolve_reject"


S, E = State, Event

_PATH: dict[tuple[State, Event], State] = {
    (S.PROPOSED, E.CONFIRM_ONE): S.PROPOSED,
    (S.PROPOSED, E.CONFIRM_BOTH): S.CONFIRMED,
    (S.CONFIRMED, E.ASK_DEPOSIT): S.DEPOSIT_DUE,
    (S.DEPOSIT_DUE, E.RECEIVE_DEPOSIT): S.DEPOSIT_RECEIVED,
    (S.DEPOSIT_RECEIVED, E.ASK_BALANCE): S.BALANCE_DUE,
    (S.BALANCE_DUE, E.RECEIVE_BALANCE): S.RELEASABLE,
    (S.RELEASABLE, E.PICK): S.PICKING,
    (S.PICKING, E.PUT_BACK): S.RELEASABLE,
    (S.PICKING, E.LOAD): S.LOADED,
    (S.LOADED, E.WEIGH): S.WEIGHED,
    (S.WEIGHED, E.EXIT): S.EXITED,
    (S.EXITED, E.NEXT_LOAD): S.RELEASABLE,
    (S.EXITED, E.SETTLE): S.SETTLED,
    (S.SETTLED, E.CLOSE): S.CLOSED,
}

_BEFORE_MONEY = (S.PROPOSED, S.CONFIRMED, S.DEPOSIT_DUE)
_BOUND = (S.DEPOSIT_RECEIVED, S.BALANCE_DUE, S.RELEASABLE, S.PICKING)
_GOODS_SEEN = (S.LOADED, S.WEIGHED, S.EXITED, S.SETTLED)

_SIDE_EXITS: dict[tuple[State, Event], State] = {
    **{(state, E.LAPSE): S.LAPSED for state in _BEFORE_MONEY},
    **{(state, E.CANCEL): S.CANCELLED_MUTUAL for state in _BEFORE_MONEY + _BOUND},
    **{(state, E.DEFAULT_BUYER): S.BUYER_DEFAULT for state in _BOUND},
    **{(state, E.DEFAULT_SELLER): S.SELLER_DEFAULT for state in _BOUND},
    **{(state, E.DISPUTE): S.DISPUTED for state in _GOODS_SEEN},
    (S.DISPUTED, E.RESOLVE_ADJUST): S.RESOLVED_ADJUSTED,
    (S.DISPUTED, E.RESOLVE_REPLACE): S.RESOLVED_REPLACED,
    (S.DISPUTED, E.RESOLVE_TAKE_BACK): S.RESOLVED_TAKEN_BACK,
    (S.DISPUTED, E.RESOLVE_REJECT): S.RESOLVED_REJECTED,
}

TABLE: dict[tuple[State, Event], State] = {**_PATH, **_SIDE_EXITS}

# States in which units of a lot are promised to a buyer.
HOLDING = frozenset({S.CONFIRMED, S.DEPOSIT_DUE, *_BOUND, S.LOADED, S.WEIGHED, S.EXITED, S.DISPUTED})
# The way of goods through the gate, in order: settlement walks it in one transaction.
LOADING = (E.PICK, E.LOAD, E.WEIGH, E.EXIT)


def next_state(state: State, event: Event) -> State:
    """Return the state after an event. Raises EventRefused."""
    after = TABLE.get((state, event))
    if after is None:
        raise EventRefused(state=state.value, event=event.value)
    return after
