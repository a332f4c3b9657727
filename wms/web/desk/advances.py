"""Advances: the list, one with its gates, valuation and levels, and the steps two people take; lending products."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import request, url_for
from sqlalchemy.orm import Session

from wms import billing, lending, lots, parties
from wms.delivery.identity import actor, now
from wms.delivery.work import read
from wms.kernel.actor import Permission
from wms.kernel.errors import NotFound, WmsError
from wms.web.desk import blocks as b
from wms.web.desk import words
from wms.web.desk.judged import judged
from wms.web.desk.workplace import act, blueprint, must, person_name, shown, waited
from wms.web.pages import FieldMissing, FieldWrong, may, said, text_of, uuid_of
from wms.web.shell import say as _
from wms.web.typed import plain

BOOKS = (Permission.SEE_BOOKS, Permission.APPROVE_ADVANCE)


@blueprint.get("/loans")
def loans() -> Any:
    """List the advances, newest first, all or in one state."""
    return _loans_page()


def _loans_page() -> Any:
    must(*BOOKS)
    wanted = request.args.get("state", "")
    state = lending.LoanState(wanted) if wanted in list(lending.LoanState) else None
    cursor = request.args.get("cursor")
    rows, following = read(lambda session: _loan_rows(session, state, cursor))
    links = [(_("All"), url_for("desk.loans"), state is None)]
    links += [(_(words.LOAN[each][0]), url_for("desk.loans", state=each), each == state) for each in lending.LoanState]
    columns = [
        b.Column(_("Borrower")),
        b.Column(_("Lot")),
        b.Column(_("Asked"), True),
        b.Column(_("Principal"), True),
        b.Column(_("Interest owed"), True),
        b.Column(_("Asked at")),
        b.Column(_("State")),
    ]
    more = url_for("desk.loans", state=wanted or None, cursor=following) if following else ""
    table = b.Table(
        _("Advances"),
        columns,
        rows,
        _("No advance here."),
        next_url=more,
        first_url=url_for("desk.loans", state=wanted or None) if cursor else "",
    )
    return shown(b.Screen(_("Advances"), [b.Links(links, _("State")), table]))


def _loan_rows(session: Session, state: lending.LoanState | None, cursor: str | None) -> tuple[list[b.Row], str | None]:
    found = lending.list_loans(session, by=actor(), state=state, cursor=cursor)
    return [_loan_row(session, loan) for loan in found.items], found.next_cursor


def _loan_row(session: Session, loan: lending.Loan) -> b.Row:
    lot = lots.get_lot(session, lending.lot_of(session, loan.id))
    cells = [
        b.text(parties.get_party(session, loan.borrower_id).name),
        b.text(lot.code, url=lot_url(lot.id)),
        b.money(loan.asked_fen),
        b.money(loan.principal_fen),
        b.money(loan.interest_fen),
        b.stamp(loan.asked_at),
        words.state(words.LOAN, loan.state),
    ]
    return b.Row(cells, url_for("desk.advance", loan_id=loan.id))


def lot_url(lot_id: UUID) -> str:
    """Return the address of a lot's page."""
    return url_for("desk.lot", lot_id=lot_id)


@blueprint.get("/advances/<uuid:loan_id>")
def advance(loan_id: UUID) -> Any:
    """Show an advance: who acted, what it stands on, how far it may go, and the next step."""
    must(*BOOKS)
    return _advance(loan_id)


def _advance(loan_id: UUID, error: WmsError | None = None) -> Any:
    def gather(session: Session) -> b.Screen:
        loan = lending.get_visible_loan(session, loan_id, by=actor())
        lot = lots.get_lot(session, lending.lot_of(session, loan.id))
        owner = parties.get_party(session, loan.borrower_id)
        parts: list[Any] = [b.Pair([_facts(session, loan, lot, owner)], [_value(session, loan, lot)])]
        parts += _steps(loan)
        parts += [*judged(session, loan, lot), _events(session, loan)]
        title = _("Advance to {name}", name=owner.name)
        return b.Screen(title, parts, _(words.LOAN[loan.state][0]), (_("Advances"), url_for("desk.loans")))

    return shown(read(gather), error)


def _facts(session: Session, loan: lending.Loan, lot: lots.Lot, owner: parties.Party) -> b.Facts:
    stood = {"sub": waited(loan.asked_at)} if loan.state in ("asked", "checked", "approved") else {}
    pairs = [
        (_("State"), words.state(words.LOAN, loan.state)),
        (_("Borrower"), b.text(owner.name, owner.code, url_for("desk.party", party_id=owner.id))),
        (_("Lot"), b.text(lot.code, url=lot_url(lot.id))),
        (_("Asked"), b.money(loan.asked_fen)),
        (_("Asked by"), b.text(person_name(session, loan.asked_by_person_id))),
        (_("Asked at"), b.stamp(loan.asked_at, **stood)),
        (_("First approval"), _who(session, loan.first_person_id, loan.first_at)),
        (_("Second approval"), _who(session, loan.second_person_id, loan.second_at)),
    ]
    if loan.disbursed_on:
        pairs += [
            (_("Paid out on"), b.day(loan.disbursed_on)),
            (_("Matures on"), b.day(loan.matures_on)),
            (_("Registration"), b.text(loan.registration_no or "–")),
            (_("Searched on"), b.day(loan.searched_on)),
            (_("Principal"), b.money(loan.principal_fen, url=account_url("A:Loan:Principal", owner))),
            (_("Interest owed"), b.money(loan.interest_fen, url=account_url("A:Loan:InterestReceivable", owner))),
        ]
    if loan.refused_because:
        pairs.append((_("Refused because"), b.text(loan.refused_because)))
    return b.Facts(_("Who and how much"), pairs)


def account_url(prefix: str, owner: parties.Party) -> str:
    """Return the address of a party's account in the books."""
    return url_for("desk.account", code=f"{prefix}:{owner.code}")


def _who(session: Session, eyes: UUID | None, at: Any) -> b.Cell:
    if eyes is None:
        return b.chip(_("missing"), "warn")
    return b.text(person_name(session, eyes), _("approved"))


def _value(session: Session, loan: lending.Loan, lot: lots.Lot) -> Any:
    terms = lending.terms_of_loan(session, loan)
    levels = [
        (f"{permille // 10} %", permille * 10, name)
        for permille, name in (
            (terms.advance_permille, _("Ceiling of an advance")),
            (terms.warning_permille, _("Warning")),
            (terms.call_permille, _("Margin call")),
            (terms.liquidate_permille, _("To be sold")),
        )
    ]
    if loan.state == lending.LoanState.ACTIVE:
        held = lending.position(session, loan.id, now().on)
        name, tone = words.LEVEL[held.level]
        return b.Bar(_("Loan to value today"), held.ltv_bp, levels, _(name), tone)
    try:
        limit_fen, evidence = lending.limit_of(session, lot.id, now(), terms)
    except WmsError as refused:
        return b.Say(said(refused), "warn")
    price = lending.price_to_lend_on(evidence, terms)
    (facts,) = lots.facts(session, [lot.id])
    value = lending.valued_fen(facts.grams_on_hand, price, terms.loss_allowance_permille) if price is not None else 0
    bp = lending.ltv_bp(loan.asked_fen, value)
    over = loan.asked_fen > limit_fen
    return b.Bar(
        _("Asked amount against the value today"),
        bp,
        levels,
        _("above the ceiling") if over else _("within the ceiling"),
        "danger" if over else "ok",
    )


def _steps(loan: lending.Loan) -> list[Any]:
    url = {step: url_for(f"desk.{step}", loan_id=loan.id) for step in ("approve_loan", "refuse_loan", "pay_advance")}
    found: list[Any] = []
    if loan.state in ("asked", "checked") and may(Permission.APPROVE_ADVANCE):
        own = actor().eyes in (loan.asked_by_person_id, loan.first_person_id)
        if own:
            found.append(b.Say(_("You have acted on this advance: another person approves it."), "info"))
        else:
            found.append(
                b.Form(
                    "approve",
                    _("Approve"),
                    url["approve_loan"],
                    _("Approve"),
                    note=_("The gates are judged again as you approve. Two people approve; neither asked."),
                )
            )
    if loan.state == "approved" and may(Permission.DISBURSE_ADVANCE):
        found.append(
            b.Form(
                "disburse",
                _("Pay out"),
                url["pay_advance"],
                _("Pay the advance out"),
                [
                    b.Field("text", _("Registration number of the pledge"), "registration_no"),
                    b.Field(
                        "date",
                        _("Day of the register search"),
                        "searched_on",
                        now().on.isoformat(),
                        hint=_("The search must be of today."),
                    ),
                ],
                _("Pays the borrower, pledges the lot and marks the receipt, all at once."),
            )
        )
    if loan.state in ("asked", "checked", "approved") and may(Permission.APPROVE_ADVANCE):
        found.append(
            b.Form(
                "refuse",
                _("Refuse"),
                url["refuse_loan"],
                _("Refuse the advance"),
                [b.Field("text", _("Reason the owner reads"), "because")],
                kind="refuse",
            )
        )
    return [b.Pair(found[:1], found[1:])] if len(found) > 1 else found


def _limits(session: Session, loan: lending.Loan, lot: lots.Lot, terms: lending.Terms) -> b.Facts:
    evidence = lending.evidence_of(session, lot.id, now(), terms, pledged_to=loan.id)
    price = lending.price_to_lend_on(evidence, terms)
    (facts,) = lots.facts(session, [lot.id])
    value = None if price is None else lending.valued_fen(facts.grams_on_hand, price, terms.loss_allowance_permille)
    ceiling = None if price is None else lending.headline_advance(facts.grams_on_hand, price, terms.advance_permille)
    carry = None
    if value is not None:
        until = max(lot.deadline_on, now().on)
        lien = billing.accrued_unbilled(session, lot.id, until)
        fees = lien.storage_fen + lien.handling_fen
        carry = lending.carry_reserved_advance(value, fees, terms, now().on, until)
    pairs = [
        (_("Weight on hand"), b.weight(facts.grams_on_hand)),
        (
            _("Price of the board"),
            b.price(evidence.board_price, _("level {n}", n=evidence.board_level) if evidence.board_level else ""),
        ),
        (_("Independent price"), b.price(evidence.independent_price)),
        (_("Price lent on"), b.price(price)),
        (_("Value less the loss allowance"), b.money(value)),
        (_("Most by the headline rule"), b.money(ceiling)),
        (_("Most with the carry reserved"), b.money(carry, _("what keeps the ceiling until the quality deadline"))),
        (_("Interest a year"), b.text(f"{terms.rate_ppm / 10_000:.2f} %", terms.basis.value)),
    ]
    return b.Facts(_("Valuation today"), pairs)


def _events(session: Session, loan: lending.Loan) -> b.Table:
    rows = [
        b.Row(
            [
                b.day(event.effective_on),
                b.text(words.named(words.LOAN_EVENT, event.kind)),
                b.money(event.principal_fen),
                b.money(event.interest_fen),
                b.text(_("Journal"), url=url_for("desk.journal", journal_id=event.journal_id))
                if event.journal_id
                else b.text("–"),
                b.stamp(event.recorded_at),
            ]
        )
        for event in lending.events_of(session, loan.id)
    ]
    columns = [
        b.Column(_("Counts for")),
        b.Column(_("What")),
        b.Column(_("Principal"), True),
        b.Column(_("Interest"), True),
        b.Column(_("Books")),
        b.Column(_("Recorded")),
    ]
    return b.Table(_("What happened"), columns, rows, _("Nothing was paid yet."))


@blueprint.post("/advances/<uuid:loan_id>/approve")
def approve_loan(loan_id: UUID) -> Any:
    """Approve an advance as its first or second person."""
    url = url_for("desk.advance", loan_id=loan_id)
    return act(
        lambda s: lending.approve_advance(s, lending.DecideAdvance(uuid_of("id"), loan_id), by=actor(), at=now()),
        _("Approved."),
        url,
        lambda error: _advance(loan_id, error),
    )


@blueprint.post("/advances/<uuid:loan_id>/refuse")
def refuse_loan(loan_id: UUID) -> Any:
    """Refuse an advance with a reason."""

    def work(session: Session) -> Any:
        wanted = lending.DecideAdvance(uuid_of("id"), loan_id, text_of("because", most=300))
        return lending.refuse_advance(session, wanted, by=actor(), at=now())

    return act(work, _("Refused."), url_for("desk.advance", loan_id=loan_id), lambda error: _advance(loan_id, error))


@blueprint.post("/advances/<uuid:loan_id>/disburse")
def pay_advance(loan_id: UUID) -> Any:
    """Pay an approved advance out."""

    def work(session: Session) -> Any:
        wanted = lending.Disburse(uuid_of("id"), loan_id, text_of("registration_no", most=80), day_of("searched_on"))
        return lending.disburse(session, wanted, by=actor(), at=now())

    return act(
        work,
        _("Paid out; the lot is pledged."),
        url_for("desk.advance", loan_id=loan_id),
        lambda error: _advance(loan_id, error),
    )


def day_of(name: str) -> date:
    """Return a field of the form as a day. Raises FieldWrong."""
    value = plain(request.form.get(name, ""))
    if not value:
        raise FieldMissing(field=name)
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise FieldWrong(field=name, value=value[:40]) from error


def known(session: Session, party_id: UUID | None) -> str:
    """Return a party's name, a dash where there is none."""
    try:
        return parties.get_party(session, party_id).name if party_id else "–"
    except NotFound:
        return "–"
