"""The drivers' numbers at the terminal: given out, called, lost."""

import re
from uuid import uuid4

from tests.lots import make as stock
from tests.web.terminal.make import Dock
from wms import lots


def test_a_number_is_given_called_and_used_once(dock: Dock) -> None:
    browser = dock.browser()
    for plate in ("鲁F11111", "鲁F22222"):
        assert browser.post("/terminal/tokens", id=uuid4(), plate=plate).status_code == 303
    assert browser.post("/terminal/tokens", id=uuid4(), plate=" ").status_code == 409
    page = browser.get("/terminal/tokens").text
    first = re.findall(r"token=([0-9a-f-]{36})", page)[0]
    form = browser.get(f"/terminal/deliveries/new?token={first}").text
    assert 'value="鲁F11111"' in form
    assert f'name="token" value="{first}"' in form
    owner = dock.store.bina.code
    opened = browser.post("/terminal/deliveries/new", id=uuid4(), plate="鲁F11111", owner=owner, token=first)
    assert opened.status_code == 303
    again = browser.post("/terminal/deliveries/new", id=uuid4(), plate="鲁F11111", owner=owner, token=first)
    assert again.status_code == 422
    (row,) = dock.see(lambda s: lots.list_deliveries(s, stock.ESHA).items)
    assert row.token_number == 1


def test_a_lost_number_is_told_with_its_reason(dock: Dock) -> None:
    browser = dock.browser(language="en")
    browser.post("/terminal/tokens", id=uuid4(), plate="鲁F11111")
    (token,) = re.findall(r"token=([0-9a-f-]{36})", browser.get("/terminal/tokens").text)
    assert browser.post(f"/terminal/tokens/{token}/lost", reason="").status_code == 409
    assert browser.post(f"/terminal/tokens/{token}/lost", reason="driver went home").status_code == 303
    page = browser.get("/terminal/tokens").text
    assert "driver went home" in page
    assert "Nobody waits" in page
    used = browser.post("/terminal/deliveries/new", id=uuid4(), plate="x", owner=dock.store.bina.code, token=token)
    assert used.status_code == 422
