"""One transfer for several deals, and one load of several owners closed together."""

from collections import defaultdict
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import request, url_for
from sqlalchemy.orm import Session

from wms import billing, lots, parties, settlement, trading
from wms.delivery.identity import actor, now
from wms.delivery.work import read, write
from wms.kernel.actor import Permission
from wms.kernel.errors import WmsError
from wms.web.desk import blocks as b
from wms.web.desk.workplace import act, blueprint, must, shown
from wms.web.pages import FieldWrong, attempt, decimal_of, may, text_of, uuid_of
from wms.web.shell import say as _

PART_OF, EXIT_OF = "part-", "exit-"
UNPAID = (trading.State.CONFIRMED, trading.State.DEPOSIT_DUE, trading.State.BALANCE_DUE)
MOST = 200


@blueprint.get("/pools")
def pools() -> Any:
    """Show the deals one transfer may pay, and the weighed sales one load may close."""
    must(Permission.TAKE_PAYMENT, Permission.CLOSE_EXIT)
    return _pools()


def _pools(error: WmsError | None = None, said: tuple[Any, ...] = ()) -> Any:
    return shown(read(lambda session: _screen(session, said)), error)


def _screen(session: Session, said: tuple[Any, ...]) -> b.Screen:
    parts: list[Any] = [*said]
    if may(Permission.TAKE_PAYMENT):
        parts += _payment_forms(session) or [b.Say(_("No deal waits for a buyer's money."))]
    if may(Permission.CLOSE_EXIT):
        parts += _load_forms(session) or [
            b.Say(_("No two weighed sales of different owners go to one buyer at one price."))
        ]
    lead = _("A buyer may pay several deals with one transfer, and take the goods of several owners as one load.")
    return b.Screen(_("Pooled deals"), parts, lead, (_("Cashier"), url_for("desk.cashier")))


def _payment_forms(session: Session) -> list[b.Form]:
    """One form for each buyer whose deals wait for money."""
    waiting: dict[UUID, list[trading.Deal]] = defaultdict(list)
    for state in UNPAID:
        for deal in trading.list_deals(session, by=actor(), state=state, limit=MOST).items:
            waiting[deal.buyer_id].append(deal)
    return [_payment_form(session, buyer_id, found) for buyer_id, found in waiting.items()]


def _payment_form(session: Session, buyer_id: UUID, found: list[trading.Deal]) -> b.Form:
    fields = [b.Field("text", _("Bank reference"), "reference")]
    for deal in found:
        seller = parties.get_party(session, deal.seller_id).name
        fields.append(
            b.Field("number", deal.number, f"{PART_OF}{deal.id}", required=False, unit=_("yuan"), hint=seller)
        )
    title = _("One transfer of {name}", name=parties.get_party(session, buyer_id).name)
    return b.Form(
        f"pooled-{buyer_id}", title, url_for("desk.take_pooled"), _("Take the transfer"), fields,
        _("Say how much of it is for which deal; fields left empty get nothing."),
    )  # fmt: skip


@blueprint.post("/pools/payments")
def take_pooled() -> Any:
    """Take one transfer for several deals."""

    def work(session: Session) -> Any:
        parts = tuple(
            trading.DealPart(deal_id, decimal_of(f"{PART_OF}{deal_id}", 100))
            for deal_id in _named(PART_OF)
            if text_of(f"{PART_OF}{deal_id}", needed=False)
        )
        wanted = trading.PooledPayment(uuid_of("id"), parts, text_of("reference", most=80))
        return trading.receive_pooled_payment(session, wanted, by=actor(), at=now())

    return act(work, _("Taken into escrow, deal by deal."), url_for("desk.pools"), _pools)


def _load_forms(session: Session) -> list[b.Form]:
    """One form for each buyer and price that two or more weighed sales share."""
    loads: dict[tuple[UUID, Decimal], list[billing.ExitOrder]] = defaultdict(list)
    weighed = billing.list_exit_orders(session, actor(), states=(billing.ExitState.WEIGHED,), limit=MOST).items
    for order in weighed:
        if order.deal_id is not None:
            deal = trading.get_deal(session, order.deal_id, by=actor())
            loads[(deal.buyer_id, deal.price)].append(order)
    return [
        _load_form(session, buyer_id, price, orders) for (buyer_id, price), orders in loads.items() if len(orders) > 1
    ]


def _load_form(session: Session, buyer_id: UUID, price: Decimal, orders: list[billing.ExitOrder]) -> b.Form:
    fields = [b.Field("number", _("Fee for sorting the load"), "sorting", "0.00", unit=_("yuan"))]
    for order in orders:
        lot, owner = lots.get_lot(session, order.lot_id), parties.get_party(session, order.party_id)
        label = f"{owner.name} · {lot.code} · {order.plate}"
        fields.append(b.Field("check", label, f"{EXIT_OF}{order.id}", True))
    buyer = parties.get_party(session, buyer_id).name
    return b.Form(
        f"load-{buyer_id}-{price}", _("Load for {name} at {price} yuan/kg", name=buyer, price=price),
        url_for("desk.close_load"), _("Close as one load"), fields,
        _("Price and commission are rounded once and shared by weight; sorting is shared equally."),
    )  # fmt: skip


@blueprint.post("/pools/loads")
def close_load() -> Any:
    """Close weighed sales as one load, and show the code of each gate pass this once."""

    def work(session: Session) -> list[settlement.Closed]:
        wanted = settlement.ClosePool(uuid_of("id"), _named(EXIT_OF), decimal_of("sorting", 100))
        return settlement.close_pool(session, wanted, by=actor(), at=now())

    closed, error = attempt(lambda: write(work))
    return _pools(error) if closed is None else _pools(None, tuple(read(lambda s: [_told(s, row) for row in closed])))


def _named(prefix: str) -> tuple[UUID, ...]:
    """Return the ids that the names of a form's fields carry, in their order. Raises FieldWrong."""
    names = [name.removeprefix(prefix) for name in request.form if name.startswith(prefix)]
    try:
        return tuple(map(UUID, names))
    except ValueError as error:
        raise FieldWrong(field=prefix, value=", ".join(names)[:40]) from error


def _told(session: Session, row: settlement.Closed) -> b.Facts:
    """A closed exit with the code of its gate pass, which is shown this once."""
    owner = parties.get_party(session, row.settlement.owner_id)
    code = b.code(billing.printed_code(row.code)) if row.code else b.text(_("it was shown before"))
    pairs = [
        (_("Owner"), b.text(owner.name, url=url_for("desk.exit_page", exit_id=row.settlement.exit_id))),
        (_("Left for the owner"), b.money(row.settlement.residual_fen)),
        (_("Plate"), b.text(row.gate_pass.plate)),
        (_("Code, shown once"), code),
    ]
    return b.Facts(_("Gate pass"), pairs, "ok")
