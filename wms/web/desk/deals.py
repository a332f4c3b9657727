"""Deals: the list, and one with its price, its money and its loads."""

from typing import Any
from uuid import UUID

from flask import request, url_for
from sqlalchemy.orm import Session

from wms import billing, lots, parties, settlement, trading
from wms.delivery.identity import actor, now
from wms.delivery.work import read
from wms.kernel.actor import Permission
from wms.kernel.errors import WmsError
from wms.web.desk import blocks as b
from wms.web.desk import words
from wms.web.desk.advances import lot_url
from wms.web.desk.exits import exit_columns, exit_row, settlement_sum
from wms.web.desk.invoices import journal_url
from wms.web.desk.workplace import act, blueprint, must, person_name, shown, until
from wms.web.pages import fen_of, may, text_of, uuid_of
from wms.web.shell import say as _

OFTEN = ("deposit_due", "balance_due", "releasable", "picking", "disputed", "closed")


@blueprint.get("/deals")
def deals() -> Any:
    """List the deals, newest first, all or in one state."""
    return _deals_page()


def _deals_page() -> Any:
    must(Permission.SEE_ALL)
    wanted, cursor = request.args.get("state") or None, request.args.get("cursor")

    def gather(session: Session) -> tuple[list[b.Row], str | None]:
        found = trading.list_deals(session, by=actor(), state=wanted, cursor=cursor)
        return [deal_row(session, deal) for deal in found.items], found.next_cursor

    rows, following = read(gather)
    links = [(_("All"), url_for("desk.deals"), wanted is None)]
    links += [(_(words.DEAL[each][0]), url_for("desk.deals", state=each), each == wanted) for each in OFTEN]
    more = url_for("desk.deals", state=wanted, cursor=following) if following else ""
    table = b.Table(
        _("Deals"),
        deal_columns(),
        rows,
        _("No deal here."),
        next_url=more,
        first_url=url_for("desk.deals", state=wanted) if cursor else "",
    )
    return shown(b.Screen(_("Deals"), [b.Links(links, _("State")), table]))


def deal_columns() -> list[b.Column]:
    """Return the heads of a list of deals."""
    return [
        b.Column(_("Deal")),
        b.Column(_("Seller")),
        b.Column(_("Buyer")),
        b.Column(_("Weight"), True),
        b.Column(_("Price"), True),
        b.Column(_("Value"), True),
        b.Column(_("Until")),
        b.Column(_("State")),
    ]


def deal_row(session: Session, deal: trading.Deal) -> b.Row:
    """Return one deal of a list."""
    seller, buyer = parties.get_party(session, deal.seller_id), parties.get_party(session, deal.buyer_id)
    cells = [
        b.text(deal.number),
        b.text(seller.name),
        b.text(buyer.name),
        b.weight(deal.grams),
        b.price(deal.price),
        b.money(deal.value_fen),
        b.text(until(deal.due_at) if deal.due_at else "–"),
        words.state(words.DEAL, deal.state),
    ]
    return b.Row(cells, url_for("desk.deal", deal_id=deal.id))


@blueprint.get("/deals/<uuid:deal_id>")
def deal(deal_id: UUID) -> Any:
    """Show a deal."""
    must(Permission.SEE_ALL)
    return _deal(deal_id)


def _deal(deal_id: UUID, error: WmsError | None = None) -> Any:
    return shown(read(lambda session: _screen(session, deal_id)), error)


def _screen(session: Session, deal_id: UUID) -> b.Screen:
    found = trading.get_deal(session, deal_id, by=actor())
    parts: list[Any] = [b.Pair([_facts(session, found)], [_sums(found), *_forms(found)])]
    parts += [_money(session, found), *_exits(session, found), _events(session, found)]
    return b.Screen(
        _("Deal {number}", number=found.number),
        parts,
        _(words.DEAL[found.state][0]),
        (_("Deals"), url_for("desk.deals")),
    )


def _facts(session: Session, deal: trading.Deal) -> b.Facts:
    seller, buyer = parties.get_party(session, deal.seller_id), parties.get_party(session, deal.buyer_id)
    lot = lots.get_lot(session, deal.lot_id) if deal.lot_id else None
    pairs = [
        (_("State"), words.state(words.DEAL, deal.state)),
        (_("Until"), b.text(until(deal.due_at) if deal.due_at else "–")),
        (_("Seller"), b.text(seller.name, seller.code, url_for("desk.party", party_id=seller.id))),
        (_("Buyer"), b.text(buyer.name, buyer.code, url_for("desk.party", party_id=buyer.id))),
        (_("Lot"), b.text(lot.code, url=lot_url(lot.id)) if lot else b.text(_("not in our store"))),
        (_("Units"), b.count(deal.units)),
        (_("Book weight"), b.weight(deal.grams)),
        (_("Price"), b.price(deal.price)),
        (_("On the reference terms"), b.price(deal.normalised_price)),
        (_("Pick-up"), b.day(deal.pickup_on)),
        (_("Proposed"), b.stamp(deal.proposed_at)),
        (_("Buyer agreed"), b.stamp(deal.buyer_confirmed_at)),
        (_("Seller agreed"), b.stamp(deal.seller_confirmed_at)),
    ]
    if deal.forced:
        pairs.append((_("Forced"), b.chip(_("sold under an enforced pledge"), "warn")))
    return b.Facts(_("The agreement"), pairs)


def _sums(deal: trading.Deal) -> b.Facts:
    pairs = [
        (_("Value on book weight"), b.money(deal.value_fen)),
        (
            _("Deposit"),
            b.money(deal.deposit_fen, _("of it earnest money {yuan}", yuan=f"{deal.earnest_fen / 100:,.2f}")),
        ),
        (_("Deposit held"), b.money(deal.deposit_held_fen)),
        (_("Balance before release"), b.money(deal.balance_fen)),
        (_("Balance held"), b.money(deal.balance_held_fen)),
        (_("In escrow by bank"), b.money(deal.escrow_fen)),
        (_("Weighed out"), b.weight(deal.grams_out, _("{n} units", n=deal.units_out))),
        (_("Billed for what left"), b.money(deal.billed_fen)),
    ]
    return b.Facts(_("Its money"), pairs)


def _forms(deal: trading.Deal) -> list[Any]:
    if deal.state not in ("deposit_due", "balance_due") or not may(Permission.TAKE_PAYMENT):
        return []
    missing = deal.deposit_fen + (deal.balance_fen if deal.state == "balance_due" else 0)
    missing -= deal.escrow_fen + deal.deposit_held_fen
    bank = b.Form(
        "bank",
        _("Money came by bank for this deal"),
        url_for("desk.bank_payment", deal_id=deal.id),
        _("Write it down"),
        [
            b.Field("number", _("Amount"), "fen", f"{max(missing, 0) / 100:.2f}", unit=_("yuan")),
            b.Field("text", _("Bank reference"), "reference"),
        ],
    )
    wallet = b.Form(
        "hold",
        _("Hold it on the buyer's wallet"),
        url_for("desk.hold_money", deal_id=deal.id),
        _("Hold the deposit") if deal.state == "deposit_due" else _("Hold the balance"),
        kind="",
        note=_("What the wallet has is set aside for this deal; nothing is posted yet."),
    )
    return [bank, wallet]


def _money(session: Session, deal: trading.Deal) -> b.Table:
    rows = [
        b.Row(
            [
                b.stamp(row.happened_at),
                b.text(words.named(words.DEAL_MONEY, row.kind)),
                b.money(row.fen),
                b.text(row.bank_reference or "–"),
                b.text(_("Journal"), url=journal_url(row.journal_id))
                if row.journal_id
                else b.text(_("a hold, not posted")),
            ]
        )
        for row in trading.money_of(session, deal.id, by=actor())
    ]
    columns = [
        b.Column(_("When")),
        b.Column(_("What")),
        b.Column(_("Amount"), True),
        b.Column(_("Reference")),
        b.Column(_("Books")),
    ]
    return b.Table(_("The buyer's money in this deal"), columns, rows, _("No money yet."))


def _exits(session: Session, deal: trading.Deal) -> list[Any]:
    orders = billing.exits_of_deal(session, deal.id)
    found: list[Any] = [
        b.Table(
            _("Exits"),
            exit_columns(),
            [exit_row(session, order) for order in orders],
            _("Nothing has left for this deal."),
        )
    ]
    closed = [order for order in orders if order.state == "closed"]
    found += [settlement_sum(settlement.settlement_of_exit(session, order.id)) for order in closed]
    return found


def _events(session: Session, deal: trading.Deal) -> b.Table:
    rows = [
        b.Row(
            [
                b.stamp(row.happened_at),
                words.state(words.DEAL, row.state_before),
                words.state(words.DEAL, row.state_after),
                b.text(person_name(session, row.person_id or row.account_id)),
            ]
        )
        for row in trading.events_of(session, deal.id, by=actor())
    ]
    columns = [b.Column(_("When")), b.Column(_("From")), b.Column(_("To")), b.Column(_("By"))]
    return b.Table(_("What happened"), columns, rows, _("Nothing yet."))


@blueprint.post("/deals/<uuid:deal_id>/bank")
def bank_payment(deal_id: UUID) -> Any:
    """Write down money that came by bank for a deal."""

    def work(session: Session) -> Any:
        wanted = trading.BankPayment(uuid_of("id"), deal_id, fen_of("fen"), text_of("reference", most=80))
        return trading.receive_bank_payment(session, wanted, by=actor(), at=now())

    return act(work, _("Written down."), url_for("desk.deal", deal_id=deal_id), lambda error: _deal(deal_id, error))


@blueprint.post("/deals/<uuid:deal_id>/hold")
def hold_money(deal_id: UUID) -> Any:
    """Hold a deal's deposit or balance on the buyer's wallet."""

    def work(session: Session) -> Any:
        found = trading.get_deal(session, deal_id, by=actor())
        hold = trading.hold_deposit if found.state == "deposit_due" else trading.hold_balance
        return hold(session, trading.HoldMoney(uuid_of("id"), deal_id), by=actor(), at=now())

    return act(
        work, _("Held on the wallet."), url_for("desk.deal", deal_id=deal_id), lambda error: _deal(deal_id, error)
    )
