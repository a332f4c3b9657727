"""The board: every listing priced for the reader's own terms, what lies in store first."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import request, url_for
from sqlalchemy.orm import Session

from wms import dock, lots, trading
from wms.delivery.identity import actor, now
from wms.delivery.work import read
from wms.kernel.numbers import half_up, value_fen
from wms.web import goods
from wms.web.board.workplace import FILTERS, Wanted, blueprint, page, wanted_from

SHOWN, SORTED_MOST = 40, 1_000
SORTS = ("price", "life", "tested")


@dataclass(frozen=True, slots=True)
class View:
    """A page of the board with what its terms bar and filters show."""

    wanted: Wanted
    rows: list[trading.BoardRow]
    total: int
    next_cursor: str | None
    choices: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One listing as a buyer may see it."""

    wanted: Wanted
    listing: trading.Listing
    row: trading.BoardRow | None
    priced: trading.Priced
    inspections: list[lots.Inspection]
    why: trading.Reason | None
    below: trading.Listing | None
    photos: list[dock.Photo]


@blueprint.get("")
def home() -> Any:
    """Show the board for the reader's terms."""
    sort = request.args.get("sort", "")
    v = read(lambda session: _view(session, sort))
    kept = v.wanted.kept | ({"sort": sort} if sort in SORTS else {})
    nexts = {row.listing_id: below.listing_id for row, below in zip(v.rows, v.rows[1:], strict=False)}
    return page("home", v=v, sort=sort, kept=kept, filters=FILTERS, sheet_url=_sheet_urls(v, nexts), total_of=_total,
                url_with=_url_with, unit_words=goods.word)  # fmt: skip


@blueprint.get("/listings/<uuid:listing_id>")
def listing(listing_id: UUID) -> Any:
    """Show a listing: its price step by step, its tests, and why it stands above the next."""
    v = read(lambda session: _sheet(session, listing_id))
    grams = v.wanted.terms.grams
    return page("listing", v=v, grams=grams, kept=urlencode(v.wanted.kept), total_of=_total)


def find_row(session: Session, listing_id: UUID, wanted: Wanted) -> trading.BoardRow | None:
    """Return one listing as a row of the reader's board, None if it does not stand there for these terms."""
    found = trading.get_listing(session, listing_id, by=actor())
    spec = trading.Spec(variety=found.variety, grade=found.grade, size=found.size, substitutes=False)
    cursor: str | None = None
    while True:
        got = trading.board(session, actor(), wanted.terms, spec, at=now(), cursor=cursor, limit=200)
        row = next((row for row in got.rows if row.listing_id == listing_id), None)
        if row is not None or got.next_cursor is None:
            return row
        cursor = got.next_cursor


def _view(session: Session, sort: str) -> View:
    wanted = wanted_from(session)
    cursor = request.args.get("after") or None
    if sort in SORTS:
        rows = _all_rows(session, wanted)
        rows.sort(key=lambda row: _sort_key(row, sort))
        return View(wanted, rows, len(rows), None, trading.words_on_board(session))
    got = trading.board(session, actor(), wanted.terms, wanted.spec, at=now(), cursor=cursor, limit=SHOWN)
    return View(wanted, got.rows, got.total, got.next_cursor, trading.words_on_board(session))


def _all_rows(session: Session, wanted: Wanted) -> list[trading.BoardRow]:
    rows: list[trading.BoardRow] = []
    cursor: str | None = None
    while len(rows) < SORTED_MOST:
        got = trading.board(session, actor(), wanted.terms, wanted.spec, at=now(), cursor=cursor, limit=200)
        rows += got.rows
        cursor = got.next_cursor
        if cursor is None:
            break
    return rows


def _sort_key(row: trading.BoardRow, sort: str) -> tuple[bool, Any, int]:
    """What a reader sorts by; unknown last, ties in the platform's order."""
    if sort == "price":
        return row.price is None, row.price or 0, row.rank
    if sort == "life":
        return row.life_days is None, row.life_days or 0, row.rank
    return row.inspected_on is None, -(row.inspected_on.toordinal() if row.inspected_on else 0), row.rank


def _sheet(session: Session, listing_id: UUID) -> Sheet:
    wanted = wanted_from(session)
    found = trading.get_listing(session, listing_id, by=actor())
    row = find_row(session, listing_id, wanted)
    tests = lots.inspections_of(session, found.lot_id) if found.lot_id else []
    shown = dock.photos_of(session, dock.PhotoOf.LOT, found.lot_id) if found.lot_id else []
    why, below = _why(session, listing_id, wanted)
    priced = trading.price_for(session, actor(), found, wanted.terms, at=now())
    return Sheet(wanted, found, row, priced, tests, why, below, shown)


def _why(session: Session, listing_id: UUID, wanted: Wanted) -> tuple[trading.Reason | None, trading.Listing | None]:
    """Why the listing stands above the one that stood below it on the reader's page."""
    try:
        below = trading.get_listing(session, UUID(request.args.get("below", "")), by=actor())
        pair = (listing_id, below.id)
        return trading.why_above(session, actor(), wanted.terms, pair, wanted.spec, at=now()), below
    except (ValueError, trading.ListingNotFound):
        return None, None


def _sheet_urls(v: View, nexts: dict[UUID, UUID]) -> Any:
    def url(listing_id: UUID) -> str:
        below = {"below": str(nexts[listing_id])} if listing_id in nexts else {}
        return url_for("board.listing", listing_id=listing_id) + "?" + urlencode(v.wanted.kept | below)

    return url


def _url_with(kept: dict[str, str], **changes: str) -> str:
    asked = {name: value for name, value in (kept | changes).items() if value}
    return "?" + urlencode(asked)


def _total(row: trading.BoardRow, grams: int) -> int | None:
    """What the asked quantity costs, of what is open here, in fen."""
    return None if row.price is None else half_up(value_fen(min(grams, row.grams_open), row.price))
