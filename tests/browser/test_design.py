"""The style guide and the five sample pages as a browser shows them: in both languages, on a desk and on a phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.sample_site import Site, serve

PATHS = ("/", "/scene/terminal", "/scene/portal", "/scene/board", "/scene/desk", "/scene/control", "/sample/refused")
WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"  # what hangs over the edge
SMALL = """(least) => [...document.querySelectorAll(
    'button, .button, input:not([type=hidden], [type=radio], [type=checkbox]), select, summary, .nav__link, .choice, '
    + '.check, .room[href]'
  )].filter((each) => each.checkVisibility({ checkOpacity: true }) && !each.closest('.menu__sheet'))
    .map((each) => [each.outerHTML.slice(0, 90), each.getBoundingClientRect()])
    .filter(([, box]) => box.height < least - 0.5 || box.width < Math.min(least, 44) - 0.5)
    .map(([html, box]) => `${Math.round(box.width)}×${Math.round(box.height)} ${html}`)"""


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    for served in serve():
        served.weight = {
            "instrument": "scale-1", "weight_grams": 1_284_600, "stable": True, "flags": [], "age_ms": 0, "seq": 41,
        }  # fmt: skip
        yield served


def opened(page: Page, address: str) -> list[str]:
    """Open a page and return what went wrong on it."""
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if "Content Security" in said.text else None)
    page.on("requestfailed", lambda request: wrong.append(request.url) if "/assets/" in request.url else None)
    page.goto(address)
    page.wait_for_timeout(300)
    return wrong


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
@pytest.mark.parametrize(("width", "large"), [(1280, False), (360, False), (360, True), (320, True)])
def test_a_page_fits_its_screen_and_a_finger(
    chromium: Browser, site: Site, width: int, large: bool, language: str
) -> None:
    window = chromium.new_context(locale=language, viewport={"width": width, "height": 800})
    window.add_cookies([{"name": "size", "value": "large" if large else "normal", "url": site.url}])
    try:
        found = {path: misfits(window.new_page(), site.url + path, 60 if large else 44) for path in PATHS}
    finally:
        window.close()
    assert found == {path: ([], 0, []) for path in PATHS}


def misfits(page: Page, address: str, target: int) -> tuple[list[str], int, list[str]]:
    """Return what went wrong on a page, how far it hangs over the edge, and what is too small to hit."""
    wrong = opened(page, address)
    over: int = page.evaluate(WIDE)
    small: list[str] = page.evaluate(SMALL, target)
    page.close()
    return wrong, over, small


def test_a_drawer_holds_the_focus_and_gives_it_back(page: Page, site: Site) -> None:
    page.goto(site.url)
    opener = page.get_by_role("button", name="打开抽屉")
    opener.focus()
    page.keyboard.press("Enter")
    drawer = page.get_by_role("dialog", name="价格怎么来的")
    expect(drawer).to_be_visible()
    expect(drawer.get_by_role("button", name="关闭")).to_be_focused()
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(opener).to_be_focused()


def test_rows_are_walked_and_opened_by_keys(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/scene/desk")
    rows = page.locator("tr[data-row]")
    page.keyboard.press("j")
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(rows.nth(2)).to_be_focused()
    page.keyboard.press("k")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("Home")
    expect(rows.nth(0)).to_be_focused()


def test_a_row_opens_in_its_drawer_and_takes_the_focus_back(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/scene/board")
    row = page.locator("tr[data-row]").nth(1)
    row.evaluate("(row) => { row.dataset.url = '/scene/desk' }")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    drawer = page.locator("#listing")
    expect(drawer.get_by_text("补仓通知")).to_be_visible()
    page.keyboard.press("Escape")
    expect(row).to_be_focused()


def test_news_is_counted_and_moves_nothing(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/scene/board")
    row = page.locator("tr[data-row]").nth(2)
    before = row.bounding_box()
    news = page.locator("[data-updates]")
    expect(news).to_contain_text("3 条更新")
    page.evaluate("document.dispatchEvent(new CustomEvent('coldlot:update', { detail: { count: 2 } }))")
    expect(news).to_contain_text("5 条更新")
    page.evaluate("document.querySelector('[data-updates]').hidden = true")
    assert row.bounding_box() == before


def test_news_is_shown_in_place_when_asked_for(page: Page, site: Site) -> None:
    wrong = opened(page, f"{site.url}/scene/board")
    page.locator("#goods").evaluate("(goods) => goods.replaceChildren()")
    page.get_by_role("link", name="3 条更新").click()
    expect(page.locator("tr[data-row]")).to_have_count(5)
    expect(page.locator("[data-updates]")).to_be_hidden()
    assert page.locator("#goods").count() == 1
    page.keyboard.press("j")
    expect(page.locator("tr[data-row]").first).to_be_focused()
    assert wrong == []


def test_the_first_tab_leads_to_the_content(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/scene/desk")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="跳到正文")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#sheet")).to_be_focused()


def test_the_focus_can_be_seen(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/scene/desk")
    for _ in range(12):
        page.keyboard.press("Tab")
        width, style = page.evaluate(
            "() => ['outlineWidth', 'outlineStyle'].map((name) => getComputedStyle(document.activeElement)[name])"
        )
        assert (width, style) == ("3px", "solid")


def test_an_error_takes_the_focus_and_leads_to_its_field(page: Page, site: Site) -> None:
    page.goto(site.url)
    summary = page.locator("[data-focus-first]")
    expect(summary).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#f-tare")).to_be_focused()
    expect(page.locator("#f-tare")).to_have_value("81,240")
    expect(page.locator("#f-tare")).to_have_accessible_description("皮重大于毛重, 请核对。")


def test_a_price_is_stepped_without_losing_a_digit(page: Page, site: Site) -> None:
    page.goto(site.url)
    price = page.locator("#f-counter")
    for _ in range(3):
        page.get_by_role("button", name="减 0.05").click()
    expect(price).to_have_value("4.10")
    price.fill("0.07")
    page.get_by_role("button", name="减 0.05").click()
    page.get_by_role("button", name="减 0.05").click()
    expect(price).to_have_value("0.00")
    price.fill("9.9999")
    page.get_by_role("button", name="加 0.05").click()
    expect(price).to_have_value("10.0499")


def test_a_curve_is_drawn(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/scene/control")
    expect(page.locator("[data-chart] canvas")).to_be_visible()
    expect(page.locator("[data-chart] .u-legend")).to_contain_text("库温")


def test_still_means_still_for_those_who_ask(page: Page, site: Site) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(site.url)
    busy = page.locator(".button[aria-busy=true]").first
    turn = busy.evaluate("(button) => getComputedStyle(button, '::after').animationDuration")
    assert float(turn.removesuffix("s")) < 0.01


def test_a_page_works_without_scripts(chromium: Browser, site: Site) -> None:
    window = chromium.new_context(locale="zh-CN", java_script_enabled=False)
    try:
        page = window.new_page()
        page.goto(f"{site.url}/scene/desk")
        page.locator(".menu summary").click()
        page.locator(".menu__sheet").get_by_role("button", name="English").click()
        expect(page.get_by_role("heading", name="What needs me now")).to_be_visible()
        page.goto(f"{site.url}/scene/terminal")
        expect(page.locator("[data-live-figure]")).to_have_text("Unknown")
    finally:
        window.close()
