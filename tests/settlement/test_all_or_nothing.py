"""A close broken after any of its statements leaves nothing half done, and the same request then succeeds."""

from uuid import uuid4

import pytest
from sqlalchemy import event

from tests.lots.make import picture
from tests.settlement.make import season
from wms import insight


class PowerCut(Exception):
    """The machine stops here."""


class Breaker:
    """Counts statements of a database's writer and breaks after the n-th."""

    def __init__(self, database) -> None:
        self.seen = 0
        self.break_after = None
        event.listen(database.writer, "after_cursor_execute", self._count)

    def _count(self, *_: object) -> None:
        self.seen += 1
        if self.seen == self.break_after:
            raise PowerCut

    def arm(self, n) -> None:
        self.seen, self.break_after = 0, n


def test_a_close_broken_after_each_statement_leaves_nothing(database):
    case = season(database)
    exit_id, request_id = case.weighed_sale(), uuid4()
    before = picture(database)
    breaker, tried = Breaker(database), 0
    while True:
        breaker.arm(tried + 1)
        try:
            closed = case.close(exit_id, "2027-02-15", request_id=request_id)
            break
        except PowerCut:
            tried += 1
        if tried % 10 == 0:
            assert picture(database) == before, f"something is left after statement {tried}"
    statements = breaker.seen
    assert tried == statements > 50
    breaker.arm(None)
    assert case.close(exit_id, "2027-02-15", request_id=request_id).id == closed.id
    assert len(case.journals()) == 5
    assert database.read(insight.verify).findings == ()


@pytest.mark.parametrize("units", (1, 1000))
def test_the_same_close_twice_has_one_effect(database, units):
    case = season(database, advanced=False)
    exit_id, request_id = case.weighed_sale(units=units, grams=19_764 * units), uuid4()
    first = case.close(exit_id, "2027-02-15", request_id=request_id)
    after = picture(database)
    again = case.close(exit_id, "2027-02-15", request_id=request_id)
    assert again.id == first.id
    assert picture(database) == after
