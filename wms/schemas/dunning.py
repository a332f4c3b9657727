"""Reminders, proofs, disputes and uncollected goods on paper. Money in whole fen."""

from marshmallow import fields

from wms import dunning
from wms.schemas.bodies import body
from wms.schemas.fields import Day
from wms.schemas.views import shape, view

LEVEL = view(
    "DunningLevel", dunning.DunningLevel, "id level effective_from after_days channel words_zh words_en set_at"
)
NOTICE = view(
    "DunningNotice",
    dunning.Notice,
    "id party_id invoice_id level case_id step period_days open_fen channel address words_zh words_en sent_on sent_at",
)
PROOF = view("NoticeProof", dunning.NoticeProof, "id notice_id kind proof_reference proved_on recorded_at")
DISPUTE = view("InvoiceDispute", dunning.Dispute)
DISPUTE_END = view("DisputeEnd", dunning.DisputeEnd, "dispute_id outcome ended_at")
TERMS = view(
    "UncollectedTerms",
    dunning.UncollectedTerms,
    "id effective_from reminder_days formal_notice_days enforcement_notice_days source set_at",
)
CASE = view("UncollectedCase", dunning.UncollectedCase, "id lot_id party_id terms_id state outcome opened_on opened_at")
STAGE = shape(
    "UncollectedStage", step=fields.String(), notice=fields.Nested(NOTICE, allow_none=True),
    proofs=fields.List(fields.Nested(PROOF)),
    until=Day(allow_none=True, metadata={"description": "last day of the period; null while nothing proves it"}),
)  # fmt: skip
DISPOSAL = view(
    "Disposal", dunning.Disposal,
    "case_id way units reason asked_by_person_id asked_at approved_by_person_id approved_at approved_on hold_id",
)  # fmt: skip
SET_LEVEL = body(dunning.SetLevel, like=dunning.DunningLevel)
RECORD_PROOF = body(dunning.RecordProof, path=("notice_id",))
DISPUTE_BODY = body(dunning.DisputeInvoice, path=("invoice_id",), like=dunning.InvoiceDispute)
END_DISPUTE = body(dunning.EndDispute, path=("invoice_id",), like=dunning.DisputeEnd)
UPHOLD_DISPUTE = body(dunning.UpholdDispute, path=("invoice_id",), like=dunning.DisputeEnd)
SET_TERMS = body(dunning.SetTerms, like=dunning.UncollectedTerms)
OPEN_CASE = body(dunning.OpenCase, path=("lot_id",))
TAKE_STEP = body(dunning.TakeStep, path=("case_id",))
ASK_DISPOSAL = body(dunning.AskDisposal, path=("case_id",), like=dunning.Disposal)
APPROVE_DISPOSAL = body(dunning.ApproveDisposal, path=("case_id",))
CLOSE_CASE = body(dunning.CloseCase, path=("case_id",), like=dunning.UncollectedCase)
