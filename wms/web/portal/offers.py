"""Offers: read with what would arrive, accepted, countered in steps of 0.05 元/斤, or refused."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from sqlalchemy.orm import Session

from wms import lots, trading
from wms.delivery.identity import actor, now
from wms.delivery.work import read, write
from wms.kernel.ids import derived_id
from wms.web import goods, preferences
from wms.web.format import PriceUnit
from wms.web.pages import PER_KG, attempt, done, fresh_id, price_of, said, uuid_of, whole_of
from wms.web.plausible import question
from wms.web.portal import lots_view, offers_view
from wms.web.portal.offers_view import Offer
from wms.web.portal.workplace import blueprint, page, status_of
from wms.web.shell import say as _

STEP = {PriceUnit.JIN: "0.05", PriceUnit.KG: "0.10", PriceUnit.TONNE: "100"}
FINDS: dict[str, Callable[..., Offer]] = {"talk": offers_view.find_talk, "deal": offers_view.find_deal}


@blueprint.get("/offers")
def offers() -> Any:
    """Show everything that is open on my goods, what waits for me first."""
    found = read(lambda session: offers_view.offers_by_lot(session, actor(), now()))
    rows = sorted((offer for some in found.values() for offer in some), key=lambda offer: not offer.yours)
    specs = read(lambda session: {offer.lot_id: goods.spec(lots.get_lot(session, offer.lot_id)) for offer in rows})
    return page("offers", offers=rows, specs=specs)


@blueprint.get("/offers/<any(talk, deal):kind>/<uuid:offer_id>")
def offer(kind: str, offer_id: UUID) -> Any:
    """Show an offer with every fen that comes between its price and the owner."""
    return _shown("offer", kind, offer_id)


@blueprint.post("/offers/<any(talk, deal):kind>/<uuid:offer_id>")
def answer(kind: str, offer_id: UUID) -> Any:
    """Take the first press to the page that says what it means, the second one (`sure`) to the deed."""
    wanted = request.form.get("answer", "")
    if wanted == "counter" and kind == "talk":
        return redirect(url_for("portal.counter", offer_id=offer_id), code=303)
    if wanted not in ("accept", "refuse") or request.form.get("sure") != "yes":
        return _shown("sure" if wanted in ("accept", "refuse") else "offer", kind, offer_id, wanted=wanted)
    act = {("talk", "accept"): _accept, ("deal", "accept"): _confirm, ("talk", "refuse"): _pass,
           ("deal", "refuse"): _cancel}[kind, wanted]  # fmt: skip
    result, error = attempt(lambda: write(lambda session: act(session, offer_id)))
    if error is not None:
        return _shown("offer", kind, offer_id, status_of(error), error=said(error))
    return done(str(result), url_for("portal.offers"))


@blueprint.get("/offers/talk/<uuid:offer_id>/counter")
def counter(offer_id: UUID) -> Any:
    """Show the steps of a counter-offer with what would arrive."""
    return _counter_page(offer_id)


@blueprint.get("/offers/talk/<uuid:offer_id>/total")
def total(offer_id: UUID) -> Any:
    """Answer what would arrive at another price: a part of the counter page, renewed as the price changes."""
    return page("_arrives", estimate=_estimate_asked(offer_id))


@blueprint.post("/offers/talk/<uuid:offer_id>/counter")
def give(offer_id: UUID) -> Any:
    """Give a counter-offer, or the first price to a bare inquiry; a price far from the reference asks back."""
    if request.form.get("do") == "compute":
        return _counter_page(offer_id)
    price, error = attempt(lambda: price_of("price"))
    if error is None:
        asked = read(lambda session: question(session, _lot_of(session, offer_id), price, now()))
        if asked is not None:
            return _counter_page(offer_id, 422, asked=asked)
        error = attempt(lambda: write(lambda session: _give(session, offer_id, price)))[1]
    if error is not None:
        return _counter_page(offer_id, status_of(error), error=said(error))
    return done(_("Your offer is with the buyer. Only he can answer now."), url_for("portal.offers"))


def _shown(template: str, kind: str, offer_id: UUID, status: int = 200, **values: Any) -> Any:
    found = read(lambda session: FINDS[kind](session, offer_id, actor(), now()))
    spec = read(lambda session: goods.spec(lots.get_lot(session, found.lot_id)))
    said_so_far = read(lambda session: trading.quotes_of(session, offer_id, by=actor())) if kind == "talk" else []
    return page(template, status, offer=found, spec=spec, quotes=said_so_far, **values)


def _counter_page(offer_id: UUID, status: int = 200, **values: Any) -> Any:
    found = read(lambda session: offers_view.find_talk(session, offer_id, actor(), now()))
    row = read(lambda session: lots_view.view(session, found.lot_id, actor(), now()).card.lot)
    unit = preferences.current().unit
    shown = request.values.get("price") or (_typed(found.price, unit) if found.price else "")
    return page(
        "counter", status, offer=found, row=row, goods=goods, price=shown, step=STEP[unit], fresh=fresh_id(),
        typed_price=_typed, estimate=_estimate_asked(offer_id), **values,
    )  # fmt: skip


def _typed(per_kg: Decimal, unit: PriceUnit | None = None) -> str:
    """A price as it is typed in the reader's unit."""
    value = (per_kg / PER_KG[unit or preferences.current().unit]).normalize()
    return f"{value:f}" if -int(value.as_tuple().exponent) >= 2 else f"{value:.2f}"


def _estimate_asked(offer_id: UUID) -> Any:
    found = read(lambda session: offers_view.find_talk(session, offer_id, actor(), now()))
    price, units = found.price, found.units
    try:
        text = request.values.get("price", "").replace(",", "").strip()
        price = Decimal(text) * PER_KG[preferences.current().unit] if text else price
        units = int(request.values.get("units") or units)
    except (ArithmeticError, ValueError):
        return None
    if price is None or not price.is_finite() or not 0 < price < 10_000:
        return None
    return read(lambda session: offers_view.estimate(session, found.lot_id, units, price, now()))


def _lot_of(session: Session, offer_id: UUID) -> lots.Lot:
    return lots.get_lot(session, offers_view.find_talk(session, offer_id, actor(), now()).lot_id)


def _give(session: Session, offer_id: UUID, price: Decimal | None) -> trading.Quote:
    parent = uuid_of("parent") if request.form.get("parent") else None
    ask = trading.GiveQuote(uuid_of("id"), offer_id, parent, price, whole_of("units"))
    return trading.give_quote(session, ask, by=actor(), at=now())


def _accept(session: Session, offer_id: UUID) -> str:
    """Accept the offer that was seen; a bare inquiry is answered with the listed price."""
    version = whole_of("version")
    seen = offers_view.find_talk(session, offer_id, actor(), now())
    request_id = derived_id(offer_id, "accept", version, actor().account_id)
    if version == 0:
        trading.give_quote(session, trading.GiveQuote(request_id, offer_id), by=actor(), at=now())
        return _("The buyer has your price now. He must accept it before it is a deal.")
    quote_id = next(
        (row.id for row in trading.quotes_of(session, offer_id, by=actor()) if row.round_number == version),
        seen.quote_id,
    )
    if quote_id is None:
        raise trading.QuoteNotFound
    deal = trading.accept_quote(session, trading.AcceptQuote(request_id, quote_id, version), by=actor(), at=now())
    return _("Sold: deal {number}. The buyer's deposit is due now.", number=deal.number)


def _confirm(session: Session, offer_id: UUID) -> str:
    ask = trading.ConfirmDeal(derived_id(offer_id, "confirm", actor().account_id), offer_id)
    deal = trading.confirm_deal(session, ask, by=actor(), at=now())
    return _("Sold: deal {number}. The buyer's deposit is due now.", number=deal.number)


def _pass(session: Session, offer_id: UUID) -> str:
    ask = trading.PassQuote(derived_id(offer_id, "pass", actor().account_id), offer_id)
    trading.pass_quote(session, ask, by=actor(), at=now())
    return _("Not sold. Your apples stay on the board.")


def _cancel(session: Session, offer_id: UUID) -> str:
    ask = trading.CancelDeal(derived_id(offer_id, "cancel", actor().account_id), offer_id, "the owner does not sell")
    trading.cancel_deal(session, ask, by=actor(), at=now())
    return _("Not sold. Your apples stay on the board.")
