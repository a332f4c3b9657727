"""The dunning room: what debtors are told, with proof, and what may be done with goods nobody collects.

Owns the tables `dunning_levels`, `dunning_notices`, `notice_proofs`, `invoice_disputes`, `dispute_claims`,
`dispute_ends`, `dispute_credits`, `uncollected_terms`, `uncollected_cases` and `disposals`. Invariants: a level of an
invoice, or step of a case, is told once; a paid or disputed invoice climbs no further; an invoice has one open dispute
at most; no step is taken before the one before was proved to be got and its period is over; no goods are disposed of
before all steps are, and never by one person alone. It deliberately moves neither money nor goods and does not know
how: payments, credit notes, deals and exits are other rooms' acts.
"""

from wms.dunning.actions.disputes import dispute_invoice, end_dispute, uphold_dispute
from wms.dunning.actions.ladder import (
    record_proof,
    run_ladder,
    set_level,
)
from wms.dunning.actions.uncollected import (
    approve_disposal,
    ask_disposal,
    close_case,
    open_case,
    set_terms,
    take_step,
)
from wms.dunning.errors import (
    CaseNotFound,
    CaseOver,
    CaseStands,
    DisposalNeedsTwo,
    DisputeAnswered,
    DisputeNotFound,
    DisputeOpen,
    DisputeReasonMissing,
    GoodsNotOverdue,
    LevelInvalid,
    NothingDisputed,
    NoticeNotFound,
    PeriodRuns,
    ProofInvalid,
    ProofMissing,
    StepOutOfTurn,
    TermsInvalid,
)
from wms.dunning.queries import (
    Dispute,
    Due,
    Stage,
    check,
    disposal_of,
    disputed_invoices,
    disputes_of,
    due_notices,
    get_case,
    get_dispute,
    get_notice,
    ladder,
    left_to_dispute,
    list_cases,
    list_disputes,
    list_notices,
    notices_of_invoice,
    open_dispute,
    open_disputes,
    proofs_of,
    stages_of,
    terms_on,
)
from wms.dunning.rules import (
    STEPS,
    ApproveDisposal,
    AskDisposal,
    CaseState,
    Channel,
    CloseCase,
    DisputedLine,
    DisputeInvoice,
    DisputeState,
    EndDispute,
    Ground,
    Level,
    OpenCase,
    ProofKind,
    RaisedBy,
    RecordProof,
    SetLevel,
    SetTerms,
    Step,
    TakeStep,
    UpholdDispute,
    Way,
)
from wms.dunning.tables import (
    Disposal,
    DisputeClaim,
    DisputeCredit,
    DisputeEnd,
    DunningLevel,
    InvoiceDispute,
    Notice,
    NoticeProof,
    UncollectedCase,
    UncollectedTerms,
)

__all__ = [
    "STEPS", "ApproveDisposal", "AskDisposal", "CaseNotFound", "CaseOver", "CaseStands", "CaseState", "Channel",
    "CloseCase", "Disposal", "DisposalNeedsTwo", "Dispute", "DisputeAnswered", "DisputeClaim", "DisputeCredit",
    "DisputeEnd", "DisputeInvoice", "DisputeNotFound", "DisputeOpen", "DisputeReasonMissing", "DisputeState",
    "DisputedLine", "Due", "DunningLevel", "EndDispute", "GoodsNotOverdue", "Ground", "InvoiceDispute", "Level",
    "LevelInvalid", "NothingDisputed", "Notice", "NoticeNotFound", "NoticeProof", "OpenCase", "PeriodRuns",
    "ProofInvalid", "ProofKind", "ProofMissing", "RaisedBy", "RecordProof", "SetLevel", "SetTerms", "Stage", "Step",
    "StepOutOfTurn", "TakeStep", "TermsInvalid", "UncollectedCase", "UncollectedTerms", "UpholdDispute", "Way",
    "approve_disposal", "ask_disposal", "check", "close_case", "disposal_of", "dispute_invoice", "disputed_invoices",
    "disputes_of", "due_notices", "end_dispute", "get_case", "get_dispute", "get_notice", "ladder", "left_to_dispute",
    "list_cases", "list_disputes", "list_notices", "notices_of_invoice", "open_case", "open_dispute", "open_disputes",
    "proofs_of", "record_proof", "run_ladder", "set_level", "set_terms", "stages_of", "take_step", "terms_on",
    "uphold_dispute",
]  # fmt: skip
