"""Somebody's hands at the terminal: they type, press and scan, and have no mouse."""

import re

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.quay import Quay
from tests.browser.walk.person import picture
from tests.users import make as people
from wms import users
from wms.delivery.identity import SESSION_COOKIE

PATIENCE_MS = 60_000  # a busy machine is slow, not wrong
SLOW_SCANNER = "document.body.dataset.scanGapMs = '5000'"  # keys may come slowly from a busy test machine


class Hands:
    """One person at a terminal, who reads one of the two languages."""

    def __init__(self, quay: Quay, context: BrowserContext, account: users.Account | None = None) -> None:
        self.quay, self.context = quay, context
        self.language = "zh"
        signed = people.signed_in(quay.database, account or quay.clerk, at=quay.moment)
        context.add_cookies([{"name": SESSION_COOKIE, "value": signed.token, "url": quay.url}])
        self.page: Page = context.new_page()

    def speak(self, language: str) -> None:
        """Read the pages in `zh` or `en` from the next one on."""
        self.language = language
        self.context.add_cookies([{"name": "language", "value": language, "url": self.quay.url}])

    def open(self, path: str) -> None:
        """Come to a page, as from the address kept on the screen."""
        self.page.goto(self.quay.url + path)
        self._heard()

    def press(self, *keys: str) -> None:
        """Press keys one after the other, on a page that listens."""
        self._heard()
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: object) -> None:
        """Type over what the focused field holds; it comes as a whole, as from an input method."""
        self._heard()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(str(text))

    def fill_in(self, *texts: object) -> None:
        """Type into one field after the other, with Enter; None leaves a field as it is."""
        for text in texts:
            if text is not None:
                self.type(text)
            self.press("Enter")

    def scan(self, text: str) -> None:
        """Scan a label: all its signs at once, and Enter."""
        self._heard()
        self.page.evaluate(SLOW_SCANNER)
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")

    def weigh(self, grams: int, scale: str, *, arrives: bool = True) -> None:
        """Put a load on a scale and take its weight when the page has it."""
        number = self.quay.put(grams, scale, arrives=arrives)
        expect(self.at("#weigh [data-live-field=seq]")).to_have_value(str(number), timeout=PATIENCE_MS)
        self.at("#weigh:not([data-request-id])").wait_for(timeout=PATIENCE_MS)  # the last one is on its way
        self.press("F4")

    def at(self, selector: str) -> Locator:
        return self.page.locator(selector)

    def reaches(self, selector: str) -> None:
        """The focus comes to rest on something."""
        expect(self.at(selector).first).to_be_focused(timeout=PATIENCE_MS)

    def sees(self, *words: str) -> None:
        """The page says each of some words."""
        for word in words:
            expect(self.at("main")).to_contain_text(word, timeout=PATIENCE_MS)

    def is_at(self, path: str) -> None:
        """The page is one whose path fits."""
        expect(self.page).to_have_url(re.compile(path), timeout=PATIENCE_MS)

    def shoot(self, name: str) -> None:
        """Keep a picture for the guides, if asked for."""
        picture(self.page, name, self.language)

    def _heard(self) -> None:
        self.at("body[data-keys]").wait_for(timeout=PATIENCE_MS)
