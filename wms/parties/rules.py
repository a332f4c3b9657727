"""What a party, a contract and a payee are. Pure: no session, no clock, no I/O."""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from wms.kernel.numbers import price
from wms.parties.errors import ContractTermsInvalid, DatesReversed, FieldInvalid

PAYEE_DELAY = timedelta(hours=24)
CODE = re.compile(r"[A-Z][A-Z0-9]{0,11}")  # part of account codes, so no separator of theirs
PHONE = re.compile(r"\+?[0-9][0-9 -]{4,18}[0-9]")
BANK_ACCOUNT = re.compile(r"[0-9A-Z]{6,34}")  # Chinese cards have up to 19 digits, an IBAN up to 34 characters
CREDIT_CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_CODE_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)  # GB 32100-2015, 4.2.5
WATERFALL = ("costs", "storage", "handling", "interest", "principal", "commission")
PARTIAL_SALES = ("max(pro_rata,ltv)", "pro_rata", "ltv")
BASIS_POINTS = 10_000
EARNEST_MOST_BP = 2_000  # 定金 beyond a fifth of the price has no effect as such (Civil Code, art. 586)


class PartyKind(StrEnum):
    """What a party is in this business."""

    GROWER = "grower"
    MERCHANT = "merchant"
    BUYER = "buyer"
    STORE = "store"
    LENDER = "lender"
    PLATFORM = "platform"


class MandateScope(StrEnum):
    """What a person may do for a party they do not work for."""

    ACT = "act"  # agree, sign, ask
    COLLECT = "collect"  # fetch goods


@dataclass(frozen=True, slots=True)
class ContractTerms:
    """What was agreed with a party; the defaults hold where no contract says otherwise.

    `differential` is 元/kg on the reference price for goods that list themselves. `tax_permille` 0 means no tax leg,
    60 means 6 % inclusive. `waterfall` orders who is paid from sale proceeds; what is left is always the owner's.
    """

    lists_itself: bool = True
    differential: Decimal = Decimal("0.0000")
    tariff_locked: bool = False
    tax_permille: int = 0
    commission_bp: int = 150
    loss_standard_permille: int = 15
    waterfall: tuple[str, ...] = WATERFALL
    partial_sale: str = "max(pro_rata,ltv)"
    earnest_bp: int = 2_000
    prepay_bp: int = 1_000
    forfeit_seller_bp: int = 8_000
    silence_h: int = 24


@dataclass(frozen=True, slots=True)
class BankPayee:
    """Where money to a party goes."""

    account_name: str
    bank: str
    account_number: str


@dataclass(frozen=True, slots=True)
class AddPartyRequest:
    """A new party; `id` becomes its id."""

    id: UUID
    code: str
    kind: PartyKind
    name: str
    name_en: str | None = None
    credit_code: str | None = None
    phone: str | None = None
    segment: str | None = None


@dataclass(frozen=True, slots=True)
class ChangePartyRequest:
    """New values for what may change of a party; its code and kind never do."""

    id: UUID
    party_id: UUID
    name: str
    name_en: str | None = None
    credit_code: str | None = None
    phone: str | None = None
    segment: str | None = None


@dataclass(frozen=True, slots=True)
class AddPersonRequest:
    """A new person; `id` becomes their id."""

    id: UUID
    name: str
    name_en: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class ChangePersonRequest:
    """New values of a person."""

    id: UUID
    person_id: UUID
    name: str
    name_en: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class EmployRequest:
    """A person works for a party from a day on; `id` becomes the employment's id."""

    id: UUID
    person_id: UUID
    party_id: UUID
    post: str
    from_on: date
    is_primary: bool = True


@dataclass(frozen=True, slots=True)
class EndRequest:
    """An employment, contract, mandate or relation ends: `until_on` is the first day it no longer holds."""

    id: UUID
    row_id: UUID
    until_on: date


@dataclass(frozen=True, slots=True)
class ChangeJobRequest:
    """A person leaves their primary employment and starts another on one day; `id` becomes the new one's id."""

    id: UUID
    person_id: UUID
    party_id: UUID
    post: str
    on: date


@dataclass(frozen=True, slots=True)
class SignContractRequest:
    """A contract with a party from a day on; `id` becomes its id. `until_on` None is open-ended."""

    id: UUID
    party_id: UUID
    number: str
    from_on: date
    until_on: date | None = None
    terms: ContractTerms = field(default_factory=ContractTerms)


@dataclass(frozen=True, slots=True)
class GrantMandateRequest:
    """A party lets a person act or collect for it; `document` names the paper that says so."""

    id: UUID
    party_id: UUID
    person_id: UUID
    scope: MandateScope
    from_on: date
    until_on: date | None = None
    document: str = ""


@dataclass(frozen=True, slots=True)
class RelateRequest:
    """Two parties stand under common control or family ties, so that their trades make no price."""

    id: UUID
    party_id: UUID
    other_id: UUID
    reason: str
    from_on: date
    until_on: date | None = None


@dataclass(frozen=True, slots=True)
class ProposePayeeRequest:
    """A new bank payee for a party; `id` becomes the change's id."""

    id: UUID
    party_id: UUID
    payee: BankPayee


@dataclass(frozen=True, slots=True)
class PayeeDecisionRequest:
    """A second person approves, or anybody entitled stops, a change of payee."""

    id: UUID
    change_id: UUID
    reason: str = ""


def check_dates(from_on: date, until_on: date | None) -> None:
    """Refuse a period that ends before it begins (empty periods included). Raises DatesReversed."""
    if until_on is not None and until_on <= from_on:
        raise DatesReversed(from_on=from_on, until_on=until_on)


def overlap(one: tuple[date, date | None], other: tuple[date, date | None]) -> bool:
    """Tell whether two half-open periods share a day; None is open-ended, an empty period shares none."""
    begin = max(one[0], other[0])
    return all(end is None or begin < end for end in (one[1], other[1]))


def check_text(name: str, text: str | None, most: int) -> None:
    """Refuse an empty, padded or overlong text; None passes. Raises FieldInvalid."""
    if text is not None and (not text.strip() or text != text.strip() or len(text) > most):
        raise FieldInvalid(field=name)


def check_party(request: AddPartyRequest | ChangePartyRequest) -> None:
    """Refuse a malformed code, name, phone or credit code. Raises FieldInvalid."""
    if isinstance(request, AddPartyRequest) and not CODE.fullmatch(request.code):
        raise FieldInvalid(field="code")
    check_text("name", request.name, 120)
    check_text("name_en", request.name_en, 120)
    check_text("segment", request.segment, 40)
    check_phone(request.phone)
    if request.credit_code is not None and not is_credit_code(request.credit_code):
        raise FieldInvalid(field="credit_code")


def check_phone(phone: str | None) -> None:
    """Refuse what is no telephone number; None passes. Raises FieldInvalid."""
    if phone is not None and not PHONE.fullmatch(phone):
        raise FieldInvalid(field="phone")


def is_credit_code(code: str) -> bool:
    """Tell whether `code` is a unified social credit code with a right check character (GB 32100-2015)."""
    if len(code) != 18 or any(letter not in CREDIT_CODE_ALPHABET for letter in code):
        return False
    values = [CREDIT_CODE_ALPHABET.index(letter) for letter in code]
    total = sum(value * weight for value, weight in zip(values[:17], CREDIT_CODE_WEIGHTS, strict=True))
    return values[17] == (31 - total % 31) % 31


def check_payee(payee: BankPayee) -> None:
    """Refuse a payee that no bank could pay. Raises FieldInvalid."""
    check_text("account_name", payee.account_name, 120)
    check_text("bank", payee.bank, 120)
    if not BANK_ACCOUNT.fullmatch(payee.account_number):
        raise FieldInvalid(field="account_number")


def check_terms(terms: ContractTerms) -> None:
    """Refuse terms outside their bounds. Raises ContractTermsInvalid naming the term."""
    bounds = {
        "tax_permille": (terms.tax_permille, 999),
        "commission_bp": (terms.commission_bp, BASIS_POINTS),
        "loss_standard_permille": (terms.loss_standard_permille, 999),
        "earnest_bp": (terms.earnest_bp, EARNEST_MOST_BP),
        "prepay_bp": (terms.prepay_bp, BASIS_POINTS - terms.earnest_bp),
        "forfeit_seller_bp": (terms.forfeit_seller_bp, BASIS_POINTS),
        "silence_h": (terms.silence_h, 24 * 30),
    }
    for name, (value, most) in bounds.items():
        if not 0 <= value <= most:
            raise ContractTermsInvalid(term=name)
    if terms.silence_h == 0:
        raise ContractTermsInvalid(term="silence_h")
    if terms.partial_sale not in PARTIAL_SALES:
        raise ContractTermsInvalid(term="partial_sale")
    if sorted(terms.waterfall) != sorted(WATERFALL):
        raise ContractTermsInvalid(term="waterfall")
    _check_differential(terms.differential)


def _check_differential(differential: Decimal) -> None:
    if not differential.is_finite() or abs(differential) > 1_000:
        raise ContractTermsInvalid(term="differential")
    try:
        price(differential)
    except ValueError as error:
        raise ContractTermsInvalid(term="differential") from error
