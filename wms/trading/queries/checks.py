"""What verify checks of the board: evidence unchanged, and every cached figure equal to what it is made of."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from wms.kernel.canonical import digest
from wms.kernel.columns import Base
from wms.kernel.evidence import Finding, check_rows
from wms.lots.tables import LotHold
from wms.trading.queries.prices import CHUNK
from wms.trading.rules.deal_states import HOLDING, State
from wms.trading.rules.points import points_of
from wms.trading.rules.saved import conditions_from
from wms.trading.tables import (
    BoardPolicy,
    ConditionSet,
    Deal,
    DealEvent,
    DealLoad,
    DealMoney,
    Listing,
    Match,
    PricePoint,
    Quote,
    QuoteResponse,
    Rfq,
    WalletTopUp,
)

EVIDENCE: tuple[type[Base], ...] = (
    BoardPolicy,
    ConditionSet,
    Quote,
    QuoteResponse,
    Match,
    DealEvent,
    DealMoney,
    DealLoad,
    WalletTopUp,
)
INTO_ESCROW = {"bank_in": 1, "to_escrow": 1, "used": -1, "refund": -1, "forfeit_escrow": -1}


def check(session: Session) -> Iterator[Finding]:
    """Yield what is wrong with the board: evidence, deals' caches and holds, listings' counts, price points."""
    for table in EVIDENCE:
        yield from check_rows(session, table)
    yield from _check_deals(session)
    yield from _check_listings(session)
    yield from _check_points(session)
    yield from _check_quotes(session)
    for row in session.scalars(select(Match).execution_options(yield_per=CHUNK)):
        if digest(row.snapshot) != row.snapshot_digest:
            yield Finding("matches", str(row.id), "the snapshot does not match its digest")


def promised_units(deal: Deal) -> int:
    """Return the units a deal takes of its listing: all while it stands, what has left once it has ended otherwise."""
    ended = State(deal.state) not in HOLDING | {State.SETTLED, State.CLOSED}
    return deal.units_out if ended else deal.units


def _check_deals(session: Session) -> Iterator[Finding]:
    loads = {
        deal_id: tuple(map(int, sums))
        for deal_id, *sums in session.execute(
            select(
                DealLoad.deal_id, func.sum(DealLoad.units), func.sum(DealLoad.out_grams), func.sum(DealLoad.gross_fen)
            ).group_by(DealLoad.deal_id)
        )
    }
    money: dict[UUID, int] = defaultdict(int)
    for deal_id, kind, fen in session.execute(
        select(DealMoney.deal_id, DealMoney.kind, func.sum(DealMoney.fen)).group_by(DealMoney.deal_id, DealMoney.kind)
    ):
        money[deal_id] += INTO_ESCROW.get(kind, 0) * int(fen)
    last = select(DealEvent.deal_id, func.max(DealEvent.n).label("n")).group_by(DealEvent.deal_id).subquery()
    newest = select(DealEvent.deal_id, DealEvent.state_after).join(
        last, (last.c.deal_id == DealEvent.deal_id) & (last.c.n == DealEvent.n)
    )
    states = {deal_id: state for deal_id, state in session.execute(newest)}
    held = {hold_id: units for hold_id, units in session.execute(select(LotHold.id, LotHold.units_left))}
    for deal in session.scalars(select(Deal).order_by(Deal.id)):
        yield from _wrong("deals", deal.id, {
            "units, grams and fen of its loads": (
                (deal.units_out, deal.grams_out, deal.billed_fen), loads.get(deal.id, (0, 0, 0))
            ),
            "escrow": (deal.escrow_fen, money[deal.id]),
            "state": (deal.state, states.get(deal.id)),
            "units held in store": (held.get(deal.lot_hold_id, 0) if deal.lot_hold_id else 0, _to_hold(deal)),
        })  # fmt: skip


def _to_hold(deal: Deal) -> int:
    if deal.lot_id is None or State(deal.state) not in HOLDING:
        return 0
    return deal.units - deal.units_out


def _check_listings(session: Session) -> Iterator[Finding]:
    taken: dict[UUID, int] = defaultdict(int)
    for deal in session.scalars(select(Deal)):
        taken[deal.listing_id] += promised_units(deal)
    for listing in session.scalars(select(Listing).order_by(Listing.id)):
        yield from _wrong("listings", listing.id, {"units taken": (listing.units_taken, taken[listing.id])})


def _check_points(session: Session) -> Iterator[Finding]:
    """Price points are what the newest version of each scope makes of them, no more and no less."""
    newest: dict[tuple[UUID, str, str], ConditionSet] = {}
    for row in session.scalars(select(ConditionSet).order_by(ConditionSet.version)):
        newest[(row.listing_id, row.scope, row.scope_key)] = row
    kept: dict[tuple[UUID, str, str], set[Any]] = defaultdict(set)
    for point in session.scalars(select(PricePoint)):
        kept[(point.listing_id, point.scope, point.scope_key)].add((
            point.payment, point.service, point.qty_low, point.qty_high, point.lead_low, point.lead_high, point.state,
            point.price,
        ))  # fmt: skip
    for key in sorted(newest.keys() | kept.keys(), key=str):
        made: set[Any] = set()
        live = newest.get(key)
        if live is not None and not live.withdrawn:
            listing = session.get_one(Listing, live.listing_id)
            for cell in points_of(conditions_from(live.conditions), grade=listing.grade, size=listing.size):
                made.add((
                    cell.payment.value, cell.service, cell.qty_low, cell.qty_high, cell.lead_low, cell.lead_high,
                    cell.state.value, cell.price,
                ))  # fmt: skip
        if made != kept[key]:
            yield Finding("price_points", "/".join(map(str, key)), "price points differ from the conditions in force")


def _check_quotes(session: Session) -> Iterator[Finding]:
    """A dealt inquiry has exactly one accepted quote, any other none."""
    accepted: dict[UUID, int] = defaultdict(int)
    query = select(Quote.rfq_id).join(QuoteResponse, QuoteResponse.quote_id == Quote.id)
    for rfq_id in session.scalars(query.where(QuoteResponse.response == "accepted")):
        accepted[rfq_id] += 1
    for rfq in session.scalars(select(Rfq).order_by(Rfq.id)):
        yield from _wrong("rfqs", rfq.id, {"accepted quotes": (accepted[rfq.id], int(rfq.state == "dealt"))})


def _wrong(table: str, row_id: UUID, pairs: dict[str, tuple[Any, Any]]) -> Iterator[Finding]:
    for what, (kept, made) in pairs.items():
        if kept != made:
            yield Finding(table, str(row_id), f"{what}: {kept} kept, {made} made")
