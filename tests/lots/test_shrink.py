"""What may be lost in store, by curve or by contract, and what of a loss the store bears."""

from datetime import date
from fractions import Fraction
from uuid import uuid4

import pytest

from tests.lots import make
from wms import lots
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden
from wms.lots.rules.shrink import allowed_grams, check_points, excess_grams

CURVE = ((30, 5), (90, 20), (180, 35))


@pytest.mark.parametrize(
    ("days", "permille"),
    [(0, 0), (15, Fraction(5, 2)), (29, Fraction(29, 6)), (30, 5), (31, Fraction(21, 4)), (90, 20),
     (91, Fraction(121, 6)), (180, 35), (400, 35), (-1, 0)],
)  # fmt: skip
def test_a_curve_is_straight_between_its_points(days: int, permille: Fraction) -> None:
    assert lots.loss_permille(CURVE, days) == permille


def test_a_curve_may_begin_above_nothing() -> None:
    assert lots.loss_permille(((0, 4),), 0) == 4


@pytest.mark.parametrize("points", [(), ((30, 5), (30, 6)), ((30, 5), (31, 4)), ((-1, 5),), ((731, 5),), ((1, 1001),)])
def test_a_curve_that_cannot_be_is_refused(points: tuple[tuple[int, int], ...]) -> None:
    with pytest.raises(lots.LossCurveWrong):
        check_points(points)


@pytest.mark.parametrize(("loss", "excess"), [(-5, 0), (29_999, 0), (30_000, 0), (30_001, 1)])
def test_a_gram_beyond_the_standard_is_the_stores(loss: int, excess: int) -> None:
    assert excess_grams(loss, allowed_grams(1_000_000, 30)) == excess


def set_curve(
    database: Database, *, variety: str | None, storage: lots.StorageType | None = None, permille: int = 10,
    effective: str = "2026-10-20",
) -> None:  # fmt: skip
    wanted = lots.SetLossCurve(
        uuid4(), date.fromisoformat(effective), ((30, permille),), "示范库两季称重", variety, storage
    )
    database.write(lambda s: lots.set_loss_curve(s, wanted, by=make.ESHA, at=make.NOW))


def test_the_most_precise_curve_of_the_entry_day_counts(database: Database, store: make.Store) -> None:
    lot = database.write(lambda s: make.lot(s, store, units=10, grams=10_000_000))

    def out(units: int) -> lots.Shrink:
        exit_id = uuid4()
        wanted = lots.TakeOut(lot.id, units, units * 980_000, exit_id)
        database.write(lambda s: lots.take_out(s, wanted, by=make.ASHA, at=make.later(days=30)))
        found = database.read(lambda s: lots.shrink_of_exit(s, exit_id, lot.id))
        assert found is not None
        return found

    flat = out(1)  # without a curve the contract's 15 permille
    assert (flat.loss_grams, flat.allowed_grams, flat.excess_grams, flat.curve_id) == (20_000, 15_000, 5_000, None)
    assert flat.stored_days == 30
    set_curve(database, variety=None, permille=12)
    assert out(1).allowed_grams == 12_000
    set_curve(database, variety=None, storage=lots.StorageType.RA, permille=13)
    assert out(1).allowed_grams == 13_000
    set_curve(database, variety="富士", permille=18)
    set_curve(database, variety="嘎啦", permille=50)
    assert out(1).allowed_grams == 18_000
    set_curve(database, variety="富士", permille=40, effective="2026-10-21")  # not promised to what lay here before
    assert out(1).excess_grams == 2_000
    set_curve(database, variety="富士", storage=lots.StorageType.RA, permille=20)
    assert out(2).excess_grams == 0
    totals = database.read(lambda s: lots.shrink_totals(s, date(2026, 11, 19), date(2026, 11, 19)))
    assert [(row.variety, row.entry_grams, row.loss_grams) for row in totals] == [("富士", 7_000_000, 140_000)]
    assert totals[0].excess_grams == 5_000 + 8_000 + 7_000 + 2_000 + 2_000
    assert len(database.read(lambda s: lots.list_shrink(s)).items) == 6
    assert database.read(lambda s: lots.list_shrink(s, until_on=date(2026, 11, 18))).items == []
    database.read(make.sound)


def test_curves_are_set_by_right_and_never_backwards(database: Database, store: make.Store) -> None:
    wanted = lots.SetLossCurve(uuid4(), date(2026, 10, 20), CURVE, "标准", "富士")
    with make.refused(database, Forbidden):
        database.write(lambda s: lots.set_loss_curve(s, wanted, by=make.ASHA, at=make.NOW))
    early = lots.SetLossCurve(uuid4(), date(2026, 10, 19), CURVE, "标准", "富士")
    with make.refused(database, lots.LossCurveWrong):
        database.write(lambda s: lots.set_loss_curve(s, early, by=make.ESHA, at=make.NOW))
    for _ in range(2):
        database.write(lambda s: lots.set_loss_curve(s, wanted, by=make.ESHA, at=make.NOW))
    assert [row.points for row in database.read(lots.list_loss_curves)] == [[[30, 5], [90, 20], [180, 35]]]
