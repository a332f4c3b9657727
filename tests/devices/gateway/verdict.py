"""The verdict over a campaign of faults: the simulator's own log on one side, what the server has on the other."""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from devices.messages import DeviceEvent, Measurements, Message, Weighing

MOMENT_MS = 1_500  # from an answer on the line to its fsync, on a busy machine
SAME_MS = 600  # a reading's stamp after its answer; below the pace of polling, so that neighbours are not mixed up
SLOW_MS = 3_000  # the same, for what the first look left over: the machine was busy
GAP_MS = 6_000  # an answer that came too late, three times over, is stored as a reading without a value
UNDER_WAY_MS = 5_000  # at the end: read, and not yet at the server
AGAIN_MS = 900  # two answers of one probe closer than its pace: the first came too late and was asked for again
LEVER_MS = 100  # when a step takes hold
PEACE_MS = 15_000  # before a load, without a closed port: what was on the scale before is known
HEARD_MIN = 8  # frames of a load that stood still
KEPT_OF = re.compile(r"(\d+) of (\d+) readings kept")


@dataclass
class Log:
    """What was done, and when: ms UTC of the machine's true clock."""

    done: Counter[str] = field(default_factory=Counter)
    closed: list[tuple[int, int]] = field(default_factory=list)  # the gateway was down, or a port was out
    full: list[tuple[int, int]] = field(default_factory=list)  # the spool was full
    offsets: list[tuple[int, int]] = field(default_factory=lambda: [(0, 0)])  # the gateway's clock was wrong by

    def is_closed(self, at: int) -> bool:
        """Whether an instant lies in a closed window, or so shortly before one that nothing can have been saved."""
        return any(began - MOMENT_MS <= at <= ended + MOMENT_MS for began, ended in self.closed)

    def is_full(self, at: int) -> bool:
        """Whether an instant's reading may have been thinned; those in the spool when it filled up may be older."""
        return any(began <= at <= ended for began, ended in self.full)

    def windows(self) -> dict[str, list[tuple[int, int]]]:
        """Everything but the counts, for the report."""
        return {"closed": self.closed, "full": self.full, "offsets": self.offsets}

    def offsets_within(self, first: int, last: int) -> set[int]:
        """Every error the gateway's clock had in that time."""
        before = [offset for since, offset in self.offsets if since <= first - LEVER_MS][-1:]
        within = [offset for since, offset in self.offsets if first - LEVER_MS < since <= last + LEVER_MS]
        return {*before, *within}


@dataclass
class Report:
    """Every count of a campaign; printed as JSON whatever the outcome."""

    faults: dict[str, int]
    messages: int = 0
    numbers_named_lost: int = 0
    answers: int = 0
    answers_unheard: int = 0
    readings_stored: int = 0
    readings_slow: int = 0
    readings_asked_for_again: int = 0
    readings_told_as_a_gap: int = 0
    readings_lacking_closed: int = 0
    readings_lacking_thinned: int = 0
    readings_thinned_by_its_own_word: int = 0
    readings_lacking_at_the_end: int = 0
    readings_lacking_unexplained: int = 0
    readings_invented: int = 0
    loads: int = 0
    loads_in_peace: int = 0
    loads_in_peace_lacking: int = 0
    loads_taken_twice: int = 0
    weighings: int = 0
    weighings_of_nothing: int = 0
    clock_steps_told: int = 0
    troubles: list[str] = field(default_factory=list)

    def assert_clean(self) -> None:
        """Raises AssertionError with the whole report."""
        bad = (
            self.readings_lacking_unexplained, self.readings_invented, self.loads_in_peace_lacking,
            self.loads_taken_twice, self.weighings_of_nothing, len(self.troubles),
        )  # fmt: skip
        assert not any(bad), self
        assert self.readings_stored, self
        assert self.weighings, self


MERGED = "the losses of"  # one event that stands for many: their own words are gone

Said = tuple[int, str, Decimal, int]  # ms UTC, sensor, value, address
Key = tuple[int, int]
Load = tuple[int, int | None, int, int]  # stood still from, until (ms UTC), grams, frames heard
Values = dict[str, Decimal]


def judge(log: Log, truth: list[dict[str, Any]], stored: dict[Key, Message], values_of: Any) -> Report:
    """The report; `values_of` makes an answer in the truth into what each sensor must say."""
    report = Report(dict(log.done), messages=len(stored))
    events = [one for one in stored.values() if isinstance(one, DeviceEvent)]
    _judge_numbers(report, stored, events)
    report.clock_steps_told = sum(one.k == "clock-step" for one in events)
    batches = [one for one in stored.values() if isinstance(one, Measurements)]
    _judge_readings(report, log, [line for line in truth if line["k"] == "answer"], batches, values_of)
    weighings = [one for one in stored.values() if isinstance(one, Weighing)]
    _judge_weighings(report, log, truth, weighings)
    _judge_thinning(report, events)
    return report


def _judge_numbers(report: Report, stored: dict[Key, Message], events: list[DeviceEvent]) -> None:
    """One epoch, and every number up to the last is here or named by an event that is here."""
    if {epoch for epoch, _seq in stored} != {1}:
        report.troubles.append(f"epochs {sorted({epoch for epoch, _seq in stored})}")
    named = {number for event in events for first, last in event.lost or () for number in range(first, last + 1)}
    here = {seq for _epoch, seq in stored}
    report.numbers_named_lost = len(named)
    holes = set(range(1, max(here) + 1)) - here - named
    if holes:
        report.troubles.append(f"numbers that never came and nobody named: {sorted(holes)[:20]}")
    for event in events:
        for kept, of in KEPT_OF.findall(event.text or ""):
            report.readings_thinned_by_its_own_word += int(of) - int(kept)


def _judge_thinning(report: Report, events: list[DeviceEvent]) -> None:
    """What a full spool lost is named, and not more lacks than the gateway says it gave up."""
    if report.readings_lacking_thinned and not report.numbers_named_lost:
        report.troubles.append("readings were thinned and nothing was named")
    is_counted = not any(MERGED in (event.text or "") for event in events)
    if is_counted and report.readings_lacking_thinned > report.readings_thinned_by_its_own_word:
        report.troubles.append("more readings lack than were thinned")


def _judge_readings(
    report: Report, log: Log, answers: list[dict[str, Any]], batches: list[Measurements], values_of: Any
) -> None:
    """Every heard answer is a reading of that value within a moment; no reading is without an answer."""
    free = _readings(report, batches)
    report.readings_stored = sum(len(series) for series in free.values())
    report.answers = len(answers)
    report.answers_unheard = sum(not answer["heard"] for answer in answers)
    said = [
        (answer["at"], sensor, value, answer["address"])
        for answer in answers
        if answer["heard"]
        for sensor, value in values_of(answer).items()
    ]
    # A clock set back gives two answers one stamp. Where one of them may lack, the other has the first claim on it.
    said.sort(key=lambda one: (log.is_full(one[0]) or log.is_closed(one[0]), one[0]))
    missed = [one for one in said if not _take(log, free[one[1]], one, SAME_MS)]
    lacking = [one for one in missed if not _take(log, free[one[1]], one, SLOW_MS)]
    report.readings_slow = len(missed) - len(lacking)
    left = [(sensor, at, value) for sensor, series in free.items() for at, value in series]
    report.readings_invented = len(left)
    if left:
        report.troubles.append(f"readings that no instrument produced: {left[:5]}")
    asked = {(first["address"], first["at"]) for first, second in _neighbours(answers)
             if second["at"] - first["at"] < AGAIN_MS}  # fmt: skip
    again = [one for one in lacking if (one[3], one[0]) in asked]
    report.readings_asked_for_again = len(again)
    gaps = _gaps(batches)
    told = [one for one in lacking if one not in again and _is_told(log, gaps[one[1]], one[0])]
    report.readings_told_as_a_gap = len(told)
    left_over = [one[0] for one in lacking if one not in again and one not in told]
    _explain(report, log, left_over, ended=max((answer["at"] for answer in answers), default=0))


def _gaps(batches: list[Measurements]) -> dict[str, list[int]]:
    """By sensor, the instants at which it is stored that it gave no value."""
    gaps: dict[str, list[int]] = defaultdict(list)
    for batch in batches:
        for row in batch.r:
            if row.value is None:
                gaps[row.id].append(batch.t0 + row.dt)
    return gaps


def _is_told(log: Log, gaps: list[int], at: int) -> bool:
    return any(0 <= gap - at - offset <= GAP_MS for offset in log.offsets_within(at, at + GAP_MS) for gap in gaps)


def _neighbours(answers: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Each answer of a probe with the next one of the same probe."""
    before: dict[int, dict[str, Any]] = {}
    for answer in answers:
        if (first := before.get(answer["address"])) is not None:
            yield first, answer
        before[answer["address"]] = answer


def _readings(report: Report, batches: list[Measurements]) -> dict[str, list[tuple[int, Decimal]]]:
    """By sensor, in the order of time. A thinned reading may have come under two numbers: it is one all the same."""
    values: dict[tuple[str, int], Decimal] = {}
    for batch in batches:
        for row in batch.r:
            key = (row.id, batch.t0 + row.dt)
            if row.value is not None and values.setdefault(key, row.value) != row.value:
                report.troubles.append(f"two values of {key}")
    free: dict[str, list[tuple[int, Decimal]]] = defaultdict(list)
    for (sensor, at), value in sorted(values.items()):
        free[sensor].append((at, value))
    return free


def _take(log: Log, series: list[tuple[int, Decimal]], said: Said, within_ms: int) -> bool:
    """Takes the reading of that value that came soonest after its answer, by any of the clock's errors then."""
    at, _sensor, value, _address = said
    best: tuple[int, int] | None = None
    for offset in log.offsets_within(at, at + within_ms):
        start = bisect_left(series, (at + offset, Decimal("-Infinity")))
        for index in range(start, len(series)):
            after = series[index][0] - at - offset
            if after > within_ms:
                break
            if series[index][1] == value and (best is None or after < best[0]):
                best = (after, index)
    if best is None:
        return False
    del series[best[1]]
    return True


def _explain(report: Report, log: Log, lacking: list[int], ended: int) -> None:
    """Why a reading may lack: its port was closed, it was thinned and that is named, or the campaign ended first."""
    for at in lacking:
        if log.is_closed(at):
            report.readings_lacking_closed += 1
        elif log.is_full(at):
            report.readings_lacking_thinned += 1
        elif at >= ended - UNDER_WAY_MS:
            report.readings_lacking_at_the_end += 1
        else:
            report.readings_lacking_unexplained += 1
            report.troubles.append(f"lost although the gateway ran: {at}")


def _judge_weighings(report: Report, log: Log, truth: list[dict[str, Any]], weighings: list[Weighing]) -> None:
    """Each load that stood still in peace is one record of its weight; none is two, and no record is without a load."""
    report.weighings = len(weighings)
    if len({one.id for one in weighings}) != len(weighings):
        report.troubles.append("one capture under two numbers")
    loads = _loads(truth)
    taken: Counter[tuple[str, int]] = Counter()
    for one in weighings:
        mine = [key for key, load in loads.items() if key[0] == one.instrument and _is_of(log, one, load)]
        taken.update(mine[:1])
        if not mine:
            report.weighings_of_nothing += 1
            report.troubles.append(f"a weighing of nothing: {one}")
    report.loads = len(loads)
    for key, (began, ended, grams, heard) in loads.items():
        report.loads_taken_twice += taken[key] > 1
        if ended is None or heard < HEARD_MIN:
            continue
        if any(first < ended and last > began - PEACE_MS for first, last in log.closed):
            continue
        report.loads_in_peace += 1
        report.loads_in_peace_lacking += taken[key] != 1
        if taken[key] != 1:
            report.troubles.append(f"load {key} of {grams} g was taken {taken[key]} times")


def _loads(truth: list[dict[str, Any]]) -> dict[tuple[str, int], Load]:
    """Every load that stood still, by its scale and number."""
    loads: dict[tuple[str, int], Load] = {}
    for line in truth:
        if line["k"] == "settled":
            loads[(line["instrument"], line["load"])] = (line["at"], None, line["grams"], 0)
        elif line["k"] == "unsettled":
            key = (line["instrument"], line["load"])
            loads[key] = (loads[key][0], line["at"], line["grams"], line["heard"])
    return loads


def _is_of(log: Log, weighing: Weighing, load: Load) -> bool:
    began, ended, grams, _heard = load
    until = ended or began + 600_000
    return grams == weighing.weight_grams and any(
        began - 500 <= weighing.at - offset <= until + 500 for offset in log.offsets_within(began, until)
    )
