"""Exits: the list, and one with its charges line by line, invoice, settlement, and gate pass."""

from typing import Any
from uuid import UUID

from flask import request, url_for
from sqlalchemy.orm import Session

from wms import billing, lending, lots, parties, settlement, trading
from wms.delivery.identity import actor, now
from wms.delivery.work import read
from wms.kernel.actor import Permission
from wms.kernel.errors import WmsError
from wms.web.desk import blocks as b
from wms.web.desk import words
from wms.web.desk.advances import lot_url
from wms.web.desk.invoices import charge_columns, charge_row, invoice_parts, journal_url
from wms.web.desk.workplace import act, blueprint, must, person_name, shown
from wms.web.pages import fen_of, may, text_of, uuid_of
from wms.web.shell import say as _

METHODS = ("bank", "wechat", "alipay", "cash")


def method_options() -> list[tuple[str, str]]:
    """Return the ways money comes in."""
    return list(zip(METHODS, (_("Bank"), _("WeChat"), _("Alipay"), _("Cash")), strict=True))


@blueprint.get("/exits")
def exit_list() -> Any:
    """List the exits, newest first, all or in one state."""
    return _exit_list_page()


def _exit_list_page() -> Any:
    must(Permission.SEE_ALL)
    wanted, cursor = request.args.get("state", ""), request.args.get("cursor")
    states = (billing.ExitState(wanted),) if wanted in list(billing.ExitState) else ()

    def gather(session: Session) -> tuple[list[b.Row], str | None]:
        found = billing.list_exit_orders(session, actor(), states=states, cursor=cursor)
        return [exit_row(session, order) for order in found.items], found.next_cursor

    rows, following = read(gather)
    links = [(_("All"), url_for("desk.exit_list"), not states)]
    links += [
        (_(words.EXIT[each][0]), url_for("desk.exit_list", state=each), each == wanted) for each in billing.ExitState
    ]
    more = url_for("desk.exit_list", state=wanted or None, cursor=following) if following else ""
    table = b.Table(
        _("Exits"),
        exit_columns(),
        rows,
        _("No exit here."),
        next_url=more,
        first_url=url_for("desk.exit_list", state=wanted or None) if cursor else "",
    )
    return shown(b.Screen(_("Exits"), [b.Links(links, _("State")), table]))


def exit_columns() -> list[b.Column]:
    """Return the heads of a list of exits."""
    return [
        b.Column(_("Owner")),
        b.Column(_("Lot")),
        b.Column(_("Kind")),
        b.Column(_("Units"), True),
        b.Column(_("Weighed out"), True),
        b.Column(_("Ordered")),
        b.Column(_("State")),
    ]


def exit_row(session: Session, order: billing.ExitOrder) -> b.Row:
    """Return one exit of a list."""
    lot, owner = lots.get_lot(session, order.lot_id), parties.get_party(session, order.party_id)
    grams = b.weight(order.out_grams) if order.out_grams is not None else b.text("–")
    cells = [
        b.text(owner.name),
        b.text(lot.code, url=lot_url(lot.id)),
        b.text(_(words.EXIT_KIND[order.kind])),
        b.count(order.units),
        grams,
        b.stamp(order.opened_at),
        words.state(words.EXIT, order.state),
    ]
    return b.Row(cells, url_for("desk.exit_page", exit_id=order.id))


@blueprint.get("/exits/<uuid:exit_id>")
def exit_page(exit_id: UUID) -> Any:
    """Show an exit."""
    must(Permission.SEE_ALL)
    return _exit(exit_id)


def exit_of_invoice(invoice_id: UUID, error: WmsError) -> Any:
    """Show the exit of an invoice again, after a form of the invoice was refused."""
    return _exit(read(lambda session: billing.get_invoice(session, invoice_id, actor()).exit_id), error)


def _exit(exit_id: UUID, error: WmsError | None = None) -> Any:
    return shown(read(lambda session: _screen(session, exit_id)), error)


def _screen(session: Session, exit_id: UUID) -> b.Screen:
    order = billing.get_exit_order(session, exit_id, actor())
    lot, owner = lots.get_lot(session, order.lot_id), parties.get_party(session, order.party_id)
    parts: list[Any] = [b.Pair([_facts(session, order, lot, owner)], [*_money(session, order), *_pass(session, order)])]
    parts.append(b.Links([(_("Exit order as PDF"), url_for("papers.exit_order", exit_id=order.id), False)]))
    parts += _steps(session, order)
    parts += _charges(session, order)
    parts += invoice_parts(session, order)
    parts.append(_weighings(session, order))
    title = _("Exit of lot {code}", code=lot.code)
    return b.Screen(title, parts, owner.name, (_("Exits"), url_for("desk.exit_list")))


def _facts(session: Session, order: billing.ExitOrder, lot: lots.Lot, owner: parties.Party) -> b.Facts:
    pairs = [
        (_("State"), words.state(words.EXIT, order.state)),
        (_("Kind"), b.text(_(words.EXIT_KIND[order.kind]))),
        (_("Owner"), b.text(owner.name, owner.code, url_for("desk.party", party_id=owner.id))),
        (_("Lot"), b.text(lot.code, url=lot_url(lot.id))),
        (_("Units"), b.count(order.units)),
        (_("Collector"), b.text(order.collector_name, order.plate)),
        (_("Ordered"), b.stamp(order.opened_at, person_name(session, order.opened_by_account_id))),
    ]
    if order.deal_id:
        deal = trading.get_deal(session, order.deal_id, by=actor())
        pairs.append((_("Deal"), b.text(deal.number, url=url_for("desk.deal", deal_id=deal.id))))
    if order.out_grams is not None and order.entry_grams is not None:
        pairs += [
            (_("Weighed out"), b.weight(order.out_grams)),
            (_("Entry weight of it"), b.weight(order.entry_grams)),
            (_("Loss of weight"), b.weight(order.entry_grams - order.out_grams)),
        ]
    if order.cleared_at:
        pairs.append((_("Cleared"), b.stamp(order.cleared_at, words.named(words.BASIS, order.cleared_basis or ""))))
    if order.void_reason:
        pairs.append((_("Given up because"), b.text(order.void_reason)))
    return b.Facts(_("The order"), pairs)


def _steps(session: Session, order: billing.ExitOrder) -> list[Any]:
    found: list[Any] = []
    pledge = lending.pledge_of_lot(session, order.lot_id)
    live = order.state not in ("closed", "void")
    if pledge is not None and live:
        consent = settlement.approval_of(session, order.id, now().on)
        if consent is None and may(Permission.APPROVE_RELEASE):
            found.append(
                b.Form(
                    "release",
                    _("Lender's consent"),
                    url_for("desk.consent", exit_id=order.id),
                    _("Agree to the release today"),
                    note=_("The goods are pledged. The consent is good for today only."),
                )
            )
        else:
            state = b.chip(_("given today"), "ok") if consent else b.chip(_("missing"), "warn")
            who = b.text(person_name(session, consent.approved_by_person_id)) if consent else b.text("–")
            pairs = [(_("State"), state), (_("By"), who)]
            if may(Permission.SEE_BOOKS):
                loan_url = url_for("desk.advance", loan_id=pledge.loan_id)
                pairs.append((_("Advance"), b.text(_("open it"), url=loan_url)))
            found.append(b.Facts(_("Lender's consent"), pairs))
    if order.kind != "sale" and order.state not in ("closed", "void"):
        due = settlement.release_quote(session, order, now().on)
        lines = [
            b.Line(_("Storage"), due.storage_fen),
            b.Line(_("Handling"), due.handling_fen),
            b.Line(_("Interest"), due.interest_fen),
            b.Line(_("Principal to repay"), due.principal_fen),
        ]
        found.append(b.Sum(_("To pay before the goods leave"), lines, _("To pay today"), due.total_fen))
        if may(Permission.TAKE_PAYMENT) and due.total_fen > 0:
            found.append(
                b.Form(
                    "pay",
                    _("Take the owner's payment"),
                    url_for("desk.take_release", exit_id=order.id),
                    _("Take the payment"),
                    [
                        b.Field("number", _("Amount"), "paid", f"{due.total_fen / 100:.2f}", unit=_("yuan")),
                        b.Field("select", _("Paid by"), "method", "bank", options=method_options()),
                        b.Field("text", _("Reference"), "reference", hint=_("the bank's or the machine's number")),
                    ],
                    _("What is paid beyond the need is owed to the owner."),
                )
            )
    return found


def _money(session: Session, order: billing.ExitOrder) -> list[Any]:
    if order.state != "closed":
        return []
    row = settlement.settlement_of_exit(session, order.id)
    if row.kind != "sale":
        paid = settlement.payments_of(session, order.id)
        rows = [
            b.Row(
                [
                    b.stamp(each.paid_at),
                    b.money(each.paid_fen, url=journal_url(each.journal_id)),
                    b.money(each.storage_fen + each.handling_fen),
                    b.money(each.interest_fen),
                    b.money(each.principal_fen),
                ]
            )
            for each in paid
        ]
        columns = [
            b.Column(_("When")),
            b.Column(_("Paid"), True),
            b.Column(_("Fees"), True),
            b.Column(_("Interest"), True),
            b.Column(_("Principal"), True),
        ]
        return [b.Table(_("What the owner paid"), columns, rows, _("Nothing had to be paid."))]
    return [settlement_sum(row), *_journal_link(row.journal_id)]


def settlement_sum(row: settlement.Settlement) -> b.Sum:
    """Return a sale's settlement, every fen of it."""
    names = ("storage", "handling", "interest", "principal", "commission")
    lines = [b.Line(_("The buyer's money"), row.gross_fen)]
    lines += [b.Line(words.named(words.CLAIM, name), -getattr(row, f"{name}_fen")) for name in names]
    return b.Sum(_("Settlement"), lines, _("Left for the owner"), row.residual_fen)


def _journal_link(journal_id: UUID | None) -> list[Any]:
    url = journal_url(journal_id)
    return [b.Links([(_("The journal behind it"), url, False)])] if url else []


def _charges(session: Session, order: billing.ExitOrder) -> list[Any]:
    quote = billing.quote_of(session, order)
    if quote is None:
        return []
    foot = [b.text(_("To pay by this quote")), *[b.text("")] * 5, b.money(quote.to_pay_fen)]
    note = _("Named on {day}, good until its midnight.", day=quote.quoted_on.isoformat())
    return [
        b.Table(
            _("The charges, line by line"),
            charge_columns(),
            [charge_row(line) for line in quote.lines],
            _("Nothing is left to bill."),
            note,
            foot=foot,
        )
    ]


def _pass(session: Session, order: billing.ExitOrder) -> list[Any]:
    found = billing.live_pass_of(session, order.id)
    if found is None:
        return []
    pairs = [
        (_("State"), words.state(words.PASS, found.state)),
        (_("Plate"), b.text(found.plate)),
        (_("Issued"), b.stamp(found.issued_at)),
        (_("Good until"), b.stamp(found.expires_at)),
    ]
    copy = (_("Copy of the gate pass, without its code"), url_for("papers.gate_pass", exit_id=order.id), False)
    return [b.Facts(_("Gate pass"), pairs), b.Links([copy])]


def _weighings(session: Session, order: billing.ExitOrder) -> b.Table:
    rows = [weighing_row(row) for row in lots.weighings_of(session, exit_id=order.id, counting_only=False)]
    return b.Table(_("Weighings"), weighing_columns(), rows, _("Nothing was weighed out yet."))


def weighing_columns() -> list[b.Column]:
    """Return the heads of a list of weighings."""
    return [
        b.Column(_("When")),
        b.Column(_("Purpose")),
        b.Column(_("Shown"), True),
        b.Column(_("Net"), True),
        b.Column(_("Units"), True),
        b.Column(_("Taken from")),
        b.Column(_("Raw frame")),
    ]


def weighing_row(row: lots.Weighing) -> b.Row:
    """Return one weighing with where its weight came from and the bytes it was read from."""
    source = b.text(_("typed"), row.reason) if row.manual else b.code(f"{row.gateway}/{row.epoch}/{row.sequence}")
    cells = [
        b.stamp(row.taken_at),
        b.text(words.named(words.PURPOSE, row.purpose)),
        b.weight(row.weight_grams),
        b.weight(row.net_grams),
        b.count(row.units),
        source,
        b.code(row.raw_hex or "–"),
    ]
    return b.Row(cells)


@blueprint.post("/exits/<uuid:exit_id>/consent")
def consent(exit_id: UUID) -> Any:
    """Give the lender's consent to a release today."""
    return act(
        lambda s: settlement.approve_release(
            s, settlement.ApproveRelease(uuid_of("id"), exit_id), by=actor(), at=now()
        ),
        _("Agreed: the goods may leave today."),
        url_for("desk.exit_page", exit_id=exit_id),
        lambda error: _exit(exit_id, error),
    )


@blueprint.post("/exits/<uuid:exit_id>/payment")
def take_release(exit_id: UUID) -> Any:
    """Take an owner's payment for an own withdrawal."""

    def work(session: Session) -> Any:
        wanted = settlement.PayRelease(
            uuid_of("id"), exit_id, fen_of("paid"), text_of("method"), text_of("reference", most=80)
        )
        return settlement.pay_release(session, wanted, by=actor(), at=now())

    return act(
        work,
        _("Paid and cleared: the goods may be picked."),
        url_for("desk.exit_page", exit_id=exit_id),
        lambda error: _exit(exit_id, error),
    )
