"""E-invoices on paper in and out: what is called how, what waits, batches, and the tax bureau's numbers."""

from marshmallow import fields

from wms import einvoicing
from wms.schemas.bodies import Strict, body
from wms.schemas.fields import Day, Text
from wms.schemas.views import shape, view

MOST_BASE64 = 5_400_000
ITEM = view("EinvoiceItem", einvoicing.EinvoiceItem, "id charge_kind code category name set_at")
TITLE = view(
    "EinvoiceTitle", einvoicing.EinvoiceTitle,
    "id party_id is_person name tax_number address phone bank account_number set_at",
)  # fmt: skip
WAITING = shape(
    "WaitingEinvoice", document_id=fields.UUID(), kind=fields.String(), document=fields.String(), on=Day(),
    party_id=fields.UUID(), gross_fen=fields.Integer(), tax_fen=fields.Integer(),
    lacks=fields.List(fields.String(), metadata={"description": "what keeps it back; empty: it can be exported"}),
)  # fmt: skip
BATCH = view(
    "EinvoiceBatch", einvoicing.EinvoiceBatch, "id from_on to_on documents net_fen tax_fen gross_fen exported_at",
    name=fields.String(), withdrawn=fields.Boolean(),
)  # fmt: skip
ROW = view(
    "EinvoiceRow", einvoicing.EinvoiceRow,
    "n document_id document_kind document document_on charge_kind buyer_name buyer_tax_number item_name item_code unit "
    "quantity_thousandths price net_fen tax_permille tax_fen gross_fen original original_number remark",
    number=fields.String(allow_none=True, metadata={"description": "the tax bureau's, once it is known"}),
)  # fmt: skip
NUMBER = view("EinvoiceNumber", einvoicing.EinvoiceNumber, "document_id number issued_on recorded_at")
WITHDRAWAL = view("EinvoiceWithdrawal", einvoicing.EinvoiceWithdrawal, "batch_id reason withdrawn_at")
BAD_NUMBER = shape("BadEinvoiceNumber", line=fields.Integer(), why=fields.String(), value=fields.String())
NUMBERS = shape(
    "EinvoiceNumbers", recorded=fields.Integer(allow_none=True, metadata={"description": "null on a dry run"}),
    lines=fields.Integer(), bad=fields.List(fields.Nested(BAD_NUMBER)),
)  # fmt: skip
SET_ITEM = body(
    einvoicing.SetItem, code=Text(required=True, longest=19, shortest=19),
    category=Text(required=True, longest=40, shortest=1), name=Text(required=True, longest=60, shortest=1),
)  # fmt: skip
SET_TITLE = body(einvoicing.SetTitle, path=("party_id",), like=einvoicing.EinvoiceTitle)
PREPARE = body(einvoicing.PrepareBatch)
WITHDRAW = body(einvoicing.WithdrawBatch, path=("batch_id",), reason=Text(required=True, longest=200, shortest=1))


class NumbersBody(Strict):
    """The tax bureau's file in base64; a dry run says what does not fit, and records nothing."""

    id = fields.UUID()
    content = Text(required=True, longest=MOST_BASE64, shortest=1)
    dry_run = fields.Boolean(load_default=False)
