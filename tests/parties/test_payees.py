"""Where money goes: proposed by one person, approved by another, in effect a day later."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError, IntegrityError

from tests.parties import make
from wms import parties
from wms.kernel.actor import Permission
from wms.kernel.errors import Forbidden
from wms.kernel.outbox import OutboxRow
from wms.parties.tables import PayeeDecision

NOW = make.NOW
PAYEE = parties.BankPayee("王大山", "中国农业银行烟台分行", "6228480000000000001")
OTHER = replace(PAYEE, account_number="6228480000000000002")
LATER = make.moment("2026-10-21", 4)  # 24 hours on


@pytest.fixture
def cast(database):
    """A grower with a phone, and two persons allowed everything."""
    party = database.write(lambda s: make.party(s, phone="13800000001"))
    return party, *database.write(make.people)


def propose(database, party, by, payee=PAYEE, at=NOW):
    request = parties.ProposePayeeRequest(uuid4(), party.id, payee)
    return database.write(lambda s: parties.propose_payee(s, request, by=by, at=at))


def approve(change, by, at=NOW):
    request = parties.PayeeDecisionRequest(uuid4(), change.id)
    return lambda s: parties.approve_payee(s, request, by=by, at=at)


def stop(change, by, at=NOW):
    request = parties.PayeeDecisionRequest(uuid4(), change.id, "客户来电否认")
    return lambda s: parties.stop_payee(s, request, by=by, at=at)


def payee(database, party, at):
    return database.read(lambda s: parties.payee_of(s, party.id, at.at))


def test_a_payee_takes_effect_a_day_after_a_second_person_approved(database, cast):
    party, bina, chand = cast
    change = propose(database, party, bina)
    assert database.read(lambda s: [row.id for row in parties.pending_payees(s)]) == [change.id]
    work = approve(change, chand)
    for _ in range(2):
        assert database.write(work).effective_at == LATER.at
    assert payee(database, party, make.moment("2026-10-21", 3, 59, 59)) is None
    assert payee(database, party, LATER) == PAYEE
    assert database.read(parties.pending_payees) == []
    assert make.findings(database, parties) == []


def test_the_party_is_told_and_a_repeat_tells_nobody_twice(database, cast):
    party, bina, _ = cast
    request = parties.ProposePayeeRequest(uuid4(), party.id, PAYEE)
    for _ in range(2):
        database.write(lambda s: parties.propose_payee(s, request, by=bina, at=NOW))
    (sent,) = database.read(lambda s: list(s.scalars(select(OutboxRow))))
    assert (sent.topic, sent.payload["phone"]) == ("send.sms", "13800000001")
    assert "0001" in sent.payload["text"]
    assert PAYEE.account_number not in sent.payload["text"]


def test_the_newest_in_effect_holds(database, cast):
    party, bina, chand = cast
    database.write(approve(propose(database, party, bina), chand))
    second = propose(database, party, chand, OTHER, LATER)
    database.write(approve(second, bina, LATER))
    assert payee(database, party, LATER) == PAYEE
    assert payee(database, party, make.moment("2026-10-22", 4)) == OTHER


def test_one_person_with_two_accounts_is_one_person(database, cast):
    party, bina, _ = cast
    change = propose(database, party, bina)
    again = replace(bina, account_id=uuid4())
    make.refused(database, parties.PayeeSamePerson, approve(change, bina))
    make.refused(database, parties.PayeeSamePerson, approve(change, again))
    nobody_human = replace(bina, person_id=None)
    make.refused(database, Forbidden, approve(change, nobody_human))


def test_the_database_knows_it_too(database, cast):
    party, bina, _ = cast
    change = propose(database, party, bina)
    row = PayeeDecision(
        id=uuid4(), change_id=change.id, decision="approved", proposed_by=bina.person_id, decided_by=bina.person_id,
        decided_at=NOW.at, effective_at=LATER.at, reason="", row_digest="",
    )  # fmt: skip
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.add(row)
    for statement in ("UPDATE payee_changes SET bank = 'x'", "DELETE FROM payee_changes"):
        with pytest.raises(DatabaseError, match="append-only"), database.transaction() as session:
            session.execute(text(statement))


def test_a_change_can_be_stopped_until_it_takes_effect(database, cast):
    party, bina, chand = cast
    first, second, third = (propose(database, party, bina) for _ in range(3))
    work = stop(first, chand)
    for _ in range(2):
        assert database.write(work).decision == "stopped"
    make.refused(database, parties.PayeeDecided, approve(first, chand))
    make.refused(database, parties.PayeeDecided, stop(first, chand))
    database.write(approve(second, chand))
    make.refused(database, parties.PayeeDecided, approve(second, chand))
    database.write(stop(second, bina, make.moment("2026-10-21", 3, 59)))
    database.write(approve(third, chand, LATER))
    assert payee(database, party, LATER) is None
    in_effect = make.moment("2026-10-22", 4)
    assert payee(database, party, in_effect) == PAYEE
    make.refused(database, parties.PayeeTakenEffect, stop(third, bina, in_effect))


def test_who_may_and_what_is_refused(database, cast):
    party, bina, _ = cast
    change = propose(database, party, bina)
    proposer = make.actor("Dara", Permission.MANAGE_PARTIES)
    make.refused(database, Forbidden, approve(change, proposer))
    make.refused(database, Forbidden, stop(change, make.NOBODY))
    lost = replace(change_like(change), id=uuid4())
    make.refused(database, parties.RowNotFound, approve(lost, bina))
    make.refused(database, parties.RowNotFound, stop(lost, bina))
    for party_id, wanted, by, error in (
        (party.id, PAYEE, make.NOBODY, Forbidden),
        (party.id, PAYEE, replace(bina, person_id=None), Forbidden),
        (uuid4(), PAYEE, bina, parties.PartyNotFound),
        (party.id, replace(PAYEE, account_number="1"), bina, parties.FieldInvalid),
    ):
        request = parties.ProposePayeeRequest(uuid4(), party_id, wanted)
        make.refused(database, error, make.do(parties.propose_payee, request, by))


def change_like(change):
    return parties.PayeeDecisionRequest(change.id, change.id)


def test_verify_names_a_payee_changed_behind_our_back(database, cast):
    party, bina, _ = cast
    change = propose(database, party, bina)
    guard, table = ("payee_changes_no_update", "") if database.is_sqlite else (
        "payee_changes_no_change", " ON payee_changes",
    )  # fmt: skip
    with database.transaction() as session:
        session.execute(text(f"DROP TRIGGER {guard}{table}"))
        session.execute(text("UPDATE payee_changes SET account_number = '6228480000000000009'"))
    (found,) = make.findings(database, parties)
    assert (found.table, UUID(found.row)) == ("payee_changes", change.id)


def test_a_delay_is_a_day():
    assert timedelta(hours=24) == LATER.at - NOW.at
