"""Authorities to collect: given by the receiver itself or written down from its paper, and revoked."""

from dataclasses import asdict

from sqlalchemy.orm import Session

from wms import billing, parties
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.pickup.errors import AuthorityInvalid, AuthorityNeedsPaper, AuthorityRevoked
from wms.pickup.queries import get_authority
from wms.pickup.rules import TAIL, AuthoriseCollector, RevokeAuthority, digest_of, tail_of
from wms.pickup.tables import AuthorityRevocation, CollectorAuthority


def authorise_collector(session: Session, request: AuthoriseCollector, *, by: Actor, at: Moment) -> CollectorAuthority:
    """Let a person fetch goods of a party on one truck for some days; of the identity number only the end is kept.

    Given by the party itself, or by staff who name its paper. A repeat returns the first row.
    Raises Forbidden, PartyNotFound, AuthorityInvalid, AuthorityNeedsPaper, RequestIdReused.
    """
    by.must(Permission.ORDER_EXIT)
    tail = tail_of(request.id_number)
    kept = asdict(request) | {"id_number": digest_of(request.id, request.id_number) or tail}
    if not idempotency.claim(session, request.id, "pickup.authorise_collector", kept, by=by, at=at):
        return session.get_one(CollectorAuthority, request.id)
    party = parties.get_visible_party(session, request.party_id, by)
    plate = billing.normal_plate(request.plate)
    days = max(request.from_on, at.on) < request.until_on
    if not (request.collector_name.strip() and len(tail) == TAIL and plate and days):
        raise AuthorityInvalid
    if request.units_most is not None and request.units_most < 1:
        raise AuthorityInvalid
    own = by.party_id == party.id
    if not own and not request.document.strip():
        raise AuthorityNeedsPaper
    row = CollectorAuthority(
        id=request.id,
        party_id=party.id,
        collector_name=request.collector_name.strip(),
        id_tail=tail,
        id_digest=digest_of(request.id, request.id_number),
        plate=plate,
        units_most=request.units_most,
        from_on=request.from_on,
        until_on=request.until_on,
        document=request.document.strip(),
        granted_by_party=own,
        granted_by_account_id=by.account_id,
        granted_at=at.at,
    )
    append(session, row)
    audit.record(
        session, "pickup.authorise_collector", ("party", party.id), by=by, at=at, collector=row.collector_name,
        plate=plate,
    )  # fmt: skip
    return row


def revoke_authority(session: Session, request: RevokeAuthority, *, by: Actor, at: Moment) -> AuthorityRevocation:
    """End an authority now. Locks it. A repeat returns the first end.

    Raises Forbidden, AuthorityNotFound, AuthorityRevoked, RequestIdReused.
    """
    by.must(Permission.ORDER_EXIT)
    first = idempotency.claim(session, request.id, "pickup.revoke_authority", asdict(request), by=by, at=at)
    authority = get_authority(session, request.authority_id, by)
    session.get_one(CollectorAuthority, authority.id, with_for_update=True)
    found = session.get(AuthorityRevocation, authority.id)
    if not first and found is not None:
        return found
    if found is not None:
        raise AuthorityRevoked
    row = AuthorityRevocation(
        authority_id=authority.id, reason=request.reason[:200], account_id=by.account_id, revoked_at=at.at
    )
    append(session, row)
    audit.record(session, "pickup.revoke_authority", ("party", authority.party_id), by=by, at=at, plate=authority.plate)
    return row
