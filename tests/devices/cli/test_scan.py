"""The command ``scan``: which settings and which protocol a port speaks."""

import contextlib
import os
import pty
import random
import subprocess
import sys
import threading
import tty
from collections.abc import Iterator

import click
import pytest

from devices.cli.scan import listen, requests, settings_to_try
from devices.clock import ManualClock
from devices.errors import LinkLost
from devices.links import LineSettings, ScriptedLink
from tests.devices.drivers.stage import toledo


class SlowScript(ScriptedLink):
    """A script whose reads take the time they were given."""

    def __init__(self, clock: ManualClock, *script: bytes) -> None:
        super().__init__(script)
        self._clock = clock

    def discard_input(self) -> None:
        """What stands in the script comes after the port was opened."""

    def read(self, timeout_s: float) -> bytes:
        self._clock.pause(timeout_s)
        return super().read(timeout_s)


@contextlib.contextmanager
def talking(frame: bytes) -> Iterator[str]:
    """A pseudo-terminal with an instrument that repeats one frame for ever."""
    end, other = pty.openpty()
    tty.setraw(other)
    stop = threading.Event()

    def talk() -> None:
        os.set_blocking(end, False)
        while not stop.wait(0.01):
            with contextlib.suppress(BlockingIOError):  # nobody listens just now
                os.write(end, frame)

    thread = threading.Thread(target=talk)
    thread.start()
    try:
        yield os.ttyname(other)
    finally:
        stop.set()
        thread.join()
        os.close(end)
        os.close(other)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-m", "devices", "scan", *arguments]
    return subprocess.run(program, capture_output=True, text=True, timeout=60, check=False)


def test_a_talking_scale_is_recognised() -> None:
    with talking(toledo(500)) as port:
        done = run(port, "--seconds", "0.5")
    assert done.returncode == 0
    assert "9600 8N1, toledo-continuous" in done.stdout
    assert "500000 g" in done.stdout
    assert done.stdout.count("bytes") == 1, "a certain answer ends the search"


def test_all_settings_are_tried_when_told_to() -> None:
    with talking(toledo(500)) as port:
        done = run(port, "--seconds", "0.2", "--all", "--bauds", "4800,9600", "--formats", "8N2,7E1,8N1")
    heard = [line.split(":")[0] for line in done.stdout.splitlines() if ": " in line and "bytes" in line]
    assert heard == ["4800 8N2", "9600 8N2", "4800 8N1", "9600 8N1"]
    assert "4800 7E1: not possible" in done.stdout, "a pseudo-terminal cannot leave out a bit"


def test_noise_is_not_explained() -> None:
    with talking(random.Random(5).randbytes(200)) as port:
        done = run(port, "--seconds", "0.2", "--bauds", "9600", "--formats", "8N1")
    assert done.returncode == 0
    assert "未识别到协议" in done.stdout
    assert "Most likely" not in done.stdout


def test_the_direction_of_equals_frames_is_left_to_the_reader() -> None:
    with talking(b"=00.3000") as port:
        done = run(port, "--seconds", "0.3", "--bauds", "9600", "--formats", "8N1")
    assert "yaohua-equals" in done.stdout
    assert "compare with the display" in done.stdout


def test_a_port_that_is_not_there() -> None:
    done = run("/dev/coldlot-nowhere")
    assert done.returncode == 1
    assert "Error: " in done.stderr
    assert "错误：" in done.stderr


@pytest.mark.parametrize(("bauds", "formats"), (("fast", "8N1"), ("9600", "8"), ("9600", "")))
def test_settings_out_of_form(bauds: str, formats: str) -> None:
    with pytest.raises(click.BadParameter):
        settings_to_try("/dev/ttyS0", bauds, formats)


def test_a_socket_has_one_setting() -> None:
    assert settings_to_try("socket://127.0.0.1:4001", "9600,4800", "8N1,7E1") == [LineSettings()]


def test_listening_ends_in_time_and_asks_in_turn() -> None:
    clock = ManualClock()
    link = SlowScript(clock, b"abc", b"def")
    assert listen(link, clock, 2.0, [b"W", b"SI\r\n"]) == b"abcdef"
    assert clock.tick_ms() == 2000
    assert link.written == [b"W", b"SI\r\n", b"W", b"SI\r\n"]
    assert not link.is_open


def test_the_port_is_let_go_when_it_breaks() -> None:
    clock = ManualClock()
    link = SlowScript(clock)
    link.play(LinkLost(address="script", reason="pulled out"))
    with pytest.raises(LinkLost):
        listen(link, clock, 2.0, [])
    assert not link.is_open


def test_nothing_asked_moves_a_zero_or_a_tare() -> None:
    assert not {b"Z", b"T", b"C", b"Z\r\n", b"T\r\n", b"C\r\n", b"Z\r"} & set(requests())
