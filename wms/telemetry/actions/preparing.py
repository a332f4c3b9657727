"""What can be done with messages before a transaction begins: read them, gather their readings, lay their rows out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from devices.messages import ROOT, BadMessage
from wms.kernel import bulk
from wms.telemetry.actions.burying import Arrived
from wms.telemetry.rules.laying import COLUMNS, Identity, Key, Laid, sheet_of
from wms.telemetry.rules.strands import Gathered, Lean, Said, gather, look_at, read
from wms.telemetry.rules.vectors import wholes_by_kind
from wms.telemetry.tables import Reading

OWN = f"{ROOT}/"


class Sight(NamedTuple):
    """A sensor when it was last asked for, and its newest stamp then: what is not newer is stored another way."""

    identity: Identity
    last_ms: int


class Seen:
    """What sensors were when they were last asked for: one thread may write it while others read.

    It may be out of date; who stores what was laid out by it compares.
    """

    def __init__(self, *, sqlite: bool) -> None:
        self.sqlite = sqlite
        self.sensors: Mapping[Key, Sight] = MappingProxyType({})

    def see(self, sensors: Mapping[Key, Sight]) -> None:
        """Remember sensors as they are."""
        self.sensors = MappingProxyType({**self.sensors, **sensors})


@dataclass(frozen=True, slots=True)
class Prepared:
    """Messages as they came, ours with what they say or why nothing can be read; never changed.

    Nothing here but `laid` depends on what the database holds, and that is compared: whatever happens until it is
    received, it stays right.
    """

    own: tuple[tuple[Arrived, Said | BadMessage], ...]
    foreign: tuple[Arrived, ...]
    gathered: Gathered
    seen: Seen | None = None


def prepare(arrived: Iterable[Arrived], seen: Seen | None = None) -> Prepared:
    """Read messages and gather their readings, without a session; any number of threads may do so.

    By what was seen of sensors, their rows are laid out too; receiving them tells `seen` what they are.
    """
    letters = list(arrived)
    own = [letter for letter in letters if letter.topic.startswith(OWN)]
    foreign = [letter for letter in letters if not letter.topic.startswith(OWN)]
    heard = [(letter, _read(letter)) for letter in own]
    gathered = gather(in_order([said[1] for _, said in heard if not isinstance(said, BadMessage)]))
    if not gathered.familiar:
        heard = [(letter, _looked_at(letter, said)) for letter, said in heard]
        gathered = gather(in_order([said[1] for _, said in heard if not isinstance(said, BadMessage)]))
    if seen is not None:
        gathered = replace(gathered, laid=_lay(gathered, seen))
    return Prepared(tuple(heard), tuple(foreign), gathered, seen)


def in_order(messages: Sequence[object]) -> list[Lean]:
    """Return the lean ones of some messages in the order of their keys."""
    leans = [message for message in messages if isinstance(message, Lean)]
    return sorted(leans, key=lambda lean: (lean.gw, lean.ep, lean.seq))


def _lay(gathered: Gathered, seen: Seen) -> Laid | None:
    """Lay out the rows of sensors that all were seen and whose stamps rise from their last; None for other batches."""
    known, strands, rows = seen.sensors, gathered.strands, gathered.rows
    if rows is None or not strands.keys() <= known.keys():
        return None
    if not all([strand.rises and strand.rows.at[0] > known[key].last_ms for key, strand in strands.items()]):
        return None
    sensors = {key: known[key].identity for key in strands}
    counts = [len(strand.rows) for strand in strands.values()]
    whole = rows.with_values(wholes_by_kind(rows.value, [sensor.kind for sensor in sensors.values()], counts))
    numbers = np.repeat(np.array([sensor.number for sensor in sensors.values()], np.int32), counts)
    sheet = sheet_of(numbers, whole)
    packed = bulk.pack(Reading, COLUMNS, [sheet.columns], sheet.rows, sqlite=seen.sqlite)
    cut = zip(sensors, gathered.begins, counts, strict=True)
    runs = {key: whole.part(slice(begin, begin + count)) for key, begin, count in cut}
    return Laid(sensors, runs, sheet.spans, packed)


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
