"""Notices to parties as letters: the words in both languages, what is owed, and where a proof of receipt is signed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from wms.documents.amounts import yuan
from wms.documents.sheet import Both, Part, Sheet, Terms, Words, sheet_pdf

PROOF: dict[str, Both] = {
    "sms_receipt": ("短信送达回执", "text message delivered"),
    "courier_signed": ("快递签收", "signed for by courier"),
    "registered_letter": ("挂号信回执", "registered letter"),
    "answered": ("对方已回复", "answered"),
    "published": ("公告送达", "published"),
    "returned": ("退回", "came back"),
}


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice with what its paper says; `subject` names the invoice or lot, `proofs` are (kind, reference, day)."""

    number: str
    title: Both
    party: str
    issuer: str
    subject: str
    open_fen: int
    sent_on: date
    period_days: int | None
    words: Both
    proofs: Sequence[tuple[str, str, date]] = ()


def letter_pdf(letter: Letter) -> bytes:
    """Return the letter as a PDF of one sheet."""
    terms = [
        ("致", "To", letter.party),
        ("事由", "About", letter.subject),
        ("日期", "Of", f"{letter.sent_on}"),
        ("尚欠", "Owed that day", f"{yuan(letter.open_fen)} 元 yuan"),
    ]
    if letter.period_days is not None:
        terms.append(("期限", "Period", f"收到之日起 {letter.period_days} 日 days from receipt"))
    parts: list[Part] = [Terms(terms), Words(letter.words, strong=True)]
    if letter.proofs:
        proofs = [(*PROOF[kind], f"{reference} {on}") for kind, reference, on in letter.proofs]
        parts += [Words(("送达证明", "Proofs of receipt")), Terms(proofs)]
    signs = (("发函方", "For the store"), ("收件人签收", "Received by"), ("签收日期", "Received on"))
    return sheet_pdf(Sheet(letter.title, letter.number, letter.issuer, parts, "", signs))
