"""Goods that went out come back: weighed, a new lot that names the old one, in quarantine until two let it go."""

from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session

from tests.receipts import make
from wms import lots, receipts
from wms.kernel.database import Database

BACK = make.later(days=9)


@pytest.fixture
def store(database: Database) -> make.Keeper:
    return database.write(make.Keeper)


@pytest.fixture
def gone(database: Database, store: make.Keeper) -> tuple[UUID, UUID]:
    """A lot of ten of which four left with 7,960 kg; the lot and the exit."""
    exit_id = uuid4()

    def work(session: Session) -> UUID:
        paper = make.receipt(session, store)
        make.leave(session, paper, 4, exit_id)
        return paper.lot_id

    return database.write(work), exit_id


def come_back(session: Session, store: make.Keeper, exit_id: UUID, units: int, grams: int, **changes: Any) -> lots.Lot:
    truck = make.weighed(session, store, gross=10_000_000 + grams, at=BACK)
    line = make.line(units, **{"returned_exit_id": exit_id, "return_reason": "buyer refused the colour", **changes})
    return lots.get_lot(session, make.intake(session, truck.id, line, at=BACK).lot_ids[0])


def test_they_are_a_lot_of_their_own_with_their_past(
    database: Database, store: make.Keeper, gone: tuple[UUID, UUID]
) -> None:
    lot = database.write(lambda s: come_back(s, store, gone[1], 3, 5_900_000))

    def look(session: Session) -> None:
        assert (lot.entry_on, lot.entry_units, lot.entry_grams, lot.parent_id) == (BACK.on, 3, 5_900_000, None)
        (origin,) = lots.parents_of(session, lot.id)
        assert (origin.lot_id, origin.how, origin.grams) == (gone[0], lots.Kinship.RETURN, 5_900_000)
        assert lots.children_of(session, gone[0])[-1].lot_id == lot.id
        assert lot.quarantine_units == 3
        assert receipts.receipt_of_lot(session, lot.id).units == 3
        make.sound(session)

    database.read(look)
    database.write(lambda s: make.stock.lift(s, lots.holds_of(s, lot.id)[0]))
    assert database.read(lambda s: lots.get_lot(s, lot.id).quarantine_units) == 0


def test_no_more_comes_back_than_left(database: Database, store: make.Keeper, gone: tuple[UUID, UUID]) -> None:
    database.write(lambda s: come_back(s, store, gone[1], 3, 5_900_000))
    for units, grams in ((2, 2_000_000), (1, 2_100_000)):
        with make.refused(database, lots.ReturnUnfit):
            database.write(partial(come_back, store=store, exit_id=gone[1], units=units, grams=grams))
    database.write(lambda s: come_back(s, store, gone[1], 1, 2_060_000))
    database.read(make.sound)


def test_only_what_left_with_that_exit(database: Database, store: make.Keeper, gone: tuple[UUID, UUID]) -> None:
    with make.refused(database, lots.ReturnUnfit):
        database.write(lambda s: come_back(s, store, uuid4(), 1, 1_900_000))
    with make.refused(database, lots.ReturnUnfit):
        database.write(lambda s: come_back(s, store, gone[1], 1, 1_900_000, variety="嘎啦"))
    with make.refused(database, lots.ReleaseNeedsReason):
        database.write(lambda s: come_back(s, store, gone[1], 1, 1_900_000, return_reason=""))
