"""One load of several owners for one buyer: weighed apart, sold together, shared by weight to the fen."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from wms import billing, ledger, lending, lots, parties, trading
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.ids import derived_id
from wms.kernel.numbers import half_up, largest_remainder, value_fen
from wms.settlement.actions.closing import (
    Closed,
    Closing,
    Paid,
    claims_of,
    close_papers,
    count_proceeds,
    free_pledge,
    gate_pass,
    lock_closing,
    owner_legs,
    record,
    take_out,
)
from wms.settlement.errors import PoolUnfit, SaleDoesNotCover
from wms.settlement.queries import settlement_of_exit
from wms.settlement.rules import ClosePool, commission, waterfall

Shares = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Pool:
    """The load by its owners' codes, and each owner's share of price and sorting in fen."""

    members: dict[str, Closing]
    gross: Shares
    sorting: Shares


def close_pool(session: Session, request: ClosePool, *, by: Actor, at: Moment) -> list[Closed]:
    """Close weighed sales of one buyer at one price in one transaction: a settlement and a gate pass for each owner.

    Price and commission are rounded once for the whole load and shared by largest remainder of the weight, ties to the
    lowest code; sorting is shared equally. One journal takes the whole from escrow; otherwise each exit closes as
    `close_exit` does. Money in fen. Locks exits, lots, deals, loans, accounts. The passes' codes are in this answer
    alone. A repeat returns the first settlements without them.
    Raises Forbidden, ExitNotFound, PoolUnfit, and what close_exit refuses, RequestIdReused.
    """
    by.must(Permission.CLOSE_EXIT)
    if not idempotency.claim(session, request.id, "settlement.close_pool", asdict(request), by=by, at=at):
        return [_repeated(session, request.id, exit_id, by=by, at=at) for exit_id in request.exit_ids]
    pool = _shared(_members(session, request, by=by, at=at), request.sorting_fen)
    taken: dict[str, lots.Taken] = {}
    for code, closing in pool.members.items():
        bill = billing.InvoiceExit(derived_id(request.id, "invoice", closing.exit.id), closing.exit.id, at.on)
        billing.invoice_exit(session, bill, by=by, at=at)
        if closing.loan is not None:
            lending.accrue_to(session, closing.loan.id, at.on, by=by, at=at)
        taken[code] = take_out(session, closing, by=by, at=at)
        trading.post_buyer_money(session, _load(closing), pool.gross[code], by=by, at=at)
    paid = _settle(session, request, pool, by=by, at=at)
    rows = [_closed(session, request.id, pool.members[code], taken[code], paid[code], by=by, at=at) for code in paid]
    audit.record(session, "settlement.close_pool", ("settlement", request.id), by=by, at=at, exits=request.exit_ids)
    order = {exit_id: place for place, exit_id in enumerate(request.exit_ids)}
    return sorted(rows, key=lambda row: order[row.settlement.exit_id])


def _members(session: Session, request: ClosePool, *, by: Actor, at: Moment) -> dict[str, Closing]:
    """Lock the exits of a pool in the order of their lots; owners differ, buyer and price are one. Raises PoolUnfit."""
    wanted = [billing.get_exit_order(session, exit_id, by) for exit_id in request.exit_ids]
    lots.lock_with_kin(session, [row.lot_id for row in wanted])
    closings = [lock_closing(session, row.id, by=by, at=at) for row in sorted(wanted, key=lambda row: row.lot_id)]
    terms = {(item.deal.buyer_id, item.deal.price) for item in closings if item.deal is not None}
    owners = {item.owner.code: item for item in closings}
    sold = all(item.deal is not None for item in closings)
    if len(closings) < 2 or len(terms) != 1 or not sold or len(owners) != len(closings) or request.sorting_fen < 0:
        raise PoolUnfit
    return dict(sorted(owners.items()))


def _shared(members: dict[str, Closing], sorting_fen: int) -> Pool:
    grams = {code: item.exit.out_grams or 0 for code, item in members.items()}
    deal = next(iter(members.values())).deal
    assert deal is not None, "every member of a pool is sold"
    gross = half_up(value_fen(sum(grams.values()), deal.price))
    shared = largest_remainder(sorting_fen, dict.fromkeys(grams, 1))
    return Pool(members, largest_remainder(gross, grams), shared)


def _load(closing: Closing) -> trading.Load:
    assert closing.deal is not None
    assert closing.exit.out_grams is not None
    return trading.Load(closing.exit.id, closing.deal.id, closing.exit.units, closing.exit.out_grams)


def _settle(session: Session, request: ClosePool, pool: Pool, *, by: Actor, at: Moment) -> dict[str, Paid]:
    terms = {code: parties.contract_on(session, item.owner.id, at.on) for code, item in pool.members.items()}
    fees = _commissions(pool, terms)
    legs: list[ledger.Leg] = []
    paid: dict[str, Paid] = {}
    journal_id = derived_id(request.id, "settle")
    for code, closing in pool.members.items():
        claims = claims_of(session, closing, at=at) | {"sorting": pool.sorting[code], "commission": fees[code]}
        order = list(terms[code].waterfall)
        order.insert(order.index("handling") + 1, "sorting")
        applied = waterfall(pool.gross[code], claims, order)
        short = sum(claims[name] - applied.paid[name] for name in claims if name != "commission")
        if short:
            raise SaleDoesNotCover(short_fen=short)
        legs += owner_legs(code, terms[code], applied)
        paid[code] = Paid(pool.gross[code], applied, claims, journal_id)
    buyer = _buyer(session, pool)
    entry = ledger.Entry(
        id=journal_id, key=f"settle:{request.id}", kind="settlement", memo="split by largest remainder",
        effective_on=at.on, legs=(ledger.Leg(f"L:BuyerEscrow:{buyer}", sum(pool.gross.values())), *legs),
    )  # fmt: skip
    ledger.post(session, entry, by=by, at=at)
    for code, closing in pool.members.items():
        count_proceeds(session, closing, _load(closing), paid[code], by=by, at=at)
    return paid


def _commissions(pool: Pool, terms: Mapping[str, parties.ContractTerms]) -> dict[str, int]:
    """Round each rate's commission once for its owners together, and share it by weight."""
    found: dict[str, int] = {}
    for rate in sorted({item.commission_bp for item in terms.values()}):
        codes = [code for code, item in terms.items() if item.commission_bp == rate]
        total = commission(sum(pool.gross[code] for code in codes), rate)
        found |= largest_remainder(total, {code: pool.members[code].exit.out_grams or 0 for code in codes})
    return found


def _buyer(session: Session, pool: Pool) -> str:
    deal = next(iter(pool.members.values())).deal
    assert deal is not None
    return parties.get_party(session, deal.buyer_id).code


def _closed(
    session: Session, pool_id: UUID, closing: Closing, taken: lots.Taken, paid: Paid, *, by: Actor, at: Moment
) -> Closed:
    row_id = derived_id(pool_id, closing.exit.id)
    free_pledge(session, closing, by=by, at=at)
    issued = close_papers(session, row_id, closing, taken, by=by, at=at)
    return Closed(record(session, row_id, closing, taken, paid, by=by, at=at), issued.gate_pass, issued.code)


def _repeated(session: Session, pool_id: UUID, exit_id: UUID, *, by: Actor, at: Moment) -> Closed:
    """What a pool closed before: its code was said then."""
    issued = gate_pass(session, derived_id(pool_id, exit_id), exit_id, by=by, at=at)
    return Closed(settlement_of_exit(session, exit_id), issued.gate_pass, None)
