"""Reminders with their proofs, disputed invoices, and goods nobody collects."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from marshmallow import fields
from sqlalchemy.orm import Session

from wms import billing, dunning
from wms.api.errors import SecondPersonMissing
from wms.api.resource import Resource, query_of
from wms.api.witness import needed_second_person
from wms.delivery import papers
from wms.delivery.identity import actor, now
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.paging import Page
from wms.schemas import dunning as paper
from wms.schemas import paged

DUNNING = Resource("dunning", "What debtors are told, with proofs, and what may be done with goods nobody collects.")
CASE = "/uncollected-cases/<uuid:case_id>"
ONE = "/notices/<uuid:notice_id>"


@DUNNING.get("/dunning-levels", paged(paper.LEVEL), needs=Permission.SEE_BOOKS)
def list_levels(session: Session) -> Page[dict[str, Any]]:
    """List the levels of the ladder in force today, lowest first."""
    rows = [asdict(one) | {"channel": one.channel.value} for one in dunning.ladder(session, now().on)]
    return Page(rows, None)


@DUNNING.page("/notices", paper.NOTICE, query=query_of("NoticesQuery", party_id=fields.UUID()))
def list_notices(session: Session, query: dict[str, Any]) -> Page[dunning.Notice]:
    """List what one was told, or everybody for who sees all, newest first."""
    return dunning.list_notices(session, actor(), **query)


@DUNNING.get(f"{ONE}/proofs", paged(paper.PROOF), raises=(dunning.get_notice,))
def list_proofs(session: Session, notice_id: UUID) -> Page[dunning.NoticeProof]:
    """List what shows that a notice was got, or that it came back."""
    return Page(dunning.proofs_of(session, dunning.get_notice(session, notice_id, actor()).id), None)


@DUNNING.file(f"{ONE}/paper", papers.PDF, raises=(dunning.get_notice,))
def notice_paper(session: Session, notice_id: UUID) -> papers.Paper:
    """Show a notice as a letter in PDF."""
    return papers.notice(session, notice_id, actor())


@DUNNING.get("/uncollected-cases", paged(paper.CASE))
def list_cases(session: Session) -> Page[dunning.UncollectedCase]:
    """List the open cases of goods nobody collects that one may see, oldest first."""
    return Page(dunning.list_cases(session, actor()), None)


@DUNNING.get(f"{CASE}/stages", paged(paper.STAGE), raises=(dunning.get_case,))
def list_stages(session: Session, case_id: UUID) -> Page[dunning.Stage]:
    """List the steps of a case with notices, proofs and the end of each period."""
    return Page(dunning.stages_of(session, dunning.get_case(session, case_id, actor())), None)


@DUNNING.page("/disputes", paper.DISPUTE)
def list_disputes(session: Session, query: dict[str, Any]) -> Page[dunning.Dispute]:
    """List the disputes of one's own invoices, or everybody's for who sees all, open or answered, newest first."""
    return dunning.list_disputes(session, actor(), **query)


@DUNNING.get("/disputes/<uuid:dispute_id>", paper.DISPUTE, raises=(dunning.get_dispute,))
def get_dispute(session: Session, dispute_id: UUID) -> dunning.Dispute:
    """Show a dispute with its answer: open, upheld by a credit note, or refused with the reason."""
    return dunning.get_dispute(session, dispute_id, actor())


@DUNNING.get("/invoices/<uuid:invoice_id>/disputes", paged(paper.DISPUTE), raises=(billing.get_invoice,))
def list_disputes_of_invoice(session: Session, invoice_id: UUID) -> Page[dunning.Dispute]:
    """List the disputes of an invoice, newest first."""
    return Page(dunning.disputes_of(session, billing.get_invoice(session, invoice_id, actor()).id), None)


def _whole(session: Session, row: dunning.InvoiceDispute) -> dunning.Dispute:
    return dunning.get_dispute(session, row.id, actor())


def _answered(session: Session, row: dunning.DisputeEnd) -> dunning.Dispute:
    return dunning.get_dispute(session, row.dispute_id, actor())


def _uphold(session: Session, wanted: dunning.UpholdDispute, *, by: Actor, at: Moment) -> dunning.DisputeEnd:
    by.must(Permission.CORRECT_BOOKS)
    return dunning.uphold_dispute(session, wanted, by=by, at=at, approver=needed_second_person(session, at))


DUNNING.command("/dunning-levels", dunning.set_level, paper.SET_LEVEL, paper.LEVEL, dunning.SetLevel)
DUNNING.command(f"{ONE}/proofs", dunning.record_proof, paper.RECORD_PROOF, paper.PROOF, dunning.RecordProof)
DUNNING.command(
    "/invoices/<uuid:invoice_id>/dispute", dunning.dispute_invoice, paper.DISPUTE_BODY, paper.DISPUTE,
    dunning.DisputeInvoice, show=_whole,
)  # fmt: skip
DUNNING.command(
    "/invoices/<uuid:invoice_id>/end-dispute", dunning.end_dispute, paper.END_DISPUTE, paper.DISPUTE_END,
    dunning.EndDispute, status=200,
)  # fmt: skip
DUNNING.command(
    "/invoices/<uuid:invoice_id>/uphold-dispute", dunning.uphold_dispute, paper.UPHOLD_DISPUTE, paper.DISPUTE,
    dunning.UpholdDispute, run=_uphold, show=_answered, status=200, also=(SecondPersonMissing,),
)  # fmt: skip
DUNNING.command("/uncollected-terms", dunning.set_terms, paper.SET_TERMS, paper.TERMS, dunning.SetTerms)
DUNNING.command(
    "/lots/<uuid:lot_id>/uncollected-case", dunning.open_case, paper.OPEN_CASE, paper.CASE, dunning.OpenCase
)
DUNNING.command(f"{CASE}/steps", dunning.take_step, paper.TAKE_STEP, paper.NOTICE, dunning.TakeStep)
DUNNING.command(f"{CASE}/disposal", dunning.ask_disposal, paper.ASK_DISPOSAL, paper.DISPOSAL, dunning.AskDisposal)
DUNNING.command(
    f"{CASE}/disposal/approve", dunning.approve_disposal, paper.APPROVE_DISPOSAL, paper.DISPOSAL,
    dunning.ApproveDisposal, status=200,
)  # fmt: skip
DUNNING.command(f"{CASE}/close", dunning.close_case, paper.CLOSE_CASE, paper.CASE, dunning.CloseCase, status=200)
RESOURCES = (DUNNING,)
