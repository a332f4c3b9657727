"""Accounts with parties, bank statements, the drawer and transfer files, on paper. Money in whole fen."""

from marshmallow import fields

from wms import billing
from wms.schemas.fields import Day
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
