"""Goods nobody collects: lots past their day, the cases, and a case with its steps, proofs and disposal."""

from typing import Any
from uuid import UUID

from flask import request, url_for
from sqlalchemy.orm import Session

from wms import dunning, lots, parties
from wms.delivery.identity import actor, now
from wms.delivery.work import read
from wms.kernel.actor import Permission
from wms.kernel.errors import WmsError
from wms.web.desk import blocks as b
from wms.web.desk import words
from wms.web.desk.advances import lot_url
from wms.web.desk.reminders import day_of, options
from wms.web.desk.workplace import act, blueprint, must, person_name, shown
from wms.web.pages import FieldWrong, may, text_of, uuid_of, whole_of
from wms.web.shell import say as _


@blueprint.get("/uncollected")
def uncollected() -> Any:
    """List the cases of goods nobody collects, and set the periods of their steps."""
    must(Permission.SEE_ALL)
    return _list()


def _list(error: WmsError | None = None) -> Any:
    return shown(read(_list_screen), error)


def _list_screen(session: Session) -> b.Screen:
    rows = []
    for case in dunning.list_cases(session, actor()):
        lot, party = lots.get_lot(session, case.lot_id), parties.get_party(session, case.party_id)
        cells = [
            b.text(lot.code),
            b.text(party.name),
            b.count(lot.units_on_hand),
            b.day(lot.deadline_on),
            words.state(words.UNCOLLECTED, case.state),
            b.day(case.opened_on),
        ]
        rows.append(b.Row(cells, url_for("desk.uncollected_case", case_id=case.id)))
    columns = [
        b.Column(_("Lot")),
        b.Column(_("Owner")),
        b.Column(_("Units"), True),
        b.Column(_("Could stay until")),
        b.Column(_("State")),
        b.Column(_("Opened")),
    ]
    parts: list[Any] = [b.Table(_("Open cases"), columns, rows, _("No goods lie uncollected."))]
    terms = dunning.terms_on(session, now().on)
    if terms is not None:
        pairs = [
            (_("Reminder"), b.count(terms.reminder_days)),
            (_("Formal notice"), b.count(terms.formal_notice_days)),
            (_("Notice of enforcement"), b.count(terms.enforcement_notice_days)),
            (_("Allowed by"), b.text(terms.source)),
        ]
        parts.append(b.Facts(_("Days each step runs from the proof of receipt"), pairs))
    if may(Permission.CORRECT_BOOKS):
        parts.append(b.Fold(_("Set the periods"), [_terms_form()], terms is None))
    lead = _("A case is opened on a lot's own page once its last day has passed.")
    return b.Screen(_("Uncollected goods"), parts, lead)


def _terms_form() -> b.Form:
    fields = [
        b.Field("date", _("From the day"), "effective_from", now().on.isoformat()),
        b.Field("number", _("Reminder"), "reminder", "15", unit=_("days")),
        b.Field("number", _("Formal notice"), "formal", "60", unit=_("days")),
        b.Field("number", _("Notice of enforcement"), "enforcement", "10", unit=_("days")),
        b.Field("text", _("Allowed by"), "source", hint=_("the contract's clause, or the statute")),
    ]
    note = _("At least sixty days to perform, unless the contract says otherwise or the goods are perishable.")
    return b.Form("terms", _("Periods of the steps"), url_for("desk.set_terms"), _("Set the periods"), fields, note)


@blueprint.post("/uncollected/terms")
def set_terms() -> Any:
    """Set how long each step runs."""

    def work(session: Session) -> Any:
        wanted = dunning.SetTerms(
            uuid_of("id"),
            day_of("effective_from"),
            whole_of("reminder"),
            whole_of("formal"),
            whole_of("enforcement"),
            text_of("source"),
        )
        return dunning.set_terms(session, wanted, by=actor(), at=now())

    return act(work, _("The periods are set."), url_for("desk.uncollected"), _list)


@blueprint.post("/lots/<uuid:lot_id>/uncollected")
def open_uncollected(lot_id: UUID) -> Any:
    """Open a case of a lot."""
    case_id = uuid_of("id")
    return act(
        lambda session: dunning.open_case(session, dunning.OpenCase(case_id, lot_id), by=actor(), at=now()),
        _("The case is open: serve the reminder."),
        url_for("desk.uncollected_case", case_id=case_id),
        _list,
    )


@blueprint.get("/uncollected/<uuid:case_id>")
def uncollected_case(case_id: UUID) -> Any:
    """Show a case with its steps and what may be done next."""
    must(Permission.SEE_ALL)
    return _case(case_id)


def _case(case_id: UUID, error: WmsError | None = None) -> Any:
    return shown(read(lambda session: _case_screen(session, case_id)), error)


def _case_screen(session: Session, case_id: UUID) -> b.Screen:
    case = dunning.get_case(session, case_id, actor())
    lot, party = lots.get_lot(session, case.lot_id), parties.get_party(session, case.party_id)
    stages = dunning.stages_of(session, case)
    pairs = [
        (_("State"), words.state(words.UNCOLLECTED, case.state)),
        (_("Lot"), b.text(lot.code, url=lot_url(lot.id))),
        (_("Owner"), b.text(party.name, party.code, url_for("desk.party", party_id=party.id))),
        (_("Units"), b.count(lot.units_on_hand)),
        (_("Could stay until"), b.day(lot.deadline_on)),
    ]
    if case.outcome:
        pairs.append((_("Outcome"), b.text(case.outcome)))
    parts: list[Any] = [b.Facts(_("The case"), pairs), _steps(stages)]
    parts += [*_next(case, stages), *_disposal(session, case, lot, stages)]
    if case.state != dunning.CaseState.CLOSED and may(Permission.HOLD_STOCK):
        form = b.Form(
            "close",
            _("Close the case"),
            url_for("desk.close_uncollected", case_id=case.id),
            _("Close it"),
            [b.Field("text", _("Outcome"), "outcome")],
            kind="",
        )
        parts.append(b.Fold(_("Close the case"), [form]))
    title = _("Uncollected lot {code}", code=lot.code)
    return b.Screen(title, parts, party.name, (_("Uncollected goods"), url_for("desk.uncollected")))


def _steps(stages: list[dunning.Stage]) -> b.Table:
    rows = []
    for stage in stages:
        served = b.text("–") if stage.notice is None else b.day(stage.notice.sent_on)
        proof = (
            b.text("–")
            if not stage.proofs
            else b.text(words.named(words.PROOF, stage.proofs[-1].kind), stage.proofs[-1].proof_reference)
        )
        until = b.text("–") if stage.until is None else b.day(stage.until)
        over = b.chip(_("over"), "ok") if stage.elapsed(now().on) else b.chip(_("not over"), "quiet")
        url = "" if stage.notice is None else url_for("desk.notice", notice_id=stage.notice.id)
        rows.append(b.Row([b.text(_(words.UNCOLLECTED_STEP[stage.step])), served, proof, until, over], url))
    columns = [
        b.Column(_("Step")),
        b.Column(_("Served")),
        b.Column(_("Proof")),
        b.Column(_("Period runs until")),
        b.Column(_("State")),
    ]
    note = _("A step opens once the one before it was proved to be received and its period is over.")
    return b.Table(_("The steps the law asks for"), columns, rows, note=note)


def _next(case: dunning.UncollectedCase, stages: list[dunning.Stage]) -> list[Any]:
    following = next((stage.step for stage in stages if stage.notice is None), None)
    if case.state != dunning.CaseState.OPEN or following is None or not may(Permission.HOLD_STOCK):
        return []
    title = _("Serve: {step}", step=_(words.UNCOLLECTED_STEP[following]))
    fields = [b.Field("hidden", "", "step", following.value)]
    return [b.Form("step", title, url_for("desk.take_step", case_id=case.id), _("Serve the notice"), fields)]


def _disposal(session: Session, case: dunning.UncollectedCase, lot: lots.Lot, stages: list[dunning.Stage]) -> list[Any]:
    row = dunning.disposal_of(session, case.id)
    if row is None:
        over = all(stage.elapsed(now().on) for stage in stages)
        if not over or case.state != dunning.CaseState.OPEN or not may(Permission.HOLD_STOCK):
            return []
        fields = [
            b.Field("select", _("Way"), "way", "sale", options=options(words.WAY)),
            b.Field("number", _("Units"), "units", str(lot.units_on_hand), hint=_("as many as match the debt")),
            b.Field("text", _("Reason"), "reason"),
        ]
        return [
            b.Form(
                "disposal",
                _("Ask for the disposal"),
                url_for("desk.ask_disposal", case_id=case.id),
                _("Ask"),
                fields,
                _("Another person approves it."),
            )
        ]
    approved = (
        b.text("–")
        if row.approved_on is None
        else b.day(row.approved_on, person_name(session, row.approved_by_person_id))
    )
    pairs = [
        (_("Way"), b.text(_(words.WAY[row.way]))),
        (_("Units"), b.count(row.units)),
        (_("Reason"), b.text(row.reason)),
        (_("Asked by"), b.text(person_name(session, row.asked_by_person_id))),
        (_("Approved"), approved),
    ]
    found: list[Any] = [b.Facts(_("Disposal"), pairs)]
    if row.approved_on is None and may(Permission.APPROVE_RELEASE):
        found.append(
            b.Form(
                "approve",
                _("Approve the disposal"),
                url_for("desk.approve_disposal", case_id=case.id),
                _("Approve"),
                note=_("The lien is enforced on these units; for a sale they go on the board."),
                kind="danger",
            )
        )
    return found


def _acted(case_id: UUID, work: Any, message: str) -> Any:
    return act(work, message, url_for("desk.uncollected_case", case_id=case_id), lambda error: _case(case_id, error))


@blueprint.post("/uncollected/<uuid:case_id>/step")
def take_step(case_id: UUID) -> Any:
    """Serve the next notice."""

    def work(session: Session) -> Any:
        step = request.form.get("step", "")
        if step not in list(dunning.Step):
            raise FieldWrong(field="step", value=step[:40])
        wanted = dunning.TakeStep(uuid_of("id"), case_id, dunning.Step(step))
        return dunning.take_step(session, wanted, by=actor(), at=now())

    return _acted(case_id, work, _("Served: print the letter and record the proof of receipt."))


@blueprint.post("/uncollected/<uuid:case_id>/disposal")
def ask_disposal(case_id: UUID) -> Any:
    """Ask for the disposal."""

    def work(session: Session) -> Any:
        way = dunning.Way.DEPOSIT if request.form.get("way") == "deposit" else dunning.Way.SALE
        wanted = dunning.AskDisposal(uuid_of("id"), case_id, way, whole_of("units"), text_of("reason"))
        return dunning.ask_disposal(session, wanted, by=actor(), at=now())

    return _acted(case_id, work, _("Asked: another person approves it."))


@blueprint.post("/uncollected/<uuid:case_id>/approve")
def approve_disposal(case_id: UUID) -> Any:
    """Approve the disposal as another person."""

    def work(session: Session) -> Any:
        return dunning.approve_disposal(session, dunning.ApproveDisposal(uuid_of("id"), case_id), by=actor(), at=now())

    return _acted(case_id, work, _("Approved: the lien is enforced."))


@blueprint.post("/uncollected/<uuid:case_id>/close")
def close_uncollected(case_id: UUID) -> Any:
    """Close the case."""

    def work(session: Session) -> Any:
        wanted = dunning.CloseCase(uuid_of("id"), case_id, text_of("outcome"))
        return dunning.close_case(session, wanted, by=actor(), at=now())

    return _acted(case_id, work, _("The case is closed."))
