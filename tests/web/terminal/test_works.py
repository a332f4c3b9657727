"""Work on goods, written down at the terminal: priced by the tariff, waiting for the next bill, refused in words."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import uuid4

from tests.settlement import make as season_make
from tests.users import make as people
from tests.web.terminal.make import Dock, app_on
from wms import billing, users
from wms.kernel.database import Database

DAY = "2026-10-25"
PRICES = billing.Works((billing.WorkRate("sorting", billing.Per.KG, Decimal("0.08")),))
LINES = (billing.KgDay(Decimal("0.0020"), free_days=7), PRICES)


def test_work_is_written_down_where_it_is_done(database: Database) -> None:
    given = replace(season_make.COMMON, lines=LINES)
    season = season_make.season(database, advanced=False, given=given)
    at = season_make.moment(DAY, 5)
    account = database.write(people.user)
    dock = Dock(app_on(database, at), database, season.market.store, account, account)
    browser, url = dock.browser(at=at, language="en"), f"/terminal/lots/{season.lot_id}/work"
    assert "sorting · 0.08 yuan a kg" in browser.get(url).text
    said = {"id": uuid4(), "work": "sorting", "units": 250, "note": "for Deep"}
    for _ in range(2):
        assert browser.post(url, **said).status_code == 303
    (row,) = database.read(lambda s: billing.works_of(s, season.lot_id))
    assert (row.units, row.done_on, row.note) == (250, date(2026, 10, 25), "for Deep")
    assert "400.00" in browser.get(url).text
    refused = browser.post(url, id=uuid4(), work="sorting", units=9_999, note="")
    assert refused.status_code == 409
    assert "9,999" in refused.text or "9999" in refused.text
    assert len(database.read(lambda s: billing.works_of(s, season.lot_id))) == 1


def test_a_list_without_work_says_so_and_others_may_not_look(database: Database) -> None:
    season = season_make.season(database, advanced=False)
    at = season_make.moment(DAY, 5)
    account = database.write(people.user)
    auditor = database.write(lambda s: people.user(s, frozenset({users.Role.AUDITOR})))
    dock = Dock(app_on(database, at), database, season.market.store, account, account)
    url = f"/terminal/lots/{season.lot_id}/work"
    assert "no price list of work" in dock.browser(at=at, language="en").get(url).text
    assert dock.browser(auditor, at=at).get(url).status_code == 403
