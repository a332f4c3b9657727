"""Ranked proposals, with the proof of their order."""

from dataclasses import asdict, replace
from datetime import timedelta

from sqlalchemy.orm import Session

from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.canonical import digest, plain
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.trading.actions.conditions import require_price
from wms.trading.errors import NoCompany
from wms.trading.queries.board import require_terms
from wms.trading.queries.deals import match_view
from wms.trading.queries.listings import policy_at
from wms.trading.queries.prices import audience_of
from wms.trading.queries.snapshot import Asking, Seen, Snapshot, take_snapshot
from wms.trading.rules.matching import Allocation, Lying, allocate, premium_fen
from wms.trading.rules.requests import Need
from wms.trading.rules.views import MatchView
from wms.trading.tables import Match


def match(session: Session, need: Need, *, by: Actor, at: Moment) -> MatchView:
    """Rank the goods for a need and propose lots; `need.id` becomes the match's id. Nothing is held or sold.

    Keeps policy version, snapshot with its digest, ranked ids, skipped ids with reasons, and the priority premium. A
    repeat returns the first proposal. Raises Forbidden, NoCompany, TermsInvalid, PriceInvalid, RequestIdReused.
    """
    by.must(Permission.ASK_QUOTE)
    if by.party_id is None:
        raise NoCompany
    if not idempotency.claim(session, need.id, "trading.match", asdict(need), by=by, at=at):
        return match_view(session.get_one(Match, need.id))
    require_terms(need.terms, at)
    limit = None if need.limit_price is None else require_price(need.limit_price)
    policy = policy_at(session, at.at)
    asking = Asking(audience_of(session, by, at), need.terms, need.spec, policy)
    snapshot = take_snapshot(session, asking, at=at)
    others = replace(snapshot, rows=[row for row in snapshot.rows if row.listing.seller_id != by.party_id])
    rows = [_lying(row) for row in others.rows]
    found = allocate(rows, need.terms.grams, limit=limit, most_lots=need.most_lots)
    row = _write(session, need, others, found, premium_fen(found.parts, rows), by=by, at=at)
    audit.record(session, "trading.match", ("match", row.id), by=by, at=at, lots=len(found.parts))
    return match_view(row)


def _lying(row: Seen) -> Lying:
    return Lying(
        listing_id=row.listing.id,
        outside=not row.candidate.in_store,
        units_open=row.units_open,
        grams_open=row.grams_open,
        min_take_units=row.listing.min_take_units,
        divisible=row.listing.divisible,
        price=row.priced.price,
    )


def _write(
    session: Session, need: Need, snapshot: Snapshot, found: Allocation, premium: int, *, by: Actor, at: Moment
) -> Match:
    assert by.party_id is not None
    ranked = snapshot.plain()
    skipped = {**snapshot.skipped, **found.skipped}
    row = Match(
        id=need.id,
        buyer_id=by.party_id,
        policy_version=snapshot.policy.version,
        need=plain(asdict(need)),
        snapshot=ranked,
        snapshot_digest=digest(ranked),
        ranked_ids=[str(seen.listing.id) for seen in snapshot.rows],
        skipped=[{"id": str(listing_id), "reason": skipped[listing_id]} for listing_id in sorted(skipped)],
        proposed=[plain(asdict(part)) for part in found.parts],
        premium_fen=premium,
        made_at=at.at,
        valid_until=at.at + timedelta(minutes=snapshot.policy.proposal_minutes),
    )
    append(session, row)
    return row
