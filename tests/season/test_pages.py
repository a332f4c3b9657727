"""What a newcomer finds on the pages that need a story: alarms, limits, samples, goods that came back."""

from sqlalchemy import select

from tests.season.conftest import Told
from wms import lots
from wms.cli import season
from wms.lots.tables import LotReturn


def test_pages_that_need_a_story_have_one(told: Told) -> None:
    assert not season.is_empty(told.database)  # a second `make run` goes on with what is there
    manager = told.browser("manager")
    for url, words in (
        ("/control/alarms", ("夜间装车后库门未关严, 已关好", "二号库")),
        ("/desk/quality", ("GB/T 10651-2008", "GB/T 8855-2008", "手持硬度计")),
        ("/desk/samples", ("烟台市食药检中心", "看样: 富士 80# 以上 一二级")),
    ):
        page = manager.get(url)
        assert page.status_code == 200, url
        assert [word for word in words if word not in page.text] == [], url


def test_what_came_back_is_in_quarantine(told: Told) -> None:
    back = told.database.read(lambda s: s.scalars(select(LotReturn)).one())
    lot = told.database.read(lambda s: lots.get_lot(s, back.lot_id))
    assert (lot.quarantine_units, lot.units_standing) == (back.units, 0)
    page = told.browser("clerk").get(f"/terminal/lots/{back.lot_id}/quarantine")
    assert lot.code in page.text
