"""Every form of the terminal and the desk, sent with nothing right in it: what was typed stands in it again."""

import html
import re
from collections import Counter
from urllib.parse import urljoin

import pytest

from tests.season.conftest import Told
from tests.season.forms import NAMED, Form, forms_of
from tests.web.terminal.make import Browser

LINK = re.compile(r'href="([^"#]+)[^"]*"')
PAPER = re.compile(r"\.(pdf|xlsx|csv|jsonld|zpl)\b|/live/|/desk/check")  # no pages, or dear ones without a form
Sort = tuple[str, frozenset[str]]


def walk(browser: Browser, home: str, of_a_kind: int) -> dict[Sort, tuple[str, Form]]:
    """Follow the links of a workplace, to so many pages of each kind, and return a form of each sort with its page."""
    found: dict[Sort, tuple[str, Form]] = {}
    waiting, seen, kinds = [home], set[str](), Counter[str]()
    while waiting:
        url = waiting.pop(0)
        kind = NAMED.sub("*", url.partition("?")[0]) + "".join(re.findall(r"[?&]\w+=", url))
        if url in seen or kinds[kind] == of_a_kind or not url.startswith(home) or PAPER.search(url):
            continue
        seen.add(url)
        kinds[kind] += 1
        answer = browser.client.get(url)
        if answer.mimetype == "text/html":
            for form in forms_of(answer.text, url):
                found.setdefault(form.sort, (url, form))
            waiting += [urljoin(url, html.unescape(link)) for link in LINK.findall(answer.text)]
    return found


def faults_of(browser: Browser, page_url: str, form: Form) -> list[str] | None:
    """Send a form with nothing right in it; return what is amiss with what comes back, None if it was not refused."""
    sent, typed = form.filled_wrong()
    answer = browser.client.post(form.url, data=sent)
    if answer.status_code == 303:
        return None
    shown = list(forms_of(answer.text, form.url))
    again = [one for one in shown if form.fields.keys() <= one.fields.keys()]
    right = min(again, key=lambda one: len(one.lost(typed)), default=None)
    if right is None:
        return [f"{form.url} on {page_url}: gone"]
    own = [text for text in typed.values() if re.fullmatch(r"q\d+x", text)]
    spilt = {one.url: name for one in shown if one is not right for name, kept in one.fields.items()
             if kept.value in own}  # fmt: skip
    return [f"{form.url} on {page_url}: {what}" for what in (right.lost(typed), spilt) if what]


# Of exits and deliveries several are looked at: one that is open, one that is weighed, one that is over.
@pytest.mark.parametrize(
    ("home", "names", "of_a_kind", "least"),
    [("/terminal", ("clerk", "manager"), 3, 40), ("/desk", ("manager", "cashier"), 1, 30)],
)
def test_a_refusal_forgets_nothing_that_was_typed(
    told: Told, home: str, names: tuple[str, ...], of_a_kind: int, least: int
) -> None:
    faults, asked = list[str](), set[Sort]()
    for name in names:
        browser = told.browser(name)
        found = walk(browser, home, of_a_kind)
        # Those without an id of their own may take anything for a reason: they come last, for what they do stays done.
        for sort in sorted(found.keys() - asked, key=lambda sort: ("id" not in sort[1], sort[0])):
            amiss = faults_of(browser, *found[sort]) if found[sort][1].filled_wrong()[1] else None
            if amiss is not None:
                asked.add(sort)
                faults += amiss
    assert faults == []
    assert len(asked) >= least, sorted(url for url, _ in asked)
