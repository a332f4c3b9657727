"""The e-invoicing room: the tax bureau's side of our invoices and credit notes.

Owns what charges and parties are called there, batches with every row as it was handed over, and the bureau's numbers.
Invariants: a document stands in one batch that counts; its rows add up to its total and tax, to the fen; a batch's
rows never change, so its file is always the same bytes; a document has one number of the bureau, and a number one
document; a red letter names the number of the invoice it takes back. Deliberately does not know why anything was
billed, nor whether it was paid: billing does.
"""

from wms.einvoicing.actions.batches import prepare_batch, withdraw_batch
from wms.einvoicing.actions.numbers import record_numbers
from wms.einvoicing.actions.settings import set_item, set_title
from wms.einvoicing.errors import (
    BatchNotFound,
    BatchNumbered,
    BatchWithdrawn,
    EinvoiceReasonMissing,
    ItemInvalid,
    NothingToExport,
    NumberNotFound,
    NumbersUnfit,
    PeriodUnfit,
    TitleInvalid,
)
from wms.einvoicing.queries.batches import (
    check,
    get_batch,
    judged,
    list_batches,
    number_of,
    number_of_document,
    numbers_by_journal,
    numbers_of,
    numbers_of_documents,
    rows_of,
    withdrawal_of,
)
from wms.einvoicing.queries.settings import item_rows, items_now, seller_side, side_of, title_of
from wms.einvoicing.queries.waiting import Desk, Waiting, waiting_of
from wms.einvoicing.rules.documents import ChargeKind, DocumentKind, Item, Lack, Side
from wms.einvoicing.rules.numbers import BadNumber, NumbersFile, SaidNumber, read_numbers
from wms.einvoicing.rules.requests import PrepareBatch, RecordNumbers, SetItem, SetTitle, WithdrawBatch
from wms.einvoicing.tables import (
    EinvoiceBatch,
    EinvoiceItem,
    EinvoiceNumber,
    EinvoiceRow,
    EinvoiceTitle,
    EinvoiceWithdrawal,
)

__all__ = [
    "BadNumber", "BatchNotFound", "BatchNumbered", "BatchWithdrawn", "ChargeKind", "Desk", "DocumentKind",
    "EinvoiceBatch", "EinvoiceItem", "EinvoiceNumber", "EinvoiceReasonMissing", "EinvoiceRow", "EinvoiceTitle",
    "EinvoiceWithdrawal", "Item", "ItemInvalid", "Lack", "NothingToExport", "NumberNotFound", "NumbersFile",
    "NumbersUnfit", "PeriodUnfit", "PrepareBatch", "RecordNumbers", "SaidNumber", "SetItem", "SetTitle", "Side",
    "TitleInvalid", "Waiting", "WithdrawBatch", "check", "get_batch", "item_rows", "items_now", "judged",
    "list_batches", "number_of", "number_of_document", "numbers_by_journal", "numbers_of",
    "numbers_of_documents", "prepare_batch", "read_numbers",
    "record_numbers", "rows_of", "seller_side", "set_item", "set_title", "side_of", "title_of", "waiting_of",
    "withdraw_batch", "withdrawal_of",
]  # fmt: skip
