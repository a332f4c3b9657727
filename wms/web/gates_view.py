"""The gates of an advance in the reader's words: on what each was judged, today or as it was kept.

A gate's evidence is kept as `name=value` facts; here they become a sentence, so old judgements read in any language.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from wms import lending
from wms.web import format
from wms.web.i18n import note
from wms.web.shell import say as _
from wms.web.shell import say_count as _n

Facts = Mapping[str, str | None]
FACT = re.compile(r"(\w+)=([^,]*)")
MISSING = "missing"

ROOM = (
    (re.compile(r"within limits for (?P<n>\d+) days"), note("The temperature stayed within its limits for {n} days.")),
    (re.compile(r"within limits since (?P<day>\S+)"), note("The temperature stayed within its limits since {day}.")),
    (
        re.compile(r"readings missing or stale of (?P<n>\d+) of (?P<all>\d+) sensors"),
        note("{n} of {all} sensors said nothing lately."),
    ),
    (re.compile(r"(?P<n>\d+) sensor hours outside limits"), note("{n} hours lay outside the limits.")),
    (re.compile(r"no temperature sensor"), note("The room has no temperature sensor.")),
    (re.compile(r"no limits set"), note("The room has no limits to be kept within.")),
    (re.compile(r"the goods lie in no room"), note("The goods lie in no room.")),
)


@dataclass(frozen=True, slots=True)
class GateLine:
    """One gate with its evidence as a sentence."""

    group: str
    name: str
    passed: bool
    words: str


def gate_lines(evidence: lending.Evidence, terms: lending.Terms) -> list[GateLine]:
    """Return every gate with a sentence that says on what it is judged."""
    return [
        GateLine(gate.group, gate.name, gate.passed, sentence(gate.name, gate.evidence, terms))
        for gate in lending.gates(evidence, terms)
    ]


def sentence(gate: str, evidence: str, terms: lending.Terms) -> str:
    """Return the evidence of a gate as a sentence in the reader's language."""
    if gate == "room_history":
        return " ".join(_room(part) for part in evidence.split("; "))
    facts = {name: None if value == MISSING else value for name, value in FACT.findall(evidence)}
    return SAID[gate](facts, terms) if gate in SAID else evidence


def _price(facts: Facts, terms: lending.Terms) -> str:
    price, age = facts.get("price"), facts.get("independent_age_days")
    if price is None or age is None:
        return _("No independent price of the last {n} market days.", n=terms.price_age_days)
    said = format.price(Decimal(price))
    old = int(age)
    if old == 0:
        return _("{price} yuan/kg; the independent price is of today.", price=said)
    return _n("{price} yuan/kg; the independent price is 1 market day old.",
              "{price} yuan/kg; the independent price is {n} market days old.", old, price=said)  # fmt: skip


def _inspection(facts: Facts, terms: lending.Terms) -> str:
    age = facts.get("age_days")
    if age is None:
        return _("Never inspected. Ask the store for an inspection.")
    if int(age) == 0:
        return _("Inspected today.")
    return _("Inspected {n} days ago; at most {most} count.", n=age, most=terms.inspection_days)


def _weight(facts: Facts, terms: lending.Terms) -> str:
    if facts.get("weighed_by_instrument") == "True":
        return _("The weight came from the scale itself.")
    return _("The weight was typed. Ask the store to weigh again.")


def _in_store(facts: Facts, terms: lending.Terms) -> str:
    if facts.get("in_store") == "True":
        return _("All of it lies in its slots.")
    return _("Not all of it is put away yet.")


def _quarantine(facts: Facts, terms: lending.Terms) -> str:
    if facts.get("quarantined") == "False":
        return _("Nothing is in quarantine.")
    return _("The goods are in quarantine.")


def _variance(facts: Facts, terms: lending.Terms) -> str:
    return _("No count is open.") if facts.get("count_variance") == "False" else _("A count is open.")


def _once(facts: Facts, terms: lending.Terms) -> str:
    if facts.get("pledged") == "False":
        return _("The receipt is free.")
    return _("The receipt secures an advance already.")


def _insurance(facts: Facts, terms: lending.Terms) -> str:
    until = facts.get("insured_until")
    if until is None:
        return _("No policy covers the room.")
    return _("Insured until {day}.", day=format.day(date.fromisoformat(until)))


def _alarm(facts: Facts, terms: lending.Terms) -> str:
    standing = facts.get("critical_alarms")
    if standing is None:
        return _("Nothing is known of the room's alarms.")
    if standing == "0":
        return _("No critical alarm stands.")
    return _n("1 critical alarm stands.", "{n} critical alarms stand.", int(standing))


def _turnover(facts: Facts, terms: lending.Terms) -> str:
    dealings, days = int(facts.get("dealings") or 0), facts.get("days") or str(terms.sells_days)
    if dealings == 0:
        return _("Nobody dealt in such goods in the last {days} days.", days=days)
    return _n("Dealt in once in the last {days} days.", "Dealt in {n} times in the last {days} days.", dealings,
              days=days)  # fmt: skip


def _room(part: str) -> str:
    for pattern, words in ROOM:
        found = pattern.fullmatch(part.strip())
        if found:
            return _(words, **found.groupdict())
    return part


SAID: dict[str, Callable[[Facts, lending.Terms], str]] = {
    "price": _price, "inspection": _inspection, "weight": _weight, "in_store": _in_store,
    "no_quarantine": _quarantine, "no_variance": _variance, "pledged_once": _once, "insurance": _insurance,
    "no_critical_alarm": _alarm, "turnover": _turnover,
}  # fmt: skip
