"""The cashier in a browser: a bank's statement taken in, an entry received, the day reconciled and signed off."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from werkzeug.serving import make_server

from tests.users import make as people
from tests.web.desk.make import Desk, desk_on
from tests.web.desk.test_receivables import billed, open_fen
from wms.delivery.identity import SESSION_COOKIE
from wms.kernel.database import Database

HEADS = "交易日期,交易流水号,对方户名,借方发生额,贷方发生额,余额,摘要\n"


@pytest.fixture
def desk(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Desk]:
    """A market without an advance, and the store's staff."""
    path = tmp_path / "coldlot.sqlite3"
    shutil.copyfile(migrated_sqlite, path)
    database = Database.open(f"sqlite:///{path}")
    opened = desk_on(database, advanced=False)
    yield opened
    opened.fair.app.extensions["coldlot_live"].stop()
    database.close()


@pytest.fixture
def url(desk: Desk) -> Iterator[str]:
    """The desk's pages on a real port."""
    server = make_server("127.0.0.1", 0, desk.fair.app, threaded=True)
    running = threading.Thread(target=server.serve_forever, daemon=True)
    running.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    running.join()
    server.server_close()


def sit_down(context: BrowserContext, desk: Desk, url: str) -> Page:
    """The cashier at the screen, signed in."""
    signed = people.signed_in(desk.fair.case.database, desk.staff["cashier"], at=desk.fair.at)
    context.add_cookies([{"name": SESSION_COOKIE, "value": signed.token, "url": url}])
    page = context.new_page()
    page.goto(f"{url}/desk/cashier")
    return page


def test_the_cashier_imports_a_statement_and_reconciles(context: BrowserContext, desk: Desk, url: str) -> None:
    first, second = billed(desk)
    yuan, day = f"{first.total_fen / 100:.2f}", desk.fair.at.on
    content = f"{HEADS}{day},A1,Bina,,{yuan},{yuan},仓储费 {first.name}\n".encode("gb18030")
    page = sit_down(context, desk, url)
    page.get_by_role("link", name="银行", exact=True).click()
    page.get_by_role("link", name="导入银行对账单").click()
    page.get_by_label("文件").set_input_files({"name": "工行.csv", "mimeType": "text/csv", "buffer": content})
    page.get_by_role("button", name="查看内容").click()
    expect(page.get_by_text("文件未写账号, 请填写本方账号")).to_be_visible()
    page.get_by_label("文件").set_input_files({"name": "工行.csv", "mimeType": "text/csv", "buffer": content})
    page.get_by_label("本方账号").fill("6222021606001234567")
    page.get_by_role("button", name="查看内容").click()
    page.get_by_role("button", name="确认导入").click()
    expect(page.get_by_text("已导入 1 笔, 其中 0 笔此前已有。")).to_be_visible()
    page.get_by_role("row", name=first.name).get_by_role("link").first.click()
    expect(page.get_by_text("摘要含账单号")).to_be_visible()
    page.get_by_role("button", name="确认收款").first.click()
    expect(page.get_by_text("已收款并匹配。")).to_be_visible()
    assert open_fen(desk, first, second) == [0, second.total_fen]
    page.get_by_role("link", name="银行", exact=True).last.click()
    expect(page.get_by_text("流水已全部匹配。")).to_be_visible()
    page.get_by_role("link", name="对账", exact=True).click()
    expect(page.get_by_text("银行流水账面均已记录。")).to_be_visible()
    page.get_by_label("未达账项说明").fill("无")
    page.get_by_role("button", name="签核").click()
    expect(page.get_by_text("已签核。").first).to_be_visible()
