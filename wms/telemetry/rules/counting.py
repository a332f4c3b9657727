"""What a device's own counter of its messages tells of those that never came. Pure."""

from dataclasses import dataclass

LATE = 16  # so far back it is an old message that took its time; further back the device has begun anew


@dataclass(frozen=True, slots=True)
class Count:
    """A device's number of one message; `modulus` where it wraps, `begins` where the device says that it begins."""

    device: str
    number: int
    modulus: int | None = None
    begins: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """From one number to the next: how many between them never came, and whether the device has begun anew."""

    missed: int = 0
    anew: bool = False
    late: bool = False


def step(before: int, now: Count) -> Step:
    """Return what lies between the newest number heard before and this one."""
    if now.begins:
        return Step(anew=True)
    ahead = now.number - before if now.modulus is None else (now.number - before) % now.modulus
    if now.modulus is not None and ahead > now.modulus - LATE:
        ahead -= now.modulus
    if ahead < -LATE:
        return Step(anew=True)
    return Step(late=True) if ahead <= 0 else Step(missed=ahead - 1)
