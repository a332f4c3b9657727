"""The billing room: what storage and handling cost, and goods leaving only against the books.

Owns tariffs and their approvals, exit orders with quotes, weighings and credit, loadings that gather exits on a
truck, invoices, settlements, payments and gate passes. Invariants: what was billed of a lot is always the rounded
exact total of what has left; a tariff counts only once a second person approved it and changes no day before that;
invoice numbers have no gaps; a gate pass exists only for a closed exit, and an exit closes only when the books show
its charges paid, netted or credited; what a truck gathers drives out complete or not at all. Deliberately does not
know deals, loans or receipts: settlement carries their parts.
"""

from wms.billing.actions.accruals import accrue_day
from wms.billing.actions.carrying import carry_charges
from wms.billing.actions.credit import approve_credit, request_credit, set_credit_limit
from wms.billing.actions.exits import (
    attach_weighing,
    clear_exit,
    close_exit_order,
    close_transfer,
    open_exit_order,
    quote_exit,
    record_pick,
    void_exit,
)
from wms.billing.actions.expiry import expire
from wms.billing.actions.gate import IssuedPass, issue_gate_pass, pass_gate, void_gate_pass
from wms.billing.actions.invoices import invoice_exit, record_payment, settle_invoice, settle_open_invoices
from wms.billing.actions.load_scans import load_units, pick_units, short_pick
from wms.billing.actions.loadings import add_to_loading, check_loading, drop_from_loading, open_loading, void_loading
from wms.billing.actions.notes import issue_credit_note
from wms.billing.actions.receiving import cash_account, receive_payment
from wms.billing.actions.references import take_reference
from wms.billing.actions.tariffs import approve_tariff, lock_tariff, propose_tariff
from wms.billing.actions.works import record_work
from wms.billing.errors import (
    AllocationInvalid,
    AmountInvalid,
    ChargesOpen,
    CollectorMissing,
    CreditDecided,
    CreditLimitReached,
    CreditMissing,
    CreditNoteTooLarge,
    CreditNotFound,
    ExitBilled,
    ExitIsTransfer,
    ExitKindInvalid,
    ExitNotFound,
    ExitOfOtherTruck,
    ExitOnLoading,
    ExitStep,
    GatePassExpired,
    GatePassIssued,
    GatePassNotFound,
    GatePassUsed,
    GateWeightDiffers,
    InvoiceDay,
    InvoiceNotFound,
    JournalUnfit,
    LoadIncomplete,
    LoadingLineNotFound,
    LoadingNotFound,
    LoadingOver,
    LoadingRequestWrong,
    LoadNotChecked,
    LotBeingBilled,
    MoneyHeldShort,
    NotOnLoading,
    NotTakenOut,
    NotWeighedOut,
    PaperNotFound,
    PaymentTwice,
    PeriodInvalid,
    PersonUnknown,
    PickBeyondList,
    PlateDiffers,
    QuoteExpired,
    QuoteUnfit,
    ReasonMissing,
    ReferenceMissing,
    SamePerson,
    TariffBackdated,
    TariffDecided,
    TariffLinesInvalid,
    TariffLocked,
    TariffMissing,
    TariffNotFound,
    TariffRateInvalid,
    TariffsDiffer,
    TransferPartyInvalid,
    TruckNotClosed,
    UnitScannedTwice,
    UnitsInvalid,
    UnitsNotSold,
    WeighingForeign,
    WorkNotPriced,
)
from wms.billing.queries.accruing import Owners, accruals_of, owners_to_accrue
from wms.billing.queries.asked import asked_of_exit
from wms.billing.queries.books import (
    billed_of_exit,
    buyer_money,
    credit_limit_on,
    open_charges_of_exit,
    open_in_all,
    open_of_invoice,
    open_of_party,
    settled_of_invoice,
)
from wms.billing.queries.charges import (
    accrued_of_lots,
    accrued_of_owner,
    accrued_unbilled,
    billed_of,
    charges_of,
    due_of_exit,
    storage_per_day,
)
from wms.billing.queries.checks import check
from wms.billing.queries.exits import (
    credit_notes_of,
    credits_of,
    exits_of_deal,
    get_exit,
    get_exit_order,
    get_invoice,
    invoices_of,
    is_reference_taken,
    lines_of,
    list_exit_orders,
    list_gate_passes,
    list_invoices,
    list_payments,
    live_pass_of,
    lock_exit_order,
    lot_of_exit,
    quote_of,
    settlements_of,
    units_on_the_way,
)
from wms.billing.queries.loadings import (
    ListLine,
    exits_of_loading,
    exits_to_load,
    get_loading,
    lines_of_loading,
    list_loadings,
    loading_of_exit,
    progress_of_loading,
)
from wms.billing.queries.papers import PaperKind, PublicPaper, get_credit_note, is_code_of, public_paper, taxes_of_note
from wms.billing.queries.receivables import OpenInvoice, open_invoices
from wms.billing.queries.statements import AgeingRow, StatementLine, StatementOfAccount, ageing, statement_of_account
from wms.billing.queries.tariffs import (
    approval_of,
    get_tariff,
    get_tariff_version,
    list_tariffs,
    stay_of,
    tariff_of_lot,
    tariff_on,
)
from wms.billing.queries.whatif import TariffEffect, days_of, preview_tariff, what_if
from wms.billing.queries.works import unbilled_carried, unbilled_works, work_rates_of, works_of
from wms.billing.rules.charges import Billed, ChargeLine, Charges, Part, charges, tax_of
from wms.billing.rules.daily import DayCharge
from wms.billing.rules.gate import normal_code, normal_plate, printed_code
from wms.billing.rules.loadings import (
    AddToLoading,
    CheckLoading,
    DropFromLoading,
    LoadingState,
    OpenLoading,
    PickOrder,
    Progress,
    ScanUnits,
    ShortPick,
    ShortReason,
    VoidLoading,
)
from wms.billing.rules.requests import (
    Allocation,
    ApproveCredit,
    ApproveTariff,
    AttachWeighing,
    ClearExit,
    CloseExit,
    CloseTransfer,
    Fees,
    InvoiceExit,
    IssueCreditNote,
    IssueGatePass,
    LockTariff,
    LotCharges,
    OpenExit,
    PassGate,
    ProposeTariff,
    QuoteExit,
    ReceivePayment,
    RecordPayment,
    RecordPick,
    RecordWork,
    RequestCredit,
    SetCreditLimit,
    SettleInvoice,
    TariffScope,
    VoidExit,
    VoidGatePass,
    WhatIf,
)
from wms.billing.rules.states import ClearBasis, ExitKind, ExitState, PassState, PaymentMethod
from wms.billing.rules.tariffs import (
    Cap,
    CrateRent,
    HandlingIn,
    HandlingOut,
    KgDay,
    Minimum,
    MonthAnniversary,
    Per,
    SeasonFlat,
    SplitMonth,
    Tariff,
    TariffLine,
    Tier,
    WorkRate,
    Works,
)
from wms.billing.rules.wording import exit_number, name_of_line, tariff_words
from wms.billing.tables import (
    CarriedCharge,
    CreditLimit,
    CreditNote,
    CreditRequest,
    DayAccrual,
    ExitOrder,
    ExitQuote,
    GatePass,
    Invoice,
    InvoiceLine,
    InvoiceSettlement,
    Loading,
    LoadingExit,
    LoadingLine,
    LoadingScan,
    LotTariff,
    LotWork,
    Payment,
    ReceivedReference,
    TariffApproval,
    TariffVersion,
    WorkBill,
)

__all__ = [
    "AddToLoading", "AgeingRow", "Allocation", "AllocationInvalid", "AmountInvalid", "ApproveCredit", "ApproveTariff",
    "AttachWeighing", "Billed", "Cap", "CarriedCharge", "ChargeLine", "Charges", "ChargesOpen", "CheckLoading",
    "ClearBasis", "ClearExit", "CloseExit", "CloseTransfer", "CollectorMissing", "CrateRent", "CreditDecided",
    "CreditLimit", "CreditLimitReached", "CreditMissing", "CreditNotFound", "CreditNote", "CreditNoteTooLarge",
    "CreditRequest", "DayAccrual", "DayCharge", "DropFromLoading", "ExitBilled", "ExitIsTransfer", "ExitKind",
    "ExitKindInvalid", "ExitNotFound", "ExitOfOtherTruck", "ExitOnLoading", "ExitOrder", "ExitQuote", "ExitState",
    "ExitStep", "Fees", "GatePass", "GatePassExpired", "GatePassIssued", "GatePassNotFound", "GatePassUsed",
    "GateWeightDiffers", "HandlingIn", "HandlingOut", "Invoice", "InvoiceDay", "InvoiceExit", "InvoiceLine",
    "InvoiceNotFound", "InvoiceSettlement", "IssueCreditNote", "IssueGatePass", "IssuedPass", "JournalUnfit", "KgDay",
    "ListLine", "LoadIncomplete", "LoadNotChecked", "Loading", "LoadingExit", "LoadingLine", "LoadingLineNotFound",
    "LoadingNotFound", "LoadingOver", "LoadingRequestWrong", "LoadingScan", "LoadingState", "LockTariff",
    "LotBeingBilled", "LotCharges", "LotTariff", "LotWork", "Minimum", "MoneyHeldShort", "MonthAnniversary",
    "NotOnLoading", "NotTakenOut", "NotWeighedOut", "OpenExit", "OpenInvoice", "OpenLoading", "Owners", "PaperKind",
    "PaperNotFound", "Part", "PassGate", "PassState", "Payment", "PaymentMethod", "PaymentTwice", "Per",
    "PeriodInvalid", "PersonUnknown", "PickBeyondList", "PickOrder", "PlateDiffers", "Progress", "ProposeTariff",
    "PublicPaper", "QuoteExit", "QuoteExpired", "QuoteUnfit", "ReasonMissing", "ReceivePayment", "ReceivedReference",
    "RecordPayment", "RecordPick", "RecordWork", "ReferenceMissing", "RequestCredit", "SamePerson", "ScanUnits",
    "SeasonFlat", "SetCreditLimit", "SettleInvoice", "ShortPick", "ShortReason", "SplitMonth", "StatementLine",
    "StatementOfAccount", "Tariff", "TariffApproval", "TariffBackdated", "TariffDecided", "TariffEffect",
    "TariffLine", "TariffLinesInvalid", "TariffLocked", "TariffMissing", "TariffNotFound", "TariffRateInvalid",
    "TariffScope", "TariffVersion", "TariffsDiffer", "Tier", "TransferPartyInvalid", "TruckNotClosed",
    "UnitScannedTwice", "UnitsInvalid", "UnitsNotSold", "VoidExit", "VoidGatePass", "VoidLoading", "WeighingForeign",
    "WhatIf", "WorkBill", "WorkNotPriced", "WorkRate", "Works", "accruals_of", "accrue_day", "accrued_of_lots",
    "accrued_of_owner", "accrued_unbilled", "add_to_loading", "ageing", "approval_of", "approve_credit",
    "approve_tariff", "asked_of_exit", "attach_weighing", "billed_of", "billed_of_exit", "buyer_money", "carry_charges",
    "cash_account", "charges", "charges_of", "check", "check_loading", "clear_exit", "close_exit_order",
    "close_transfer", "credit_limit_on", "credit_notes_of", "credits_of", "days_of", "drop_from_loading",
    "due_of_exit", "exit_number", "exits_of_deal", "exits_of_loading", "exits_to_load", "expire", "get_credit_note",
    "get_exit", "get_exit_order", "get_invoice", "get_loading", "get_tariff", "get_tariff_version", "invoice_exit",
    "invoices_of", "is_code_of", "is_reference_taken", "issue_credit_note", "issue_gate_pass", "lines_of",
    "lines_of_loading", "list_exit_orders", "list_gate_passes", "list_invoices", "list_loadings", "list_payments",
    "list_tariffs", "live_pass_of", "load_units", "loading_of_exit", "lock_exit_order", "lock_tariff", "lot_of_exit",
    "name_of_line", "normal_code", "normal_plate", "open_charges_of_exit", "open_exit_order", "open_in_all",
    "open_invoices", "open_loading", "open_of_invoice", "open_of_party", "owners_to_accrue", "pass_gate",
    "pick_units", "preview_tariff", "printed_code", "progress_of_loading", "propose_tariff", "public_paper",
    "quote_exit", "quote_of", "receive_payment", "record_payment", "record_pick", "record_work", "request_credit",
    "set_credit_limit", "settle_invoice", "settle_open_invoices", "settled_of_invoice", "settlements_of",
    "short_pick", "statement_of_account", "stay_of", "storage_per_day", "take_reference", "tariff_of_lot",
    "tariff_on", "tariff_words", "tax_of", "taxes_of_note", "unbilled_carried", "unbilled_works", "units_on_the_way",
    "void_exit", "void_gate_pass", "void_loading", "what_if", "work_rates_of", "works_of",
]  # fmt: skip
