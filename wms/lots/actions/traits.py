"""What varieties want of a room."""

from dataclasses import asdict

from sqlalchemy.orm import Session

from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.lots.errors import RequestWrong
from wms.lots.rules.fit import SetVarietyTraits
from wms.lots.tables import VarietyTraits

LONGEST_VARIETY = 40


def set_variety_traits(session: Session, request: SetVarietyTraits, *, by: Actor, at: Moment) -> VarietyTraits:
    """Say how goods of a variety want to be kept from now on; what lies somewhere stays. Every field replaces.

    A repeat returns what stands. Raises Forbidden, RequestWrong, RequestIdReused.
    """
    by.must(Permission.MANAGE_FACILITY)
    first = idempotency.claim(session, request.id, "lots.set_variety_traits", asdict(request), by=by, at=at)
    row = session.get(VarietyTraits, request.variety, with_for_update=True, populate_existing=True)
    if not first and row is not None:
        return row
    if not request.variety.strip() or len(request.variety) > LONGEST_VARIETY:
        raise RequestWrong(what="variety")
    coldest, warmest = request.coldest_millidegrees, request.warmest_millidegrees
    if (coldest is None) != (warmest is None) or (coldest is not None and warmest is not None and coldest > warmest):
        raise RequestWrong(what="coldest_millidegrees, warmest_millidegrees")
    said = {name: value for name, value in asdict(request).items() if name != "id"}
    if row is None:
        row = VarietyTraits(**said)
        session.add(row)
    for name, value in said.items():
        setattr(row, name, value)
    row.set_at, row.account_id = at.at, by.account_id
    session.flush()
    audit.record(session, "lots.set_variety_traits", ("variety", request.id), by=by, at=at, **said)
    return row
