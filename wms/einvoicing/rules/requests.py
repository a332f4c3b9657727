"""What callers ask of the room. Pure."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from wms.einvoicing.rules.documents import ChargeKind
from wms.einvoicing.rules.numbers import SaidNumber


@dataclass(frozen=True, slots=True)
class SetItem:
    """What the tax bureau calls a kind of charge: category and name as printed, and its code of 19 digits."""

    id: UUID
    charge_kind: ChargeKind
    code: str
    category: str
    name: str


@dataclass(frozen=True, slots=True)
class SetTitle:
    """To whom a party's e-invoices are made out; what is empty comes from the party itself.

    `is_person`: a natural person, who needs no tax number.
    """

    id: UUID
    party_id: UUID
    is_person: bool = False
    name: str = ""
    tax_number: str = ""
    address: str = ""
    phone: str = ""
    bank: str = ""
    account_number: str = ""


@dataclass(frozen=True, slots=True)
class PrepareBatch:
    """Put what is complete of a period, both days included, into one batch for the tax bureau."""

    id: UUID
    from_on: date
    to_on: date


@dataclass(frozen=True, slots=True)
class WithdrawBatch:
    """Take a batch back before the bureau issued anything of it: its documents wait again."""

    id: UUID
    batch_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class RecordNumbers:
    """Numbers the tax bureau gave to our documents."""

    id: UUID
    numbers: tuple[SaidNumber, ...]
