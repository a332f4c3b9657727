"""The reference frames, as the tests use them."""

import json
from dataclasses import dataclass
from pathlib import Path

from devices.frames import FrameOptions, Framer, ScaleReading, make_framer

FILE = Path(__file__).parents[2] / "vectors" / "frames.json"
WITH_CHECK = {"yaohua-continuous", "yaohua-command", "yaohua-a12", "toledo-continuous"}


@dataclass(frozen=True)
class Case:
    """One frame, how its instrument is set up, and what it must be read as."""

    name: str
    protocol: str
    frame: bytes
    options: dict
    expect: dict

    def framer(self) -> Framer:
        return make_framer(self.protocol, FrameOptions(**self.options))


def load() -> list[Case]:
    found = []
    for number, one in enumerate(json.loads(FILE.read_text(encoding="utf-8"))):
        frame = bytes.fromhex(one["hex"])
        name = f"{number}-{one['protocol']}"
        found.append(Case(name, one["protocol"], frame, one.get("options", {}), one["expect"]))
    return found


CASES = load()


def as_expected(case: Case, reading: ScaleReading) -> bool:
    """Whether a reading says what the case names, in all it names, with the bytes it came from."""
    said = {name: getattr(reading, name) for name in case.expect}
    said["flags"] = list(reading.flags)
    return said == case.expect and reading.raw == case.frame and reading.protocol == case.protocol


def read(case: Case, *chunks: bytes) -> list[ScaleReading]:
    """All readings of a fresh framer fed with the chunks, up to the end of the stream."""
    framer = case.framer()
    readings = [reading for chunk in chunks for reading in framer.feed(chunk)]
    return readings + framer.finish()
