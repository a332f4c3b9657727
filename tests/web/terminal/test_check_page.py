"""The public check page: real or not, and nothing about money."""

import pytest

from tests.receipts import make
from tests.web.terminal.make import Dock


@pytest.mark.parametrize(("language", "word"), [("zh", "有效"), ("en", "Valid")])
def test_a_receipt_checks_without_signing_in(dock: Dock, language: str, word: str) -> None:
    paper = dock.do(lambda s: make.receipt(s, dock.store))
    client = dock.app.test_client()
    client.set_cookie("language", language)
    page = client.get(f"/check/{paper.check_code}")
    assert page.status_code == 200
    assert word in page.text
    assert paper.code in page.text
    assert paper.depositor_name not in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"


def test_an_unknown_code_is_said_to_be_unknown(dock: Dock) -> None:
    page = dock.app.test_client().get("/check/AAAA2222BBBB3333")
    assert page.status_code == 404
    assert "没有此查验码" in page.text
