"""Quality at the desk: the manager sets what inspections are judged by; lots show what was found and what comes."""

from typing import Any
from uuid import uuid4

from tests.web.desk.make import Desk
from wms import lots


def test_the_manager_sets_limits_plans_parameters_and_files(desk: Desk) -> None:
    manager, today = desk.browser("manager"), desk.fair.at.on.isoformat()

    def send(path: str, form: str, **fields: Any) -> int:
        return int(manager.post(f"/desk/quality/{path}", id=str(uuid4()), form=form, **fields).status_code)

    limit = {
        "code": "firmness",
        "least": "6.25",
        "change": "-0.3",
        "standard": "GB/T 10651-2008",
        "effective_on": today,
    }
    assert send("limits", "limit", **limit) == 303
    assert send("limits", "limit", **{**limit, "least": "soft"}) == 422
    assert send("limits", "limit", **{**limit, "code": "mood"}) == 422
    plan = {"steps": "100:5:50, *:15:150", "standard": "GB/T 8855-2008", "effective_on": today}
    assert send("plans", "plan", **plan) == 303
    assert send("plans", "plan", **{**plan, "steps": "many"}) == 422
    named = {"code": "watercore", "zh": "水心", "en": "Water core", "unit": "%", "decimals": "1", "decays": "yes"}
    assert send("parameters", "parameter", **named) == 303
    mapping = {"name": "FTA", "lot": "Lot", "columns": "N:firmness:0.101972, Brix:brix"}
    assert send("mappings", "mapping", **mapping) == 303
    assert send("mappings", "mapping", **{**mapping, "columns": "N"}) == 422
    settings = {"sample": "12.5", "failing": "5", "weak": "2", "soft": "1", "weak_firmness": "4.6",
                "soft_firmness": "5.5", "effective_on": today}  # fmt: skip
    assert send("settings", "policy", **settings) == 303
    policy = desk.see(lambda s: lots.policy_on(s, desk.fair.at.on))
    assert (policy.sample_grams, policy.weak_firmness_gf) == (12_500, 4_600)
    (row,) = desk.see(lots.list_limits)
    assert (row.least, row.change_per_month, row.variety) == (6_250, -300, None)
    for language, words in (("en", ("Firmness", "Water core", "≥ 6.25", "up to 100 units", "12.5")),
                            ("zh", ("硬度", "水心", "≥ 6.25", "不超过 100 件", "12.5"))):  # fmt: skip
        text = desk.browser("manager", language).get("/desk/quality").text
        assert [word for word in words if word not in text] == []
    auditor = desk.browser("auditor")
    assert "Set a limit" not in auditor.get("/desk/quality").text
    assert auditor.post("/desk/quality/limits", id=str(uuid4()), form="limit", **limit).status_code == 403
    assert "Samples" in auditor.get("/desk/samples").text
    lot = f"/desk/lots/{desk.fair.case.lot_id}"
    assert "How its condition goes on" in auditor.get(lot).text
