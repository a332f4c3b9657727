"""Visits, roles, job changes and campaigns in a real database, with real deals behind the rates."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.trading import make
from tests.trading.make import NOW, Human, Market, later, refused
from wms import crm, parties
from wms.crm import BuyingRole as Role
from wms.kernel.actor import Permission
from wms.kernel.clock import Moment
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden
from wms.kernel.idempotency import RequestIdReused

REP = make.actor("Rui, field", Permission.VISIT_COMPANIES)
CHIEF = make.actor("Esha, manager", Permission.VISIT_COMPANIES, Permission.MANAGE_PARTIES)
HERE = crm.Place(37_300_000, 120_850_000, 20)
PERIOD = (NOW.on - timedelta(days=19), NOW.on + timedelta(days=12))


@pytest.fixture
def market(database: Database) -> Market:
    """The board's market: a store, growers, and the buyers Deep and Farid."""
    return database.write(Market)


def moment_on(day: Any, hour: int = 2, minute: int = 0) -> Moment:
    return replace(make.moment(day.isoformat(), hour, minute), on=day)


def visit(session: Session, human: Human, *, day: Any = NOW.on, by: Any = REP, **changes: Any) -> crm.Visit:
    assert human.actor.person_id is not None
    values: dict[str, Any] = {
        "id": uuid4(), "company_id": human.party.id, "arrived": moment_on(day), "left": moment_on(day, 2, 30),
        "met_person_ids": (human.actor.person_id,), "place": HERE, "called_back": True, **changes,
    }  # fmt: skip
    return crm.record_visit(session, crm.RecordVisit(**values), by=by, at=changes.pop("at", later(days=400)))


def campaign(session: Session, companies: tuple[UUID, ...], **changes: Any) -> crm.Campaign:
    values: dict[str, Any] = {
        "id": uuid4(), "name": "栖霞秋季", "city": "栖霞", "starts_on": NOW.on, "company_ids": companies, **changes,
    }  # fmt: skip
    return crm.start_campaign(session, crm.StartCampaign(**values), by=CHIEF, at=NOW)


def role(session: Session, human: Human, what: Role) -> crm.BuyingRoleRow:
    assert human.actor.person_id is not None
    request = crm.GiveRole(uuid4(), human.party.id, human.actor.person_id, what, NOW.on)
    return crm.give_role(session, request, by=REP, at=NOW)


def sound(database: Database) -> None:
    with database.snapshot() as session:
        wrong = [str(finding) for finding in crm.check(session)]
        assert wrong == []


# ---------------------------------------------------------------- visits


def test_a_visit_is_stamped_with_the_employment_of_the_day_and_stays_there(database: Database, market: Market) -> None:
    moving = NOW.on + timedelta(days=10)
    person_id = market.deep.actor.person_id
    assert person_id is not None

    def work(session: Session) -> list[crm.Visit]:
        first = visit(session, market.deep)
        change = crm.JobChange(uuid4(), person_id, market.farid.party.id, "buyer", moving, "new card")
        crm.record_job_change(session, change, by=CHIEF, at=moment_on(moving))
        second = visit(session, market.deep, company_id=market.farid.party.id, day=moving)
        return [first, second]

    visits = database.write(work)
    with database.snapshot() as session:
        stamps = [crm.meetings_of(session, one.id, by=REP)[0].employment_id for one in visits]
        assert market.deep.employment is not None
        assert stamps[0] == market.deep.employment.id != stamps[1]
        assert [one.id for one in crm.visits_of_person(session, person_id, by=REP)] == [visits[1].id, visits[0].id]
        assert [one.id for one in crm.visits_of_company(session, market.deep.party.id, by=REP)] == [visits[0].id]
        assert [one.id for one in crm.visits_of_company(session, market.farid.party.id, by=REP)] == [visits[1].id]
    sound(database)


def test_who_does_not_work_there_that_day_was_not_met_there(database: Database, market: Market) -> None:
    person_id = market.deep.actor.person_id
    assert person_id is not None
    moving = NOW.on + timedelta(days=10)
    change = crm.JobChange(uuid4(), person_id, market.farid.party.id, "buyer", moving, "phone bounced")
    make.run(database, crm.record_job_change, change, by=CHIEF, at=moment_on(moving))
    with refused(database, crm.NotEmployedThere):
        make.run(database, visit, market.deep, day=moving)
    database.write(lambda session: visit(session, market.deep, day=moving - timedelta(days=1)))


def test_a_visit_counts_only_on_the_spot_or_after_a_call(database: Database, market: Market) -> None:
    def work(session: Session) -> list[bool]:
        far = crm.Place(HERE.latitude_e6 + 10_000, HERE.longitude_e6, 20)
        unknown = visit(session, market.deep, called_back=False)
        place = crm.SetPlace(uuid4(), market.deep.party.id, HERE)
        crm.set_place(session, place, by=REP, at=NOW)
        near = visit(session, market.deep, called_back=False)
        away = visit(session, market.deep, called_back=False, place=far)
        assert (unknown.distance_m, near.distance_m, away.distance_m) == (None, 0, 1_112)
        return [unknown.counts, near.counts, away.counts, visit(session, market.deep, place=None).counts]

    assert database.write(work) == [False, True, False, True]


NO_VISIT: Any = (
    ({"left": moment_on(NOW.on)}, crm.VisitTimesInvalid),
    ({"left": moment_on(NOW.on + timedelta(days=1))}, crm.VisitTimesInvalid),
    ({"at": moment_on(NOW.on, 2, 29)}, crm.VisitTimesInvalid),
    ({"place": crm.Place(90_000_001, 0)}, crm.PlaceInvalid),
    ({"place": crm.Place(0, 0, -1)}, crm.PlaceInvalid),
    ({"company_id": uuid4()}, parties.PartyNotFound),
    ({"met_person_ids": (uuid4(),)}, parties.PersonNotFound),
    ({"campaign_id": uuid4()}, crm.CampaignNotFound),
    ({"by": make.actor("Nobody")}, Forbidden),
)


def test_recording_a_visit_refuses(database: Database, market: Market) -> None:
    for changes, error in NO_VISIT:
        at = changes.get("at", later(days=400))
        by = changes.get("by", REP)
        values: dict[str, Any] = {
            "id": uuid4(), "company_id": market.deep.party.id, "arrived": moment_on(NOW.on),
            "left": moment_on(NOW.on, 2, 30), "met_person_ids": (), "place": HERE,
            **{name: value for name, value in changes.items() if name not in ("at", "by")},
        }  # fmt: skip
        with refused(database, error):
            make.run(database, crm.record_visit, crm.RecordVisit(**values), by=by, at=at)


def test_a_visit_sent_twice_is_one(database: Database, market: Market) -> None:
    request = crm.RecordVisit(uuid4(), market.deep.party.id, moment_on(NOW.on), moment_on(NOW.on, 3))
    first = make.run(database, crm.record_visit, request, by=REP, at=later(days=1))
    before = make.store_make.picture(database)
    assert make.run(database, crm.record_visit, request, by=REP, at=later(days=2)).id == first.id
    assert make.store_make.picture(database) == before
    with refused(database, RequestIdReused):
        make.run(database, crm.record_visit, replace(request, outcome="x"), by=REP, at=later(days=2))


# ---------------------------------------------------------------- roles and job changes


def test_roles_show_who_is_missing(database: Database, market: Market) -> None:
    database.write(lambda session: role(session, market.deep, Role.USER))
    with database.snapshot() as session:
        gap = crm.uncovered_roles(session, market.deep.party.id, NOW.on, by=REP)
        assert gap == {Role.DECIDER, Role.PAYER}
    database.write(lambda session: role(session, market.deep, Role.DECIDER))
    with refused(database, crm.RoleHeld):
        database.write(lambda session: role(session, market.deep, Role.DECIDER))
    with database.snapshot() as session:
        assert crm.uncovered_roles(session, market.deep.party.id, NOW.on, by=REP) == {Role.PAYER}


def test_a_job_change_leaves_two_tasks_and_ends_the_old_roles(database: Database, market: Market) -> None:
    moving = NOW.on + timedelta(days=10)
    person_id = market.deep.actor.person_id
    assert person_id is not None
    change = crm.JobChange(uuid4(), person_id, market.farid.party.id, "chief buyer", moving, "new card")

    def work(session: Session) -> UUID:
        return crm.record_job_change(session, change, by=CHIEF, at=moment_on(moving)).id

    database.write(lambda session: role(session, market.deep, Role.DECIDER))
    first = database.write(work)
    before = make.store_make.picture(database)
    assert database.write(work) == first
    assert make.store_make.picture(database) == before
    with database.snapshot() as session:
        tasks = {task.kind: task for task in crm.open_tasks(session, by=REP)}
        assert {kind: task.company_id for kind, task in tasks.items()} == {
            "retain": market.deep.party.id,
            "lead": market.farid.party.id,
        }
        assert tasks["retain"].due_on == moving + timedelta(days=7)
        days = (moving - timedelta(days=1), moving)
        held = [len(crm.queries.roles_on(session, market.deep.party.id, day)) for day in days]
        assert held == [1, 0]
    finish = crm.FinishTask(uuid4(), tasks["retain"].id, "met the new decider")
    assert make.run(database, crm.finish_task, finish, by=REP, at=later()).outcome == "met the new decider"
    with refused(database, crm.TaskDone):
        make.run(database, crm.finish_task, replace(finish, id=uuid4()), by=REP, at=later())
    with refused(database, crm.TaskNotFound):
        make.run(database, crm.finish_task, crm.FinishTask(uuid4(), uuid4(), "x"), by=REP, at=later())


def test_changing_jobs_is_not_for_the_field(database: Database, market: Market) -> None:
    assert market.deep.actor.person_id is not None
    change = crm.JobChange(uuid4(), market.deep.actor.person_id, market.farid.party.id, "buyer", NOW.on, "rumour")
    with refused(database, Forbidden):
        make.run(database, crm.record_job_change, change, by=REP, at=NOW)


# ---------------------------------------------------------------- campaigns and rates


def test_a_campaign_freezes_its_list(database: Database, market: Market) -> None:
    companies = (market.deep.party.id, market.farid.party.id)
    made = database.write(lambda session: campaign(session, companies))
    with database.snapshot() as session:
        assert {row.company_id for row in crm.targets_of(session, made.id, by=REP)} == set(companies)
        assert [row.id for row in crm.list_campaigns(session, by=REP).items] == [made.id]
    for statement in ("DELETE FROM campaign_targets", "UPDATE campaigns SET repurchase_days = 1"):
        with pytest.raises(DBAPIError):
            make.run(database, Session.execute, text(statement))
    sound(database)


NO_CAMPAIGN: Any = (
    ({"companies": ()}, crm.TargetsInvalid),
    ({"conversion_days": 0}, crm.WindowsInvalid),
    ({"repurchase_days": 0}, crm.WindowsInvalid),
    ({"companies": (uuid4(),)}, parties.PartyNotFound),
)


def test_starting_refuses(database: Database, market: Market) -> None:
    for changes, error in NO_CAMPAIGN:
        values = {"companies": (market.deep.party.id,), **changes}
        with refused(database, error):
            make.run(database, campaign, **values)
        with refused(database, crm.TargetsInvalid):
            make.run(database, campaign, (market.deep.party.id,) * 2)
        with refused(database, Forbidden):
            request = crm.StartCampaign(uuid4(), "x", "y", NOW.on, (market.deep.party.id,))
            make.run(database, crm.start_campaign, request, by=REP, at=NOW)


def test_rates_come_from_visits_and_delivered_deals(database: Database, market: Market) -> None:
    def work(session: Session) -> UUID:
        role(session, market.deep, Role.PAYER)
        made = campaign(session, (market.deep.party.id, market.farid.party.id))
        visit(session, market.deep)
        visit(session, market.farid, day=NOW.on - timedelta(days=1))  # before the start
        deal = make.releasable(session, market, units=8, at=NOW)
        make.leave(session, deal, 3, 5_900_000)
        make.leave(session, deal, 5, 9_900_000)  # a second load is not a second order
        return made.id

    made = database.write(work)
    with database.snapshot() as session:
        found = crm.rates(session, made, NOW.on, by=REP)
        assert (found.coverage, found.decider_coverage) == (crm.Rate(1, 2), crm.Rate(1, 2))
        assert (found.conversion, found.conversion_immature) == (crm.Rate(0, 0), crm.Rate(1, 1))
        ripe = crm.rates(session, made, NOW.on + timedelta(days=60), by=REP)
        assert (ripe.conversion, ripe.repurchase) == (crm.Rate(1, 1), crm.Rate(0, 1))
    sound(database)


def test_an_order_without_goods_out_is_no_order(database: Database, market: Market) -> None:
    def work(session: Session) -> UUID:
        made = campaign(session, (market.deep.party.id,))
        visit(session, market.deep)
        make.releasable(session, market)
        return made.id

    made = database.write(work)
    with database.snapshot() as session:
        assert crm.rates(session, made, NOW.on, by=REP).conversion_immature == crm.Rate(0, 1)


def test_branches_of_one_firm_are_one_target(database: Database, market: Market) -> None:
    def work(session: Session) -> UUID:
        code = "91370600MA3C123459"
        for human in (market.deep, market.farid):
            session.execute(
                text("UPDATE parties SET credit_code = :code WHERE code = :party"),
                {"code": code, "party": human.party.code},
            )
        session.expire_all()
        made = campaign(session, (market.deep.party.id, market.farid.party.id))
        visit(session, market.deep)
        return made.id

    made = database.write(work)
    with database.snapshot() as session:
        assert crm.rates(session, made, NOW.on, by=REP).coverage == crm.Rate(1, 1)


def test_penetration_is_of_what_was_bought_from_everybody(database: Database, market: Market) -> None:
    def wallet(session: Session, grams: int, at: Moment) -> crm.WalletRecord:
        request = crm.RecordWallet(uuid4(), market.deep.party.id, "富士", *PERIOD, grams, crm.WalletMethod.DECLARED, 60)
        return crm.record_wallet(session, request, by=REP, at=at)

    def work(session: Session) -> UUID:
        made = campaign(session, (market.deep.party.id, market.farid.party.id))
        deal = make.releasable(session, market)
        make.leave(session, deal, 10, 20_000_000)
        wallet(session, 90_000_000, NOW)
        wallet(session, 40_000_000, later())  # the newest counts
        return made.id

    made = database.write(work)
    with database.snapshot() as session:
        found = crm.penetration(session, made, "富士", PERIOD, by=REP)
        assert (str(found.portfolio), found.safe, found.known) == ("0.5000", 1, 1)
        assert found.shares[market.farid.party.id].rate is None
        other = crm.penetration(session, made, "嘎啦", PERIOD, by=REP)
        assert (other.portfolio, other.known) == (None, 0)
    sound(database)


NO_WALLET: Any = ({"bought_grams": 0}, {"until_on": PERIOD[0]}, {"confidence_percent": 101})


def test_a_wallet_says_something(database: Database, market: Market) -> None:
    for changes in NO_WALLET:
        values: dict[str, Any] = {
            "id": uuid4(), "company_id": market.deep.party.id, "category": "富士", "from_on": PERIOD[0],
            "until_on": PERIOD[1], "bought_grams": 1, "method": crm.WalletMethod.INVOICE, "confidence_percent": 100,
            **changes,
        }  # fmt: skip
        with refused(database, crm.WalletInvalid):
            make.run(database, crm.record_wallet, crm.RecordWallet(**values), by=REP, at=NOW)


def test_reading_the_field_needs_its_permission(database: Database, market: Market) -> None:
    made = database.write(lambda session: campaign(session, (market.deep.party.id,)))
    by = market.deep.actor
    with database.snapshot() as session:
        reads: list[Any] = [
            lambda: crm.rates(session, made.id, NOW.on, by=by),
            lambda: crm.penetration(session, made.id, "富士", PERIOD, by=by),
            lambda: crm.visits_of_company(session, market.deep.party.id, by=by),
            lambda: crm.visits_of_person(session, uuid4(), by=by),
            lambda: crm.open_tasks(session, by=by),
            lambda: crm.list_campaigns(session, by=by),
        ]
        for read in reads:
            with pytest.raises(Forbidden):
                read()
        with pytest.raises(crm.CampaignNotFound):
            crm.rates(session, uuid4(), NOW.on, by=REP)


@pytest.mark.parametrize("table", ("visits", "visit_meetings", "campaigns", "campaign_targets", "wallet_records"))
def test_a_forged_row_is_named(database: Database, market: Market, table: str) -> None:
    def work(session: Session) -> None:
        campaign(session, (market.deep.party.id,))
        visit(session, market.deep)
        wallet = crm.RecordWallet(uuid4(), market.deep.party.id, "富士", *PERIOD, 5, crm.WalletMethod.INVOICE, 90)
        crm.record_wallet(session, wallet, by=REP, at=NOW)

    database.write(work)
    sound(database)
    column = {
        "visits": "outcome = 'x'", "visit_meetings": "decides = NOT decides", "campaigns": "city = 'x'",
        "campaign_targets": "group_key = 'x'", "wallet_records": "bought_grams = 6",
    }[table]  # fmt: skip

    def forge(session: Session) -> None:
        if database.is_sqlite:
            session.execute(text(f"DROP TRIGGER {table}_no_update"))
        else:
            session.execute(text("SET session_replication_role = replica"))
        session.execute(text(f"UPDATE {table} SET {column}"))

    database.write(forge)
    with database.snapshot() as session:
        assert {finding.table for finding in crm.check(session)} == {table}
