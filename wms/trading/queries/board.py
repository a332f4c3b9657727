"""The board as one viewer sees it: ordered in SQL, priced by the one resolver, worded for the reader."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Subquery, func, literal, select, tuple_
from sqlalchemy.orm import Session

from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.paging import MOST, CursorInvalid
from wms.trading.errors import ListingNotFound, TermsInvalid
from wms.trading.queries.listings import OPEN, get_listing, listing_of_lot, policy_at
from wms.trading.queries.order import key_columns, order_of
from wms.trading.queries.prices import EVERYBODY, audience_of
from wms.trading.queries.snapshot import Asking, Seen, snapshot_of
from wms.trading.rules.ranking import KEYS, Press, key_of
from wms.trading.rules.ranking import why_above as first_difference
from wms.trading.rules.reasons import WHY, Audience, Reason, chips, said
from wms.trading.rules.terms import Payment, Spec, Terms
from wms.trading.rules.views import BoardPage, BoardRow, Standing
from wms.trading.tables import Listing

ANY = Spec()


def board(
    session: Session,
    viewer: Actor,
    terms: Terms,
    spec: Spec = ANY,
    *,
    at: Moment,
    cursor: str | None = None,
    limit: int = 50,
) -> BoardPage:
    """Return a page of the board in storage-priority order, priced for the viewer's company and terms.

    Rows hold nothing of pledges, floors or others' prices; neither does the cursor, which is the last row's id.
    Raises Forbidden, TermsInvalid, CursorInvalid.
    """
    viewer.must(Permission.SEE_BOARD)
    require_terms(terms, at)
    asking = Asking(audience_of(session, viewer, at), terms, spec, policy_at(session, at.at))
    limit = max(1, min(limit, MOST))
    ids, before, total = _page_ids(session, asking, cursor, limit, at)
    listings = {row.id: row for row in session.scalars(select(Listing).where(Listing.id.in_(ids)))}
    shown = {row.listing.id: row for row in snapshot_of(session, list(listings.values()), asking, at=at).rows}
    rows = [_row(shown[row_id], viewer, asking, before + n) for n, row_id in enumerate(ids, 1)]
    last = before + len(rows)
    return BoardPage(rows, total, str(ids[-1]) if last < total else None, asking.policy.version)


def rank_of_lot(session: Session, lot_id: UUID, *, by: Actor, at: Moment) -> Standing | None:
    """Return where a lot stands on the public board of its variety and why; None if it does not stand there.

    For its owner and the store, on the policy's reference terms. What another owner's goods are pledged for stays
    hidden from the owner too. Raises ListingNotFound for somebody else's lot.
    """
    listing = listing_of_lot(session, lot_id)
    if listing is None or not by.sees(listing.seller_id):
        raise ListingNotFound
    policy = policy_at(session, at.at)
    terms = Terms(policy.reference_grams, Payment.FULL, _days_on(at, policy.reference_lead_days))
    asking = Asking(EVERYBODY, terms, Spec(variety=listing.variety), policy)
    place = _place_of(session, asking, listing.id, at)
    if place is None:
        return None
    near = [row_id for row_id in (place.previous_id, listing.id, place.next_id) if row_id is not None]
    listings = list(session.scalars(select(Listing).where(Listing.id.in_(near))))
    seen = {row.listing.id: row for row in snapshot_of(session, listings, asking, at=at).rows}
    mine = seen[listing.id]
    return Standing(
        listing_id=listing.id,
        rank=place.rank,
        of=place.of,
        price=mine.priced.price,
        reasons=_own_reasons(mine, asking),
        why_below_previous=_why(seen[place.previous_id], mine, asking, by) if place.previous_id else None,
        why_above_next=_why(mine, seen[place.next_id], asking, by) if place.next_id else None,
    )


def why_above(
    session: Session, viewer: Actor, terms: Terms, pair: tuple[UUID, UUID], spec: Spec = ANY, *, at: Moment
) -> Reason:
    """Return why the first listing of a pair stands above the second, in words the viewer may read.

    Raises Forbidden, TermsInvalid, ListingNotFound if either does not stand on the viewer's board.
    """
    viewer.must(Permission.SEE_BOARD)
    require_terms(terms, at)
    asking = Asking(audience_of(session, viewer, at), terms, spec, policy_at(session, at.at))
    listings = [get_listing(session, listing_id, by=viewer) for listing_id in pair]
    rows = snapshot_of(session, [row for row in listings if row.state == OPEN], asking, at=at).rows
    if len(rows) != len(set(pair)) or len(rows) < 2:
        raise ListingNotFound
    return _why(rows[0], rows[1], asking, viewer)


def require_terms(terms: Terms, at: Moment) -> None:
    """Raise TermsInvalid for no quantity, or a pick-up day that is over."""
    if terms.grams <= 0 or terms.pickup_on < at.on:
        raise TermsInvalid


@dataclass(frozen=True, slots=True)
class _Place:
    """Where one listing stands among the rows, and who stands beside it."""

    rank: int
    of: int
    previous_id: UUID | None
    next_id: UUID | None


def _page_ids(
    session: Session, asking: Asking, cursor: str | None, limit: int, at: Moment
) -> tuple[list[UUID], int, int]:
    """The ids of the page in order, how many rows come before it, and how many there are in all."""
    rows = order_of(asking, at.on)
    keys = key_columns(rows)
    query = select(rows.c.id).order_by(*keys).limit(limit)
    total = session.scalar(select(func.count()).select_from(rows)) or 0
    if cursor is None:
        return list(session.scalars(query)), 0, total
    bound = _bound(session, rows, _cursor(cursor))
    if bound is None:
        raise CursorInvalid
    key = tuple_(*keys)
    before = session.scalar(select(func.count()).select_from(rows).where(key <= bound)) or 0
    return list(session.scalars(query.where(key > bound))), before, total


def _place_of(session: Session, asking: Asking, listing_id: UUID, at: Moment) -> _Place | None:
    """One pass over the ordered ids: cheaper than counting above and looking to either side."""
    rows = order_of(asking, at.on)
    ids = list(session.scalars(select(rows.c.id).order_by(*key_columns(rows))))
    if listing_id not in ids:
        return None
    n = ids.index(listing_id)
    return _Place(
        rank=n + 1,
        of=len(ids),
        previous_id=ids[n - 1] if n else None,
        next_id=ids[n + 1] if n + 1 < len(ids) else None,
    )


def _bound(session: Session, rows: Subquery, listing_id: UUID) -> ColumnElement[Any] | None:
    """The key of one listing as values to compare with, or None if it is not among the rows."""
    keys = key_columns(rows)
    found = session.execute(select(*keys).where(rows.c.id == listing_id)).first()
    if found is None:
        return None
    return tuple_(*[literal(value, column.type) for column, value in zip(keys, found, strict=True)])


def _cursor(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise CursorInvalid from error


def _row(seen: Seen, viewer: Actor, asking: Asking, rank: int) -> BoardRow:
    listing, fact = seen.listing, seen.facts
    key = dict(zip(KEYS, key_of(seen.candidate, asking.policy), strict=True))
    return BoardRow(
        rank=rank,
        listing_id=listing.id,
        number=listing.number,
        lot_id=listing.lot_id,
        own=viewer.party_id == listing.seller_id,
        variety=listing.variety,
        grade=listing.grade,
        size=listing.size,
        colour_pattern=listing.colour_pattern,
        bagging=listing.bagging,
        owner_class=listing.owner_class,
        storage_type=listing.storage_type,
        origin=listing.origin,
        in_store=seen.candidate.in_store,
        weighed=seen.candidate.weighed,
        inspected_on=fact.inspected_on if fact else None,
        life_days=seen.candidate.life_days,
        units_open=seen.units_open,
        grams_open=seen.grams_open,
        min_take_units=listing.min_take_units,
        price_state=seen.priced.state,
        price=seen.priced.price,
        reasons=chips(key["tier"], key["fit"], key["life"], asked=bool(key["asked"])),
    )


def _own_reasons(mine: Seen, asking: Asking) -> tuple[Reason, ...]:
    key = dict(zip(KEYS, key_of(mine.candidate, asking.policy), strict=True))
    shown = chips(key["tier"], key["fit"], key["life"], asked=bool(key["asked"]))
    return shown if mine.candidate.press is Press.NONE else (*shown, WHY["press"])


def _why(upper: Seen, lower: Seen, asking: Asking, by: Actor) -> Reason:
    """Only who sees both owners' papers reads the full reason: it tells of the other's pledge as well."""
    both = by.sees(upper.listing.seller_id) and by.sees(lower.listing.seller_id)
    key = first_difference(upper.candidate, lower.candidate, asking.policy)
    return said(key, Audience.FULL if both else Audience.PUBLIC)


def _days_on(at: Moment, days: int) -> date:
    return at.on + timedelta(days=days)
