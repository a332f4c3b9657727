"""The till in a real browser: what the live weight may show, and work without a mouse."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.sample_site import Site, serve

STABLE: dict[str, Any] = {
    "instrument": "scale-1", "weight_grams": 1_284_650, "stable": True, "net": True, "tare_grams": 38_500, "flags": [],
    "age_ms": 0, "seq": 41,
}  # fmt: skip


@pytest.fixture
def site() -> Iterator[Site]:
    yield from serve()


@pytest.fixture
def live(page: Page, site: Site) -> Locator:
    page.goto(f"{site.url}/till")
    return page.locator("[data-live-weight]")


def figure(live: Locator) -> Locator:
    return live.locator("[data-live-figure]")


# ---------------------------------------------------------------- live weight


def test_it_opens_on_unknown(live: Locator) -> None:
    expect(figure(live)).to_have_text("未知")
    expect(live.get_by_text("秤没有读数")).to_be_visible()


def test_it_shows_a_stable_weight_to_the_gram(live: Locator, site: Site) -> None:
    site.weight = STABLE
    expect(figure(live)).to_have_text("1,284.65")
    expect(live.get_by_text("已稳, 可取重")).to_be_visible()
    expect(live.locator("[data-live-tare]")).to_have_text("38.5")


def test_it_forgets_a_weight_two_seconds_after_the_last_one(live: Locator, site: Site) -> None:
    site.weight = STABLE
    expect(figure(live)).to_have_text("1,284.65")
    site.weight = None
    expect(figure(live)).to_have_text("未知", timeout=6_000)


def test_it_shows_no_weight_that_was_old_when_it_came(live: Locator, site: Site, page: Page) -> None:
    site.weight = STABLE | {"age_ms": 2_001}
    page.wait_for_timeout(500)
    expect(figure(live)).to_have_text("未知")


@pytest.mark.parametrize(
    ("event", "words", "state"),
    [
        ({"flags": ["overload"]}, "超载", "overload"), ({"flags": ["out_of_range"]}, "超载", "overload"),
        ({"flags": ["underload"]}, "欠载", "underload"), ({"flags": ["error"]}, "故障", "fault"),
        ({"flags": ["power_up"]}, "故障", "fault"), ({"weight_grams": None}, "未知", "unknown"),
    ],
)  # fmt: skip
def test_it_turns_nothing_else_into_a_weight(
    live: Locator, site: Site, event: dict[str, Any], words: str, state: str
) -> None:
    site.weight = STABLE
    expect(figure(live)).to_have_text("1,284.65")
    site.weight = STABLE | event
    expect(figure(live)).to_have_text(words)
    expect(live).to_have_attribute("data-state", state)


@pytest.mark.parametrize(
    ("event", "words"),
    [({"stable": False}, "未稳"), ({"flags": ["moving"]}, "未稳"), ({"stable": None}, "没有说明是否已稳")],
)
def test_it_says_when_a_weight_does_not_stand_still(
    live: Locator, site: Site, event: dict[str, Any], words: str
) -> None:
    site.weight = STABLE | event
    expect(live.get_by_text(words)).to_be_visible()
    expect(live.get_by_text("已稳, 可取重")).to_be_hidden()


def test_it_takes_no_other_scales_weight(live: Locator, site: Site, page: Page) -> None:
    site.weight = STABLE | {"instrument": "scale-2"}
    page.wait_for_timeout(500)
    expect(figure(live)).to_have_text("未知")


def test_it_asks_where_streams_do_not_arrive(page: Page, site: Site) -> None:
    site.streams = False
    site.weight = STABLE
    page.goto(f"{site.url}/till")
    expect(figure(page.locator("[data-live-weight]"))).to_have_text("1,284.65", timeout=15_000)


def test_it_speaks_the_readers_language(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/till")
    page.locator(".bar__language").get_by_role("button", name="English").click()
    expect(page.locator("[data-live-figure]")).to_have_text("Unknown")


def test_a_button_waits_for_a_stable_weight_and_keeps_its_focus(live: Locator, site: Site, page: Page) -> None:
    site.weight = STABLE | {"stable": False}
    button = page.get_by_role("button", name="取重")
    expect(button).to_have_attribute("aria-disabled", "true")
    button.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("F4")
    page.wait_for_timeout(400)
    assert site.received == []
    site.weight = STABLE
    expect(button).not_to_have_attribute("aria-disabled", "true")
    expect(button).to_be_focused()
    page.keyboard.press("F4")
    expect(page.locator("[data-unsent]")).to_have_attribute("data-count", "0")
    expect(page.locator("#weigh[data-request-id]")).to_have_count(0)
    assert [(body["how"], body["seq"]) for body in site.received] == [("taken", "41")]


# ---------------------------------------------------------------- keys and scanner


def slow_scanner(page: Page) -> None:
    """Let keys come as slowly as a busy test machine may send them and still be one scan."""
    page.evaluate("document.body.dataset.scanGapMs = 400")


def test_enter_goes_on_from_field_to_field_and_then_sends(live: Locator, site: Site, page: Page) -> None:
    site.weight = STABLE
    expect(figure(live)).to_have_text("1,284.65")
    expect(page.locator("#f-owner")).to_be_focused()
    page.keyboard.type("Liu", delay=80)
    page.keyboard.press("Enter")
    expect(page.locator("#f-units")).to_be_focused()
    page.keyboard.type("42", delay=80)
    page.keyboard.press("Enter")
    expect(page.locator("#f-crate")).to_be_focused()
    page.keyboard.type("C1", delay=80)
    page.wait_for_timeout(100)
    with page.expect_response("**/queue/weigh"):
        page.keyboard.press("Enter")
    assert {name: site.received[0][name] for name in ("owner", "units", "crate")} == {
        "owner": "Liu",
        "units": "42",
        "crate": "C1",
    }


def test_a_scan_lands_where_scans_belong_and_leaves_the_field_it_hit_as_it_was(
    live: Locator, site: Site, page: Page
) -> None:
    slow_scanner(page)
    page.locator("#f-units").fill("42")
    page.locator("#f-units").focus()
    with page.expect_response("**/queue/weigh"):
        page.keyboard.type("CRATE-000318")
        page.keyboard.press("Enter")
    assert (site.received[0]["crate"], site.received[0]["units"]) == ("CRATE-000318", "42")


def test_a_scan_presses_no_button(live: Locator, site: Site, page: Page) -> None:
    slow_scanner(page)
    page.locator("#sheet").focus()
    with page.expect_response("**/queue/weigh"):
        page.keyboard.type("s-000318")
        page.keyboard.press("Enter")
    page.wait_for_timeout(200)
    assert "#found" not in page.url


def test_a_single_key_presses_its_button_unless_somebody_types(live: Locator, page: Page) -> None:
    page.locator("#f-owner").focus()
    page.keyboard.press("s")
    page.wait_for_timeout(200)
    assert "#found" not in page.url
    page.locator("#sheet").focus()
    page.keyboard.press("s")
    page.wait_for_url("**#found")
