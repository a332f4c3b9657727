"""Asking for a quote, and taking goods at the reader's own price (摘牌)."""

from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from flask import request, url_for
from sqlalchemy.orm import Session

from wms import trading
from wms.delivery.identity import actor, now
from wms.delivery.work import read, write
from wms.kernel.errors import WmsError
from wms.kernel.numbers import ceiling
from wms.web.board.rows import find_row
from wms.web.board.workplace import Wanted, blueprint, page, status_of, wanted_from
from wms.web.pages import FieldWrong, attempt, done, fresh_id, price_of, said, text_of, uuid_of, whole_of
from wms.web.plausible import question
from wms.web.shell import say as _


@blueprint.get("/listings/<uuid:listing_id>/ask")
def ask(listing_id: UUID) -> Any:
    """Show the form that asks for a quote, or takes the goods."""
    return _ask_page(listing_id)


@blueprint.post("/listings/<uuid:listing_id>/ask")
def ask_send(listing_id: UUID) -> Any:
    """Ask the owner, or take the goods at the price shown; a limit far from the reference asks back."""
    if request.form.get("do") == "take":
        deal, error = attempt(lambda: write(lambda session: _take(session, listing_id)))
        if error is not None or deal is None:
            return _refused(listing_id, error)
        return done(_("Taken. The owner must say yes before it is a deal."), url_for("board.deal", deal_id=deal.id))
    limit, error = attempt(lambda: price_of("limit") if request.form.get("limit") else None)
    if error is not None:
        return _refused(listing_id, error)
    asked = read(lambda session: question(session, _listing(session, listing_id), limit, now()))
    if asked is not None:
        return _ask_page(listing_id, 422, asked=asked)
    rfq, error = attempt(lambda: write(lambda session: _ask(session, listing_id)))
    if error is not None or rfq is None:
        return _refused(listing_id, error)
    return done(_("Asked. The owner answers by the time shown."), url_for("board.talk", rfq_id=rfq.id))


def _listing(session: Session, listing_id: UUID) -> trading.Listing:
    return trading.get_listing(session, listing_id, by=actor())


def _refused(listing_id: UUID, error: WmsError | None) -> Any:
    assert error is not None
    return _ask_page(listing_id, status_of(error), error=said(error))


def _ask(session: Session, listing_id: UUID) -> trading.Rfq:
    limit = price_of("limit") if request.form.get("limit") else None
    wanted = trading.AskQuote(
        uuid_of("id"), listing_id, whole_of("units"), _payment(), _pickup(), limit_price=limit,
        note=text_of("note", most=500, needed=False),
    )  # fmt: skip
    return trading.ask_quote(session, wanted, by=actor(), at=now())


def _take(session: Session, listing_id: UUID) -> trading.Deal:
    wanted = trading.ProposeDeal(uuid_of("id"), listing_id, whole_of("units"), _payment(), _pickup())
    return trading.propose_deal(session, wanted, by=actor(), at=now())


def _payment() -> trading.Payment:
    value = request.form.get("payment", "")
    if value not in set(trading.Payment):
        raise FieldWrong(field="payment", value=value[:40])
    return trading.Payment(value)


def _pickup() -> date:
    value = request.form.get("on", "")
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise FieldWrong(field="on", value=value[:40]) from error


def _ask_page(listing_id: UUID, status: int = 200, **values: Any) -> Any:
    def rows(session: Session) -> tuple[Wanted, trading.Listing, trading.BoardRow | None, trading.Priced]:
        wanted = wanted_from(session)
        found = _listing(session, listing_id)
        priced = trading.price_for(session, actor(), found, wanted.terms, at=now())
        return wanted, found, find_row(session, listing_id, wanted), priced

    wanted, found, row, priced = read(rows)
    return page("ask", status, wanted=wanted, listing=found, row=row, priced=priced, units=_units(row, wanted),
                fresh=fresh_id(), **values)  # fmt: skip


def _units(row: trading.BoardRow | None, wanted: Wanted) -> int | str:
    """How many crates the asked quantity needs, at most what is open."""
    if row is None or not row.grams_open:
        return ""
    return min(row.units_open, ceiling(Fraction(row.units_open * wanted.terms.grams, row.grams_open)))
