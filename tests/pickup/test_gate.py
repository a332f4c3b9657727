"""Who may drive out: the receiver, its people, whom it named, whom it authorised for this truck. Nobody else."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.lots.make import actor
from tests.parties import make as cast
from tests.pickup import make
from tests.pickup.make import CLERK, GUARD, LOAD, NOBODY, OUT, House
from tests.users import make as people
from wms import billing, pickup
from wms.kernel.actor import SYSTEM
from wms.kernel.clock import Moment
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden, WmsError
from wms.parties import PartyNotFound


def give(session: Any, house: House, *, at: Moment = OUT, **changes: Any) -> pickup.CollectorAuthority:
    return pickup.authorise_collector(session, make.authority(house, **changes), by=house.owner, at=at)


def out(session: Any, request: pickup.PassGate, *, at: Moment = OUT) -> billing.GatePass:
    return pickup.pass_gate(session, request, by=GUARD, at=at)


def test_an_authorised_collector_drives_out_once_with_the_card_that_was_named(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        made = make.issued(session, house)
        order = billing.get_exit(session, made.gate_pass.exit_id)
        assert not pickup.may_fetch(session, order, OUT.on)
        request = make.authority(house, units_most=250)
        first = pickup.authorise_collector(session, request, by=house.owner, at=OUT)
        assert pickup.authorise_collector(session, request, by=house.owner, at=OUT) is first
        assert (first.id_tail, first.granted_by_party, "1123X" in repr(vars(first))) == ("123X", True, False)
        assert pickup.may_fetch(session, order, OUT.on)
        go = make.at_gate(made, "370602 19800101 123x")
        for _ in range(2):
            assert out(session, go).state == "passed"
        (standing,) = pickup.authorities_of(session, house.store.bina.id)
        assert (standing.units_used, standing.units_left) == (250, 0)
        assert not pickup.may_fetch(session, order, OUT.on)
        assert list(pickup.check(session)) == []


REFUSED: tuple[tuple[dict[str, Any], str, type[WmsError]], ...] = (
    ({"plate": "鲁F12346"}, "123X", pickup.CollectorNotAuthorised),
    ({"collector_name": "Wang"}, "123X", pickup.CollectorNotAuthorised),
    ({"from_on": OUT.on + timedelta(days=1)}, "123X", pickup.CollectorNotAuthorised),
    ({}, "1234", pickup.CollectorIdDiffers),
    ({}, "", pickup.CollectorIdDiffers),
    ({}, "37060219800101999X", pickup.CollectorIdDiffers),
    ({}, "37060219990101123X", pickup.CollectorIdDiffers),
    ({"units_most": 249}, "123X", pickup.AuthorityUsedUp),
)


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_another_person_truck_day_card_or_quantity_stays_in(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        made = make.issued(session, house)
        row = session.get_one(billing.GatePass, made.gate_pass.id)
        for changes, card, error in REFUSED:
            undo = session.begin_nested()
            give(session, house, **changes)
            with pytest.raises(error) as caught, session.begin_nested():
                out(session, make.at_gate(made, card))
            assert "{" not in caught.value.sentence("zh") + caught.value.sentence("en")
            undo.rollback()
            session.refresh(row)
            assert row.state == "issued"


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_the_last_day_counts_and_the_next_does_not_and_a_revoked_one_never(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        made = make.issued(session, house)
        row = give(session, house, until_on=OUT.on + timedelta(days=1))
        tomorrow = make.later(OUT, hours=20)
        with pytest.raises(pickup.CollectorNotAuthorised), session.begin_nested():
            out(session, make.at_gate(made, "123X"), at=replace(tomorrow, on=OUT.on + timedelta(days=1)))
        end = pickup.RevokeAuthority(uuid4(), row.id, "lost the truck")
        with pytest.raises(pickup.AuthorityNotFound):
            pickup.revoke_authority(session, end, by=house.stranger, at=OUT)
        end = replace(end, id=uuid4())
        for _ in range(2):
            assert pickup.revoke_authority(session, end, by=house.owner, at=OUT).reason == "lost the truck"
        with pytest.raises(pickup.AuthorityRevoked), session.begin_nested():
            pickup.revoke_authority(session, replace(end, id=uuid4()), by=house.owner, at=OUT)
        with pytest.raises(pickup.CollectorNotAuthorised):
            out(session, make.at_gate(made, "123X"))


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_the_owner_its_people_and_whom_it_named_need_no_paper(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        person = cast.person(session, "Wang Wu")
        cast.job(session, person, house.store.bina, is_primary=False)
        for name in (house.store.bina.name, "wang  wu"):
            assert out(session, make.at_gate(make.issued(session, house, name))).state == "passed"
        account = people.user(session, people.GROWER, party=house.store.bina)
        named = replace(actor("phone"), account_id=account.id, permissions=house.owner.permissions,
                        party_id=house.store.bina.id)  # fmt: skip
        order = billing.open_exit_order(session, house.wanted(collector_name="Zhao"), by=named, at=OUT)
        assert pickup.may_fetch(session, order, OUT.on)
        other = billing.open_exit_order(session, house.wanted(collector_name="Zhao"), by=CLERK, at=OUT)
        assert not pickup.may_fetch(session, other, OUT.on)


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_an_authority_is_bound_to_person_card_truck_and_days(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        for changes in ({"collector_name": " "}, {"id_number": "23X"}, {"plate": " · "}, {"units_most": 0},
                        {"until_on": OUT.on}, {"from_on": OUT.on + timedelta(days=9)}, {"units_most": -1}):  # fmt: skip
            with pytest.raises(pickup.AuthorityInvalid), session.begin_nested():
                give(session, house, **changes)
        paper = make.authority(house)
        with pytest.raises(pickup.AuthorityNeedsPaper), session.begin_nested():
            pickup.authorise_collector(session, paper, by=CLERK, at=OUT)
        with pytest.raises(PartyNotFound), session.begin_nested():
            pickup.authorise_collector(session, paper, by=house.stranger, at=OUT)
        with pytest.raises(Forbidden):
            pickup.authorise_collector(session, paper, by=NOBODY, at=OUT)
        made = pickup.authorise_collector(session, replace(paper, id=uuid4(), document="委托书"), by=CLERK, at=OUT)
        assert (made.granted_by_party, made.document) == (False, "委托书")


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_what_billing_refuses_stays_refused(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        made = make.issued(session, house, house.store.bina.name)
        with pytest.raises(billing.PlateDiffers), session.begin_nested():
            out(session, make.at_gate(made, plate="鲁F99999"))
        with pytest.raises(billing.GateWeightDiffers), session.begin_nested():
            out(session, make.at_gate(made, gate_grams=LOAD * 2))
        with pytest.raises(Forbidden):
            pickup.pass_gate(session, make.at_gate(made), by=NOBODY, at=OUT)
        assert pickup.pass_gate(session, make.at_gate(made), by=SYSTEM, at=OUT).state == "passed"
