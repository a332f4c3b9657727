"""Charges told line by line and day by day, work on goods, money for invoices, on paper. Money in whole fen."""

from marshmallow import fields, validate

from wms import billing, settlement, trading
from wms.schemas.bodies import Strict, body
from wms.schemas.fields import Day, Text
from wms.schemas.money import CLOSED
from wms.schemas.views import shape, view

CHARGES = view("Charges", billing.Charges, total_fen=fields.Integer())
DAY_CHARGE = view("DayCharge", billing.DayCharge)
QUOTE = shape("ChargesQuote", charges=CHARGES, days=fields.List(fields.Nested(DAY_CHARGE)))
EFFECT = shape(
    "TariffEffect", lot_id=fields.UUID(), lot_code=fields.String(), on=Day(), before_fen=fields.Integer(),
    after_fen=fields.Integer(), change_fen=fields.Integer(),
    locked=fields.Boolean(metadata={"description": "keeps the tariff it came in under"}),
)  # fmt: skip
WORK = view(
    "LotWork",
    billing.LotWork,
    "id lot_id work version_id per rate_micro units grams work_nanoyuan note done_on done_at",
)
OPEN_INVOICE = shape(
    "OpenInvoice", invoice_id=fields.UUID(), name=fields.String(), party_id=fields.UUID(), invoiced_on=Day(),
    open_fen=fields.Integer(), age_days=fields.Integer(),
)  # fmt: skip
POOLED = shape("PooledPaymentAnswer", deal_ids=fields.List(fields.UUID()))
POOL = shape("PoolSettlement", settlements=fields.List(fields.Nested(CLOSED)))
RECORD_WORK = body(billing.RecordWork, path=("lot_id",), like=billing.LotWork)
RECEIVE = body(
    billing.ReceivePayment, path=("party_id",), named="ReceivePaymentBody",
    reference=Text(load_default="", longest=80), key=Text(load_default=None, allow_none=True, longest=120),
    memo=Text(load_default=None, allow_none=True, longest=120),
)  # fmt: skip
COUNT = validate.Range(0, 10**12)
CLOSE_POOL = body(settlement.ClosePool)
POOLED_PAYMENT = body(trading.PooledPayment, like=trading.DealMoney)


class WhatIfQuery(Strict):
    """A stay that is only asked about."""

    units = fields.Integer(load_default=1, validate=COUNT)
    grams = fields.Integer(required=True, validate=COUNT)
    entry_on = Day(required=True)
    out_on = Day(required=True)
    party_id = fields.UUID()
    variety = Text(longest=40)
    site_id = fields.UUID()
    version_id = fields.UUID()


class DaysQuery(Strict):
    """Up to which day, of how many units."""

    on = Day()
    units = fields.Integer(validate=COUNT)
