"""From the order to the gate, on pages: the pass is shown once, and the gate refuses in two languages."""

from uuid import UUID, uuid4

import pytest
from werkzeug.test import TestResponse

from tests.settlement import make as season_make
from tests.users import make as people
from tests.web.terminal.make import Browser, Dock, app_on, hidden
from wms import billing, lots, settlement, users
from wms.kernel.database import Database

DAY = "2026-10-25"


@pytest.fixture
def season(database: Database) -> season_make.Season:
    """One lot of 1,000 crates, and the days around it."""
    return season_make.season(database)


def clerk(season: season_make.Season, language: str = "en") -> Browser:
    at = season_make.moment(DAY, 5)
    app = app_on(season.database, at)
    account = season.database.write(people.user)
    return Dock(app, season.database, season.market.store, account, account).browser(at=at, language=language)


def ordered(season: season_make.Season, browser: Browser, units: int = 10) -> UUID:
    """An exit of own goods, ordered on the lot's page and its charges named."""
    url = f"/terminal/lots/{season.lot_id}/exit"
    assert browser.get(url).status_code == 200
    answer = browser.post(url, id=uuid4(), units=units, collector="Li", plate="鲁F 12345", deal="")
    assert answer.status_code == 303, answer.text
    page = answer.headers["Location"]
    assert browser.post(f"{page}/quote", id=uuid4()).status_code == 303
    return UUID(page.rpartition("/")[2])


def test_own_goods_wait_for_the_cashier_and_say_how_much(season: season_make.Season) -> None:
    browser = clerk(season)
    exit_id = ordered(season, browser)
    page = browser.get(f"/terminal/exits/{exit_id}")
    assert "Must be paid before it may leave" in page.text
    refused = browser.post(f"/terminal/exits/{exit_id}/clear", id=uuid4(), basis="paid")
    assert refused.status_code == 409
    assert season.database.read(lambda s: billing.get_exit(s, exit_id)).state == "quoted"


def test_the_walk_out(season: season_make.Season) -> None:
    browser = clerk(season)
    exit_id = ordered(season, browser)
    at = season_make.moment(DAY, 5)
    order = season.database.read(lambda s: billing.get_exit(s, exit_id))
    need = season.database.read(lambda s: settlement.release_quote(s, order, at.on)).total_fen
    pay = settlement.PayRelease(uuid4(), exit_id, need, "bank", "ICBC-1")
    season.do(lambda s: settlement.pay_release(s, pay, by=season_make.TELLER, at=at))
    page = f"/terminal/exits/{exit_id}"
    assert browser.post(f"{page}/pick", id=uuid4()).status_code == 303
    assert "Take weight out" in browser.get(page).text
    key = season.do(lambda s: season_make.store_make.record(s, 219_000, instrument="platform1", at=at))
    cited = {"gw": key.gateway, "ep": key.epoch, "seq": key.sequence, "instrument": f"{key.gateway}/platform1"}
    assert browser.post(f"{page}/weigh", id=uuid4(), units=10, unit_tare="2", **cited).status_code == 303
    pledged = browser.post(f"{page}/close", id=uuid4())
    assert (pledged.status_code, "lender must agree" in pledged.text) == (409, True)
    season.consent(exit_id, DAY)
    close = {"id": uuid4()}
    first = browser.post(f"{page}/close", **close)
    code = code_on(first)
    assert (first.status_code, len(code.replace("-", ""))) == (200, 12), "the close itself hands the code over"
    again = browser.post(f"{page}/close", **close)
    assert (again.status_code, code_on(again)) == (200, "")
    assert code not in again.text
    kept = season.database.read(lambda s: [row.state for row in billing.list_gate_passes(s).items])
    assert kept == ["issued"], "nothing is voided by closing"
    wanted = {"id": hidden(browser.get(page))}
    printed = code_on(browser.post(f"{page}/pass", **wanted))
    assert len(printed.replace("-", "")) == 12
    assert printed not in browser.post(f"{page}/pass", **wanted).text
    old = browser.post("/terminal/gate", id=uuid4(), code=code, plate="鲁F12345", load="199")
    assert old.status_code == 409, "a lost paper printed again opens the gate no more"
    code = printed
    gate = {"id": uuid4(), "code": code, "plate": "鲁F99999", "load": "199"}
    refused = browser.post("/terminal/gate", **gate)
    assert refused.status_code == 409
    assert {"plate", "车牌"} <= {word for word in ("plate", "车牌") if word in refused.text.lower()}
    gate["plate"] = "鲁F12345"
    unknown = browser.post("/terminal/gate", **{**gate, "id": uuid4()})
    assert unknown.status_code == 409
    assert "does not work for them" in unknown.text
    assert "未由其指定" in unknown.text
    assert "The gate will refuse Li" in browser.get(page).text
    paper = {"id": hidden(browser.get(page)), "card": "123X", "document": "委托书 10-25"}
    assert browser.post(f"{page}/authority", **paper).status_code == 303
    assert "The gate will refuse" not in browser.get(page).text
    assert browser.post("/terminal/gate", **{**gate, "id": uuid4(), "card": "999X"}).status_code == 409
    assert browser.post("/terminal/gate", **{**gate, "id": uuid4(), "card": "123x"}).status_code == 303
    assert "drove out" in browser.get(page).text
    assert season.database.read(lambda s: lots.get_lot(s, season.lot_id)).units_out == 10


def code_on(page: TestResponse) -> str:
    """The code of a gate pass, if a page shows one."""
    return str(page.text.partition('id="gate-code">')[2].partition("<")[0])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_of_a_lot_and_its_exits(season: season_make.Season, language: str) -> None:
    browser = clerk(season, language)
    exit_id = ordered(season, browser)
    lot = season.database.read(lambda s: lots.get_lot(s, season.lot_id))
    for url in ("/terminal/exits", f"/terminal/exits/{exit_id}", f"/terminal/exits/{exit_id}/typed", "/terminal/gate",
                f"/terminal/lots/{lot.id}", "/terminal/find", "/terminal/find?q=nothing", "/terminal/", *(
                    f"/terminal/lots/{lot.id}/{form}" for form in ("move", "split", "inspect", "put-away", "exit")
                )):  # fmt: skip
        assert browser.get(url).status_code == 200, url
    assert browser.get(f"/terminal/find?q={lot.code}").headers["Location"] == f"/terminal/lots/{lot.id}"


def test_what_is_not_there_is_not_found(season: season_make.Season) -> None:
    browser = clerk(season)
    for kind in ("lots", "exits", "deliveries", "receipts"):
        assert browser.get(f"/terminal/{kind}/{uuid4()}").status_code == 404


def test_growers_and_strangers_stay_outside(season: season_make.Season) -> None:
    at = season_make.moment(DAY, 5)
    app = app_on(season.database, at)
    grower = season.database.write(people.grower)
    dock = Dock(app, season.database, season.market.store, grower, grower)
    assert dock.browser(at=at).get("/terminal/").status_code == 403
    assert "/sign-in" in app.test_client().get("/terminal/").headers["Location"]
    assert users.Role.GROWER in season.database.read(lambda s: users.roles_of(s, grower.id))


def test_split_and_inspect(database: Database) -> None:
    season = season_make.season(database, advanced=False)
    browser = clerk(season)
    url = f"/terminal/lots/{season.lot_id}"
    split = {"id": uuid4(), "units": "40"}
    assert browser.post(f"{url}/split", **split).status_code == 303
    assert browser.post(f"{url}/split", **split).status_code == 303
    lot = season.database.read(lambda s: lots.get_lot(s, season.lot_id))
    assert lot.units_passed == 40
    found = {"id": uuid4(), "inspected_on": DAY, "sample_units": "5", "firmness": "7.2", "brix": "14.5", "decay": "0.4"}
    assert browser.post(f"{url}/inspect", **found).status_code == 303
    newest = season.database.read(lambda s: lots.inspections_of(s, season.lot_id))[0]
    assert (newest.firmness_gf_cm2, newest.brix_permille, newest.decay_permille) == (7200, 145, 4)
    wrong = browser.post(f"{url}/split", id=uuid4(), units="99999")
    assert wrong.status_code == 409
    assert "99999" in wrong.text
