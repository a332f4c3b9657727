"""Damages and claims, for who may see the goods."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import Select, false, func, select
from sqlalchemy.orm import Session

from wms import ledger, parties
from wms.dock.errors import ClaimNotFound, DamageNotFound
from wms.dock.rules.damage import ClaimState
from wms.dock.tables import Damage, InsuranceClaim
from wms.kernel.actor import Actor, Permission
from wms.kernel.evidence import Finding, check_rows
from wms.kernel.paging import Page, page

PROCEEDS = "L:InsuranceProceeds:"


def get_damage(session: Session, damage_id: UUID, by: Actor) -> Damage:
    """Return a damage report of goods `by` may see. Raises DamageNotFound."""
    found = session.get(Damage, damage_id)
    if found is None or not by.sees(found.owner_id):
        raise DamageNotFound
    return found


def list_damages(
    session: Session, by: Actor, *, lot_id: UUID | None = None, cursor: str | None = None, limit: int = 50
) -> Page[Damage]:
    """Return a page of the damages `by` may see, newest first; of one lot if named."""
    query: Select[Damage] = select(Damage)
    if not by.may(Permission.SEE_ALL):
        query = query.where(Damage.owner_id == by.party_id if by.party_id is not None else false())
    if lot_id is not None:
        query = query.where(Damage.lot_id == lot_id)
    return page(session, query, [Damage.found_on, Damage.id], cursor=cursor, limit=limit, descending=True)


def claim_of(session: Session, damage_id: UUID) -> InsuranceClaim | None:
    """Return the claim for a damage, or None."""
    return session.scalar(select(InsuranceClaim).where(InsuranceClaim.damage_id == damage_id))


def lock_claim(session: Session, claim_id: UUID, by: Actor) -> InsuranceClaim:
    """Return a visible claim, locked until the transaction ends and read afresh. Raises ClaimNotFound."""
    found = session.get(InsuranceClaim, claim_id, with_for_update=True, populate_existing=True)
    if found is None or not by.sees(found.owner_id):
        raise ClaimNotFound
    return found


def check_claims(session: Session) -> Iterator[Finding]:
    """Yield changed evidence, and insurers' money that is neither with us nor with its owner."""
    yield from check_rows(session, Damage)
    query = select(InsuranceClaim.owner_id, func.sum(InsuranceClaim.paid_fen)).where(
        InsuranceClaim.state == ClaimState.PAID.value
    )
    held = {owner_id: int(fen) for owner_id, fen in session.execute(query.group_by(InsuranceClaim.owner_id))}
    for owner_id in session.scalars(select(InsuranceClaim.owner_id).distinct()):
        code = parties.get_party(session, owner_id).code
        booked = -ledger.balance(session, PROCEEDS + code)
        if booked != held.get(owner_id, 0):
            yield Finding("insurance_claims", code, f"{held.get(owner_id, 0)} fen wait; the ledger says {booked}")
