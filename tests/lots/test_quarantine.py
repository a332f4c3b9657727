"""Quarantine is let go by two people, in the action and in the database."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.lots import make
from wms import lots
from wms.kernel.actor import Actor
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden
from wms.kernel.idempotency import RequestIdReused

FIRST = make.actor("Ines, inspector", make.P.SEE_ALL, make.P.INSPECT)


@pytest.fixture
def hold(database: Database, store: make.Store) -> lots.LotHold:
    def work(session: Session) -> lots.LotHold:
        lot = make.lot(session, store)
        return make.hold(session, lot.id, 4, lots.HoldReason.QUARANTINE)

    return database.write(work)


def ask(database: Database, hold: lots.LotHold, by: Actor = FIRST, **changes: Any) -> lots.QuarantineRelease:
    wanted = lots.AskRelease(**{"id": uuid4(), "hold_id": hold.id, "reason": "sampled again: sound", **changes})
    return database.write(lambda s: lots.ask_release(s, wanted, by=by, at=make.NOW))


def decide(database: Database, wanted: lots.DecideRelease, by: Actor = make.ESHA) -> lots.QuarantineRelease:
    return database.write(lambda s: lots.decide_release(s, wanted, by=by, at=make.NOW))


def test_one_asks_and_another_lets_go(database: Database, hold: lots.LotHold) -> None:
    with make.refused(database, lots.QuarantineNeedsTwo):
        database.write(lambda s: lots.lift_hold(s, hold.id, by=make.ESHA, at=make.NOW))
    asked = ask(database, hold)
    with make.refused(database, lots.ReleaseDecided):
        ask(database, hold, by=make.ESHA)
    wanted = lots.DecideRelease(uuid4(), asked.id, True)
    with make.refused(database, lots.ReleaseSamePerson):
        decide(database, wanted, by=FIRST)
    assert decide(database, wanted).state == "released"
    before = make.picture(database)
    assert decide(database, wanted).state == "released"
    assert make.picture(database) == before
    assert database.read(lambda s: lots.get_lot(s, hold.lot_id).quarantine_units) == 0
    with make.refused(database, lots.HoldNotOpen):
        ask(database, hold)
    with make.refused(database, lots.ReleaseDecided):
        decide(database, lots.DecideRelease(uuid4(), asked.id, True))
    with make.refused(database, RequestIdReused):
        decide(database, lots.DecideRelease(wanted.id, asked.id, False, "no"))
    database.read(make.sound)


def test_what_is_kept_says_why_and_may_be_asked_again(database: Database, hold: lots.LotHold) -> None:
    asked = ask(database, hold)
    with make.refused(database, lots.ReleaseNeedsReason):
        decide(database, lots.DecideRelease(uuid4(), asked.id, False))
    assert decide(database, lots.DecideRelease(uuid4(), asked.id, False, "still soft")).state == "kept"
    assert database.read(lambda s: lots.get_lot(s, hold.lot_id).quarantine_units) == 4
    ask(database, hold)
    assert [row.state for row in database.read(lambda s: lots.releases_of(s, hold.lot_id))].count("asked") == 1


def test_who_may_and_what_is_not_there(database: Database, store: make.Store, hold: lots.LotHold) -> None:
    with make.refused(database, Forbidden):
        ask(database, hold, by=make.NOBODY)
    with make.refused(database, lots.LotNotFound):
        ask(database, hold, by=store.stranger(make.P.INSPECT))
    with make.refused(database, lots.HoldNotFound):
        ask(database, hold, hold_id=uuid4())
    with make.refused(database, lots.ReleaseNeedsReason):
        ask(database, hold, reason=" ")
    with make.refused(database, lots.ReleaseNotFound):
        decide(database, lots.DecideRelease(uuid4(), uuid4(), True))


def test_the_database_refuses_one_pair_of_eyes(database: Database, hold: lots.LotHold) -> None:
    asked = ask(database, hold)

    def alone(session: Session) -> None:
        row = session.get_one(lots.QuarantineRelease, asked.id)
        row.state, row.decider_eyes, row.decided_at = "released", row.asker_eyes, make.NOW.at
        session.flush()

    with pytest.raises(IntegrityError, match="decided_by_another"):
        database.write(alone)
