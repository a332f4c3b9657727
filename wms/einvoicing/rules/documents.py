"""How an invoice or a credit note becomes rows for the tax bureau, and what it may lack. Pure; fen and grams."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from uuid import UUID

CODE_DIGITS = 19
PRICE_PLACES = Decimal("0.0000000001")
KILOGRAM, TIME = "千克", "次"
LETTERS = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")


class ChargeKind(StrEnum):
    """What a line charges for."""

    STORAGE = "storage"
    HANDLING = "handling"


class DocumentKind(StrEnum):
    """What a document is: an invoice (blue), or a credit note (a red letter)."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


class Lack(StrEnum):
    """What keeps a document back."""

    SELLER_TAX_NUMBER = "seller_tax_number"
    BUYER_TAX_NUMBER = "buyer_tax_number"
    ITEM_STORAGE = "item_storage"
    ITEM_HANDLING = "item_handling"
    ORIGINAL_NUMBER = "original_number"  # a red letter names the number of the invoice it takes back
    BELOW_ZERO = "below_zero"  # no line of an invoice may be below zero: the bureau takes that by hand only


@dataclass(frozen=True, slots=True)
class Item:
    """What the tax bureau calls a kind of charge."""

    code: str
    category: str
    name: str

    @property
    def printed(self) -> str:
        """The name as e-invoices print it."""
        return f"*{self.category}*{self.name}"


@dataclass(frozen=True, slots=True)
class Side:
    """Seller or buyer as e-invoices name them; empty where nothing is known."""

    name: str
    tax_number: str = ""
    is_person: bool = False
    address: str = ""
    phone: str = ""
    bank: str = ""
    account_number: str = ""

    @property
    def is_known(self) -> bool:
        """Tell whether the bureau takes it: a natural person, or a company with its number."""
        return self.is_person or bool(self.tax_number)


@dataclass(frozen=True, slots=True)
class ChargeLine:
    """One kind of charge of a document, tax included; below zero on a red letter; `grams` 0 where no weight counts."""

    kind: ChargeKind
    gross_fen: int
    tax_fen: int
    grams: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """An invoice or a credit note with all that its e-invoice says. `original` is our number of the invoice it takes
    back, `original_number` the bureau's."""

    id: UUID
    kind: DocumentKind
    number: str
    on: date
    party_id: UUID
    buyer: Side
    tax_permille: int
    lines: tuple[ChargeLine, ...]
    remark: str
    original: str = ""
    original_number: str = ""

    @property
    def gross_fen(self) -> int:
        """Its total, tax included."""
        return sum(line.gross_fen for line in self.lines)

    @property
    def tax_fen(self) -> int:
        """The tax in it."""
        return sum(line.tax_fen for line in self.lines)


@dataclass(frozen=True, slots=True)
class LineText:
    """How one line of a document stands in the file. A red letter is an allowance: it has amounts, but no quantity."""

    charge_kind: ChargeKind
    item_name: str
    item_code: str
    unit: str
    quantity_thousandths: int | None
    price: str
    net_fen: int
    tax_fen: int
    gross_fen: int


def is_code(text: str) -> bool:
    """Tell whether text is a tax classification code: 19 digits."""
    return len(text) == CODE_DIGITS and text.isascii() and text.isdigit()


def is_tax_number(text: str) -> bool:
    """Tell whether text may be a taxpayer's number: 15 to 20 digits and capital letters."""
    return 15 <= len(text) <= 20 and set(text) <= LETTERS


def lacks_of(document: Document, seller: Side, items: Mapping[ChargeKind, Item]) -> tuple[Lack, ...]:
    """Return what a document lacks before it can be exported; nothing if it is complete."""
    found = []
    if not seller.tax_number:
        found.append(Lack.SELLER_TAX_NUMBER)
    if not document.buyer.is_known:
        found.append(Lack.BUYER_TAX_NUMBER)
    found += [Lack(f"item_{line.kind.value}") for line in document.lines if line.kind not in items]
    is_red = document.kind is DocumentKind.CREDIT_NOTE
    if is_red and not document.original_number:
        found.append(Lack.ORIGINAL_NUMBER)
    if not is_red and any(line.gross_fen < 0 for line in document.lines):
        found.append(Lack.BELOW_ZERO)
    return tuple(found)


def texts_of(document: Document, items: Mapping[ChargeKind, Item]) -> tuple[LineText, ...]:
    """Return the lines of a complete document; net and tax of each are the document's own, to the fen.

    The quantity is the weight at entry in kilograms, and the price before tax such that both give the net amount to
    the fen; where no weight counts it is one time.
    """
    found = []
    for line in document.lines:
        item, net_fen = items[line.kind], line.gross_fen - line.tax_fen
        unit, thousandths = (KILOGRAM, line.grams) if line.grams else (TIME, 1000)
        price = unit_price(net_fen, thousandths)
        if document.kind is DocumentKind.CREDIT_NOTE:
            unit, thousandths, price = "", 0, ""
        found.append(
            LineText(line.kind, item.printed, item.code, unit, thousandths or None, price, net_fen, line.tax_fen,
                     line.gross_fen)
        )  # fmt: skip
    return tuple(found)


def unit_price(net_fen: int, quantity_thousandths: int) -> str:
    """Return the price of one, in yuan before tax, with as many places as bring quantity × price to the net fen."""
    exact = Decimal(net_fen) * 10 / quantity_thousandths
    text = f"{exact.quantize(PRICE_PLACES, ROUND_HALF_UP):f}".rstrip("0")
    whole, _, places = text.partition(".")
    return f"{whole}.{places.ljust(2, '0')}"
