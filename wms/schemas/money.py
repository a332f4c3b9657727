"""Tariffs, exits with their gate passes, invoices, advances, settlements, the books, on paper. Money in whole fen."""

from marshmallow import fields, validate

from wms import billing, lending, pickup, settlement
from wms.schemas.bodies import Strict, body
from wms.schemas.fields import Day, Text
from wms.schemas.views import shape, view

EXIT = view(
    "ExitOrder", billing.ExitOrder,
    "id lot_id party_id kind deal_id buyer_id units collector_name plate state quote_id quoted_on cleared_basis "
    "cleared_at credit_id invoiced_on picked_at out_grams entry_grams opened_at closed_at closed_on void_reason",
)  # fmt: skip
EXIT_QUOTE = view(
    "ExitQuote", billing.ExitQuote,
    "id exit_id quoted_on quoted_at units entry_grams storage_fen handling_fen billed_fen open_fen lines",
    to_pay_fen=fields.Integer(),
)  # fmt: skip
CREDIT = view(
    "CreditRequest",
    billing.CreditRequest,
    "id exit_id party_id credit_fen reason state requested_at approved_at expires_at",
)
CREDIT_LIMIT = view("CreditLimit", billing.CreditLimit, "id party_id limit_fen effective_from set_at")
GATE_PASS = view(
    "GatePass", billing.GatePass,
    "id exit_id plate collector_name out_grams tolerance_permille state issued_at expires_at passed_at gate_grams",
)  # fmt: skip
ISSUED_PASS = shape(
    "IssuedGatePass", gate_pass=GATE_PASS,
    code=fields.String(allow_none=True, metadata={"description": "said once; null in a repeat"}),
)  # fmt: skip
RELEASE_QUOTE = view("ReleaseQuote", settlement.ReleaseQuote, "", total_fen=fields.Integer())
RELEASE_APPROVAL = view("ReleaseApproval", settlement.ReleaseApproval, "id exit_id loan_id approved_at approved_on")
RELEASE_PAYMENT = view(
    "ReleasePayment", settlement.ReleasePayment,
    "id exit_id paid_fen storage_fen handling_fen interest_fen principal_fen surplus_fen journal_id paid_on paid_at",
)  # fmt: skip
INVOICE = view(
    "Invoice", billing.Invoice,
    "id series number exit_id lot_id party_id invoiced_on invoiced_at storage_fen handling_fen total_fen tax_permille "
    "tax_fen journal_id",
)  # fmt: skip
INVOICE_LINE = view(
    "InvoiceLine", billing.InvoiceLine, "id kind units entry_grams charge_fen minimum_fen net_fen tax_fen explanation"
)
PAYMENT = view(
    "Payment", billing.Payment, "id party_id payment_fen method payment_reference journal_id received_at received_on"
)
TARIFF = view(
    "Tariff", billing.TariffVersion,
    "id name site_id party_id contract_id variety effective_from ends_on lines proposed_at",
)  # fmt: skip
TARIFF_APPROVAL = view("TariffApproval", billing.TariffApproval, "version_id approved_at approved_on")
_SETTLED = (
    "id exit_id kind lot_id owner_id buyer_id deal_id loan_id units entry_grams out_grams loss_grams gross_fen "
    "storage_fen handling_fen interest_fen principal_fen commission_fen residual_fen waterfall journal_id settled_on "
    "settled_at"
)
SETTLEMENT = view("Settlement", settlement.Settlement, _SETTLED)
CLOSED = view(
    "ClosedExit", settlement.Settlement, _SETTLED, gate_pass=fields.Nested(GATE_PASS),
    code=fields.String(allow_none=True, metadata={"description": "of the gate pass; said once, null in a repeat"}),
)  # fmt: skip
PAYOUT = view(
    "Payout", settlement.Payout, "id party_id paid_fen reference account_name bank journal_id paid_on paid_at"
)
PAYABLE = shape("Payable", party_id=fields.UUID(), payable_fen=fields.Integer())
ADVANCE = view(
    "Advance", lending.Loan,
    "id borrower_id product_id state asked_fen asked_at first_at second_at refused_because registration_no searched_on "
    "disbursed_on matures_on principal_fen interest_fen",
)  # fmt: skip
ADVANCE_EVENT = view(
    "AdvanceEvent", lending.LoanEvent, "n kind effective_on recorded_at principal_fen interest_fen journal_id"
)
PLEDGE = view("Pledge", lending.Pledge, "id loan_id lot_id hold_id units released_units active")
GATE = view("GateCheck", lending.GateCheck, "id step group_name gate passed evidence checked_at")
POSITION = view("Position", lending.Position)
PRODUCT = view(
    "LendingProduct", lending.Product,
    "id code version effective_from lender_id rate_ppm basis advance_permille warning_permille call_permille "
    "liquidate_permille loss_allowance_permille cure_days carry_reserved inspection_days price_age_days sells_days "
    "approved_at",
)  # fmt: skip
ACCOUNT = shape("Account", code=fields.String(), kind=fields.String(), opened_on=Day(), balance_fen=fields.Integer())
BALANCE = shape("Balance", account=fields.String(), on=Day(), balance_fen=fields.Integer())
POSTING = shape("Posting", account=fields.String(), fen=fields.Integer(metadata={"description": "debit positive"}))
JOURNAL = shape(
    "Journal", id=fields.UUID(), book=fields.String(), seq=fields.Integer(), key=fields.String(), kind=fields.String(),
    memo=fields.String(), effective_on=Day(), recorded_on=Day(), reverses_id=fields.UUID(allow_none=True),
    previous_hash=fields.String(), hash=fields.String(), postings=fields.List(fields.Nested(POSTING)),
)  # fmt: skip

OPEN_EXIT = body(billing.OpenExit, like=billing.ExitOrder)
QUOTE_EXIT = body(billing.QuoteExit, path=("exit_id",))
VOID_EXIT = body(billing.VoidExit, path=("exit_id",))
PICK = body(billing.RecordPick, path=("exit_id",))
ATTACH = body(billing.AttachWeighing, path=("exit_id",))
REQUEST_CREDIT = body(billing.RequestCredit, path=("exit_id",), like=billing.CreditRequest)
APPROVE_CREDIT = body(billing.ApproveCredit, path=("request_id",))
CREDIT_LIMIT_BODY = body(billing.SetCreditLimit, path=("party_id",))
APPROVE_RELEASE = body(settlement.ApproveRelease, path=("exit_id",))
PAY_RELEASE = body(
    settlement.PayRelease, path=("exit_id",),
    method=fields.String(required=True, validate=validate.OneOf([way.value for way in billing.PaymentMethod])),
    reference=Text(required=True, longest=80),
)  # fmt: skip
TRANSFER_TITLE = body(settlement.TransferTitle, path=("exit_id",))
CLOSE_EXIT = body(settlement.CloseExit, path=("exit_id",))
ISSUE_PASS = body(billing.IssueGatePass, path=("exit_id",))
PASS_GATE = body(pickup.PassGate, like=billing.GatePass)
VOID_PASS = body(billing.VoidGatePass, path=("pass_id",))
PROPOSE_TARIFF = body(billing.ProposeTariff, like=billing.TariffVersion)
APPROVE_TARIFF = body(billing.ApproveTariff, path=("version_id",))
PAY_OUT = body(settlement.PayOut, like=settlement.Payout)
ASK_ADVANCE = body(lending.AskAdvance)
APPROVE_ADVANCE = body(lending.DecideAdvance, path=("loan_id", "refuse_because"), named="ApproveAdvanceBody")
REFUSE_ADVANCE = body(
    lending.DecideAdvance,
    path=("loan_id",),
    named="RefuseAdvanceBody",
    refuse_because=Text(required=True, longest=300, shortest=1),
)
DISBURSE = body(lending.Disburse, path=("loan_id",), like=lending.Loan)
REPAY = body(lending.Repay, path=("loan_id",))
PROPOSE_PRODUCT = body(lending.ProposeProduct, like=lending.Product)
APPROVE_PRODUCT = body(lending.ApproveProduct, path=("product_id",))


class ClearBody(Strict):
    """On what basis the exit may be picked; of a sale it is always the buyer's money, and nothing is said here."""

    id = fields.UUID()
    basis = fields.Enum(billing.ClearBasis, by_value=fields.String, load_default=None, allow_none=True)


class ReversalBody(Strict):
    """The key under which the reversal is found in the books."""

    id = fields.UUID()
    key = Text(required=True, longest=120, shortest=1)


class BalanceQuery(Strict):
    """Of which account, counted to which day, as recorded by which day."""

    account = Text(required=True, longest=80)
    effective_on = Day()
    recorded_on = Day()
