"""``decode``: bytes of a scale on stdin, one JSON object a line on stdout."""

import io
import json
import sys
from typing import cast

import click

from devices.cli.frame_options import as_frame_options, frame_options
from devices.frames import ScaleReading, make_framer

CHUNK_BYTES = 65_536


@click.command()
@frame_options
@click.option(
    "--counts", is_flag=True, help="Say at the end, on stderr, how many frames were good and bad. 结束时报告帧数。"
)
def command(protocol: str, counts: bool, **values: object) -> None:
    """Print every frame on stdin that is valid by itself. 解码标准输入中的每一个有效帧。

    A line is written as soon as its frame is complete, so this also works on a pipe that stays open. The rules about
    first and repeated frames are the driver's and are not applied here. What a protocol does not say is null.
    """
    framer = make_framer(protocol, as_frame_options(values))
    stream = cast(io.BufferedReader, sys.stdin.buffer)  # read1 gives what is there, read waits for all of it
    while chunk := stream.read1(CHUNK_BYTES):
        _print(framer.feed(chunk))
    _print(framer.finish())
    if counts:
        said = f"frames_ok={framer.frames_ok} frames_bad={framer.frames_bad} bytes_discarded={framer.bytes_discarded}"
        click.echo(said, err=True)


def _print(readings: list[ScaleReading]) -> None:
    for reading in readings:
        sys.stdout.write(json.dumps(as_record(reading)) + "\n")
    sys.stdout.flush()


def as_record(reading: ScaleReading) -> dict[str, object]:
    """A reading as the object that is printed: grams, lower-case hex."""
    return {
        "protocol": reading.protocol,
        "weight_grams": reading.weight_grams,
        "stable": reading.stable,
        "net": reading.net,
        "tare_grams": reading.tare_grams,
        "flags": list(reading.flags),
        "raw": reading.raw.hex(),
    }
