"""Contracts, mandates and relations."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.parties import make
from wms import parties
from wms.kernel.errors import Forbidden
from wms.kernel.numbers import price

TODAY, NOW, ESHA = make.TODAY, make.NOW, make.ESHA
DAY = timedelta(days=1)
TERMS = parties.ContractTerms(
    lists_itself=False, differential=price("-0.2"), tariff_locked=True, tax_permille=60, commission_bp=200,
    waterfall=("storage", "costs", "handling", "interest", "principal", "commission"), silence_h=12,
)  # fmt: skip


def contract(party, *, from_on=TODAY, until_on=None, number="HT-1", terms=TERMS):
    return parties.SignContractRequest(uuid4(), party.id, number, from_on, until_on, terms)


def sign(database, request):
    return database.write(lambda s: parties.sign_contract(s, request, by=ESHA, at=NOW))


def terms_on(database, party, on):
    return database.read(lambda s: parties.contract_on(s, party.id, on))


def test_a_contract_holds_on_its_days_and_the_defaults_on_all_others(database):
    party = database.write(make.party)
    request = contract(party, until_on=TODAY + 10 * DAY)
    for _ in range(2):
        assert sign(database, request).id == request.id
    assert terms_on(database, party, TODAY - DAY) == parties.ContractTerms()
    assert terms_on(database, party, TODAY) == TERMS
    assert terms_on(database, party, TODAY + 9 * DAY) == TERMS
    assert terms_on(database, party, TODAY + 10 * DAY) == parties.ContractTerms()
    assert make.findings(database, parties) == []


def test_the_defaults_are_those_of_the_design():
    terms = parties.ContractTerms()
    assert (terms.earnest_bp, terms.prepay_bp, terms.forfeit_seller_bp, terms.silence_h) == (2000, 1000, 8000, 24)
    assert (terms.lists_itself, terms.tariff_locked, terms.tax_permille, terms.differential) == (
        True, False, 0, Decimal(0),
    )  # fmt: skip
    assert terms.waterfall == ("costs", "storage", "handling", "interest", "principal", "commission")


def test_a_party_has_one_contract_on_a_day(database):
    party = database.write(make.party)
    sign(database, contract(party, from_on=TODAY, until_on=TODAY + 10 * DAY))
    for from_on, until_on in ((TODAY - 5 * DAY, TODAY + DAY), (TODAY + 9 * DAY, None), (TODAY - DAY, None)):
        wrong = contract(party, from_on=from_on, until_on=until_on)
        make.refused(database, parties.ContractOverlaps, make.do(parties.sign_contract, wrong))
    sign(database, contract(party, from_on=TODAY + 10 * DAY))
    sign(database, contract(party, from_on=TODAY - 5 * DAY, until_on=TODAY))
    assert make.findings(database, parties) == []


def test_ending_a_contract_leaves_days_gone_as_they_were(database):
    party = database.write(make.party)
    signed = sign(database, contract(party, from_on=TODAY - 10 * DAY))

    def end(until_on):
        request = parties.EndRequest(uuid4(), signed.id, until_on)
        return lambda s: parties.end_contract(s, request, by=ESHA, at=NOW)

    make.refused(database, parties.DatesReversed, end(TODAY - DAY))
    again = end(TODAY)
    for _ in range(2):
        assert database.write(again).until_on == TODAY
    make.refused(database, parties.RowEnded, end(TODAY + DAY))
    assert terms_on(database, party, TODAY - DAY) == TERMS
    assert terms_on(database, party, TODAY) == parties.ContractTerms()


def test_the_refusals_of_bonds(database):
    party, other = database.write(lambda s: (make.party(s), make.party(s)))
    person = database.write(make.person)
    right = contract(party)
    mandate = parties.GrantMandateRequest(uuid4(), party.id, person.id, parties.MandateScope.ACT, TODAY)
    tie = parties.RelateRequest(uuid4(), party.id, other.id, "同一实际控制人", TODAY)
    for action, request, change, error in (
        (parties.sign_contract, right, {"party_id": uuid4()}, parties.PartyNotFound),
        (parties.sign_contract, right, {"number": ""}, parties.FieldInvalid),
        (parties.sign_contract, right, {"until_on": TODAY}, parties.DatesReversed),
        (parties.sign_contract, right, {"terms": replace(TERMS, earnest_bp=2001)}, parties.ContractTermsInvalid),
        (parties.grant_mandate, mandate, {"party_id": uuid4()}, parties.PartyNotFound),
        (parties.grant_mandate, mandate, {"person_id": uuid4()}, parties.PersonNotFound),
        (parties.grant_mandate, mandate, {"until_on": TODAY}, parties.DatesReversed),
        (parties.relate, tie, {"other_id": party.id}, parties.RelationToItself),
        (parties.relate, tie, {"other_id": uuid4()}, parties.PartyNotFound),
        (parties.relate, tie, {"reason": ""}, parties.FieldInvalid),
        (parties.relate, tie, {"until_on": TODAY - DAY}, parties.DatesReversed),
    ):
        wrong = replace(request, id=uuid4(), **change)
        make.refused(database, error, make.do(action, wrong))
        make.refused(database, Forbidden, make.do(action, request, make.NOBODY))
    for end in (parties.end_contract, parties.end_mandate, parties.end_relation):
        lost = parties.EndRequest(uuid4(), uuid4(), TODAY)
        make.refused(database, parties.RowNotFound, make.do(end, lost))
        make.refused(database, Forbidden, make.do(end, lost, make.NOBODY))


@pytest.mark.parametrize(
    ("granted", "may"),
    [
        (parties.MandateScope.ACT, {"act": True, "collect": True}),
        (parties.MandateScope.COLLECT, {"act": False, "collect": True}),
    ],
)
def test_a_mandate_lets_a_stranger_act_or_collect(database, granted, may):
    party, person = database.write(lambda s: (make.party(s), make.person(s)))
    request = parties.GrantMandateRequest(uuid4(), party.id, person.id, granted, TODAY, document="授权书 7")
    for _ in range(2):
        database.write(lambda s: parties.grant_mandate(s, request, by=ESHA, at=NOW))

    def asked(on):
        return {
            scope.value: database.read(lambda s, c=scope: parties.may_act_for(s, person.id, party.id, c, on))
            for scope in parties.MandateScope
        }

    assert asked(TODAY) == may
    assert asked(TODAY - DAY) == {"act": False, "collect": False}
    end = parties.EndRequest(uuid4(), request.id, TODAY + DAY)
    database.write(lambda s: parties.end_mandate(s, end, by=ESHA, at=NOW))
    assert asked(TODAY) == may
    assert asked(TODAY + DAY) == {"act": False, "collect": False}


def test_who_works_there_may_act_without_a_mandate(database):
    party, person = database.write(lambda s: (make.party(s), make.person(s)))
    database.write(lambda s: make.job(s, person, party))
    act = parties.MandateScope.ACT
    assert database.read(lambda s: parties.may_act_for(s, person.id, party.id, act, TODAY))
    assert not database.read(lambda s: parties.may_act_for(s, person.id, party.id, act, TODAY - DAY))


def related(database, one, other, on=TODAY):
    answers = {database.read(lambda s, p=pair: parties.are_related(s, p[0].id, p[1].id, on)) for pair in
               ((one, other), (other, one))}  # fmt: skip
    assert len(answers) == 1
    return answers.pop()


def test_related_parties_are_tied_over_any_number_of_steps(database):
    first, second, third, stranger = database.write(lambda s: [make.party(s) for _ in range(4)])
    for one, other in ((third, second), (first, second)):
        request = parties.RelateRequest(uuid4(), one.id, other.id, "父子", TODAY)
        for _ in range(2):
            database.write(lambda s, r=request: parties.relate(s, r, by=ESHA, at=NOW))
    assert related(database, first, first)
    assert related(database, first, third)
    assert not related(database, first, third, TODAY - DAY)
    assert not related(database, first, stranger)
    end = parties.EndRequest(uuid4(), request.id, TODAY + DAY)
    database.write(lambda s: parties.end_relation(s, end, by=ESHA, at=NOW))
    assert related(database, first, third)
    assert not related(database, first, third, TODAY + DAY)


def test_parties_that_share_a_worker_are_related(database):
    person, here, there = database.write(lambda s: (make.person(s), make.party(s), make.party(s)))
    database.write(lambda s: make.job(s, person, here))
    assert not related(database, here, there)
    database.write(lambda s: make.job(s, person, there, from_on=TODAY + DAY, is_primary=False))
    assert not related(database, here, there)
    assert related(database, here, there, TODAY + DAY)


def test_verify_names_contracts_that_overlap_behind_our_back(database):
    party = database.write(make.party)
    sign(database, contract(party, from_on=TODAY, until_on=TODAY + DAY))
    second = sign(database, contract(party, from_on=TODAY + DAY))
    with database.transaction() as session:
        session.execute(text("UPDATE contracts SET until_on = '2026-10-25' WHERE until_on IS NOT NULL"))
    (found,) = make.findings(database, parties)
    assert (found.table, found.row) == ("contracts", str(second.id))


def test_the_database_refuses_terms_out_of_bounds(database):
    party = database.write(make.party)
    sign(database, contract(party))
    for column, value in (("earnest_bp", 2001), ("prepay_bp", 8001), ("silence_h", 0), ("tax_permille", 1000)):
        with pytest.raises(IntegrityError), database.transaction() as session:
            session.execute(text(f"UPDATE contracts SET {column} = {value}"))


def test_a_contract_date_is_a_date(database):
    party = database.write(make.party)
    assert sign(database, contract(party, from_on=date(2026, 1, 1))).from_on == date(2026, 1, 1)
