"""Accounts with parties, bank statements, the drawer and transfer files, on paper. Money in whole fen."""

from marshmallow import fields

from wms import billing, treasury
from wms.schemas.bodies import Strict, body
from wms.schemas.fields import Day, Text, Whole
from wms.schemas.views import shape, view

AGEING = shape(
    "Ageing", party_id=fields.UUID(), invoices=fields.Integer(), oldest_due_on=Day(), to_30_fen=fields.Integer(),
    to_60_fen=fields.Integer(), to_90_fen=fields.Integer(), over_90_fen=fields.Integer(), total_fen=fields.Integer(),
)  # fmt: skip
LINE = view("StatementLine", billing.StatementLine)
PARTS = fields.Dict(keys=fields.String(), values=fields.Integer(), metadata={"description": "by part, in fen"})
STATEMENT = view(
    "StatementOfAccount", billing.StatementOfAccount, "party_id from_on to_on", opening=PARTS, closing=PARTS,
    opening_fen=fields.Integer(), closing_fen=fields.Integer(), lines=fields.List(fields.Nested(LINE)),
)  # fmt: skip
BANK_STATEMENT = view(
    "BankStatement", treasury.BankStatement,
    "id account_number source file_name opening_fen moved_fen closing_fen first_on last_on entries known "
    "imported_at",
)  # fmt: skip
BANK_ENTRY = view(
    "BankEntry", treasury.BankEntry,
    "id statement_id account_number booked_on fen other_name other_account words bank_reference",
    left_fen=fields.Integer(metadata={"description": "not matched yet, without its sign"}),
)  # fmt: skip
BANK_MATCH = view(
    "BankMatch", treasury.BankMatch,
    "id entry_id journal_id fen posted matched_at undone_at undone_because reversal_id",
)  # fmt: skip
PART = shape("SuggestedPart", invoice_id=fields.UUID(), fen=fields.Integer())
SUGGESTION = shape(
    "BankSuggestion", journal_id=fields.UUID(allow_none=True), party_id=fields.UUID(allow_none=True),
    parts=fields.List(fields.Nested(PART)), because=fields.List(fields.String()),
)  # fmt: skip
BAD_ROW = shape("BadRow", line=fields.Integer(), why=fields.String(), value=fields.String())
IMPORTED = shape(
    "ImportedStatement", statement=fields.Nested(BANK_STATEMENT, allow_none=True),
    bad=fields.List(fields.Nested(BAD_ROW)), entries=fields.Integer(), opening_fen=fields.Integer(allow_none=True),
    closing_fen=fields.Integer(allow_none=True),
)  # fmt: skip
OPEN_ITEM = shape("OpenItem", id=fields.UUID(), on=Day(), fen=fields.Integer())
RECONCILIATION = shape(
    "Reconciliation", on=Day(), book_fen=fields.Integer(), bank_fen=fields.Integer(), brought_fen=fields.Integer(),
    open_bank_fen=fields.Integer(), open_book_fen=fields.Integer(), covered=fields.Boolean(),
    entries=fields.List(fields.Nested(OPEN_ITEM)), postings=fields.List(fields.Nested(OPEN_ITEM)),
)  # fmt: skip
BANK_DAY_SIGN = view(
    "BankDaySign", treasury.BankDaySign,
    "id signed_for book_fen bank_fen brought_fen open_bank_fen open_book_fen open_items note signed_at",
)  # fmt: skip
MOST_BASE64 = 5_400_000
FEN = 10**14
ACCEPT = body(treasury.AcceptEntry, path=("entry_id",))
LINK = body(treasury.LinkEntry, path=("entry_id",))
UNDO = body(treasury.UndoMatch, path=("match_id",), reason=Text(required=True, longest=200, shortest=1))
BOOK = body(treasury.BookEntry, path=("entry_id",), words=Text(load_default="", longest=200))
SIGN = body(
    treasury.SignOff, note=Text(load_default="", longest=400),
    bank_fen=Whole(least=-FEN, most=FEN, load_default=None, allow_none=True),
)  # fmt: skip


class ImportBody(Strict):
    """A file in base64, and what it does not say itself; a dry run stores nothing."""

    id = fields.UUID()
    file_name = Text(required=True, longest=120, shortest=1)
    content = Text(required=True, longest=MOST_BASE64, shortest=1)
    account_number = Text(load_default="", longest=40)
    opening_fen = Whole(least=-FEN, most=FEN, load_default=None, allow_none=True)
    closing_fen = Whole(least=-FEN, most=FEN, load_default=None, allow_none=True)
    heads = fields.Dict(keys=Text(longest=20), values=Text(longest=60), load_default=dict)
    dry_run = fields.Boolean(load_default=False)


WALLET_REFUND = view(
    "WalletRefund", treasury.WalletRefund,
    "id party_id refund_fen bank_reference account_name bank journal_id refunded_on refunded_at",
)  # fmt: skip
PAYOUT_RETURN = view(
    "PayoutReturn", treasury.PayoutReturn, "id payout_id bank_reference reason journal_id returned_on returned_at"
)
DRAWER_COUNT = view(
    "DrawerCount", treasury.DrawerCount,
    "id number opens pieces counted_fen book_fen difference_fen reason journal_id counted_on counted_at",
)  # fmt: skip
TRANSFER_FILE = view(
    "TransferFile", treasury.TransferFile, "id kind own_name transfers total_fen prepared_on prepared_at",
    sha256=fields.String(attribute="content_digest", metadata={"description": "of the file's bytes"}),
)  # fmt: skip
TRANSFER_APPROVAL = view("TransferApproval", treasury.TransferApproval, "file_id approved_at")
TRANSFER_CONTENT = shape("TransferContent", file_id=fields.UUID(), content=fields.String(
    metadata={"description": "the approved file in base64"}
))  # fmt: skip
WAITING = shape(
    "WaitingTransfer", source_id=fields.UUID(), party_id=fields.UUID(), fen=fields.Integer(),
    account_name=fields.String(), words=fields.String(),
)  # fmt: skip
REFUND = body(treasury.RefundWallet, path=("party_id",), reference=Text(required=True, longest=80, shortest=1))
RETURN = body(
    treasury.ReturnPayout, path=("payout_id",), reference=Text(required=True, longest=80, shortest=1),
    reason=Text(required=True, longest=200, shortest=1),
)  # fmt: skip
BANK_CASH = body(treasury.BankCash, reference=Text(required=True, longest=80, shortest=1))
PREPARE = body(
    treasury.PrepareTransfers, own_name=Text(required=True, longest=80, shortest=1),
    own_account=Text(required=True, longest=40, shortest=1),
)  # fmt: skip
APPROVE_FILE = body(treasury.ApproveTransfers, path=("file_id",))


class CountBody(Strict):
    """How many pieces of each denomination in fen lie in the drawer, as a shift begins (`opens`) or ends."""

    id = fields.UUID()
    opens = fields.Boolean(required=True)
    pieces = fields.Dict(keys=fields.Integer(), values=Whole(), required=True)
    reason = Text(load_default="", longest=200)
