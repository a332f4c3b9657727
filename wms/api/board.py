"""The board: listings in storage-first order, and prices for the asker's own company."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from wms import trading
from wms.api.resource import Resource
from wms.delivery.identity import actor, now
from wms.kernel.actor import Permission
from wms.kernel.paging import Page
from wms.schemas import paged, trade

BOARD = Resource("board", "What is for sale, stored goods first, in an order anybody can check.")
LISTINGS = Resource("listings", "Offers of lots on the board; prices only by asking for one's own company.")
MATCHES = Resource("matches", "Listings proposed for a buyer's need, with the snapshot they were chosen from.")
ONE = "/listings/<uuid:listing_id>"
TERMS = ("grams", "payment", "pickup_on", "service")


@BOARD.get("/board", trade.BOARD, query=trade.BoardQuery, raises=(trading.board,))
def show_board(session: Session, query: dict[str, Any]) -> dict[str, Any]:
    """Show one page of the board on the terms named, with each row's reasons for its place."""
    place = {"cursor": query.pop("cursor", None), "limit": query.pop("limit")}
    terms = trading.Terms(**{name: query.pop(name) for name in TERMS if name in query})
    page = trading.board(session, actor(), terms, trading.Spec(**query), at=now(), **place)
    return {"items": page.rows, "total": page.total, "next_cursor": page.next_cursor,
            "policy_version": page.policy_version}  # fmt: skip


@LISTINGS.page("/listings", trade.LISTING)
def list_listings(session: Session, query: dict[str, Any]) -> Page[trading.Listing]:
    """List one's company's listings, or all for the store, in order of priority time."""
    return trading.my_listings(session, by=actor(), **query)


@LISTINGS.get(ONE, trade.LISTING, needs=Permission.SEE_BOARD, raises=(trading.get_listing,))
def get_listing(session: Session, listing_id: UUID) -> trading.Listing:
    """Show one listing that is open or one's own."""
    return trading.get_listing(session, listing_id, by=actor())


@LISTINGS.get(f"{ONE}/price", trade.PRICED, query=trade.TermsQuery, needs=Permission.SEE_BOARD,
              raises=(trading.get_listing,))  # fmt: skip
def price_of_listing(session: Session, query: dict[str, Any], listing_id: UUID) -> trading.Priced:
    """Show what a listing costs the asker's own company on the terms named, step by step."""
    listing = trading.get_listing(session, listing_id, by=actor())
    return trading.price_for(session, actor(), listing, trading.Terms(**query), at=now())


@LISTINGS.get(f"{ONE}/conditions", paged(trade.CONDITIONS), raises=(trading.conditions_of,))
def list_conditions(session: Session, listing_id: UUID) -> Page[trading.ConditionSet]:
    """List the conditions in force of a listing of one's own."""
    return Page(trading.conditions_of(session, listing_id, by=actor()), None)


@LISTINGS.get("/lots/<uuid:lot_id>/standing", trade.STANDING, raises=(trading.get_listing,))
def standing_of_lot(session: Session, lot_id: UUID) -> trading.Standing:
    """Show where a lot of one's own stands on the board, and why."""
    found = trading.rank_of_lot(session, lot_id, by=actor(), at=now())
    if found is None:
        raise trading.ListingNotFound
    return found


@MATCHES.get("/matches/<uuid:match_id>", trade.MATCH, raises=(trading.get_match,))
def get_match(session: Session, match_id: UUID) -> trading.MatchView:
    """Show a proposal made to one's own company."""
    return trading.get_match(session, match_id, by=actor())


LISTINGS.command("/listings", trading.list_lot, trade.LIST_LOT, trade.LISTING, trading.ListLot)
LISTINGS.command("/listings/outside", trading.offer_outside, trade.OFFER_OUTSIDE, trade.LISTING, trading.OfferOutside)
LISTINGS.command(
    f"{ONE}/change", trading.change_listing, trade.CHANGE_LISTING, trade.LISTING, trading.ChangeListing, status=200
)
LISTINGS.command(
    f"{ONE}/units", trading.change_units, trade.CHANGE_UNITS, trade.LISTING, trading.ChangeUnits, status=200
)
LISTINGS.command(
    f"{ONE}/conditions", trading.save_conditions, trade.SAVE_CONDITIONS, trade.CONDITIONS, trading.SaveConditions
)
MATCHES.command("/matches", trading.match, trade.NEED, trade.MATCH, trading.Need)
RESOURCES = (BOARD, LISTINGS, MATCHES)
