"""The gates of an advance in the owner's words: passed or closed, and on what evidence."""

from collections.abc import Callable
from dataclasses import dataclass

from wms import lending
from wms.web import format
from wms.web.shell import say as _
from wms.web.shell import say_count as _n


@dataclass(frozen=True, slots=True)
class GateLine:
    """One gate with its evidence as a sentence."""

    group: str
    name: str
    passed: bool
    words: str


def gate_lines(evidence: lending.Evidence, terms: lending.Terms) -> list[GateLine]:
    """Return every gate with a sentence that says on what it was judged."""
    return [
        GateLine(gate.group, gate.name, gate.passed, SAID[gate.name](evidence, terms))
        for gate in lending.gates(evidence, terms)
    ]


def _price(evidence: lending.Evidence, terms: lending.Terms) -> str:
    price = lending.price_to_lend_on(evidence, terms)
    if price is None:
        return _("No independent price of the last {n} market days.", n=terms.price_age_days)
    return _("{price} yuan/kg; independent price {n} market days old.", price=format.price(price),
               n=evidence.independent_age_days)  # fmt: skip


def _inspection(evidence: lending.Evidence, terms: lending.Terms) -> str:
    if evidence.inspected_on is None:
        return _("Never inspected. Ask the store for an inspection.")
    age = (evidence.on - evidence.inspected_on).days
    return _("Inspected {n} days ago; at most {most} count.", n=age, most=terms.inspection_days)


def _weight(evidence: lending.Evidence, terms: lending.Terms) -> str:
    if evidence.weighed_by_instrument:
        return _("The weight came from the scale itself.")
    return _("The weight was typed. Ask the store to weigh again.")


def _in_store(evidence: lending.Evidence, terms: lending.Terms) -> str:
    return _("All of it lies in its slots.") if evidence.in_store else _("Not all of it is put away yet.")


def _quarantine(evidence: lending.Evidence, terms: lending.Terms) -> str:
    return _("The goods are in quarantine.") if evidence.quarantined else _("Nothing is in quarantine.")


def _variance(evidence: lending.Evidence, terms: lending.Terms) -> str:
    return _("A count is open.") if evidence.count_variance else _("No count is open.")


def _once(evidence: lending.Evidence, terms: lending.Terms) -> str:
    if evidence.pledged_already:
        return _("The receipt secures an advance already.")
    return _("The receipt is free.")


def _insurance(evidence: lending.Evidence, terms: lending.Terms) -> str:
    if evidence.insured_until is None:
        return _("No policy covers the room.")
    return _("Insured until {day}.", day=format.day(evidence.insured_until))


def _alarm(evidence: lending.Evidence, terms: lending.Terms) -> str:
    if evidence.critical_alarms is None:
        return _("Nothing is known of the room's alarms.")
    return _n("1 critical alarm stands.", "{n} critical alarms stand.", evidence.critical_alarms)


def _room(evidence: lending.Evidence, terms: lending.Terms) -> str:
    if evidence.room_kept:
        return _("The temperature stayed within its limits.")
    return _("Readings are missing, old, or outside the limits.")


def _turnover(evidence: lending.Evidence, terms: lending.Terms) -> str:
    return _("Dealt in {n} times in the last {days} days.", n=evidence.dealings, days=terms.sells_days)


SAID: dict[str, Callable[[lending.Evidence, lending.Terms], str]] = {
    "price": _price, "inspection": _inspection, "weight": _weight, "in_store": _in_store,
    "no_quarantine": _quarantine, "no_variance": _variance, "pledged_once": _once, "insurance": _insurance,
    "no_critical_alarm": _alarm, "room_history": _room, "turnover": _turnover,
}  # fmt: skip
