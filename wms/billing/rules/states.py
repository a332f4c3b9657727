"""States and kinds of exits, credit and gate passes, and the table of what may follow what."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

CREDIT_APPROVAL_LASTS = timedelta(hours=24)
GATE_PASS_LASTS = timedelta(hours=24)
GATE_TOLERANCE_PERMILLE = 3
EXIT_ORDER_LASTS_DAYS = 3  # an own withdrawal nobody paid for gives its hold back after this


class ExitKind(StrEnum):
    """Why goods leave."""

    SALE = "sale"
    OWN = "own"
    TRANSFER = "transfer"  # they stay and get another owner; for who gives them away they are gone


class ExitState(StrEnum):
    """How far an exit order has come."""

    OPEN = "open"
    QUOTED = "quoted"
    CLEARED = "cleared"
    PICKING = "picking"
    WEIGHED = "weighed"
    CLOSED = "closed"
    VOID = "void"


class ExitEvent(StrEnum):
    """What can happen to an exit order."""

    QUOTE = "quote"
    INVOICE = "invoice"
    CLEAR = "clear"
    PICK = "pick"
    WEIGH = "weigh"
    CLOSE = "close"
    TRANSFER = "transfer"
    VOID = "void"


class ClearBasis(StrEnum):
    """What the books show when an exit is cleared."""

    PAID = "paid"
    NETTED = "netted"
    CREDIT = "credit"


class CreditState(StrEnum):
    """How far a credit request has come."""

    REQUESTED = "requested"
    APPROVED = "approved"
    USED = "used"
    EXPIRED = "expired"


class PassState(StrEnum):
    """What became of a gate pass."""

    ISSUED = "issued"
    PASSED = "passed"
    VOID = "void"
    EXPIRED = "expired"


class PaymentMethod(StrEnum):
    """How money came in."""

    BANK = "bank"
    WECHAT = "wechat"
    ALIPAY = "alipay"
    CASH = "cash"


class ChargeKind(StrEnum):
    """What a charge is for; also the revenue account it goes to."""

    STORAGE = "storage"
    HANDLING = "handling"


_O, _Q, _C, _P, _W = ExitState.OPEN, ExitState.QUOTED, ExitState.CLEARED, ExitState.PICKING, ExitState.WEIGHED

# Every pair that is not here is refused. A quote may be asked again any time before the close, since a new day costs
# more; before picking it also takes the clearance back, because the old one was for other charges.
EXIT_STEPS: Mapping[tuple[ExitState, ExitEvent], ExitState] = {
    (_O, ExitEvent.QUOTE): _Q,
    (_Q, ExitEvent.QUOTE): _Q,
    (_C, ExitEvent.QUOTE): _Q,
    (_P, ExitEvent.QUOTE): _P,
    (_W, ExitEvent.QUOTE): _W,
    (_Q, ExitEvent.INVOICE): _Q,
    (_C, ExitEvent.INVOICE): _C,
    (_P, ExitEvent.INVOICE): _P,
    (_W, ExitEvent.INVOICE): _W,
    (_Q, ExitEvent.CLEAR): _C,
    (_C, ExitEvent.PICK): _P,
    (_P, ExitEvent.WEIGH): _W,
    (_W, ExitEvent.WEIGH): _W,
    (_W, ExitEvent.CLOSE): ExitState.CLOSED,
    (_C, ExitEvent.TRANSFER): ExitState.CLOSED,
    (_O, ExitEvent.VOID): ExitState.VOID,
    (_Q, ExitEvent.VOID): ExitState.VOID,
    (_C, ExitEvent.VOID): ExitState.VOID,
    (_P, ExitEvent.VOID): ExitState.VOID,
    (_W, ExitEvent.VOID): ExitState.VOID,
}


def after(state: ExitState, event: ExitEvent) -> ExitState | None:
    """Return the state that follows, or None where the event is not allowed."""
    return EXIT_STEPS.get((state, event))
