"""Dead letters: what cannot be stored is kept, once, with the reason."""

import hashlib
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy.orm import Session

from devices.messages import BadMessage, Epoch, Name, Sequence, parse_topic
from wms.kernel.clock import Moment
from wms.kernel.ids import new_id
from wms.kernel.upsert import upsert
from wms.telemetry.rules.reasons import Reason
from wms.telemetry.tables import DeadLetter

Key = tuple[str, int, int]  # gateway, epoch, sequence


@dataclass(frozen=True, slots=True)
class Arrived:
    """One message as the broker handed it over; `repeated`: it says that it may have done so before."""

    topic: str
    payload: bytes
    repeated: bool = False


def bury(session: Session, letter: Arrived, reason: Reason, *, at: Moment) -> set[Key]:
    """Keep a message that cannot be stored, with the reason, to be looked at and replayed.

    The same bytes on the same topic are kept once and counted. Returns the key it carries, if it can be read: a
    message kept here is not missing, its gateway need not send it for ever.
    """
    key = _key_of(letter)
    gateway, epoch, sequence = key or (None, None, None)
    statement = upsert(session, DeadLetter).values(
        id=new_id(at), topic=letter.topic[:300], payload=letter.payload, received_at=at.at, **_said(reason),
        digest=hashlib.sha256(letter.topic.encode() + b"\n" + letter.payload).hexdigest(), times=1, last_at=at.at,
        gateway=gateway, epoch=epoch, sequence=sequence,
    )  # fmt: skip
    again = {
        "times": DeadLetter.times + 1, "last_at": at.at, "replayed_at": None, **_said(reason),
    }  # fmt: skip
    session.execute(statement.on_conflict_do_update(index_elements=["digest"], set_=again))
    return set() if key is None else {key}


def _said(reason: Reason) -> dict[str, Any]:
    return {"reason": reason.text[:300], "code": reason.code, "details": dict(reason.values)}


class _Keyed(msgspec.Struct):
    """What must be readable of a message to know which one it is."""

    gw: Name
    ep: Epoch
    seq: Sequence


def _key_of(letter: Arrived) -> Key | None:
    try:
        topic, said = parse_topic(letter.topic), msgspec.json.decode(letter.payload, type=_Keyed)
    except (BadMessage, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    upward = topic.channel.startswith("up/") and said.gw == topic.gw
    return (said.gw, said.ep, said.seq) if upward else None
