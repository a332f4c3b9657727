"""Credit for an exit: asked, given by another within the limit, timed, used once."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.billing.make import (
    CLERK,
    MANAGER,
    NOBODY,
    OTHER_MANAGER,
    OUT,
    House,
    close,
    invoice,
    later,
    quote,
    sound,
    weigh_out,
)
from wms import billing
from wms.kernel.actor import SYSTEM
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden


class Asked:
    """An exit whose charges are 1,094.00 yuan, and credit asked for it by the one manager."""

    def __init__(self, session: Any, *, fen: int = 109_400, limit: int = 200_000) -> None:
        self.house = House(session)
        self.order = self.house.quoted(session)
        wanted = billing.SetCreditLimit(uuid4(), self.house.store.bina.id, limit, OUT.on)
        billing.set_credit_limit(session, wanted, by=MANAGER, at=OUT)
        self.request = self.ask(session, fen)
        self.clear = billing.ClearExit(uuid4(), self.order.id, billing.ClearBasis.CREDIT)

    def ask(self, session: Any, fen: int) -> billing.CreditRequest:
        wanted = billing.RequestCredit(uuid4(), self.order.id, fen, "bank closed")
        return billing.request_credit(session, wanted, by=MANAGER, at=OUT)

    def give(self, session: Any, *, by: Any = OTHER_MANAGER, at: Any = OUT) -> billing.CreditRequest:
        wanted = billing.ApproveCredit(uuid4(), self.request.id)
        return billing.approve_credit(session, wanted, by=by, at=at)


def test_goods_leave_on_credit_and_the_charges_stay_owed(database: Database) -> None:
    with database.transaction() as session:
        asked = Asked(session)
        asked.give(session)
        assert billing.clear_exit(session, asked.clear, by=CLERK, at=OUT).cleared_basis == "credit"
        assert asked.request.state == "used"
        weigh_out(session, asked.order, 4_950_000)
        invoice(session, asked.order)
        assert close(session, asked.order).state == "closed"
        assert billing.open_of_party(session, asked.house.store.bina.id) == 109_400
        assert billing.credits_of(session, asked.order.id) == [asked.request]
        sound(session)


def test_credit_is_good_for_one_clearance(database: Database) -> None:
    with database.transaction() as session:
        asked = Asked(session)
        asked.give(session)
        billing.clear_exit(session, asked.clear, by=CLERK, at=OUT)
        quote(session, asked.order)
        again = billing.ClearExit(uuid4(), asked.order.id, billing.ClearBasis.CREDIT)
        with pytest.raises(billing.CreditMissing):
            billing.clear_exit(session, again, by=CLERK, at=OUT)


def test_credit_not_given_too_small_or_for_another_exit_clears_nothing(database: Database) -> None:
    with database.transaction() as session:
        asked = Asked(session, fen=109_399)
        with pytest.raises(billing.CreditMissing), session.begin_nested():
            billing.clear_exit(session, asked.clear, by=CLERK, at=OUT)
        asked.give(session)
        with pytest.raises(billing.CreditMissing), session.begin_nested():
            billing.clear_exit(session, asked.clear, by=CLERK, at=OUT)
        small = asked.house.quoted(session, 1)
        other = billing.ClearExit(uuid4(), small.id, billing.ClearBasis.CREDIT)
        with pytest.raises(billing.CreditMissing), session.begin_nested():
            billing.clear_exit(session, other, by=CLERK, at=OUT)
        assert asked.order.state == "quoted"


def test_credit_runs_out_after_a_day(database: Database) -> None:
    with database.transaction() as session:
        asked = Asked(session)
        evening = later(OUT, hours=5)
        given = asked.give(session, at=evening)
        assert given.expires_at == evening.at + timedelta(hours=24)
        tomorrow = later(evening, days=1)
        quote(session, asked.order, at=tomorrow)
        with pytest.raises(billing.CreditMissing), session.begin_nested():
            billing.clear_exit(session, asked.clear, by=CLERK, at=tomorrow)
        assert billing.expire(session, by=SYSTEM, at=later(evening, hours=23)) == 0
        assert billing.expire(session, by=SYSTEM, at=tomorrow) == 1
        assert given.state == "expired"
        with pytest.raises(billing.CreditDecided):
            asked.give(session, at=tomorrow)


def test_the_limit_counts_what_is_owed_and_promised(database: Database) -> None:
    with database.transaction() as session:
        asked = Asked(session, limit=109_400 + 109_400 - 1)
        asked.give(session)
        asked.request = asked.ask(session, 109_400)
        with pytest.raises(billing.CreditLimitReached) as over:
            asked.give(session)
        assert over.value.values == {"owed_fen": 218_800, "limit_fen": 218_799}
        assert asked.request.state == "requested"


def test_credit_that_an_exit_leaves_on_still_counts_towards_the_limit(database: Database) -> None:
    with database.transaction() as session:
        asked = Asked(session, limit=109_400 + 109_400 - 1)
        asked.give(session)
        billing.clear_exit(session, asked.clear, by=CLERK, at=OUT)
        asked.order = asked.house.quoted(session)
        asked.request = asked.ask(session, 109_400)
        with pytest.raises(billing.CreditLimitReached) as over:
            asked.give(session)
        assert over.value.values == {"owed_fen": 218_800, "limit_fen": 218_799}


def test_credit_of_one_day_does_not_cover_the_charges_of_later_ones(database: Database) -> None:
    with database.transaction() as session:
        asked = Asked(session)
        asked.give(session)
        billing.clear_exit(session, asked.clear, by=CLERK, at=OUT)
        weigh_out(session, asked.order, 4_950_000)
        tomorrow = later(OUT, days=1)
        billed = invoice(session, asked.order, at=tomorrow)
        assert billed.total_fen > 109_400
        with pytest.raises(billing.ChargesOpen), session.begin_nested():
            close(session, asked.order, at=tomorrow)


def test_whoever_asked_may_not_give(database: Database) -> None:
    with database.transaction() as session:
        asked = Asked(session)
        with pytest.raises(billing.SamePerson):
            asked.give(session, by=MANAGER)
        with pytest.raises(Forbidden):
            asked.give(session, by=NOBODY)
        with pytest.raises(Forbidden):
            billing.set_credit_limit(session, billing.SetCreditLimit(uuid4(), uuid4(), 1, OUT.on), by=NOBODY, at=OUT)
        with pytest.raises(billing.AmountInvalid):
            asked.ask(session, 0)
        wanted = billing.RequestCredit(uuid4(), asked.order.id, 1, "x")
        with pytest.raises(billing.ExitNotFound):
            billing.request_credit(session, wanted, by=asked.house.stranger, at=OUT)
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.execute(text("UPDATE credit_requests SET approved_by_person_id = requested_by_person_id"))


def test_nobody_has_credit_unless_somebody_said_so(database: Database) -> None:
    with database.transaction() as session:
        asked = Asked(session, limit=0)
        with pytest.raises(billing.CreditLimitReached):
            asked.give(session)
        party = asked.house.store.bina.id
        raised = billing.SetCreditLimit(uuid4(), party, 5, later(OUT, days=1).on)
        billing.set_credit_limit(session, raised, by=MANAGER, at=OUT)
        assert billing.credit_limit_on(session, party, OUT.on) == 0
        assert billing.credit_limit_on(session, party, later(OUT, days=1).on) == 5
