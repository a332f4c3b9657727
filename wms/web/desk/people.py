"""Parties and people: companies, who works for them, their contract's terms, and bank accounts of two people."""

from typing import Any
from uuid import UUID

from flask import request
from sqlalchemy.orm import Session

from wms import parties
from wms.delivery.identity import actor, now
from wms.delivery.work import read
from wms.kernel.actor import Permission
from wms.kernel.errors import WmsError
from wms.kernel.ids import derived_id
from wms.web.account_names import account_name
from wms.web.desk import blocks as b
from wms.web.desk import words
from wms.web.desk.advances import day_of
from wms.web.desk.workplace import act, blueprint, must, person_name, shown, way
from wms.web.pages import choice_of, decimal_of, may, text_of, uuid_of, whole_of
from wms.web.shell import say as _


@blueprint.get("/parties")
def party_list() -> Any:
    """List the parties, with the form that adds one."""
    must(Permission.SEE_ALL)
    return _parties()


def _parties(error: WmsError | None = None) -> Any:
    wanted, cursor = request.args.get("kind", ""), request.args.get("cursor")
    kind = parties.PartyKind(wanted) if wanted in list(parties.PartyKind) else None
    found = read(lambda session: parties.list_parties(session, kind, cursor=cursor))
    links = [(_("All"), way("desk.party_list"), kind is None)]
    links += [(_(words.PARTY[each]), way("desk.party_list", kind=each), each == kind) for each in parties.PartyKind]
    rows = [
        b.Row(
            [
                b.text(each.code),
                b.text(each.name, each.name_en or ""),
                b.text(_(words.PARTY[each.kind])),
                b.text(each.phone or "–"),
            ],
            way("desk.party", party_id=each.id),
        )
        for each in found.items
    ]
    columns = [b.Column(_("Code")), b.Column(_("Name")), b.Column(_("Kind")), b.Column(_("Phone"))]
    more = way("desk.party_list", kind=wanted or None, cursor=found.next_cursor) if found.next_cursor else ""
    parts: list[Any] = [
        b.Links(links, _("Kind")),
        b.Table(_("Parties"), columns, rows, _("No party here."), next_url=more),
    ]
    if may(Permission.MANAGE_PARTIES):
        parts.append(
            b.Form(
                "add-party",
                _("Add a party"),
                way("desk.add_party"),
                _("Add"),
                [
                    b.Field("text", _("Code"), "code", hint=_("short, part of its accounts")),
                    b.Field(
                        "select",
                        _("Kind"),
                        "kind",
                        options=[(each.value, _(words.PARTY[each])) for each in parties.PartyKind],
                    ),
                    b.Field("text", _("Name"), "name"),
                    b.Field("text", _("Phone"), "phone", required=False),
                ],
            )
        )
    return shown(b.Screen(_("Parties"), parts), error)


@blueprint.post("/parties")
def add_party() -> Any:
    """Add a party."""

    def work(session: Session) -> Any:
        wanted = parties.AddPartyRequest(
            uuid_of("id"),
            text_of("code", most=12),
            choice_of("kind", parties.PartyKind),
            text_of("name", most=120),
            phone=text_of("phone", needed=False) or None,
        )
        return parties.add_party(session, wanted, by=actor(), at=now())

    return act(work, _("Added."), way("desk.party_list"), _parties)


@blueprint.get("/parties/<uuid:party_id>")
def party(party_id: UUID) -> Any:
    """Show a party: its people, contract, bank account."""
    must(Permission.SEE_ALL)
    return _party(party_id)


def _party(party_id: UUID, error: WmsError | None = None) -> Any:
    def gather(session: Session) -> b.Screen:
        row = parties.get_visible_party(session, party_id, actor())
        parts = [
            b.Pair([_facts(row), _people(session, row)], [_terms(session, row)]),
            *_payee(session, row),
            *_forms(row),
        ]
        return b.Screen(row.name, parts, row.code, (_("Parties"), way("desk.party_list")))

    return shown(read(gather), error)


def _facts(row: parties.Party) -> b.Facts:
    pairs = [
        (_("Kind"), b.text(_(words.PARTY[row.kind]))),
        (_("Phone"), b.text(row.phone or "–")),
        (_("Credit code"), b.text(row.credit_code or "–")),
        (_("Lots"), b.text(_("open them"), url=way("desk.lots_list", owner=row.id))),
    ]
    if may(Permission.SEE_BOOKS):
        name = "L:BuyerWallet" if row.kind == "buyer" else "L:GrowerPayable"
        account = f"{name}:{row.code}"
        cell = b.text(account_name(account), account, way("desk.account", code=account))
        pairs.append((_("Ledger account"), cell))
        pairs.append((_("Statement of account"), b.text(_("open it"), url=way("desk.statement", party_id=row.id))))
    return b.Facts(_("The party"), pairs)


def _people(session: Session, row: parties.Party) -> b.Table:
    rows = [
        b.Row([b.text(person.name), b.text(job.post), b.day(job.from_on), b.text(person.phone or "–")])
        for person, job in parties.people_of(session, row.id, now().on)
    ]
    columns = [b.Column(_("Name")), b.Column(_("Post")), b.Column(_("Since")), b.Column(_("Phone"))]
    return b.Table(_("People today"), columns, rows, _("Nobody works here."))


def _terms(session: Session, row: parties.Party) -> b.Facts:
    terms = parties.contract_on(session, row.id, now().on)
    pairs = [
        (_("Commission"), b.percent(terms.commission_bp // 10)),
        (_("Loss standard"), b.percent(terms.loss_standard_permille)),
        (_("Earnest money"), b.percent(terms.earnest_bp // 10)),
        (_("Prepayment"), b.percent(terms.prepay_bp // 10)),
        (_("On the reference price"), b.price(terms.differential)),
        (_("Goods list themselves"), b.text(_("yes") if terms.lists_itself else _("no"))),
        (_("Tariff of the entry day holds"), b.text(_("yes") if terms.tariff_locked else _("no"))),
        (_("Paid first"), b.text(" → ".join(words.named(words.CLAIM, each) for each in terms.waterfall))),
    ]
    return b.Facts(_("Terms today"), pairs)


def _payee(session: Session, row: parties.Party) -> list[Any]:
    payee = parties.payee_of(session, row.id, now().at)
    pairs = (
        [
            (_("Account holder"), b.text(payee.account_name)),
            (_("Bank"), b.text(payee.bank)),
            (_("Account number"), b.code(payee.account_number)),
        ]
        if payee
        else [(_("State"), b.chip(_("none in force"), "warn"))]
    )
    found: list[Any] = [b.Facts(_("Bank account in force"), pairs)]
    for change in parties.pending_payees(session):
        if change.party_id != row.id:
            continue
        words_ = _(
            "{bank} {number}, {holder}; proposed by {name}",
            bank=change.bank,
            number=change.account_number,
            holder=change.account_name,
            name=person_name(session, change.proposed_by),
        )
        if may(Permission.APPROVE_PAYEE) and change.proposed_by != actor().eyes:
            found.append(
                b.Form(
                    f"payee-{change.id}",
                    _("Approve this bank account"),
                    way("desk.approve_payee", party_id=row.id, change_id=change.id),
                    _("Approve"),
                    note=words_,
                )
            )
        else:
            found.append(b.Say(words_, "warn", _("Waits for another person")))
    return found


def _forms(row: parties.Party) -> list[Any]:
    if not may(Permission.MANAGE_PARTIES):
        return []
    here = {"party_id": row.id}
    today = now().on.isoformat()
    person = b.Form(
        "add-person",
        _("Add a person"),
        way("desk.add_person", **here),
        _("Add"),
        [
            b.Field("text", _("Name"), "name"),
            b.Field("text", _("Phone"), "phone", required=False),
            b.Field("text", _("Post"), "post"),
            b.Field("date", _("From"), "from_on", today),
        ],
    )
    contract = b.Form(
        "sign",
        _("Sign a contract"),
        way("desk.sign_contract", **here),
        _("Sign"),
        [
            b.Field("text", _("Number"), "number"),
            b.Field("date", _("From"), "from_on", today),
            b.Field("number", _("Commission"), "commission", "1.5", unit="%"),
            b.Field("number", _("Loss standard"), "loss", "1.5", unit="%"),
            b.Field("number", _("Hours of silence that count as a no"), "silence_h", "24"),
            b.Field("check", _("Goods list themselves"), "lists_itself", True),
            b.Field("check", _("Tariff of the entry day holds"), "tariff_locked"),
        ],
    )
    payee = b.Form(
        "propose-payee",
        _("Propose a bank account"),
        way("desk.propose_payee", **here),
        _("Propose"),
        [
            b.Field("text", _("Account holder"), "holder"),
            b.Field("text", _("Bank"), "bank"),
            b.Field("text", _("Account number"), "number"),
        ],
        _("Another person approves it before money goes there."),
    )
    return [b.Pair([person, payee], [contract])]


@blueprint.post("/parties/<uuid:party_id>/people")
def add_person(party_id: UUID) -> Any:
    """Add a person who works for a party."""

    def work(session: Session) -> Any:
        request_id = uuid_of("id")
        wanted = parties.AddPersonRequest(
            request_id, text_of("name", most=60), phone=text_of("phone", needed=False) or None
        )
        human = parties.add_person(session, wanted, by=actor(), at=now())
        employ = parties.EmployRequest(
            derived_id(request_id, "job"), human.id, party_id, text_of("post", most=60), day_of("from_on")
        )
        return parties.employ(session, employ, by=actor(), at=now())

    return act(work, _("Added."), way("desk.party", party_id=party_id), lambda error: _party(party_id, error))


@blueprint.post("/parties/<uuid:party_id>/contract")
def sign_contract(party_id: UUID) -> Any:
    """Sign a contract with its terms."""

    def work(session: Session) -> Any:
        terms = parties.ContractTerms(
            lists_itself="lists_itself" in request.form,
            tariff_locked="tariff_locked" in request.form,
            commission_bp=decimal_of("commission", 100),
            loss_standard_permille=decimal_of("loss", 10),
            silence_h=whole_of("silence_h"),
        )
        wanted = parties.SignContractRequest(
            uuid_of("id"), party_id, text_of("number", most=60), day_of("from_on"), terms=terms
        )
        return parties.sign_contract(session, wanted, by=actor(), at=now())

    return act(work, _("Signed."), way("desk.party", party_id=party_id), lambda error: _party(party_id, error))


@blueprint.post("/parties/<uuid:party_id>/payee")
def propose_payee(party_id: UUID) -> Any:
    """Propose a bank account."""

    def work(session: Session) -> Any:
        payee = parties.BankPayee(text_of("holder", most=120), text_of("bank", most=120), text_of("number", most=34))
        return parties.propose_payee(
            session, parties.ProposePayeeRequest(uuid_of("id"), party_id, payee), by=actor(), at=now()
        )

    return act(
        work,
        _("Proposed: another person approves it."),
        way("desk.party", party_id=party_id),
        lambda error: _party(party_id, error),
    )


@blueprint.post("/parties/<uuid:party_id>/payee/<uuid:change_id>/approve")
def approve_payee(party_id: UUID, change_id: UUID) -> Any:
    """Approve a bank account as the second person."""
    return act(
        lambda s: parties.approve_payee(
            s, parties.PayeeDecisionRequest(uuid_of("id"), change_id), by=actor(), at=now()
        ),
        _("Approved."),
        way("desk.party", party_id=party_id),
        lambda error: _party(party_id, error),
    )
