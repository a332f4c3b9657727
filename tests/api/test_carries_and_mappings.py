"""What a season carried over, and how files of instruments are read, over HTTP."""

import pytest

from tests.api.make import moment, problem, uid
from tests.api.test_resources import Town
from wms.kernel.database import Database
from wms.users import Role


@pytest.fixture
def town(database: Database) -> Town:
    return Town(database)


def test_what_a_season_carries_over_is_listed(town: Town) -> None:
    hands, manager = town.hands, town.staff(Role.WAREHOUSE_MANAGER)
    first, second = (
        hands.do(manager, "/seasons", code=code, from_on=from_on, until_on=until_on)
        for code, from_on, until_on in (("A", "2026-09-01", "2026-10-20"), ("B", "2026-10-21", "2027-08-31"))
    )
    hands.at = moment("2026-10-21")
    hands.do(manager, f"/seasons/{first['id']}/close")
    listed = hands.ask(manager, f"/seasons/{first['id']}/carries", limit=1)
    (row,) = listed["items"]
    assert {name: row[name] for name in ("season_id", "into_id", "lot_id", "units", "grams", "tariff")} == {
        "season_id": first["id"], "into_id": second["id"], "lot_id": town.lot, "units": 10, "grams": 20_000_000,
        "tariff": "none",
    }  # fmt: skip
    assert (row["accrued_fen"], row["month_fen"]) == (None, None)  # this store has no tariff
    assert hands.ask(manager, f"/seasons/{second['id']}/carries")["items"] == []
    problem(hands.get(manager, f"/seasons/{uid()}/carries"), 404, "season_not_found")
    problem(hands.get(town.bina, f"/seasons/{first['id']}/carries"), 403, "forbidden")
    problem(hands.get(manager, f"/seasons/{first['id']}/carries", cursor="x"), 422, "cursor_invalid")


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)  # no engine is asked anything of its own
def test_how_an_instruments_file_is_read_is_said_and_listed(town: Town) -> None:
    hands, manager, clerk = town.hands, town.staff(Role.WAREHOUSE_MANAGER), town.staff(Role.CLERK)
    column = {"heading": "Force N", "code": "firmness", "factor": "0.101972"}
    wanted = {"name": "penetrometer", "lot": "Batch", "day": "Date", "columns": [column]}
    problem(hands.post(clerk, "/quality/mappings", {"id": uid(), **wanted}), 403, "forbidden")
    for change, code in (
        ({"columns": [{**column, "code": "mood"}]}, "quality_parameter_unknown"),
        ({"columns": [column, {**column, "code": "brix"}]}, "quality_wrong"),
        ({"columns": [{**column, "factor": "0"}]}, "quality_wrong"),
        ({"lot": " "}, "quality_wrong"),
    ):
        problem(hands.post(manager, "/quality/mappings", {"id": uid(), **wanted, **change}), 422, code)
    assert hands.ask(clerk, "/quality/mappings")["items"] == []
    sent = {"id": uid(), **wanted}
    for _ in range(2):
        assert hands.do(manager, "/quality/mappings", **sent) == {**wanted, "fruit": ""}
    problem(hands.post(manager, "/quality/mappings", {**sent, "day": ""}), 409, "request_id_reused")
    hands.do(manager, "/quality/mappings", **{**wanted, "fruit": "No"})
    (listed,) = hands.ask(clerk, "/quality/mappings")["items"]
    assert listed == {**wanted, "fruit": "No"}
    problem(hands.get(town.bina, "/quality/mappings"), 403, "forbidden")
