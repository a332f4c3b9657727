"""A truck's page leads from the list to the closed doors, each step under one key."""

from uuid import UUID, uuid4

import pytest

from tests.settlement import make as season_make
from tests.users import make as people
from tests.web.terminal.make import Browser, Dock, app_on, hidden
from tests.web.terminal.test_way_out import DAY, ordered
from wms import billing, lots, settlement
from wms.kernel.database import Database

UNITS = 10
pytestmark = pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)  # pages; the acts are tested on both


@pytest.fixture
def season(database: Database) -> season_make.Season:
    """One lot of 1,000 crates."""
    return season_make.season(database)


def clerk(season: season_make.Season, language: str) -> Browser:
    at = season_make.moment(DAY, 5)
    account = season.database.write(people.user)
    dock = Dock(app_on(season.database, at), season.database, season.market.store, account, account)
    return dock.browser(at=at, language=language)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_walk_of_a_truck(season: season_make.Season, language: str) -> None:
    browser, at = clerk(season, language), season_make.moment(DAY, 5)
    see = season.database.read
    exit_id = ordered(season, browser, UNITS)
    order = see(lambda s: billing.get_exit(s, exit_id))
    need = see(lambda s: settlement.release_quote(s, order, at.on)).total_fen
    pay = settlement.PayRelease(uuid4(), exit_id, need, "bank", "ICBC-1")
    season.do(lambda s: settlement.pay_release(s, pay, by=season_make.TELLER, at=at))
    assert order.plate in browser.get("/terminal/loadings").text
    assert browser.post("/terminal/loadings", id=uuid4(), exit="nonsense", bay="1").status_code == 409
    opened = browser.post("/terminal/loadings", id=uuid4(), exit=exit_id, bay="1", pick_order="fefo")
    assert opened.status_code == 303, opened.text
    page = opened.headers["Location"]
    assert page in browser.get(f"/terminal/exits/{exit_id}").text
    lot = see(lambda s: lots.get_lot(s, season.lot_id))
    slot = see(lambda s: billing.lines_of_loading(s, _id(page)))[0].slot_code
    assert slot
    label = lots.lot_label_code(lot.code)
    assert slot in browser.get(page).text
    short = {"id": uuid4(), "line": "", "units": 1, "reason": "missing"}
    assert browser.post(f"{page}/short", **short).status_code == 409
    first = {"id": hidden(browser.get(page)), "slot": slot, "lot": label, "units": UNITS - 1}
    assert browser.post(f"{page}/pick", **first).status_code == 303
    assert browser.post(f"{page}/pick", id=uuid4(), slot=slot, lot=label, units=5).status_code == 409
    assert browser.post(f"{page}/pick", id=uuid4(), lot=lot.code, units=1).status_code == 303
    assert browser.post(f"{page}/check", id=uuid4()).status_code == 409
    key = season.do(lambda s: season_make.store_make.record(s, 219_000, instrument="platform1", at=at))
    cited = {"gw": key.gateway, "ep": key.epoch, "seq": key.sequence, "instrument": f"{key.gateway}/platform1"}
    weigh = {"id": uuid4(), "lot": label, "units": UNITS, "unit_tare": "2", **cited}
    assert "take-weight" in browser.get(page).text
    assert browser.post(f"{page}/weigh", **weigh).status_code == 303
    assert browser.post(f"{page}/load", id=uuid4(), lot=label, units=UNITS).status_code == 303
    assert f"{page}/check" in browser.get(page).text
    assert browser.post(f"{page}/check", id=uuid4()).status_code == 303
    season.consent(exit_id, DAY)
    assert f"/terminal/exits/{exit_id}/close" in browser.get(page).text
    closed = browser.post(f"/terminal/exits/{exit_id}/close", id=uuid4())
    assert closed.status_code == 200, closed.text
    assert page in closed.text
    assert "/terminal/gate" in browser.get(page).text


def test_a_truck_is_changed_and_given_up(season: season_make.Season) -> None:
    browser = clerk(season, "en")
    exits = [ordered(season, browser, units) for units in (1, 2)]
    opened = browser.client.post(
        "/terminal/loadings",
        data={"csrf_token": browser.token, "id": uuid4(), "exit": exits, "bay": "1", "pick_order": "given"},
    )
    page = opened.headers["Location"]
    assert browser.post(f"{page}/drop", id=uuid4(), exit=exits[0], reason="other truck").status_code == 303
    assert browser.post(f"{page}/void", id=uuid4(), reason="").status_code == 409
    assert browser.post(f"{page}/void", id=uuid4(), reason="broken down").status_code == 303
    assert "broken down" in browser.get(page).text
    assert browser.get(f"/terminal/loadings/{uuid4()}").status_code == 404


def _id(page: str) -> UUID:
    return UUID(page.rpartition("/")[2])
