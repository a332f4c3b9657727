"""Gate passes: only for closed exits, one code, one truck, one drive out."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.billing.make import CLERK, GUARD, NOBODY, OUT, House, later
from wms import billing
from wms.billing.rules.gate import CODE_ALPHABET, within
from wms.billing.tables import GatePass
from wms.kernel.actor import SYSTEM
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden, WmsError

PLATE = "鲁F12345"
OUT_GRAMS = 4_950_000


def issued(session: Any) -> billing.IssuedPass:
    order = House(session).closed(session)
    return billing.issue_gate_pass(session, billing.IssueGatePass(uuid4(), order.id), by=CLERK, at=OUT)


def at_gate(code: str | None, **changes: Any) -> billing.PassGate:
    values: dict[str, Any] = {"id": uuid4(), "code": code, "plate": PLATE, "gate_grams": OUT_GRAMS}
    return billing.PassGate(**{**values, **changes})


def test_a_closed_exit_gets_one_pass_whose_code_is_shown_once_and_not_kept(database: Database) -> None:
    with database.transaction() as session:
        order = House(session).closed(session)
        request = billing.IssueGatePass(uuid4(), order.id)
        made = billing.issue_gate_pass(session, request, by=CLERK, at=OUT)
        row, code = made.gate_pass, made.code
        assert code is not None
        assert len(code) == 12
        assert set(code) <= set(CODE_ALPHABET)
        assert billing.printed_code(code) == f"{code[:4]}-{code[4:8]}-{code[8:]}"
        assert (row.plate, row.collector_name, row.out_grams, row.state) == (PLATE, "Li", OUT_GRAMS, "issued")
        assert row.expires_at == OUT.at + timedelta(hours=24)
        again = billing.issue_gate_pass(session, request, by=CLERK, at=OUT)
        assert (again.gate_pass.id, again.code) == (row.id, None)
        with pytest.raises(billing.GatePassIssued):
            billing.issue_gate_pass(session, billing.IssueGatePass(uuid4(), order.id), by=CLERK, at=OUT)
        assert billing.live_pass_of(session, order.id) is row
        assert code not in repr(vars(row))


def test_no_pass_for_an_exit_that_is_not_closed(database: Database) -> None:
    with database.transaction() as session:
        order = House(session).weighed(session)
        with pytest.raises(billing.ExitStep):
            billing.issue_gate_pass(session, billing.IssueGatePass(uuid4(), order.id), by=CLERK, at=OUT)
        with pytest.raises(Forbidden):
            billing.issue_gate_pass(session, billing.IssueGatePass(uuid4(), order.id), by=NOBODY, at=OUT)
        with pytest.raises(billing.ExitNotFound):
            billing.issue_gate_pass(session, billing.IssueGatePass(uuid4(), uuid4()), by=CLERK, at=OUT)


@pytest.mark.parametrize("said", ["closed", "weighed"])
def test_the_database_itself_refuses_a_pass_for_an_open_exit(database: Database, said: str) -> None:
    with database.transaction() as session:
        order = House(session).weighed(session)
    forged = GatePass(
        id=uuid4(), exit_id=order.id, exit_state=said, code_digest="0" * 64, plate=PLATE, collector_name="Li",
        out_grams=1, tolerance_permille=3, state="issued", issued_at=OUT.at, expires_at=OUT.at,
    )  # fmt: skip
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.add(forged)


def test_an_exit_with_a_pass_cannot_be_opened_again(database: Database) -> None:
    with database.transaction() as session:
        issued(session)
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.execute(
            text("UPDATE exit_orders SET state = 'weighed', closed_at = NULL, closed_on = NULL, entry_grams = NULL")
        )


def test_the_right_truck_drives_out_once(database: Database) -> None:
    with database.transaction() as session:
        code = issued(session).code
        assert code is not None
        request = at_gate(billing.printed_code(code).lower(), plate="鲁f 12345")
        for _ in range(2):
            row = billing.pass_gate(session, request, by=GUARD, at=OUT)
            assert (row.state, row.gate_grams, row.passed_at) == ("passed", OUT_GRAMS, OUT.at)
        with pytest.raises(billing.GatePassUsed):
            billing.pass_gate(session, at_gate(code), by=GUARD, at=OUT)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"plate": "鲁F12346"}, billing.PlateDiffers),
        ({"gate_grams": OUT_GRAMS + 14_851}, billing.GateWeightDiffers),
        ({"gate_grams": OUT_GRAMS - 14_851}, billing.GateWeightDiffers),
        ({"gate_grams": 0}, billing.GateWeightDiffers),
        ({"code": "2222-2222-2222"}, billing.GatePassNotFound),
    ],
)
def test_another_truck_load_or_code_stays_in(
    database: Database, changes: dict[str, Any], error: type[WmsError]
) -> None:
    with database.transaction() as session:
        made = issued(session)
    with pytest.raises(error), database.transaction() as session:
        billing.pass_gate(session, replace(at_gate(made.code), **changes), by=GUARD, at=OUT)
    with database.transaction() as session:
        row = session.get_one(GatePass, made.gate_pass.id)
        assert (row.state, row.gate_grams) == ("issued", None)
        with pytest.raises(Forbidden):
            billing.pass_gate(session, at_gate(made.code), by=NOBODY, at=OUT)


@pytest.mark.parametrize(
    ("gate", "out", "fits"), [(1003, 1000, True), (1004, 1000, False), (997, 1000, True), (996, 1000, False)]
)
def test_three_permille_are_allowed_themselves_included(gate: int, out: int, fits: bool) -> None:
    assert within(gate, out, 3) is fits


def test_a_pass_runs_out_and_can_be_taken_back_for_another(database: Database) -> None:
    with database.transaction() as session:
        made = issued(session)
        exit_id = made.gate_pass.exit_id
        tomorrow = later(OUT, days=1)
        with pytest.raises(billing.GatePassExpired), session.begin_nested():
            billing.pass_gate(session, at_gate(made.code), by=GUARD, at=tomorrow)
        assert billing.expire(session, by=SYSTEM, at=tomorrow) == 1
        assert made.gate_pass.state == "expired"
        ask = billing.IssueGatePass(uuid4(), exit_id)
        second = billing.issue_gate_pass(session, ask, by=CLERK, at=tomorrow)
        void = billing.VoidGatePass(uuid4(), second.gate_pass.id, "other truck")
        for _ in range(2):
            assert billing.void_gate_pass(session, void, by=CLERK, at=tomorrow).state == "void"
        with pytest.raises(billing.GatePassUsed), session.begin_nested():
            billing.pass_gate(session, at_gate(second.code), by=GUARD, at=tomorrow)
        third = billing.issue_gate_pass(session, billing.IssueGatePass(uuid4(), exit_id), by=CLERK, at=tomorrow)
        assert billing.pass_gate(session, at_gate(third.code), by=GUARD, at=tomorrow).state == "passed"
        again = billing.VoidGatePass(uuid4(), third.gate_pass.id, "late")
        with pytest.raises(billing.GatePassUsed):
            billing.void_gate_pass(session, again, by=CLERK, at=tomorrow)


def test_eight_trucks_with_one_code_at_once(database: Database) -> None:
    with database.transaction() as session:
        made = issued(session)

    def drive(_: int) -> str:
        try:
            database.write(lambda session: billing.pass_gate(session, at_gate(made.code), by=GUARD, at=OUT).state)
        except billing.GatePassUsed:
            return "stopped"
        return "out"

    with ThreadPoolExecutor(8) as crowd:
        assert sorted(crowd.map(drive, range(8))) == ["out"] + ["stopped"] * 7
