"""Which crates there are, who has them, and what deposits stand or are due."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import Select, false, func, or_, select
from sqlalchemy.orm import Session

from wms import ledger, parties
from wms.dock.errors import CrateTypeNotFound
from wms.dock.rules.crates import CrateHolding, deposit_for
from wms.dock.tables import CrateBalance, CrateMove, CrateType
from wms.kernel.actor import Actor, Permission
from wms.kernel.evidence import Finding, check_rows
from wms.kernel.paging import Page, page

HELD = "L:CrateDeposit:"
DUE = "A:CrateDepositDue:"


def list_crate_types(session: Session) -> list[CrateType]:
    """Return every type by code."""
    return list(session.scalars(select(CrateType).order_by(CrateType.code)))


def get_crate_type(session: Session, type_id: UUID) -> CrateType:
    """Return a type. Raises CrateTypeNotFound."""
    found = session.get(CrateType, type_id)
    if found is None:
        raise CrateTypeNotFound
    return found


def crate_holdings(session: Session, by: Actor, *, holder_id: UUID | None = None) -> list[CrateHolding]:
    """Return who has crates, of those `by` may see, by type and holder; only of one holder if named."""
    query = (
        select(CrateBalance, CrateType)
        .join(CrateType, CrateType.id == CrateBalance.type_id)
        .where(CrateBalance.units > 0)
        .order_by(CrateType.code, CrateBalance.holder_id)
    )
    if not by.may(Permission.SEE_ALL):
        query = query.where(CrateBalance.holder_id == by.party_id if by.party_id is not None else false())
    if holder_id is not None:
        query = query.where(CrateBalance.holder_id == holder_id)
    return [
        CrateHolding(kind.id, kind.code, kind.name, row.holder_id, kind.owner_id, row.units,
                     deposit_for(row.holder_id, kind.owner_id, row.units, kind.deposit_fen))
        for row, kind in session.execute(query)
    ]  # fmt: skip


def list_crate_moves(
    session: Session, by: Actor, *, holder_id: UUID | None = None, cursor: str | None = None, limit: int = 50
) -> Page[CrateMove]:
    """Return a page of the changes of hands `by` may see, newest first; only of one holder if named."""
    query: Select[CrateMove] = select(CrateMove)
    if not by.may(Permission.SEE_ALL):
        query = _of(query, by.party_id) if by.party_id is not None else query.where(false())
    if holder_id is not None:
        query = _of(query, holder_id)
    return page(session, query, [CrateMove.moved_at, CrateMove.id], cursor=cursor, limit=limit, descending=True)


def crate_deposits(session: Session, party_id: UUID) -> tuple[int, int]:
    """Return what deposits stand for a party's crates, and what of them is not paid yet, in fen."""
    code = parties.get_party(session, party_id).code
    return -ledger.balance(session, HELD + code), ledger.balance(session, DUE + code)


def check_crates(session: Session) -> Iterator[Finding]:
    """Yield balances that are not their moves, and deposits that are not those of the crates out."""
    for table in (CrateType, CrateMove):
        yield from check_rows(session, table)
    came = select(CrateMove.type_id, CrateMove.to_id.label("holder_id"), CrateMove.units.label("units"))
    went = select(CrateMove.type_id, CrateMove.from_id, -CrateMove.units)
    lines = came.where(CrateMove.to_id.is_not(None)).union_all(went.where(CrateMove.from_id.is_not(None))).subquery()
    sums = select(lines.c.type_id, lines.c.holder_id, func.sum(lines.c.units)).group_by(
        lines.c.type_id, lines.c.holder_id
    )
    told = {(type_id, holder_id): int(units) for type_id, holder_id, units in session.execute(sums)}
    owed: dict[UUID, int] = {}
    for row, kind in session.execute(select(CrateBalance, CrateType).join(CrateType)):
        units = told.pop((row.type_id, row.holder_id), 0)
        if row.units != units:
            yield Finding("crate_balances", f"{row.type_id}/{row.holder_id}", f"says {row.units}; the moves {units}")
        stands = deposit_for(row.holder_id, kind.owner_id, row.units, kind.deposit_fen)
        owed[row.holder_id] = owed.get(row.holder_id, 0) + stands
    for (type_id, holder_id), units in told.items():
        if units:
            yield Finding("crate_balances", f"{type_id}/{holder_id}", f"is missing; the moves say {units}")
    for holder_id, fen in owed.items():
        booked = crate_deposits(session, holder_id)[0]
        if booked != fen:
            yield Finding("crate_balances", str(holder_id), f"deposits are {fen} fen; the ledger says {booked}")


def _of(query: Select[CrateMove], party_id: UUID) -> Select[CrateMove]:
    return query.where(or_(CrateMove.from_id == party_id, CrateMove.to_id == party_id))
