"""Goods nobody collects: no step before the last is proved and over, no disposal before all, never by one alone."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from tests.dunning import make
from tests.dunning.make import APPROVER, CASHIER, KEEPER, NOBODY, House
from wms import dunning, lots, trading
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden

SQLITE = pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
PERIODS = {dunning.Step.REMINDER: 7, dunning.Step.FORMAL_NOTICE: 15, dunning.Step.ENFORCEMENT_NOTICE: 10}


class Case:
    """A lot past its last day and its case; `day` is counted from the day it was opened."""

    def __init__(self, session: Any) -> None:
        self.session = session
        self.house = House(session)
        self.lot = self.house.lot
        self.first = self.lot.deadline_on + timedelta(days=1)
        make.terms(session)
        self.id: UUID = dunning.open_case(session, dunning.OpenCase(uuid4(), self.lot.id), by=KEEPER, at=self.at(0)).id

    def at(self, day: int) -> Moment:
        on = self.first + timedelta(days=day)
        return Moment(at=datetime.combine(on, time(4), make.OUT.at.tzinfo), on=on)

    def step(self, step: dunning.Step, day: int, *, by: Actor = KEEPER) -> dunning.Notice:
        return dunning.take_step(self.session, dunning.TakeStep(uuid4(), self.id, step), by=by, at=self.at(day))

    def prove(
        self, notice: dunning.Notice, day: int, kind: dunning.ProofKind = dunning.ProofKind.COURIER_SIGNED
    ) -> None:
        wanted = dunning.RecordProof(uuid4(), notice.id, kind, "SF-1", self.at(day).on)
        dunning.record_proof(self.session, wanted, by=CASHIER, at=self.at(day))

    def ask(self, day: int, *, by: Actor = KEEPER, **changes: Any) -> dunning.Disposal:
        wanted = replace(dunning.AskDisposal(uuid4(), self.id, dunning.Way.SALE, 100, "debt of 30,000"), **changes)
        return dunning.ask_disposal(self.session, wanted, by=by, at=self.at(day))

    def approve(self, day: int, *, by: Actor = APPROVER) -> dunning.Disposal:
        wanted = dunning.ApproveDisposal(uuid4(), self.id)
        return dunning.approve_disposal(self.session, wanted, by=by, at=self.at(day))

    def refused(self, error: type[Exception], work: Any) -> None:
        with pytest.raises(error), self.session.begin_nested():
            work()

    def through(self) -> int:
        """Take every step, prove it the same day, and return the first day a disposal may be asked for."""
        day = 0
        for step, days in PERIODS.items():
            self.prove(self.step(step, day), day)
            day += days + 1
        return day


def test_the_whole_way_to_the_board(database: Database) -> None:
    with database.transaction() as session:
        case = Case(session)
        case.refused(dunning.CaseStands, lambda: dunning.open_case(
            session, dunning.OpenCase(uuid4(), case.lot.id), by=KEEPER, at=case.at(0)))  # fmt: skip
        case.refused(dunning.StepOutOfTurn, lambda: case.ask(0))
        day = 0
        for step, days in PERIODS.items():
            for other in set(dunning.Step) - {step}:
                case.refused(dunning.StepOutOfTurn, lambda other=other, day=day: case.step(other, day))
            notice = case.step(step, day)
            case.refused(dunning.ProofMissing, lambda day=day: case.ask(day + 99))
            case.prove(notice, day, dunning.ProofKind.RETURNED)
            case.refused(dunning.ProofMissing, lambda day=day: case.ask(day + 99))
            case.prove(notice, day + 2)
            day += 2 + days
            case.refused(dunning.PeriodRuns, lambda day=day: case.ask(day))
            day += 1
        asked = case.ask(day)
        assert lots.holds_of(session, case.lot.id, lots.HoldReason.LIEN) == []
        assert trading.listing_of_lot(session, case.lot.id) is None
        done = case.approve(day)
        assert (done.case_id, done.approved_on) == (asked.case_id, case.at(day).on)
        (hold,) = lots.holds_of(session, case.lot.id, lots.HoldReason.LIEN)
        assert (hold.units_left, hold.enforced, hold.subject_id) == (100, True, case.id)
        listing = trading.listing_of_lot(session, case.lot.id)
        assert listing is not None
        case.refused(dunning.CaseOver, lambda: case.approve(day))
        silent = dunning.CloseCase(uuid4(), case.id, " ")
        case.refused(dunning.CaseOver, lambda: dunning.close_case(session, silent, by=KEEPER, at=case.at(day)))
        end = dunning.CloseCase(uuid4(), case.id, "sold; 1,234 yuan returned to the owner")
        for _ in range(2):
            assert dunning.close_case(session, end, by=KEEPER, at=case.at(day)).state == "closed"
        assert lots.holds_of(session, case.lot.id, lots.HoldReason.LIEN) == []
        case.refused(dunning.CaseOver, lambda: case.step(dunning.Step.REMINDER, day))
        case.refused(dunning.CaseOver, lambda: case.ask(day))
        assert list(dunning.check(session)) == []


@SQLITE
def test_no_disposal_by_one_person_alone_nor_by_who_may_not(database: Database) -> None:
    with database.transaction() as session:
        case = Case(session)
        day = case.through()
        both = make.person(session, "Ox", Permission.HOLD_STOCK, Permission.APPROVE_RELEASE)
        second_account = replace(both, account_id=uuid4())
        case.refused(dunning.CaseOver, lambda: case.approve(day))
        case.refused(dunning.GoodsNotOverdue, lambda: case.ask(day, units=0))
        case.refused(dunning.GoodsNotOverdue, lambda: case.ask(day, units=1001))
        case.refused(dunning.GoodsNotOverdue, lambda: case.ask(day, reason=" "))
        case.refused(Forbidden, lambda: case.ask(day, by=NOBODY))
        row = case.ask(day, by=both)
        case.refused(dunning.DisposalNeedsTwo, lambda: case.approve(day, by=both))
        case.refused(dunning.DisposalNeedsTwo, lambda: case.approve(day, by=second_account))
        case.refused(Forbidden, lambda: case.approve(day, by=KEEPER))
        forged = update(dunning.Disposal).values(
            approved_by_person_id=both.eyes, approved_at=row.asked_at, approved_on=case.first
        )
        case.refused(IntegrityError, lambda: session.execute(forged))
        assert session.get_one(dunning.Disposal, case.id).approved_at is None


@SQLITE
def test_only_goods_past_their_day_under_reasonable_periods(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        last = house.lot.deadline_on
        on_time = Moment(at=make.OUT.at, on=last)
        late = Moment(at=make.OUT.at, on=last + timedelta(days=1))
        for at, error in ((on_time, dunning.GoodsNotOverdue), (late, dunning.TermsInvalid)):
            with pytest.raises(error), session.begin_nested():
                dunning.open_case(session, dunning.OpenCase(uuid4(), house.lot.id), by=KEEPER, at=at)
        for changes in ({"reminder_days": 2}, {"formal_notice_days": 367}, {"source": " "}):
            with pytest.raises(dunning.TermsInvalid), session.begin_nested():
                make.terms(session, **changes)
        with pytest.raises(Forbidden), session.begin_nested():
            dunning.set_terms(
                session, dunning.SetTerms(uuid4(), date(2026, 1, 1), 7, 7, 7, "contract"), by=NOBODY, at=late
            )
        make.terms(session)
        with pytest.raises(Forbidden), session.begin_nested():
            dunning.open_case(session, dunning.OpenCase(uuid4(), house.lot.id), by=NOBODY, at=late)
        case = dunning.open_case(session, dunning.OpenCase(uuid4(), house.lot.id), by=KEEPER, at=late)
        with pytest.raises(dunning.CaseNotFound):
            dunning.get_case(session, case.id, house.stranger)
        assert [row.id for row in dunning.list_cases(session, house.owner)] == [case.id]
