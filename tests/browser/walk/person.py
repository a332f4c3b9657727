"""One person of the walk: a browser window of their own, hands that press buttons, and eyes for what is wrong."""

import os
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, Response, ViewportSize, expect

from tests.browser.walk.house import House
from tests.browser.walk.store import PASSWORD

IMAGES = Path(__file__).parents[3] / "docs" / "img"
PATIENCE_MS = 60_000  # a busy machine is slow, not wrong
DESK, PHONE = ViewportSize(width=1280, height=800), ViewportSize(width=360, height=740)
HAN = re.compile(r"[㐀-鿿]")
# The page's own words, as far as they hold nothing that people typed.
OWN_WORDS = ", ".join([
    "main form:not([aria-label]) button:not([name])", "main label:not(:has(input[type=checkbox], input[type=radio]))",
    "main th[scope=col]", "nav .nav__link", ".page-tools a",
])  # fmt: skip


class Person:
    """Somebody at a screen."""

    def __init__(self, browser: Browser, house: House, name: str, language: str = "zh-CN", phone: bool = False) -> None:
        self.house, self.name, self.language = house, name, language
        self.phone = phone
        self.wrong: list[str] = []
        self.window: BrowserContext = browser.new_context(
            locale=language, timezone_id="Asia/Shanghai", viewport=PHONE if phone else DESK, base_url=house.url
        )
        self.window.set_default_timeout(PATIENCE_MS)
        self.page: Page = self.window.new_page()
        self.page.on("pageerror", lambda error: self.wrong.append(f"{self.page.url}: {error}"))
        self.page.on("response", self._look)

    def _look(self, answer: Response) -> None:
        if answer.status >= 500 or (answer.status == 404 and "favicon" not in answer.url):
            self.wrong.append(f"{answer.status} {answer.request.method} {answer.url}")

    def sign_in(self) -> None:
        """Sign in at the front door with name and password."""
        self.open("/sign-in")
        self.fill(name=self.name, password=PASSWORD)
        self.page.locator("form[action='/sign-in'] button").click()
        expect(self.page).not_to_have_url(re.compile("/sign-in"))

    def open(self, path: str) -> None:
        """Go to a page; it must be there and speak this person's language."""
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status == 200, f"{self.name}: {answer.status} {path}\n{self.house.logs()}"
        expect(self.page.locator("html")).to_have_attribute("lang", re.compile("^zh" if self.is_chinese else "^en"))

    @property
    def is_chinese(self) -> bool:
        return self.language.startswith("zh")

    def fill(self, form: str = "", **fields: Any) -> None:
        """Type into the fields of a form, by their names."""
        for name, value in fields.items():
            field = self.page.locator(f"{form} [name='{name.replace('__', '-')}']").first
            if field.evaluate("each => each.tagName") == "SELECT":
                field.select_option(str(value))
            else:
                field.fill(str(value))

    def press(self, button: str) -> None:
        """Press a button and wait for the page that follows; a refusal on it is a failure."""
        self.send(button)
        self.not_refused()

    def send(self, button: str) -> None:
        """Press a button and wait for the page that follows, whatever it says."""
        with self.page.expect_navigation():
            self.page.locator(button).first.click()

    def not_refused(self) -> None:
        """Fail with the page's own words if it refuses something."""
        refused = self.page.locator("main .banner--danger")
        if refused.count():
            raise AssertionError(f"{self.name} at {self.page.url}: {refused.first.inner_text()}")

    def until(self, path: str, there: Callable[[], Locator], tries: int = 60) -> None:
        """Open a page again until something is on it that a worker puts there."""
        for _ in range(tries):
            self.open(path)
            if there().count():
                return
            self.page.wait_for_timeout(250)
        raise AssertionError(f"{self.name}: {path} never showed it\n{self.house.logs()}")

    def text(self) -> str:
        """Return what the page says."""
        return self.page.locator("main").inner_text()

    def sees(self, *words: str) -> None:
        """Wait until the page says each of some words."""
        for word in words:
            expect(self.page.locator("main")).to_contain_text(word)

    def speaks(self) -> None:
        """Check that the page's own words are in this person's language."""
        words = [word for word in self.page.locator(OWN_WORDS).all_inner_texts() if word.strip()]
        assert words, self.page.url
        if self.is_chinese:
            assert any(HAN.search(word) for word in words), (self.page.url, words)
        else:
            assert [word for word in words if HAN.search(word)] == [], self.page.url

    def shoot(self, name: str, part: str = "main h1") -> None:
        """Keep pictures of the page, wide and narrow, if COLDLOT_SHOTS asks."""
        picture(self.page, name, self.language, part)
        if os.environ.get("COLDLOT_SHOTS"):
            self.page.set_viewport_size(PHONE if self.phone else DESK)


def picture(page: Page, name: str, language: str, part: str = "main h1") -> None:
    """Keep pictures of a page, wide and narrow, if COLDLOT_SHOTS asks: 1 what the guides show, all everything."""
    asked = os.environ.get("COLDLOT_SHOTS", "")
    for view, ending in ((DESK, ""), (PHONE, "-phone")):
        file = f"{name}{ending}{'' if language.startswith('zh') else '-en'}.png"
        if asked == "all" or (asked == "1" and f"img/{file}" in _guides()):
            IMAGES.mkdir(parents=True, exist_ok=True)
            page.set_viewport_size(view)
            page.locator(part).first.scroll_into_view_if_needed()
            page.wait_for_timeout(400)  # live figures redraw
            page.screenshot(path=IMAGES / file, animations="disabled")
    if asked:
        page.set_viewport_size(DESK)


@cache
def _guides() -> str:
    root = IMAGES.parents[1]
    return "".join(path.read_text() for path in (root / "README.md", *sorted((root / "docs").glob("*.md"))))
