"""The outbox: reactions exactly once, sends at least once, and one bad row never holds up the rest."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest

from tests.lots.make import NOW, later
from wms.kernel import outbox
from wms.kernel.clock import Moment
from wms.kernel.outbox import OutboxRow
from wms.workers import outbox as loop
from wms.workers.outbox import FileSms, OutboxWorker


class Hands:
    """A clock to turn."""

    def __init__(self):
        self.at = NOW

    def __call__(self):
        return self.at

    def turn(self, seconds):
        self.at = Moment(self.at.at + timedelta(seconds=seconds), self.at.on)


@pytest.fixture
def hands():
    return Hands()


@pytest.fixture
def done(monkeypatch):
    """A reaction that writes a row of its own, as reactions do, and fails as its payload says."""
    errors = {"assertion": AssertionError("no"), "type": TypeError("no"), "lookup": KeyError("no")}

    def react(session, payload, at):
        outbox.put(session, "test.effect", payload["n"], {}, at=at)
        if "fail" in payload:
            raise errors[payload["fail"]]

    monkeypatch.setitem(loop.REACTIONS, "test.fact", react)


def put(database, topic, key, **payload):
    return database.write(lambda s: outbox.put(s, topic, key, {"n": key, **payload}, at=NOW))


def row(database, row_id):
    return database.read(lambda s: s.get_one(OutboxRow, row_id))


def effects(database):
    return database.read(lambda s: s.query(OutboxRow).filter_by(topic="test.effect").count())


def test_a_reaction_happens_once(database, hands, done):
    row_id = put(database, "test.fact", "a")
    assert put(database, "test.fact", "a") == row_id
    worker = OutboxWorker(database, hands, {})
    assert (worker.work_once(), worker.work_once()) == (1, 0)
    assert (row(database, row_id).done_at, effects(database)) == (NOW.at, 1)
    hands.turn(7200)
    assert (worker.work_once(), effects(database)) == (0, 1)


@pytest.mark.parametrize("fail", ("assertion", "type", "lookup"))
def test_a_failed_reaction_leaves_nothing_and_comes_again_later_and_later(database, hands, done, fail):
    bad, good = put(database, "test.fact", "a", fail=fail), put(database, "test.fact", "b")
    worker = OutboxWorker(database, hands, {})
    assert worker.work_once() == 2
    assert (row(database, good).done_at, effects(database)) == (NOW.at, 1)
    waits = []
    for _ in range(14):
        found = row(database, bad)
        assert found.done_at is None
        assert found.last_problem
        waits.append(int((found.due_at - hands.at.at).total_seconds()))
        hands.turn(waits[-1] - 1)
        assert worker.work_once() == 0
        hands.turn(1)
        assert worker.work_once() == 1
    assert waits[:4] == [2, 4, 8, 16]
    assert waits[-1] == 3600
    assert effects(database) == 1


def test_a_send_that_fails_is_sent_again_with_its_key(database, hands, tmp_path):
    sent = []

    def send(key, payload):
        sent.append(key)
        if len(sent) == 1:
            raise OSError("the provider is away")

    row_id = put(database, "send.sms", "a")
    worker = OutboxWorker(database, hands, {"send.sms": send})
    worker.work_once()
    hands.turn(2)
    worker.work_once()
    assert (sent, row(database, row_id).done_at) == ([row_id, row_id], hands.at.at)
    FileSms(tmp_path / "sms" / "out.jsonl")(row_id, {"phone": "1"})
    assert json.loads((tmp_path / "sms" / "out.jsonl").read_text()) == {"key": str(row_id), "phone": "1"}


def test_a_row_whose_worker_was_killed_is_worked_when_its_lease_is_over(database, hands, done):
    put(database, "test.fact", "a")
    assert len(database.write(lambda s: outbox.lease(s, ("test.fact",), at=NOW))) == 1
    worker = OutboxWorker(database, hands, {})
    assert worker.work_once() == 0
    hands.turn(60)
    assert (worker.work_once(), effects(database)) == (1, 1)


def test_what_another_worker_has_done_stays_done(database, done, hands):
    row_id = put(database, "test.fact", "a")
    OutboxWorker(database, hands, {}).work_once()
    database.write(lambda s: outbox.failed(s, row_id, "too late", at=later()))
    assert (row(database, row_id).due_at, row(database, row_id).last_problem) == (None, None)
    assert uuid4() != row_id
