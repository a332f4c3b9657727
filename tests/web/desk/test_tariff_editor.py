"""The tariff editor: any line can be typed, the second person sees what it changes before they approve."""

from uuid import UUID, uuid4

from tests.web.desk.make import Desk
from wms import billing

FORM = {
    "form": "tariff", "name": "season 2027", "owner": "", "variety": "", "ends_on": "", "method": "kg_day",
    "rate": "0.0030", "free_days": "7", "tiers": "31: 0.0018， 91：0.0015", "handling_in": "0.02", "handling_out": "",
    "crate_rent": "0.01", "cap": "0.5", "minimum": "300", "works": "sorting, kg, 0.08\nnight loading, job, 200",
}  # fmt: skip


def versions(desk: Desk) -> list[billing.TariffVersion]:
    return desk.see(lambda s: billing.list_tariffs(s).items)


def test_a_version_is_typed_seen_and_approved(unpledged: Desk) -> None:
    manager, approver = unpledged.browser("manager"), unpledged.browser("approver")
    assert "Least charge of a lot" in manager.get("/desk/tariffs/new").text
    key, day = str(uuid4()), unpledged.fair.at.on.isoformat()
    done = manager.post("/desk/tariffs/new", id=key, effective_from=day, **FORM)
    assert done.status_code == 303
    assert done.headers["Location"].endswith(f"/desk/tariffs/{key}")
    tariff = unpledged.see(lambda s: billing.get_tariff(s, UUID(key)))
    assert [line.kind for line in tariff.lines] == ["kg_day", "handling_in", "crate_rent", "cap", "minimum", "works"]
    assert str(tariff.lines[0].tiers[1].rate) == "0.0015"
    mine = manager.get(f"/desk/tariffs/{key}").text
    assert "What it changes for lots that are here" in mine
    assert "Put it in force" not in mine, "the proposer cannot approve"
    assert "Put it in force" in approver.get(f"/desk/tariffs/{key}").text
    approver.post(f"/desk/tariffs/{key}/approve", id=str(uuid4()), form="approve")
    assert "In force: approved by" in approver.get(f"/desk/tariffs/{key}").text


def test_what_cannot_be_read_comes_back_with_the_input(unpledged: Desk) -> None:
    manager, day = unpledged.browser("manager"), unpledged.fair.at.on.isoformat()
    before = len(versions(unpledged))
    for wrong in ({"tiers": "x: 1"}, {"works": "sorting, box, 1"}, {"rate": "-1"}, {"method": "gift"},
                  {"method": "season_flat"}, {"free_days": "-1"}):  # fmt: skip
        answer = manager.post("/desk/tariffs/new", id=str(uuid4()), effective_from=day, **{**FORM, **wrong})
        assert answer.status_code == 422
        assert 'value="season 2027"' in answer.text
    assert len(versions(unpledged)) == before
    assert unpledged.browser("cashier").get("/desk/tariffs/new").status_code == 403


def test_a_quote_is_told_line_by_line_and_day_by_day(unpledged: Desk) -> None:
    page = unpledged.browser("cashier").get("/desk/quote?kg=20000&units=1000&in=2026-10-20&out=2027-02-15").text
    assert "4,620.00" in page
    assert "5,520.00" in page
    assert page.count("Storage by day") > 110
    for wrong in ("kg=x", "kg=1&out=2020-01-01", "kg=1&owner=NOBODY", "kg=NaN", "kg=1&in=2000-01-01&out=2000-02-01"):
        assert unpledged.browser("cashier").get(f"/desk/quote?{wrong}").status_code == 200


def test_an_owner_follows_a_charge_to_its_days(unpledged: Desk) -> None:
    lot = unpledged.fair.case.lot_id
    owner = unpledged.browser("bina")
    assert f"/portal/lots/{lot}/days" in owner.get(f"/portal/lots/{lot}").text
    page = owner.get(f"/portal/lots/{lot}/days").text
    assert "day 2" in page
    assert "free" in page
    assert unpledged.browser("chand").get(f"/portal/lots/{lot}/days").status_code == 404
