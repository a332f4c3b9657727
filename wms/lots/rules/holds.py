"""What holds allow: who may place them, what is free, what must stay."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from wms.kernel.actor import Actor, Permission
from wms.kernel.errors import Forbidden
from wms.lots.rules.words import HoldReason, PledgeStage

_STORE = frozenset({Permission.HOLD_STOCK})
PLACERS: Mapping[HoldReason, frozenset[Permission]] = {
    HoldReason.PLEDGE: _STORE | {Permission.APPROVE_ADVANCE, Permission.DISBURSE_ADVANCE},
    HoldReason.SALE: _STORE | {Permission.ASK_QUOTE, Permission.ANSWER_QUOTE, Permission.RUN_BOARD},
    HoldReason.EXIT: _STORE | {Permission.ORDER_EXIT, Permission.CLOSE_EXIT},
    HoldReason.QUARANTINE: _STORE | {Permission.INSPECT},
    HoldReason.LIEN: _STORE | {Permission.TAKE_PAYMENT, Permission.CLOSE_EXIT},
    HoldReason.COUNT: _STORE | {Permission.COUNT_STOCK},
}
LIFTERS: Mapping[HoldReason, frozenset[Permission]] = {
    **PLACERS,
    HoldReason.PLEDGE: frozenset({Permission.APPROVE_RELEASE, Permission.TAKE_PAYMENT, Permission.CLOSE_EXIT}),
    HoldReason.SALE: PLACERS[HoldReason.SALE] | {Permission.CLOSE_EXIT, Permission.TAKE_PAYMENT},
}
# What people decide and no paper stands behind; every other hold is one side of an exit, a sale, a loan or a count, and
# set by hand it would let goods out on somebody else's money, or free what a lender or a count still needs.
BY_HAND = frozenset({HoldReason.QUARANTINE, HoldReason.LIEN})
OUTSIDERS = frozenset({HoldReason.SALE})  # a buyer holds goods of an owner whose papers he does not see
LEAVE_THROUGH = frozenset({HoldReason.SALE, HoldReason.EXIT, HoldReason.PLEDGE, HoldReason.LIEN})
_SEVERITY = list(PledgeStage)


@dataclass(frozen=True, slots=True)
class HeldUnits:
    """A lot's units on hand and what is held of them, by reason."""

    on_hand: int
    sale: int = 0
    exit: int = 0
    pledge: int = 0
    quarantine: int = 0
    lien: int = 0
    count: int = 0

    def of(self, reason: HoldReason) -> int:
        """Return the units held for a reason."""
        return int(getattr(self, reason.value))


def must_any(by: Actor, reason: HoldReason, allowed: Mapping[HoldReason, frozenset[Permission]]) -> None:
    """Raise Forbidden unless `by` holds a permission that allows this for `reason`."""
    if not allowed[reason] & by.permissions:
        raise Forbidden(permission=" / ".join(sorted(permission.value for permission in allowed[reason])))


def free_for(held: HeldUnits, reason: HoldReason) -> int:
    """Return how many units could still be held for `reason`.

    Sold and leaving goods are never sold or pledged again; pledged goods may be sold, since the loan is paid first
    from what they bring. Quarantine frees nothing.
    """
    if held.quarantine and reason in (HoldReason.SALE, HoldReason.EXIT, HoldReason.PLEDGE):
        return 0
    match reason:
        case HoldReason.SALE | HoldReason.EXIT:
            return held.on_hand - held.sale - held.exit
        case HoldReason.PLEDGE:
            return max(0, held.on_hand - held.pledge - held.sale - held.exit)
        case _:
            return held.on_hand - held.of(reason)


def free_of_all(held: HeldUnits) -> int:
    """Return the units no hold of any reason stands on, counted as if holds lay side by side."""
    holds = held.sale + held.exit + held.pledge + held.quarantine + held.lien + held.count
    return max(0, held.on_hand - holds)


def most_severe(stages: Iterable[str]) -> PledgeStage:
    """Return the most severe of pledge stages; none if there are none."""
    return max((PledgeStage(stage) for stage in stages), key=_SEVERITY.index, default=PledgeStage.NONE)
