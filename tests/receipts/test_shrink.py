"""Approved counts and excess losses on paper: receipts say what is there, and the store owes what it lost."""

from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pytest

from tests.lots.test_count import APPROVER, FIRST, REVIEWER, SECOND, Floor
from tests.receipts import make
from wms import ledger, lots, receipts
from wms.kernel.actor import Actor
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden


class Papers(Floor):
    """A count of a lot with a receipt, short by some units, reviewed."""

    def __init__(self, database: Database, store: make.Keeper) -> None:
        self.database, self.store = database, store
        self.receipt = self.do(lambda s: make.receipt(s, store, units=10))
        self.lot = database.read(lambda s: lots.get_lot(s, self.receipt.lot_id))
        self.a = database.read(lambda s: lots.places_of(s, self.lot.id))[0][0].id

    def short(self, found: int) -> receipts.ShrinkLiability:
        """Count ten as some fewer, approve, and return what the store owes."""
        self.judge(receipts.approve_count, self.to_approve(a=found), APPROVER)
        (row,) = self.database.read(lambda s: receipts.list_liabilities(s, APPROVER)).items
        return row

    def decide(self, row: receipts.ShrinkLiability, by: Actor, **changes: object) -> receipts.ShrinkLiability:
        said = replace(receipts.DecideLiability(uuid4(), row.id, True, "核实属实"), **changes)  # type: ignore[arg-type]
        done: receipts.ShrinkLiability = self.do(lambda s: receipts.decide_liability(s, said, by=by, at=make.later()))
        return done


@pytest.fixture
def papers(database: Database, store: make.Keeper) -> Papers:
    return Papers(database, store)


def test_the_receipt_stands_for_what_was_found(papers: Papers) -> None:
    owed = papers.short(5)
    status = papers.database.read(lambda s: receipts.state_of(s, papers.receipt.id))
    assert (status.units_left, status.state, owed.excess_grams) == (5, "open", papers.lot.entry_grams // 2)
    kinds = papers.database.read(lambda s: [(row.kind, row.units) for row in receipts.events_of(s, papers.receipt.id)])
    assert kinds[-1] == ("counted", -5)
    assert papers.database.read(lambda s: [str(finding) for finding in receipts.check(s)]) == []
    again = papers.to_approve(a=7)
    papers.judge(receipts.approve_count, again, APPROVER)
    assert papers.database.read(lambda s: receipts.state_of(s, papers.receipt.id)).units_left == 7


def test_nothing_left_closes_it(papers: Papers) -> None:
    papers.short(0)
    status = papers.database.read(lambda s: receipts.state_of(s, papers.receipt.id))
    assert (status.units_left, status.state) == (0, "closed")
    assert papers.database.read(lambda s: [str(finding) for finding in receipts.check(s)]) == []


def test_a_count_sent_back_changes_no_paper(papers: Papers) -> None:
    count = papers.to_approve(a=5)
    papers.judge(receipts.approve_count, count, APPROVER, accepted=False, note="再盘")
    assert papers.state(count) == lots.CountState.RECOUNTING
    assert papers.database.read(lambda s: receipts.state_of(s, papers.receipt.id)).units_left == 10


def test_other_eyes_accept_what_is_owed(papers: Papers) -> None:
    row = papers.short(9)
    assert (row.state, row.price) == ("open", None)
    with make.refused(papers.database, receipts.LiabilityOwnWork):
        papers.decide(row, APPROVER)
    with make.refused(papers.database, Forbidden):
        papers.decide(row, FIRST)
    with make.refused(papers.database, receipts.LiabilityNotFound):
        papers.decide(row, papers.store.stranger(make.P.APPROVE_COUNT))
    with make.refused(papers.database, receipts.LiabilityHasNoPrice):
        papers.decide(row, REVIEWER)
    with make.refused(papers.database, receipts.LiabilityNeedsReason):
        papers.decide(row, REVIEWER, reason=" ")
    done = papers.decide(row, REVIEWER, price=Decimal("7.5000"))
    fen = row.excess_grams * 750 // 1000
    assert (done.state, done.value_fen) == ("accepted", fen)
    owed = papers.database.read(lambda s: ledger.balance(s, "L:GrowerPayable:G1"))
    assert owed == -fen
    with make.refused(papers.database, receipts.LiabilityDecided):
        papers.decide(row, REVIEWER, price=Decimal("7.5000"))


def test_waived_it_owes_nothing(papers: Papers) -> None:
    row = papers.short(9)
    done = papers.decide(row, REVIEWER, accepted=False, reason="货主自提未登记")
    assert (done.state, done.value_fen, done.journal_id) == ("waived", None, None)
    assert SECOND.account_id != REVIEWER.account_id


def test_an_exit_beyond_the_standard_opens_a_liability(papers: Papers) -> None:
    def leave(units: int, permille: int) -> None:
        exit_id = uuid4()
        grams = papers.lot.entry_grams * units // 10 * permille // 1000
        out = lots.TakeOut(papers.lot.id, units, grams, exit_id)
        papers.do(lambda s: lots.take_out(s, out, by=make.ASHA, at=make.NOW))
        papers.do(lambda s: receipts.reduce_receipt(s, papers.lot.id, units, exit_id, by=make.ASHA, at=make.NOW))

    leave(1, 985)
    assert papers.database.read(lambda s: receipts.list_liabilities(s, APPROVER)).items == []
    leave(1, 980)
    (row,) = papers.database.read(lambda s: receipts.list_liabilities(s, APPROVER)).items
    assert row.excess_grams == papers.lot.entry_grams // 10 * 5 // 1000
    owner = papers.store.owner()
    assert papers.database.read(lambda s: receipts.get_visible_liability(s, row.id, owner)).id == row.id
    stranger = papers.store.stranger()
    assert papers.database.read(lambda s: receipts.list_liabilities(s, stranger)).items == []
    with pytest.raises(receipts.LiabilityNotFound):
        papers.database.read(lambda s: receipts.get_visible_liability(s, row.id, stranger))
