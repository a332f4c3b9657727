"""Goods nobody collects: notices step by step, each only after the one before was proved and its period is over."""

from dataclasses import asdict
from uuid import UUID

from sqlalchemy.orm import Session

from wms import billing, lots, parties, trading
from wms.dunning.actions.ladder import store_name, tell, yuan
from wms.dunning.errors import (
    CaseOver,
    CaseStands,
    DisposalNeedsTwo,
    GoodsNotOverdue,
    PeriodRuns,
    ProofMissing,
    StepOutOfTurn,
    TermsInvalid,
)
from wms.dunning.queries import disposal_of, get_case, list_cases, stages_of, terms_on
from wms.dunning.rules import (
    LEAST_PERIOD_DAYS,
    MOST_PERIOD_DAYS,
    ApproveDisposal,
    AskDisposal,
    CaseState,
    Channel,
    CloseCase,
    OpenCase,
    SetTerms,
    Step,
    TakeStep,
    Way,
)
from wms.dunning.tables import Disposal, Notice, UncollectedCase, UncollectedTerms
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.kernel.ids import derived_id

WORDS: dict[Step, tuple[str, str]] = {
    Step.REMINDER: (
        "{party}: 您存放的 {lot} ({units} 件) 储存期已于 {until} 届满, 请于收到之日起 {days} 日内付清费用并提货。"
        "逾期加收仓储费。{store}",
        "{party}: the term of storage of your lot {lot} ({units} units) ended on {until}. Please pay the charges and"
        " collect within {days} days of receipt. Late days are charged. {store}",
    ),
    Step.FORMAL_NOTICE: (
        "{party}: 经催告您仍未提取 {lot} ({units} 件), 现欠 {yuan} 元。请于收到之日起 {days} 日内履行, "
        "否则我方将依法行使留置权。{store}",
        "{party}: despite our reminder lot {lot} ({units} units) was not collected; {yuan} yuan are owed. Perform"
        " within {days} days of receipt, else we shall enforce our lien as the law provides. {store}",
    ),
    Step.ENFORCEMENT_NOTICE: (
        "{party}: 期限已过, 您的 {lot} 将于收到之日起 {days} 日后参照市场价格变卖或提存, 所得扣除费用后余款归您, "
        "不足部分仍须清偿。{store}",
        "{party}: the period is over. {days} days after receipt your lot {lot} will be sold by reference to the market"
        " price or deposited; what remains after the charges is yours, what is missing stays owed. {store}",
    ),
}


def set_terms(session: Session, request: SetTerms, *, by: Actor, at: Moment) -> UncollectedTerms:
    """Say how long each step runs from a day on, and what allows so; cases under way keep their own.

    A repeat returns the first row. Raises Forbidden, TermsInvalid, RequestIdReused.
    """
    by.must(Permission.CORRECT_BOOKS)
    if not idempotency.claim(session, request.id, "dunning.set_terms", asdict(request), by=by, at=at):
        return session.get_one(UncollectedTerms, request.id)
    days = request.days_of().values()
    if not (LEAST_PERIOD_DAYS <= min(days) <= max(days) <= MOST_PERIOD_DAYS and request.source.strip()):
        raise TermsInvalid(least=LEAST_PERIOD_DAYS)
    row = UncollectedTerms(**asdict(request), account_id=by.account_id, set_at=at.at)
    append(session, row)
    audit.record(session, "dunning.set_terms", ("uncollected_terms", row.id), by=by, at=at)
    return row


def open_case(session: Session, request: OpenCase, *, by: Actor, at: Moment) -> UncollectedCase:
    """Open a case of a lot past its last day with goods still here, under the periods of today. Locks the lot.

    A repeat returns the first row.
    Raises Forbidden, LotNotFound, GoodsNotOverdue, CaseStands, TermsInvalid, RequestIdReused.
    """
    by.must(Permission.HOLD_STOCK)
    if not idempotency.claim(session, request.id, "dunning.open_case", asdict(request), by=by, at=at):
        return session.get_one(UncollectedCase, request.id)
    (lot,) = lots.lock_lots(session, [lots.get_visible_lot(session, request.lot_id, by).id])
    if lot.units_on_hand < 1 or at.on <= lot.deadline_on:
        raise GoodsNotOverdue(lot=lot.code, until=lot.deadline_on)
    if any(case.lot_id == lot.id for case in list_cases(session, by)):
        raise CaseStands(lot=lot.code)
    terms = terms_on(session, at.on)
    if terms is None:
        raise TermsInvalid(least=LEAST_PERIOD_DAYS)
    case = UncollectedCase(
        id=request.id, lot_id=lot.id, party_id=lot.owner_id, terms_id=terms.id, state=CaseState.OPEN.value,
        opened_by_account_id=by.account_id, opened_on=at.on, opened_at=at.at,
    )  # fmt: skip
    session.add(case)
    session.flush()
    audit.record(session, "dunning.open_case", ("lot", lot.id), by=by, at=at, case=case.id)
    return case


def take_step(session: Session, request: TakeStep, *, by: Actor, at: Moment) -> Notice:
    """Serve a step's notice, once the step before was proved to be got and its period is over. Locks the case.

    A repeat returns the first notice.
    Raises Forbidden, CaseNotFound, CaseOver, StepOutOfTurn, ProofMissing, PeriodRuns, RequestIdReused.
    """
    by.must(Permission.HOLD_STOCK)
    notice_id = derived_id(request.case_id, request.step.value)
    first = idempotency.claim(session, request.id, "dunning.take_step", asdict(request), by=by, at=at)
    case = _locked(session, request.case_id, by)
    if not first:
        return session.get_one(Notice, notice_id)
    if case.state != CaseState.OPEN:
        raise CaseOver
    following = _next_step(session, case, at)
    if following is not request.step:
        raise StepOutOfTurn(step=following.value if following else "disposal")
    lot, party = lots.get_lot(session, case.lot_id), parties.get_party(session, case.party_id)
    days = _terms(session, case)[request.step]
    owed = billing.open_of_party(session, party.id) + billing.accrued_unbilled(session, lot.id, at.on).total_fen
    blanks = {"party": party.name, "lot": lot.code, "units": lot.units_on_hand, "until": lot.deadline_on, "days": days,
              "yuan": yuan(owed), "store": store_name(session)}  # fmt: skip
    zh, en = WORDS[request.step]
    notice = Notice(id=notice_id, case_id=case.id, step=request.step.value, period_days=days, open_fen=owed)
    channel = Channel.SMS if request.step is Step.REMINDER else Channel.LETTER
    return tell(session, notice, party, channel, (zh.format(**blanks), en.format(**blanks)), by=by, at=at)


def ask_disposal(session: Session, request: AskDisposal, *, by: Actor, at: Moment) -> Disposal:
    """Ask to sell or deposit units of a case's goods, after every step was proved and is over. Locks case and lot.

    A repeat returns the disposal.
    Raises Forbidden, CaseNotFound, CaseOver, StepOutOfTurn, ProofMissing, PeriodRuns, GoodsNotOverdue, RequestIdReused.
    """
    by.must(Permission.HOLD_STOCK)
    first = idempotency.claim(session, request.id, "dunning.ask_disposal", asdict(request), by=by, at=at)
    case = _locked(session, request.case_id, by)
    if not first:
        return session.get_one(Disposal, case.id)
    _require_steps_over(session, case, at)
    (lot,) = lots.lock_lots(session, [case.lot_id])
    if not 1 <= request.units <= lot.units_on_hand or not request.reason.strip():
        raise GoodsNotOverdue(lot=lot.code, until=lot.deadline_on)
    row = Disposal(
        case_id=case.id, way=request.way.value, units=request.units, reason=request.reason.strip()[:500],
        asked_by_person_id=by.eyes, asked_at=at.at,
    )  # fmt: skip
    session.add(row)
    case.state = CaseState.DISPOSAL.value
    session.flush()
    audit.record(session, "dunning.ask_disposal", ("lot", lot.id), by=by, at=at, way=row.way, units=row.units)
    return row


def approve_disposal(session: Session, request: ApproveDisposal, *, by: Actor, at: Moment) -> Disposal:
    """Approve a disposal as another person: the lien is enforced on the units, and for a sale they stand on the board.

    From here the goods leave as all goods do: a deal and its exit, or an exit to the depository; charges are paid
    first and what remains is the owner's. Locks case and lot. A repeat returns the disposal.
    Raises Forbidden, CaseNotFound, CaseOver, DisposalNeedsTwo, StepOutOfTurn, ProofMissing, PeriodRuns,
    RequestIdReused, and what placing the hold or listing refuses.
    """
    by.must(Permission.APPROVE_RELEASE)
    first = idempotency.claim(session, request.id, "dunning.approve_disposal", asdict(request), by=by, at=at)
    case = _locked(session, request.case_id, by)
    row = disposal_of(session, case.id)
    if row is None or (first and (case.state != CaseState.DISPOSAL or row.approved_at is not None)):
        raise CaseOver
    if not first:
        return row
    if row.asked_by_person_id == by.eyes:
        raise DisposalNeedsTwo
    _require_steps_over(session, case, at)
    keeper = by.trusted_with(Permission.HOLD_STOCK, Permission.LIST_GOODS)
    hold = lots.PlaceHold(
        derived_id(request.id, "lien"), case.lot_id, row.units, lots.HoldReason.LIEN, case.id, enforced=True
    )
    row.hold_id = lots.place_hold(session, hold, by=keeper, at=at).id
    row.approved_by_person_id, row.approved_at, row.approved_on = by.eyes, at.at, at.on
    if row.way == Way.SALE and trading.listing_of_lot(session, case.lot_id) is None:
        wanted = trading.ListLot(derived_id(request.id, "listing"), case.lot_id, units=row.units)
        trading.list_lot(session, wanted, by=keeper, at=at)
    session.flush()
    audit.record(session, "dunning.approve_disposal", ("lot", case.lot_id), by=by, at=at, way=row.way, units=row.units)
    return row


def close_case(session: Session, request: CloseCase, *, by: Actor, at: Moment) -> UncollectedCase:
    """Close a case: the owner came, or the goods are gone. A lien that is still held is lifted. Locks the case.

    A repeat returns the case. Raises Forbidden, CaseNotFound, CaseOver, RequestIdReused.
    """
    by.must(Permission.HOLD_STOCK)
    first = idempotency.claim(session, request.id, "dunning.close_case", asdict(request), by=by, at=at)
    case = _locked(session, request.case_id, by)
    if not first:
        return case
    if case.state == CaseState.CLOSED or not request.outcome.strip():
        raise CaseOver
    for hold in lots.holds_of(session, case.lot_id, lots.HoldReason.LIEN):
        if hold.subject_id == case.id:
            lots.lift_hold(session, hold.id, by=by, at=at)
    case.state, case.outcome = CaseState.CLOSED.value, request.outcome.strip()[:500]
    session.flush()
    audit.record(session, "dunning.close_case", ("lot", case.lot_id), by=by, at=at, outcome=case.outcome)
    return case


def _locked(session: Session, case_id: UUID, by: Actor) -> UncollectedCase:
    case = get_case(session, case_id, by)
    return session.get_one(UncollectedCase, case.id, with_for_update=True, populate_existing=True)


def _terms(session: Session, case: UncollectedCase) -> dict[Step, int]:
    row = session.get_one(UncollectedTerms, case.terms_id)
    return {
        Step.REMINDER: row.reminder_days,
        Step.FORMAL_NOTICE: row.formal_notice_days,
        Step.ENFORCEMENT_NOTICE: row.enforcement_notice_days,
    }


def _next_step(session: Session, case: UncollectedCase, at: Moment) -> Step | None:
    """Return the step whose turn it is; None when all were taken and are over. Raises ProofMissing, PeriodRuns."""
    for stage in stages_of(session, case):
        if stage.notice is None:
            return stage.step
        if stage.until is None:
            raise ProofMissing(step=stage.step.value)
        if not stage.elapsed(at.on):
            raise PeriodRuns(step=stage.step.value, until=stage.until)
    return None


def _require_steps_over(session: Session, case: UncollectedCase, at: Moment) -> None:
    if case.state == CaseState.CLOSED:
        raise CaseOver
    following = _next_step(session, case, at)
    if following is not None:
        raise StepOutOfTurn(step=following.value)
