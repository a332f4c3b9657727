"""The keeper is told while every loop turns, and not any more when one hangs."""

import socket

import pytest

from wms.workers import watchdog
from wms.workers.watchdog import Watchdog


@pytest.fixture
def keeper(tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.settimeout(0.1)
        yield listening


def told(keeper):
    try:
        return keeper.recv(200).decode()
    except TimeoutError:
        return ""


def test_it_says_ready_and_alive_but_not_at_every_turn(keeper):
    dog = Watchdog({"NOTIFY_SOCKET": keeper.getsockname()})
    beat = dog.beat("inbox")
    beat()
    assert told(keeper).split() == ["READY=1", "WATCHDOG=1"]
    beat()
    assert told(keeper) == ""


def test_one_loop_that_hangs_is_not_spoken_for_by_the_others(keeper, monkeypatch):
    dog = Watchdog({"NOTIFY_SOCKET": keeper.getsockname()})
    beat = dog.beat("inbox")
    dog.beat("outbox")
    monkeypatch.setattr(watchdog, "HANGS_S", -1.0)
    beat()
    assert told(keeper) == ""


def test_without_a_keeper_nothing_is_said():
    Watchdog({}).beat("inbox")()
    assert Watchdog({})._address == ""
