"""Every link of every page, as each person sees it: nothing breaks, and nobody is shown a way they may not go."""

import html
import re
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest

from tests.web.desk.make import desk_on
from wms.kernel.database import Database

LINK = re.compile(r'(?:href|src|data-url|data-drawer-url)="([^"]+)"')
NAMED = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
ELSEWHERE = ("/assets/", "/api/", "/terminal/live/", "/desk/check")  # the self-check is long and has its own test
HOMES = {"bina": "/portal", "deep": "/board", "clerk": "/terminal"}
WHO = ("manager", "cashier", "approver", "admin", "auditor", "bina", "deep", "clerk")  # between them every permission
PAPER = re.compile(r"\.(pdf|xlsx|csv|jsonld)\b")  # dear to make, and made the same for everybody


def _kind(url: str) -> str:
    parts = urlsplit(url)
    asked = "&".join(sorted(name for name, _ in parse_qsl(parts.query, keep_blank_values=True)))
    return re.sub(r"/accounts/.*", "/accounts/*", NAMED.sub("*", parts.path)) + asked


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)  # what is linked no engine answers alone
def test_no_page_shows_a_way_that_ends_at_a_wall(database: Database) -> None:
    opened = desk_on(database)
    opened.fair.ask()
    walls: list[str] = []
    kinds: set[str] = set()
    for name in WHO:
        browser = opened.browser(name)
        waiting, looked = [(HOMES.get(name, "/"), "")], set()
        while waiting:
            url, shown_on = waiting.pop()
            kind = _kind(url)
            if kind in looked or url.startswith(ELSEWHERE) or (PAPER.search(kind) and kind in kinds):
                continue
            looked.add(kind)
            answer = browser.get(url)
            if answer.status_code >= 400:
                walls.append(f"{name}: {answer.status_code} {url} on {shown_on}")
            elif answer.status_code in (301, 302, 303):
                waiting.append((answer.location, url))
            elif answer.mimetype == "text/html":
                found = (urljoin(url, html.unescape(link)).partition("#")[0] for link in LINK.findall(answer.text))
                waiting += [(link, url) for link in found if link.startswith("/")]
        kinds |= looked
    opened.fair.app.extensions["coldlot_live"].stop()
    assert walls == []
    assert {"/desk/advances/*", "/desk/books/journals/*", "/desk/lots/*", "/portal/lots/*", "/control/rooms/*"} <= kinds
    assert len(kinds) > 90, sorted(kinds)  # it did walk
