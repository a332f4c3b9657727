"""When a weight was taken, of a gateway whose clock was set only later."""

from datetime import datetime

from sqlalchemy.orm import Session

from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.lots.errors import WeightRecordNotYetHere
from wms.lots.queries.weights import find_weight_record
from wms.lots.rules.requests import RecordKey
from wms.lots.tables import WeightTime


def tell_weight_time(session: Session, key: RecordKey, taken_at: datetime, *, at: Moment) -> None:
    """Keep the instant at which a record of a free clock was really taken; the record itself stays as it came.

    The first word counts; a repeat changes nothing. Raises WeightRecordNotYetHere.
    """
    record = find_weight_record(session, key.gateway, key.epoch, key.sequence)
    if record is None:
        raise WeightRecordNotYetHere(gateway=key.gateway, epoch=key.epoch, sequence=key.sequence)
    if session.get(WeightTime, record.id) is None:
        append(session, WeightTime(record_id=record.id, taken_at=taken_at, told_at=at.at))
