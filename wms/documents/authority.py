"""A written authority to collect: who lets whom fetch goods, on which truck, when, and how many."""

from dataclasses import dataclass
from datetime import date

from wms.documents.sheet import Part, Sheet, Terms, Words, sheet_pdf


@dataclass(frozen=True, slots=True)
class AuthorityFacts:
    """An authority with what its paper says; `last_on` is the last day it holds."""

    number: str
    keeper: str
    party: str
    collector: str
    id_tail: str
    plate: str
    from_on: date
    last_on: date
    units_most: int | None
    document: str
    given_on: date
    revoked_on: date | None


def authority_pdf(facts: AuthorityFacts) -> bytes:
    """Return the authority as a PDF of one sheet, to be signed by both; a revoked one says so."""
    most = "不限 no limit" if facts.units_most is None else f"{facts.units_most:,} 件 units"
    terms = [
        ("委托方", "Given by", facts.party),
        ("受托提货人", "Who collects", facts.collector),
        ("身份证后四位", "Identity card ends", facts.id_tail),
        ("车牌", "Number plate", facts.plate),
        ("有效期", "Holds", f"{facts.from_on} – {facts.last_on}"),
        ("件数上限", "Units at most", most),
        ("登记", "Given", f"{facts.given_on} {facts.document}".strip()),
    ]
    parts: list[Part] = [
        Terms(terms),
        Words(
            (f"兹委托 {facts.collector} 持本人身份证、驾驶车辆 {facts.plate} 代为提取货物, 其签收视同委托方签收。",
             f"{facts.collector} may fetch goods for the giver with this truck and identity card, and signs for them."),
        ),
    ]  # fmt: skip
    if facts.revoked_on is not None:
        parts.append(
            Words((f"已于 {facts.revoked_on} 撤销, 不得使用。", f"Revoked on {facts.revoked_on}."), strong=True)
        )
    signs = (("委托方签章", "For the giver"), ("受托人签字", "Who collects"))
    return sheet_pdf(Sheet(("提货委托书", "Authority to collect"), facts.number, facts.keeper, parts, "", signs))
