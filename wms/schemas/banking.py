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
    "id account_number source file_name file_digest opening_fen moved_fen closing_fen first_on last_on entries known "
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
ACCEPT = body(treasury.AcceptEntry, path=("entry_id",))
LINK = body(treasury.LinkEntry, path=("entry_id",))
UNDO = body(treasury.UndoMatch, path=("match_id",), reason=Text(required=True, longest=200, shortest=1))
SIGN = body(treasury.SignOff, note=Text(load_default="", longest=400))
MOST_BASE64 = 5_400_000
FEN = 10**14


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
