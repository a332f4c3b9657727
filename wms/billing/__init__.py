"""The billing room: what storage and handling cost, and goods leaving only against the books.

Owns tariffs and their approvals, exit orders with quotes, weighings and credit, invoices, settlements, payments and
gate passes. Invariants: what was billed of a lot is always the rounded exact total of what has left; a tariff counts
only once a second person approved it and changes no day before that; invoice numbers have no gaps; a gate pass exists
only for a closed exit, and an exit closes only when the books show its charges paid, netted or credited. Deliberately
does not know deals, loans or receipts: settlement carries their parts.
"""

from wms.billing.rules.charges import Billed, ChargeLine, Charges, Part, charges, tax_of
from wms.billing.rules.requests import (
    ApproveCredit,
    ApproveTariff,
    AttachWeighing,
    ClearExit,
    CloseExit,
    InvoiceExit,
    IssueGatePass,
    LockTariff,
    LotCharges,
    OpenExit,
    PassGate,
    ProposeTariff,
    QuoteExit,
    RecordPayment,
    RecordPick,
    RequestCredit,
    SetCreditLimit,
    SettleInvoice,
    TariffScope,
    VoidExit,
)
from wms.billing.rules.states import (
    ClearBasis,
    ExitKind,
    ExitState,
    PassState,
    PaymentMethod,
)
from wms.billing.rules.tariffs import (
    Cap,
    HandlingIn,
    HandlingOut,
    KgDay,
    Minimum,
    MonthAnniversary,
    SeasonFlat,
    SplitMonth,
    Tariff,
    TariffLine,
    Tier,
)

# Actions, each (session, request, *, by, at): propose_tariff(ProposeTariff) approve_tariff lock_tariff(LockTariff)
# open_exit_order(OpenExit)->ExitOrder quote_exit(QuoteExit)->ExitQuote request_credit approve_credit set_credit_limit
# clear_exit(ClearExit)->ExitOrder record_pick attach_weighing invoice_exit(InvoiceExit)->Invoice
# record_payment(RecordPayment)->Payment settle_invoice(SettleInvoice) close_exit_order(CloseExit)->ExitOrder
# void_exit issue_gate_pass(IssueGatePass)->IssuedPass(row, code) pass_gate(PassGate)->GatePass expire(session, by, at)
# Queries: tariff_on(session, on, *, party_id, variety, site_id)->Tariff  charges_of(session, lot_id, *, units, on)->Charges
# accrued_unbilled(session, lot_id, on, *, units=None, include_handling_out=True)->Charges  accrued_of_owner(session,
# party_id, on)->list[LotCharges]  get_exit_order(session, id, by)  lock_exit_order(session, id)  invoices_of(session, exit_id)

__all__ = [
    "ApproveCredit",
    "ApproveTariff",
    "AttachWeighing",
    "Billed",
    "Cap",
    "ChargeLine",
    "Charges",
    "ClearBasis",
    "ClearExit",
    "CloseExit",
    "ExitKind",
    "ExitState",
    "HandlingIn",
    "HandlingOut",
    "InvoiceExit",
    "IssueGatePass",
    "KgDay",
    "LockTariff",
    "LotCharges",
    "Minimum",
    "MonthAnniversary",
    "OpenExit",
    "Part",
    "PassGate",
    "PassState",
    "PaymentMethod",
    "ProposeTariff",
    "QuoteExit",
    "RecordPayment",
    "RecordPick",
    "RequestCredit",
    "SeasonFlat",
    "SetCreditLimit",
    "SettleInvoice",
    "SplitMonth",
    "Tariff",
    "TariffLine",
    "TariffScope",
    "Tier",
    "VoidExit",
    "charges",
    "tax_of",
]
