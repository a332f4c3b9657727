"""What can be done with messages before a transaction begins: read them, and gather their readings by sensor."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from devices.messages import ROOT, BadMessage
from wms.telemetry.actions.burying import Arrived
from wms.telemetry.rules.strands import Gathered, Lean, Said, gather, look_at, read

OWN = f"{ROOT}/"


@dataclass(frozen=True, slots=True)
class Prepared:
    """Messages as they came, ours with what they say or why nothing can be read; never changed.

    Nothing here depends on what the database holds: whatever happens until it is received, it stays right.
    """

    own: tuple[tuple[Arrived, Said | BadMessage], ...]
    foreign: tuple[Arrived, ...]
    gathered: Gathered


def prepare(arrived: Iterable[Arrived]) -> Prepared:
    """Read messages and gather their readings, without a session; any number of threads may do so."""
    letters = list(arrived)
    own = [letter for letter in letters if letter.topic.startswith(OWN)]
    foreign = [letter for letter in letters if not letter.topic.startswith(OWN)]
    heard = [(letter, _read(letter)) for letter in own]
    gathered = gather(in_order([said[1] for _, said in heard if not isinstance(said, BadMessage)]))
    if not gathered.familiar:
        heard = [(letter, _looked_at(letter, said)) for letter, said in heard]
        gathered = gather(in_order([said[1] for _, said in heard if not isinstance(said, BadMessage)]))
    return Prepared(tuple(heard), tuple(foreign), gathered)


def in_order(messages: Sequence[object]) -> list[Lean]:
    """Return the lean ones of some messages in the order of their keys."""
    leans = [message for message in messages if isinstance(message, Lean)]
    return sorted(leans, key=lambda lean: (lean.gw, lean.ep, lean.seq))


def _read(letter: Arrived) -> Said | BadMessage:
    try:
        return read(letter.topic, letter.payload)
    except BadMessage as error:
        return error


def _looked_at(letter: Arrived, said: Said | BadMessage) -> Said | BadMessage:
    if isinstance(said, BadMessage) or not isinstance(said[1], Lean):
        return said
    try:
        look_at(said[1], letter.topic, letter.payload)
    except BadMessage as error:
        return error
    return said
