"""Reads of the dunning room: the ladder, who is told what next, notices with proofs, disputes, cases."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from wms import billing
from wms.billing.tables import CreditNote, Invoice
from wms.dunning.errors import CaseNotFound, DisputeNotFound, NoticeNotFound
from wms.dunning.rules import (
    STEPS,
    CaseState,
    Channel,
    DisputedLine,
    DisputeState,
    Ground,
    Level,
    ProofKind,
    RaisedBy,
    Step,
    next_level,
    period_end,
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
from wms.kernel.actor import Actor, Permission
from wms.kernel.evidence import Finding, check_rows
from wms.kernel.paging import Page, page

EVIDENCE = (
    DunningLevel, Notice, NoticeProof, InvoiceDispute, DisputeClaim, DisputeEnd, DisputeCredit, UncollectedTerms,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Due:
    """An open invoice and the level its party is to be told next."""

    item: billing.OpenInvoice
    level: Level


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of a case: its notice and proofs, and until when its period runs once it was proved."""

    step: Step
    notice: Notice | None
    proofs: Sequence[NoticeProof]
    until: date | None

    def elapsed(self, on: date) -> bool:
        """Tell whether the period is over on a day: its last day has passed."""
        return self.until is not None and on > self.until


@dataclass(frozen=True, slots=True)
class Dispute:
    """A dispute of an invoice with its answer; `credit_note_id` is what upheld it. Older ones name no line."""

    id: UUID
    invoice_id: UUID
    line: DisputedLine
    ground: Ground
    reason: str
    raised_by: RaisedBy
    raised_at: datetime
    account_id: UUID
    state: DisputeState
    outcome: str | None
    ended_at: datetime | None
    ended_by_account_id: UUID | None
    credit_note_id: UUID | None


def ladder(session: Session, on: date) -> list[Level]:
    """Return the levels in force on a day, lowest first."""
    query = select(DunningLevel).where(DunningLevel.effective_from <= on)
    rows = session.scalars(query.order_by(DunningLevel.effective_from, DunningLevel.set_at, DunningLevel.id))
    newest = {row.level: row for row in rows}
    return [
        Level(row.id, row.level, row.after_days, Channel(row.channel), row.words_zh, row.words_en)
        for _, row in sorted(newest.items())
        if row.after_days is not None
    ]


def due_notices(session: Session, on: date) -> list[Due]:
    """Return the open, undisputed invoices whose next level's day has come, oldest first; what was told today waits."""
    levels, disputed, found = ladder(session, on), disputed_invoices(session), []
    for item in billing.open_invoices(session):
        if item.invoice.id in disputed:
            continue
        told = notices_of_invoice(session, item.invoice.id)
        if any(row.sent_on == on for row in told):
            continue
        level = next_level(levels, frozenset(row.level for row in told if row.level), item.age(on))
        if level is not None:
            found.append(Due(item, level))
    return found


def notices_of_invoice(session: Session, invoice_id: UUID) -> list[Notice]:
    """Return what a party was told of an invoice, lowest level first."""
    return list(session.scalars(select(Notice).where(Notice.invoice_id == invoice_id).order_by(Notice.level)))


def list_notices(
    session: Session, by: Actor, *, party_id: UUID | None = None, cursor: str | None = None, limit: int = 50
) -> Page[Notice]:
    """Return a page of the notices `by` may see, newest first."""
    query = select(Notice)
    if not by.may(Permission.SEE_ALL):
        query = query.where(Notice.party_id == by.party_id)
    if party_id is not None:
        query = query.where(Notice.party_id == party_id)
    return page(session, query, [Notice.sent_at, Notice.id], cursor=cursor, limit=limit, descending=True)


def get_notice(session: Session, notice_id: UUID, by: Actor) -> Notice:
    """Return a notice to a party `by` may see. Raises NoticeNotFound."""
    found = session.get(Notice, notice_id)
    if found is None or not by.sees(found.party_id):
        raise NoticeNotFound
    return found


def proofs_of(session: Session, notice_id: UUID) -> list[NoticeProof]:
    """Return the proofs of a notice, oldest first."""
    query = select(NoticeProof).where(NoticeProof.notice_id == notice_id)
    return list(session.scalars(query.order_by(NoticeProof.proved_on, NoticeProof.recorded_at, NoticeProof.id)))


def open_dispute(session: Session, invoice_id: UUID) -> InvoiceDispute | None:
    """Return the dispute of an invoice that is not settled, or None."""
    query = (
        select(InvoiceDispute)
        .outerjoin(DisputeEnd, DisputeEnd.dispute_id == InvoiceDispute.id)
        .where(InvoiceDispute.invoice_id == invoice_id, DisputeEnd.dispute_id.is_(None))
    )
    return session.scalar(query.limit(1))


def get_dispute(session: Session, dispute_id: UUID, by: Actor) -> Dispute:
    """Return a dispute of an invoice to a party `by` may see. Raises DisputeNotFound."""
    row = session.get(InvoiceDispute, dispute_id)
    invoice = None if row is None else session.get(Invoice, row.invoice_id)
    if row is None or invoice is None or not by.sees(invoice.party_id):
        raise DisputeNotFound
    return _whole(session, [row])[0]


def disputes_of(session: Session, invoice_id: UUID) -> list[Dispute]:
    """Return the disputes of an invoice, the newest first; the caller has made sure that it may be seen."""
    query = select(InvoiceDispute).where(InvoiceDispute.invoice_id == invoice_id)
    newest = query.order_by(InvoiceDispute.raised_at.desc(), InvoiceDispute.id.desc())
    return _whole(session, list(session.scalars(newest)))


def open_disputes(session: Session, by: Actor) -> list[Dispute]:
    """Return the open disputes of invoices `by` may see: those a party raised itself first, then the oldest first."""
    query = _seen(_unsettled(select(InvoiceDispute)), by)
    found = _whole(session, list(session.scalars(query.order_by(InvoiceDispute.raised_at, InvoiceDispute.id))))
    return sorted(found, key=lambda one: one.raised_by is not RaisedBy.PARTY)


def list_disputes(session: Session, by: Actor, *, cursor: str | None = None, limit: int = 50) -> Page[Dispute]:
    """Return a page of the disputes of invoices `by` may see, open or answered, the newest first."""
    keys = [InvoiceDispute.raised_at, InvoiceDispute.id]
    found = page(session, _seen(select(InvoiceDispute), by), keys, cursor=cursor, limit=limit, descending=True)
    return Page(_whole(session, list(found.items)), found.next_cursor)


def left_to_dispute(session: Session, invoice: Invoice, line: DisputedLine) -> int:
    """Return how much of an invoice's line, or of all of it, no credit note took back yet, paid or not, in fen."""
    notes = billing.credit_notes_of(session, invoice.id)
    storage = invoice.storage_fen - sum(note.storage_fen for note in notes)
    handling = invoice.handling_fen - sum(note.handling_fen for note in notes)
    return {
        DisputedLine.STORAGE: storage, DisputedLine.HANDLING: handling, DisputedLine.WHOLE: storage + handling,
    }[line]  # fmt: skip


def _unsettled(query: Select[InvoiceDispute]) -> Select[InvoiceDispute]:
    return query.outerjoin(DisputeEnd, DisputeEnd.dispute_id == InvoiceDispute.id).where(
        DisputeEnd.dispute_id.is_(None)
    )


def _seen(query: Select[InvoiceDispute], by: Actor) -> Select[InvoiceDispute]:
    if by.may(Permission.SEE_ALL):
        return query
    return query.join(Invoice, Invoice.id == InvoiceDispute.invoice_id).where(Invoice.party_id == by.party_id)


def _whole(session: Session, rows: Sequence[InvoiceDispute]) -> list[Dispute]:
    ids = [row.id for row in rows]
    claims = {
        row.dispute_id: row for row in session.scalars(select(DisputeClaim).where(DisputeClaim.dispute_id.in_(ids)))
    }
    ends = {row.dispute_id: row for row in session.scalars(select(DisputeEnd).where(DisputeEnd.dispute_id.in_(ids)))}
    credits = {
        row.dispute_id: row.note_id
        for row in session.scalars(select(DisputeCredit).where(DisputeCredit.dispute_id.in_(ids)))
    }
    return [_dispute(row, claims.get(row.id), ends.get(row.id), credits.get(row.id)) for row in rows]


def _dispute(row: InvoiceDispute, claim: DisputeClaim | None, end: DisputeEnd | None, note_id: UUID | None) -> Dispute:
    state = DisputeState.OPEN if end is None else DisputeState.REFUSED if note_id is None else DisputeState.UPHELD
    return Dispute(
        id=row.id,
        invoice_id=row.invoice_id,
        line=DisputedLine(claim.line) if claim else DisputedLine.WHOLE,
        ground=Ground(claim.ground) if claim else Ground.OTHER,
        reason=row.reason,
        raised_by=RaisedBy(claim.raised_by) if claim else RaisedBy.DESK,
        raised_at=row.raised_at,
        account_id=row.account_id,
        state=state,
        outcome=end.outcome if end else None,
        ended_at=end.ended_at if end else None,
        ended_by_account_id=end.account_id if end else None,
        credit_note_id=note_id,
    )


def last_end(session: Session, invoice_id: UUID) -> DisputeEnd:
    """Return how the last dispute of an invoice was settled; there must have been one."""
    query = select(DisputeEnd).join(InvoiceDispute, InvoiceDispute.id == DisputeEnd.dispute_id)
    found = query.where(InvoiceDispute.invoice_id == invoice_id).order_by(DisputeEnd.ended_at.desc())
    return session.scalars(found.limit(1)).one()


def disputed_invoices(session: Session) -> frozenset[UUID]:
    """Return the invoices with an open dispute."""
    query = (
        select(InvoiceDispute.invoice_id)
        .outerjoin(DisputeEnd, DisputeEnd.dispute_id == InvoiceDispute.id)
        .where(DisputeEnd.dispute_id.is_(None))
    )
    return frozenset(session.scalars(query))


def terms_on(session: Session, on: date) -> UncollectedTerms | None:
    """Return the periods in force on a day, or None where none were set."""
    query = select(UncollectedTerms).where(UncollectedTerms.effective_from <= on)
    newest = query.order_by(UncollectedTerms.effective_from.desc(), UncollectedTerms.set_at.desc())
    return session.scalar(newest.limit(1))


def get_case(session: Session, case_id: UUID, by: Actor) -> UncollectedCase:
    """Return a case of an owner `by` may see. Raises CaseNotFound."""
    found = session.get(UncollectedCase, case_id)
    if found is None or not by.sees(found.party_id):
        raise CaseNotFound
    return found


def list_cases(session: Session, by: Actor) -> list[UncollectedCase]:
    """Return the open cases `by` may see, oldest first."""
    query = select(UncollectedCase).where(UncollectedCase.state != CaseState.CLOSED.value)
    return [row for row in session.scalars(query.order_by(UncollectedCase.opened_at)) if by.sees(row.party_id)]


def stages_of(session: Session, case: UncollectedCase) -> list[Stage]:
    """Return the steps of a case with notices, proofs and the end of each period: it runs from the first good proof."""
    rows = {row.step: row for row in session.scalars(select(Notice).where(Notice.case_id == case.id))}
    found = []
    for step in STEPS:
        notice = rows.get(step.value)
        proofs = [] if notice is None else proofs_of(session, notice.id)
        good = [proof.proved_on for proof in proofs if proof.kind != ProofKind.RETURNED]
        until = None
        if notice is not None and notice.period_days is not None and good:
            until = period_end(min(good), notice.period_days)
        found.append(Stage(step, notice, proofs, until))
    return found


def disposal_of(session: Session, case_id: UUID) -> Disposal | None:
    """Return the disposal asked for in a case, or None."""
    return session.get(Disposal, case_id)


def check(session: Session) -> Iterator[Finding]:
    """Yield what is wrong: evidence, disputes upheld by a foreign note, disposals approved before steps were over."""
    for table in EVIDENCE:
        yield from check_rows(session, table)
    foreign = (
        select(DisputeCredit)
        .join(InvoiceDispute, InvoiceDispute.id == DisputeCredit.dispute_id)
        .join(CreditNote, CreditNote.id == DisputeCredit.note_id)
        .where(CreditNote.invoice_id != InvoiceDispute.invoice_id)
    )
    for credit in session.scalars(foreign):
        yield Finding("dispute_credits", str(credit.dispute_id), "the credit note is to another invoice")
    for disposal in session.scalars(select(Disposal).where(Disposal.approved_at.is_not(None))):
        case = session.get_one(UncollectedCase, disposal.case_id)
        on = disposal.approved_on
        if on is None or not all(stage.elapsed(on) for stage in stages_of(session, case)):
            yield Finding("disposals", str(disposal.case_id), "approved before every step was proved and over")
