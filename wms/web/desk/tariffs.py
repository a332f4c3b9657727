"""Tariffs and lending products: versions, proposed by one person, put in force by another."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import request, url_for
from sqlalchemy.orm import Session

from wms import billing, lending, parties
from wms.delivery.identity import actor, now
from wms.delivery.work import read
from wms.kernel.actor import Permission
from wms.kernel.errors import WmsError
from wms.web import preferences, typed
from wms.web.desk import blocks as b
from wms.web.desk.advances import day_of
from wms.web.desk.workplace import act, blueprint, must, person_name, shown
from wms.web.pages import FieldMissing, FieldWrong, decimal_of, may, text_of, uuid_of, whole_of
from wms.web.shell import say as _

MOST_RATE = 100_000  # yuan: a slip of the keys, not a rate


@blueprint.get("/tariffs")
def tariffs() -> Any:
    """Show the versions of the tariffs, with the forms to propose and to approve."""
    must(Permission.SEE_ALL)
    return _tariffs()


def _tariffs(error: WmsError | None = None) -> Any:
    def gather(session: Session) -> b.Screen:
        cursor = request.args.get("cursor")
        found = billing.list_tariffs(session, cursor=cursor)
        waiting = [row for row in found.items if billing.approval_of(session, row.id) is None]
        columns = [
            b.Column(_("Tariff")),
            b.Column(_("From")),
            b.Column(_("Rates")),
            b.Column(_("For")),
            b.Column(_("Proposed by")),
            b.Column(_("State")),
        ]
        more = url_for("desk.tariffs", cursor=found.next_cursor) if found.next_cursor else ""
        table = b.Table(
            _("Versions"),
            columns,
            [_row(session, row) for row in found.items],
            _("No tariff yet."),
            _("A version is never edited; a new one is proposed."),
            more,
        )
        ways = b.Links(
            [(_("New tariff"), url_for("desk.tariff_editor"), False)] * may(Permission.PROPOSE_TARIFF)
            + [(_("What would it cost?"), url_for("desk.quote"), False)]
        )
        parts = [ways, *[_approve_form(session, row) for row in waiting if _may_approve(row)], table, *_propose_form()]
        return b.Screen(_("Tariffs"), parts)

    return shown(read(gather), error)


def _may_approve(row: billing.TariffVersion) -> bool:
    return may(Permission.APPROVE_TARIFF) and row.proposed_by_person_id != actor().eyes


def _row(session: Session, row: billing.TariffVersion) -> b.Row:
    approval = billing.approval_of(session, row.id)
    state = (
        b.chip(_("in force from its day"), "ok", person_name(session, approval.approved_by_person_id))
        if approval
        else b.chip(_("waits for approval"), "warn")
    )
    scope = parties.get_party(session, row.party_id).name if row.party_id else row.variety or _("everybody")
    cells = [
        b.text(row.name, url=url_for("desk.tariff_effect", version_id=row.id)),
        b.day(row.effective_from),
        b.text(rates_words(session, row)),
        b.text(scope),
        b.text(person_name(session, row.proposed_by_person_id)),
        state,
    ]
    return b.Row(cells)


def rates_words(session: Session, row: billing.TariffVersion) -> str:
    """Return what a version charges, every line of it with its unit."""
    return "; ".join(line_words(line) for line in billing.get_tariff(session, row.id).lines)


def line_words(line: billing.TariffLine) -> str:
    """Return what one line of a tariff charges, each kind of work of a price list among it."""
    if isinstance(line, billing.Works):
        each = {billing.Per.KG: _("yuan a kg"), billing.Per.UNIT: _("yuan a unit"), billing.Per.JOB: _("yuan a job")}
        return ", ".join(f"{rate.work} {rate.rate.normalize():f} {each[rate.per]}" for rate in line.rates)
    return billing.tariff_words((line,))[0 if preferences.current().language == "zh" else 1]


def _approve_form(session: Session, row: billing.TariffVersion) -> b.Form:
    return b.Form(
        f"approve-{row.id}",
        _("Approve {name}", name=row.name),
        url_for("desk.approve_tariff", version_id=row.id),
        _("Approve"),
        note=_(
            "From {day}: {rates}",
            day=row.effective_from.isoformat(),
            rates=rates_words(session, row),
        ),
    )


def _propose_form() -> list[Any]:
    if not may(Permission.PROPOSE_TARIFF):
        return []
    return [
        b.Form(
            "propose",
            _("Propose a tariff"),
            url_for("desk.propose_tariff"),
            _("Propose"),
            tariff_fields(),
            _("It counts once another person has approved it, and for no day before that."),
        )
    ]


def tariff_fields() -> list[b.Field]:
    """Return the fields of a new tariff."""
    rate, once = _("yuan/kg and day"), _("yuan/kg")
    return [
        b.Field("text", _("Name"), "name"),
        b.Field("date", _("From"), "effective_from", now().on.isoformat()),
        b.Field("number", _("Storage"), "kg_day", "0.0020", unit=rate),
        b.Field("number", _("Free days"), "free_days", "0"),
        b.Field("number", _("Handling in"), "handling_in", "0.0200", unit=once),
        b.Field("number", _("Handling out"), "handling_out", "0.0250", unit=once),
    ]


def rate_of(name: str) -> Decimal:
    """Return a field as a rate in yuan. Raises FieldWrong."""
    return rate_in(request.form.get(name, ""), name)


def rate_in(text: str, name: str) -> Decimal:
    """Return typed text as a rate in yuan. Raises FieldWrong."""
    if not text.strip():
        raise FieldMissing(field=name)
    found = typed.number(text, typed.YUAN)
    if found is None or not 0 <= found <= MOST_RATE:
        raise FieldWrong(field=name, value=text.strip()[:40])
    return found


def proposal(request_id: UUID) -> billing.ProposeTariff:
    """Return the tariff the form proposes. Raises FieldWrong."""
    lines = (
        billing.KgDay(rate_of("kg_day"), free_days=whole_of("free_days")),
        billing.HandlingIn(rate_of("handling_in")),
        billing.HandlingOut(rate_of("handling_out")),
    )
    return billing.ProposeTariff(request_id, text_of("name", most=80), day_of("effective_from"), lines)


@blueprint.post("/tariffs")
def propose_tariff() -> Any:
    """Propose a tariff."""
    return act(
        lambda s: billing.propose_tariff(s, proposal(uuid_of("id")), by=actor(), at=now()),
        _("Proposed: another person approves it."),
        url_for("desk.tariffs"),
        _tariffs,
    )


@blueprint.post("/tariffs/<uuid:version_id>/approve")
def approve_tariff(version_id: UUID) -> Any:
    """Put a proposed tariff in force."""
    return act(
        lambda s: billing.approve_tariff(s, billing.ApproveTariff(uuid_of("id"), version_id), by=actor(), at=now()),
        _("In force from its day."),
        url_for("desk.tariffs"),
        _tariffs,
    )


@blueprint.get("/products")
def products() -> Any:
    """Show the lending products' versions, with the forms to propose and to approve."""
    must(Permission.SEE_ALL)
    return _products()


def _products(error: WmsError | None = None) -> Any:
    def gather(session: Session) -> b.Screen:
        found = lending.list_products(session)
        columns = [
            b.Column(_("Product")),
            b.Column(_("From")),
            b.Column(_("Interest a year")),
            b.Column(_("Ceiling, warning, call, sale")),
            b.Column(_("Proposed by")),
            b.Column(_("State")),
        ]
        table = b.Table(_("Versions"), columns, [_product_row(session, row) for row in found], _("No product yet."))
        forms = [
            b.Form(
                f"approve-{row.id}",
                _("Approve {name}", name=f"{row.code} {row.version}"),
                url_for("desk.approve_product", product_id=row.id),
                _("Approve"),
            )
            for row in found
            if row.approved_at is None and may(Permission.APPROVE_TARIFF) and row.proposed_by_person_id != actor().eyes
        ]
        return b.Screen(_("Lending products"), [*forms, table, *_product_form(session)])

    return shown(read(gather), error)


def _product_row(session: Session, row: lending.Product) -> b.Row:
    levels = (row.advance_permille, row.warning_permille, row.call_permille, row.liquidate_permille)
    state = (
        b.chip(_("in force from its day"), "ok", person_name(session, row.approved_by_person_id))
        if row.approved_at
        else b.chip(_("waits for approval"), "warn")
    )
    return b.Row(
        [
            b.text(f"{row.code} {row.version}", parties.get_party(session, row.lender_id).name),
            b.day(row.effective_from),
            b.text(f"{row.rate_ppm / 10_000:.2f} %", row.basis),
            b.text(" / ".join(f"{level / 10:g} %" for level in levels)),
            b.text(person_name(session, row.proposed_by_person_id)),
            state,
        ]
    )


def _product_form(session: Session) -> list[Any]:
    if not may(Permission.PROPOSE_TARIFF):
        return []
    lenders = parties.list_parties(session, parties.PartyKind.LENDER, limit=200).items
    fields = [
        b.Field("text", _("Code"), "code"),
        b.Field("select", _("Lender"), "lender", options=[(str(each.id), each.name) for each in lenders]),
        b.Field("date", _("From"), "effective_from", now().on.isoformat()),
        b.Field("number", _("Interest a year"), "rate", "7.20", unit="%"),
        b.Field("number", _("Ceiling of an advance"), "advance", "80", unit="%"),
        b.Field("number", _("Warning"), "warning", "85", unit="%"),
        b.Field("number", _("Margin call"), "call", "90", unit="%"),
        b.Field("number", _("To be sold"), "liquidate", "95", unit="%"),
        b.Field("number", _("Loss allowance"), "loss", "1.5", unit="%"),
        b.Field("number", _("Business days to answer a call"), "cure_days", "3"),
    ]
    return [b.Form("product", _("Propose a product"), url_for("desk.propose_product"), _("Propose"), fields)]


@blueprint.post("/products")
def propose_product() -> Any:
    """Propose a version of a lending product."""
    return _propose_product_page()


def _propose_product_page() -> Any:

    def work(session: Session) -> Any:
        terms = lending.Terms(
            decimal_of("rate", 10_000),
            lending.Basis.ACT_365F,
            decimal_of("advance", 10),
            decimal_of("warning", 10),
            decimal_of("call", 10),
            decimal_of("liquidate", 10),
            decimal_of("loss", 10),
            whole_of("cure_days"),
            False,
            30,
            3,
            30,
        )
        wanted = lending.ProposeProduct(
            uuid_of("id"), text_of("code", most=40), day_of("effective_from"), uuid_of("lender"), terms
        )
        return lending.propose_product(session, wanted, by=actor(), at=now())

    return act(work, _("Proposed: another person approves it."), url_for("desk.products"), _products)


@blueprint.post("/products/<uuid:product_id>/approve")
def approve_product(product_id: UUID) -> Any:
    """Put a lending product in force."""
    return act(
        lambda s: lending.approve_product(s, lending.ApproveProduct(uuid_of("id"), product_id), by=actor(), at=now()),
        _("In force from its day."),
        url_for("desk.products"),
        _products,
    )
