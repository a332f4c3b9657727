"""One frame, one reading: what the tests of single protocols say most often."""

from devices.frames import FrameOptions, ScaleReading, make_framer


def readings(protocol: str, stream: bytes | str, **options: object) -> list[ScaleReading]:
    """Everything a fresh framer reads from a stream to its end."""
    framer = make_framer(protocol, FrameOptions(**options))  # type: ignore[arg-type]
    data = stream.encode("latin-1") if isinstance(stream, str) else stream
    return framer.feed(data) + framer.finish()


def reading(protocol: str, stream: bytes | str, **options: object) -> ScaleReading:
    """The one reading of a stream that holds exactly one."""
    found = readings(protocol, stream, **options)
    assert len(found) == 1, found
    return found[0]


def said(one: ScaleReading) -> tuple[int | None, bool | None, bool | None, int | None, tuple[str, ...]]:
    """Weight, stable, net, tare and flags."""
    return (one.weight_grams, one.stable, one.net, one.tare_grams, one.flags)
