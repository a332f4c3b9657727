"""The gate asks one thing more than billing: whether who drives out with the goods may fetch them."""

from uuid import UUID

from sqlalchemy.orm import Session

from wms import billing
from wms.kernel.actor import Actor
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.pickup.errors import AuthorityUsedUp, CollectorIdDiffers, CollectorNotAuthorised
from wms.pickup.queries import Standing, authorities_for, is_of_the_house, receiver_of
from wms.pickup.rules import PassGate, is_shown
from wms.pickup.tables import AuthorityUse, CollectorAuthority


def pass_gate(session: Session, request: PassGate, *, by: Actor, at: Moment) -> billing.GatePass:
    """Let a truck out on its code, once, with a collector who is the receiver, its own, or authorised for this truck.

    The receiver is the buyer of a sale, else the owner. Who was authorised shows an identity card with the right end.
    Locks the pass and the authorities. A repeat returns the pass.
    Raises Forbidden and what else billing's gate refuses, CollectorNotAuthorised, CollectorIdDiffers, AuthorityUsedUp.
    """
    wanted = billing.PassGate(request.id, request.code, request.plate, request.gate_grams)
    row = billing.pass_gate(session, wanted, by=by, at=at)
    if session.get(AuthorityUse, row.id) is not None or row.passed_at != at.at:
        return row  # said before
    order = billing.get_exit(session, row.exit_id)
    receiver = receiver_of(session, order)
    if is_of_the_house(session, order, receiver, at.on):
        return row
    used = _authority(session, receiver.id, receiver.name, order, request.collector_id, at)
    append(session, AuthorityUse(pass_id=row.id, authority_id=used.id, units=order.units, used_at=at.at))
    return row


def _authority(
    session: Session, party_id: UUID, receiver: str, order: billing.ExitOrder, shown: str, at: Moment
) -> CollectorAuthority:
    found = authorities_for(session, party_id, order.collector_name, order.plate, at.on)
    if not found:
        raise CollectorNotAuthorised(collector=order.collector_name, receiver=receiver, plate=order.plate)
    mine = [
        item for item in found if is_shown(item.authority.id, item.authority.id_tail, item.authority.id_digest, shown)
    ]
    if not mine:
        raise CollectorIdDiffers(collector=order.collector_name)
    enough = next((item for item in mine if covers(item, order.units)), None)
    if enough is None:
        left = max(item.units_left or 0 for item in mine)
        raise AuthorityUsedUp(collector=order.collector_name, left=left, units=order.units)
    return enough.authority


def covers(item: Standing, units: int) -> bool:
    """Tell whether an authority still covers so many units."""
    return item.units_left is None or item.units_left >= units
