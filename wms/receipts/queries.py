"""Reads of receipts."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, false, func, or_, select
from sqlalchemy.orm import Session

from wms.kernel.actor import Actor, Permission
from wms.kernel.evidence import Finding, check_rows
from wms.kernel.paging import Page, page
from wms.kernel.writing import held_of, lock
from wms.lots.tables import Lot
from wms.receipts.errors import LiabilityNotFound, LotHasNoReceipt, ReceiptNotFound
from wms.receipts.rules import LiabilityState, PublicReceipt, ReceiptState
from wms.receipts.tables import Receipt, ReceiptEvent, ReceiptNumber, ReceiptPledge, ReceiptStatus, ShrinkLiability


def find_receipt_of_lot(session: Session, lot_id: UUID) -> Receipt | None:
    """Return the open receipt of a lot, or None."""
    for status in held_of(session, ReceiptStatus):
        if status.lot_id == lot_id and status.state == ReceiptState.OPEN:
            return session.get(Receipt, status.receipt_id)
    return session.scalar(_open_receipt(), {"lot": lot_id})


@cache
def _open_receipt() -> Select[Receipt]:
    query = select(Receipt).join(ReceiptStatus, ReceiptStatus.receipt_id == Receipt.id)
    return query.where(ReceiptStatus.lot_id == bindparam("lot"), ReceiptStatus.state == ReceiptState.OPEN.value)


def receipt_of_lot(session: Session, lot_id: UUID) -> Receipt:
    """Return the open receipt of a lot. Raises LotHasNoReceipt."""
    found = find_receipt_of_lot(session, lot_id)
    if found is None:
        raise LotHasNoReceipt
    return found


def get_receipt(session: Session, receipt_id: UUID) -> Receipt:
    """Return a receipt, whoever's. Raises ReceiptNotFound."""
    found = session.get(Receipt, receipt_id)
    if found is None:
        raise ReceiptNotFound
    return found


def get_visible_receipt(session: Session, receipt_id: UUID, by: Actor) -> Receipt:
    """Return a receipt that `by` may see: its depositor's, or one in their own hand as a lender.

    Raises ReceiptNotFound.
    """
    found = session.get(Receipt, receipt_id)
    if found is None:
        raise ReceiptNotFound
    if not by.sees(found.depositor_id):
        pledge = open_pledge(session, receipt_id)
        if pledge is None or pledge.lender_id != by.party_id:
            raise ReceiptNotFound
    return found


def list_receipts(
    session: Session, by: Actor, *, depositor_id: UUID | None = None, cursor: str | None = None, limit: int = 50
) -> Page[Receipt]:
    """Return a page of the receipts `by` may see, newest first."""
    query = select(Receipt)
    if not by.may(Permission.SEE_ALL):
        held = select(ReceiptPledge.receipt_id).where(
            ReceiptPledge.lender_id == by.party_id, ReceiptPledge.released_at.is_(None)
        )
        mine = or_(Receipt.depositor_id == by.party_id, Receipt.id.in_(held))
        query = query.where(mine if by.party_id is not None else false())
    if depositor_id is not None:
        query = query.where(Receipt.depositor_id == depositor_id)
    return page(session, query, [Receipt.issued_on, Receipt.id], cursor=cursor, limit=limit, descending=True)


def state_of(session: Session, receipt_id: UUID) -> ReceiptStatus:
    """Return where a receipt stands. Raises ReceiptNotFound."""
    found = session.get(ReceiptStatus, receipt_id)
    if found is None:
        raise ReceiptNotFound
    return found


def lock_state(session: Session, receipt_id: UUID) -> ReceiptStatus:
    """Return where a receipt stands, locked until the transaction ends and read afresh. Raises ReceiptNotFound."""
    found = lock(session, ReceiptStatus, receipt_id)
    if found is None:
        raise ReceiptNotFound
    return found


def open_pledge(session: Session, receipt_id: UUID) -> ReceiptPledge | None:
    """Return the pledge a receipt is under, or None."""
    query = select(ReceiptPledge).where(ReceiptPledge.receipt_id == receipt_id, ReceiptPledge.released_at.is_(None))
    return session.scalar(query)


def events_of(session: Session, receipt_id: UUID) -> list[ReceiptEvent]:
    """Return what happened to a receipt, in order."""
    query = select(ReceiptEvent).where(ReceiptEvent.receipt_id == receipt_id)
    return list(session.scalars(query.order_by(ReceiptEvent.happened_at, ReceiptEvent.id)))


def public_receipt(session: Session, check_code: str) -> PublicReceipt:
    """Return what anybody may see who holds the check code printed on a receipt. Raises ReceiptNotFound."""
    normal = check_code.replace("-", "").replace(" ", "").upper()
    query = (
        select(Receipt, ReceiptStatus)
        .join(ReceiptStatus, ReceiptStatus.receipt_id == Receipt.id)
        .where(Receipt.check_code == normal)
    )
    found = session.execute(query).first()
    if found is None:
        raise ReceiptNotFound
    receipt, status = found
    return PublicReceipt(
        number=receipt.code,
        state=ReceiptState(status.state),
        pledged=status.pledge_id is not None,
        keeper_name=receipt.keeper_name,
        issued_on=receipt.issued_on,
        valid_until_on=receipt.valid_until_on,
        variety=receipt.variety,
        grade=receipt.grade,
        size=receipt.size,
        units=receipt.units,
        units_left=status.units_left,
        entry_grams=receipt.entry_grams,
    )


def check(session: Session) -> Iterator[Finding]:
    """Yield everything wrong in this room: digests, gaps in numbers, states against events and against the lots."""
    for table in (Receipt, ReceiptEvent):
        yield from check_rows(session, table)
    yield from _numbers(session)
    yield from _states(session)
    yield from _pledges(session)


def _numbers(session: Session) -> Iterator[Finding]:
    counted = select(Receipt.site_id, Receipt.series, func.count(), func.max(Receipt.number), func.min(Receipt.number))
    told = {(site, series): tuple(rest) for site, series, *rest in session.execute(
        counted.group_by(Receipt.site_id, Receipt.series)
    )}  # fmt: skip
    for row in session.scalars(select(ReceiptNumber)):
        if told.pop((row.site_id, row.series), None) != (row.last_number, row.last_number, 1):
            yield Finding("receipt_numbers", f"{row.site_id}/{row.series}", "numbers have a gap")
    for site, series in told:
        yield Finding("receipt_numbers", f"{site}/{series}", "is missing")


def _states(session: Session) -> Iterator[Finding]:
    events = select(ReceiptEvent.receipt_id, func.sum(ReceiptEvent.units)).group_by(ReceiptEvent.receipt_id)
    told = {receipt_id: int(units) for receipt_id, units in session.execute(events)}
    query = (
        select(Receipt, ReceiptStatus, Lot.units_on_hand)
        .outerjoin(ReceiptStatus, ReceiptStatus.receipt_id == Receipt.id)
        .outerjoin(Lot, Lot.id == Receipt.lot_id)
    )
    rows: Sequence[Any] = session.execute(query).all()
    for receipt, status, on_hand in rows:
        left = None if status is None else status.units_left
        if left != told.get(receipt.id):
            yield Finding("receipt_states", str(receipt.id), f"says {left} units left; its events say otherwise")
        if status is not None and status.state == ReceiptState.OPEN and left != on_hand:
            yield Finding("receipt_states", str(receipt.id), f"says {left} units left; {on_hand} are in store")


def _pledges(session: Session) -> Iterator[Finding]:
    query = select(ReceiptPledge.id, ReceiptPledge.receipt_id).where(ReceiptPledge.released_at.is_(None))
    under: dict[UUID | None, UUID] = {pledge_id: receipt_id for pledge_id, receipt_id in session.execute(query)}
    for status in session.scalars(select(ReceiptStatus).where(ReceiptStatus.pledge_id.is_not(None))):
        if under.pop(status.pledge_id, None) != status.receipt_id:
            yield Finding("receipt_states", str(status.receipt_id), "names a pledge that does not stand")
    for pledge_id in under:
        yield Finding("receipt_pledges", str(pledge_id), "stands, but its receipt does not say so")


def get_visible_liability(session: Session, liability_id: UUID, by: Actor) -> ShrinkLiability:
    """Return a liability for lost goods that `by` may see. Raises LiabilityNotFound."""
    found = session.get(ShrinkLiability, liability_id)
    if found is None or not by.sees(found.owner_id):
        raise LiabilityNotFound
    return found


def list_liabilities(
    session: Session, by: Actor, *, state: LiabilityState | None = None, cursor: str | None = None, limit: int = 50
) -> Page[ShrinkLiability]:
    """Return a page of what the store owes for lost goods, as far as `by` may see it, newest first."""
    query = select(ShrinkLiability)
    if not by.may(Permission.SEE_ALL):
        query = query.where(ShrinkLiability.owner_id == by.party_id if by.party_id is not None else false())
    if state is not None:
        query = query.where(ShrinkLiability.state == state.value)
    order = [ShrinkLiability.opened_on, ShrinkLiability.id]
    return page(session, query, order, cursor=cursor, limit=limit, descending=True)
