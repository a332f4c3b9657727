"""Tariffs: proposed by one, approved by another, never edited, promised to lots."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from tests.billing.make import (
    ENTRY,
    MANAGER,
    NEW_LINES,
    NOBODY,
    OLD_LINES,
    OTHER_MANAGER,
    OUT,
    House,
    later,
    propose,
    sound,
    tariff,
)
from tests.lots import make as stock
from wms import billing, parties
from wms.billing.tables import TariffApproval, TariffVersion
from wms.kernel.actor import SYSTEM
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden, WmsError
from wms.kernel.idempotency import RequestIdReused


def test_a_version_counts_once_another_person_approved_it(database: Database) -> None:
    with database.transaction() as session:
        version = propose(session)
        with pytest.raises(billing.TariffMissing):
            billing.tariff_on(session, ENTRY.on)
        approve = billing.ApproveTariff(uuid4(), version.id)
        first = billing.approve_tariff(session, approve, by=OTHER_MANAGER, at=ENTRY)
        assert billing.approve_tariff(session, approve, by=OTHER_MANAGER, at=ENTRY) is first
        assert billing.tariff_on(session, ENTRY.on).version_id == version.id
        assert billing.tariff_on(session, ENTRY.on).lines == OLD_LINES
        with pytest.raises(billing.TariffMissing):
            billing.tariff_on(session, date(2026, 8, 31))
        with pytest.raises(billing.TariffDecided):
            billing.approve_tariff(session, billing.ApproveTariff(uuid4(), version.id), by=OTHER_MANAGER, at=ENTRY)
        sound(session)


def test_two_accounts_of_one_person_are_one_pair_of_eyes(database: Database) -> None:
    with database.transaction() as session:
        version = propose(session)
        approve = billing.ApproveTariff(uuid4(), version.id)
        second_account = replace(MANAGER, account_id=uuid4())
        for by in (MANAGER, second_account):
            with pytest.raises(billing.SamePerson), session.begin_nested():
                billing.approve_tariff(session, approve, by=by, at=ENTRY)
        with pytest.raises(billing.PersonUnknown), session.begin_nested():
            billing.approve_tariff(session, approve, by=SYSTEM, at=ENTRY)
        with pytest.raises(billing.PersonUnknown), session.begin_nested():
            propose(session, by=SYSTEM)
        assert session.scalar(select(func.count()).select_from(TariffApproval)) == 0


def test_the_database_itself_refuses_one_pair_of_eyes(database: Database) -> None:
    with database.transaction() as session:
        version = propose(session)
    forged = TariffApproval(
        version_id=version.id, proposed_by_person_id=version.proposed_by_person_id, approved_by_account_id=uuid4(),
        approved_by_person_id=version.proposed_by_person_id, approved_at=ENTRY.at, approved_on=ENTRY.on, row_digest="",
    )  # fmt: skip
    with pytest.raises(IntegrityError, match="four_eyes"), database.transaction() as session:
        session.add(forged)
    lied = TariffApproval(
        version_id=version.id, proposed_by_person_id=uuid4(), approved_by_account_id=uuid4(),
        approved_by_person_id=version.proposed_by_person_id, approved_at=ENTRY.at, approved_on=ENTRY.on, row_digest="",
    )  # fmt: skip
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.add(lied)


@pytest.mark.parametrize("statement", ["UPDATE tariff_versions SET name = 'x'", "DELETE FROM tariff_versions"])
def test_a_version_is_never_edited(database: Database, statement: str) -> None:
    with database.transaction() as session:
        tariff(session)
    with pytest.raises(DBAPIError), database.transaction() as session:
        session.execute(text(statement))


@pytest.mark.parametrize(
    ("lines", "error"),
    [
        ((), billing.TariffLinesInvalid),
        (OLD_LINES[1:], billing.TariffLinesInvalid),
        ((*OLD_LINES, OLD_LINES[1]), billing.TariffLinesInvalid),
        ((*OLD_LINES, billing.MonthAnniversary(Decimal("0.05"))), billing.TariffLinesInvalid),
        ((billing.KgDay(Decimal("-0.001")),), billing.TariffRateInvalid),
        ((billing.KgDay(Decimal("0.0000001")),), billing.TariffRateInvalid),
        ((billing.KgDay(Decimal("NaN")),), billing.TariffRateInvalid),
        ((billing.KgDay(Decimal("0.002"), free_days=-1),), billing.TariffRateInvalid),
        ((billing.KgDay(Decimal("0.002"), tiers=(billing.Tier(1, Decimal(0)),)),), billing.TariffRateInvalid),
        (
            (billing.KgDay(Decimal("0.002"), tiers=(billing.Tier(9, Decimal(0)), billing.Tier(9, Decimal(0)))),),
            billing.TariffRateInvalid,
        ),
        ((*OLD_LINES, billing.Minimum(-1)), billing.TariffRateInvalid),
    ],
)
def test_a_tariff_that_makes_no_sense_is_refused(
    database: Database, lines: tuple[billing.TariffLine, ...], error: type[WmsError]
) -> None:
    with pytest.raises(error), database.transaction() as session:
        propose(session, lines=lines)
    with database.snapshot() as session:
        assert session.scalar(select(func.count()).select_from(TariffVersion)) == 0


def test_no_day_gone_by_changes_its_price(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        before = billing.accrued_unbilled(session, house.lot.id, OUT.on).total_fen
        back = propose(session, effective_from=date(2027, 1, 19), lines=NEW_LINES[:1], at=OUT)
        approve = billing.ApproveTariff(uuid4(), back.id)
        with pytest.raises(billing.TariffBackdated), session.begin_nested():
            billing.approve_tariff(session, approve, by=OTHER_MANAGER, at=OUT)
        tariff(session, effective_from=OUT.on, lines=(billing.KgDay(Decimal("0.9")),), at=OUT)
        kept = billing.accrued_unbilled(session, house.lot.id, OUT.on, include_handling_out=False)
        assert kept.storage_fen + 90_000 == before
        assert billing.accrued_unbilled(session, house.lot.id, later(OUT, days=1).on).storage_fen > kept.storage_fen


def test_the_narrowest_scope_wins_and_falls_back_when_it_ends(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        scope = billing.TariffScope(party_id=house.store.bina.id)
        cheap = tariff(
            session, scope=scope, effective_from=date(2026, 11, 1), ends_on=date(2026, 12, 1),
            lines=(billing.KgDay(Decimal("0.0010")),), at=ENTRY,
        )  # fmt: skip
        found = billing.accrued_unbilled(session, house.lot.id, date(2027, 1, 1))
        assert [(line.days, str(line.rate)) for line in found.lines if line.line == "kg_day"] == [
            (7, "0.000000"),
            (5, "0.002000"),
            (30, "0.001000"),
            (31, "0.002000"),
        ]
        assert cheap.id in {line.version_id for line in found.lines}
        other = stock.lot(session, house.store, owner=house.store.chand.id, at=ENTRY)
        assert cheap.id not in {
            line.version_id for line in billing.accrued_unbilled(session, other.id, date(2027, 1, 1)).lines
        }


@pytest.mark.parametrize("locked", [True, False])
def test_a_lot_keeps_the_tariff_of_its_entry_if_the_contract_says_so(database: Database, locked: bool) -> None:
    with database.transaction() as session:
        house = House(session)
        terms = parties.ContractTerms(tariff_locked=locked)
        sign = parties.SignContractRequest(uuid4(), house.store.bina.id, "C-1", date(2026, 9, 1), terms=terms)
        parties.sign_contract(session, sign, by=SYSTEM, at=ENTRY)
        request = billing.LockTariff(uuid4(), house.lot.id)
        row = billing.lock_tariff(session, request, by=stock.ASHA, at=ENTRY)
        assert billing.lock_tariff(session, request, by=stock.ASHA, at=ENTRY) is row
        assert row.locked is locked
        days = 85  # chargeable days to 20 January: 66 of 2026, 19 of 2027
        rate = days * 2_000 if locked else 66 * 2_000 + 19 * 2_200
        found = billing.accrued_unbilled(session, house.lot.id, OUT.on)
        assert found.storage_nanoyuan == 20_000_000 * rate
        with pytest.raises(billing.TariffLocked):
            billing.lock_tariff(session, replace(request, id=uuid4()), by=stock.ASHA, at=ENTRY)
        sound(session)


def test_storage_a_day_is_what_another_day_costs_once_free_days_are_over(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        assert billing.storage_per_day(session, house.lot.id, OUT.on) == 4_400
        assert billing.storage_per_day(session, house.lot.id, ENTRY.on) == 4_000


def test_every_action_needs_its_permission_and_content(database: Database) -> None:
    with database.transaction() as session:
        version = propose(session)
        deeds: list[tuple[Any, Any]] = [
            (billing.propose_tariff, billing.ProposeTariff(uuid4(), "x", ENTRY.on, OLD_LINES)),
            (billing.approve_tariff, billing.ApproveTariff(uuid4(), version.id)),
            (billing.lock_tariff, billing.LockTariff(uuid4(), uuid4())),
        ]
        for action, request in deeds:
            with pytest.raises(Forbidden):
                action(session, request, by=NOBODY, at=ENTRY)
        with pytest.raises(RequestIdReused):
            propose(session, id=version.id, name="another")
        assert propose(session, id=version.id) is version
        with pytest.raises(billing.TariffNotFound):
            billing.approve_tariff(session, billing.ApproveTariff(uuid4(), uuid4()), by=OTHER_MANAGER, at=ENTRY)
        assert [row.id for row in billing.list_tariffs(session).items] == [version.id]
