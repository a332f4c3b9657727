"""The serial link on a real pseudo-terminal and a real socket."""

import os
import pty
import socket
import time
import tty
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from devices.clock import SystemClock
from devices.drivers.scale import LiveWeight, ScaleDriver, ScaleProfile
from devices.errors import BadOption, LinkLost
from devices.frames import make_framer
from devices.links import LineSettings, ScriptedLink, SerialLink
from tests.devices.drivers.stage import toledo, yaohua


@dataclass
class Terminal:
    """The instrument's end of a pseudo-terminal, and the name of ours."""

    end: int
    name: str
    other: int

    def unplug(self) -> None:
        for descriptor in (self.end, self.other):
            if descriptor >= 0:
                os.close(descriptor)
        self.end = self.other = -1


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    end, other = pty.openpty()
    tty.setraw(other)
    made = Terminal(end, os.ttyname(other), other)
    yield made
    made.unplug()


def test_bytes_go_both_ways_unchanged(terminal: Terminal) -> None:
    link = SerialLink(terminal.name)
    link.open()
    link.open()
    every_byte = bytes(range(256))
    os.write(terminal.end, every_byte)
    came = b""
    while len(came) < 256:
        came += link.read(1.0)
    assert came == every_byte
    link.write(b"\x02AB03\x03\r\n")
    assert os.read(terminal.end, 64) == b"\x02AB03\x03\r\n"
    link.close()
    link.close()
    assert not link.is_open


def test_a_read_returns_as_soon_as_anything_has_come(terminal: Terminal) -> None:
    link = SerialLink(terminal.name)
    link.open()
    os.write(terminal.end, b"S")
    started = time.monotonic()
    assert link.read(5.0) == b"S"
    assert time.monotonic() - started < 1
    assert link.read(0.01) == b""
    link.close()


def test_input_can_be_discarded(terminal: Terminal) -> None:
    link = SerialLink(terminal.name)
    link.open()
    os.write(terminal.end, b"late")
    assert link.read(1.0)
    os.write(terminal.end, b"later")
    time.sleep(0.05)  # a terminal has no way to say that bytes have arrived at its other end
    link.discard_input()
    assert link.read(0.01) == b""
    link.close()


def test_a_port_has_one_reader(terminal: Terminal) -> None:
    first = SerialLink(terminal.name)
    first.open()
    with pytest.raises(LinkLost):
        SerialLink(terminal.name).open()
    first.close()
    second = SerialLink(terminal.name)
    second.open()
    second.close()


def test_a_port_that_is_pulled_out_is_a_lost_link(terminal: Terminal) -> None:
    link = SerialLink(terminal.name)
    link.open()
    terminal.unplug()
    with pytest.raises(LinkLost):
        link.read(0.1)
    with pytest.raises(LinkLost):
        link.write(b"SI\r\n")
    link.close()
    with pytest.raises(LinkLost) as error:
        link.open()
    assert terminal.name in error.value.sentence_zh


def test_a_closed_link_is_a_lost_link() -> None:
    link = SerialLink("/dev/coldlot-nowhere")
    for use in (lambda: link.read(0.1), lambda: link.write(b"x"), link.discard_input, link.open):
        with pytest.raises(LinkLost):
            use()


def test_an_ethernet_converter_is_reached_by_its_socket() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        link = SerialLink(f"socket://127.0.0.1:{server.getsockname()[1]}")
        link.open()
        converter, _ = server.accept()
        with converter:
            converter.sendall(yaohua(500) * 20)
            came = b""
            while len(came) < 240:
                came += link.read(1.0)
            assert came == yaohua(500) * 20
            link.write(b"W\r")
            assert converter.recv(16) == b"W\r"
        with pytest.raises(LinkLost):
            link.read(0.1)
        link.close()


@pytest.mark.parametrize(
    ("address", "line"),
    (
        ("carrier-pigeon://roof", LineSettings()),
        ("/dev/ttyS0", LineSettings(parity="X")),
        ("/dev/ttyS0", LineSettings(data_bits=9)),
        ("/dev/ttyS0", LineSettings(stop_bits=0)),
        ("/dev/ttyS0", LineSettings(baud=9601)),
    ),
)
def test_settings_that_do_not_exist_are_refused_before_opening(address: str, line: LineSettings) -> None:
    with pytest.raises(BadOption):
        SerialLink(address, line)


def test_a_pseudo_terminal_counts_no_line_errors(terminal: Terminal) -> None:
    link = SerialLink(terminal.name, LineSettings(4800, 7, "E", 1))
    assert link.line_errors() == {}
    link.open()
    assert link.line_errors() == {}
    link.close()
    assert ScriptedLink().line_errors() == {}


def settled(driver: ScaleDriver) -> LiveWeight:
    until = time.monotonic() + 5
    while not (live := driver.poll()).stable:
        assert time.monotonic() < until, live
    return live


def test_a_scale_comes_back_when_its_adapter_is_plugged_in_again(terminal: Terminal) -> None:
    link = SerialLink(terminal.name)
    profile = ScaleProfile(e_grams=1000, period_ms=20, reopen_first_ms=20, reopen_last_ms=40)
    driver = ScaleDriver(link, make_framer("toledo-continuous"), profile, SystemClock())
    driver.poll()
    os.write(terminal.end, toledo(500) * 4)
    assert settled(driver).weight_grams == 500_000
    terminal.unplug()
    lost = driver.poll()
    assert (lost.weight_grams, lost.known) == (None, False)

    again, other = pty.openpty()
    tty.setraw(other)
    link.address = os.ttyname(other)  # usually the same number again; a by-id path hides the difference
    link._port.port = link.address
    until = time.monotonic() + 5
    while not link.is_open:
        driver.poll()
        assert time.monotonic() < until
    os.write(again, toledo(700) * 4)
    assert settled(driver).weight_grams == 700_000
    driver.close()
    os.close(again)
    os.close(other)
