"""What every page brings along: guards, languages, units, assets, navigation, errors."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from types import ModuleType
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from flask import Flask, render_template_string, url_for
from flask.testing import FlaskClient
from markupsafe import Markup

from tests.web.gallery import gallery_app
from wms.kernel.errors import Forbidden, Invalid, NotFound, Refused, Unavailable, WmsError
from wms.web import assets, board, desk, portal, shell
from wms.web.error_pages import error_page, unexpected_page
from wms.web.navigation import WORKPLACES, NavItem, covers, register_navigation

PAGES = ("/", *(f"/scene/{name}" for name in WORKPLACES), "/sample/refused")
PAGE_BYTES_MAX = 150_000


@pytest.fixture(scope="module")
def app() -> Flask:
    return gallery_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def render(app: Flask, source: str, **headers: str) -> str:
    with app.test_request_context("/", headers=headers):
        return render_template_string(source)


class _Elements(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def elements(page: str) -> Iterator[tuple[str, dict[str, str | None]]]:
    yield from _Elements(page).found


# ---------------------------------------------------------------- pages


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_whole_in_both_languages(client: FlaskClient, path: str, language: str) -> None:
    page = client.get(path, headers={"Accept-Language": language}).text
    assert page.startswith("<!doctype html>")
    assert f'<html lang="{"zh-CN" if language == "zh" else "en"}"' in page
    assert re.search(r"<title>\s*\S+", page)
    ids = [attrs["id"] for _, attrs in elements(page) if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert "None" not in re.sub(r"<[^>]*>", "", page)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_keeps_the_content_policy(client: FlaskClient, path: str) -> None:
    for tag, attrs in elements(client.get(path).text):
        assert tag != "style"
        assert tag != "script" or attrs.get("src")
        assert not [name for name in attrs if name == "style" or name.startswith("on")]
        for name in ("src", "href", "action", "data-events", "data-source"):
            assert not (attrs.get(name) or "").startswith(("http:", "https:", "//", "javascript:", "data:"))


@pytest.mark.parametrize("path", PAGES)
def test_every_control_has_a_name(client: FlaskClient, path: str) -> None:
    page = client.get(path).text
    labelled = {attrs.get("for") for tag, attrs in elements(page) if tag == "label"}
    nameless = [
        attrs for tag, attrs in elements(page)
        if tag in ("input", "select", "textarea") and attrs.get("type") not in ("hidden", "radio", "checkbox")
        if attrs.get("id") not in labelled
    ]  # fmt: skip
    assert nameless == []
    pictures_only = re.findall(r"<button[^>]*>\s*<svg(?:(?!</button>).)*</svg>\s*</button>", page, flags=re.DOTALL)
    assert [button for button in pictures_only if "aria-label" not in button] == []


def modules(name: str, seen: set[str]) -> int:
    """Return the bytes of a module and of all it imports, each once."""
    if name in seen:
        return 0
    seen.add(name)
    text = (assets.STATIC / "js" / name).read_text("utf-8")
    return len(text.encode()) + sum(modules(other, seen) for other in re.findall(r'import[^"]*?"\./([^"]+)"', text))


@pytest.mark.parametrize("path", PAGES)
def test_a_page_weighs_less_than_the_limit_with_all_it_loads(client: FlaskClient, path: str) -> None:
    page = client.get(path)
    vendor = {"uplot.min.js": 51_100, "uplot.min.css": 1_900, "htmx.min.js": 37_500, "htmx-sse.min.js": 6_600}
    total, seen = len(page.data), {"charts.js"} - ({"charts.js"} if "data-chart=" in page.text else set())
    for _, attrs in elements(page.text):
        address = attrs.get("src") or attrs.get("href") or ""
        name = address.split("/")[-1]
        total += modules(name, seen) if "/js/" in address else vendor.get(name, 0)
        total += len(assets.bundle()) if name == assets.BUNDLE else 0
    assert total < PAGE_BYTES_MAX or path == "/", total


def test_answers_carry_their_guards(client: FlaskClient) -> None:
    headers = client.get("/").headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert headers["Cache-Control"] == "no-store"
    assert {"Cookie", "Accept-Language"} <= set(headers["Vary"].split(", "))
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_view_may_bring_its_own_policy() -> None:
    app = Flask("own", static_folder=None)
    shell.register_web_environment(app, zone=ZoneInfo("Asia/Shanghai"))
    app.add_url_rule("/", "own", lambda: ("", 200, {"Content-Security-Policy": "default-src 'self'"}))
    assert app.test_client().get("/").headers["Content-Security-Policy"] == "default-src 'self'"


# ---------------------------------------------------------------- preferences


def test_a_choice_is_remembered_and_the_reader_comes_back(client: FlaskClient) -> None:
    answer = client.post("/preferences", data={"language": "en", "next": "/scene/desk?x=1"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/scene/desk?x=1")
    cookie = answer.headers["Set-Cookie"]
    assert "language=en" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert 'lang="en"' in client.get("/scene/desk", headers={"Accept-Language": "zh"}).text


@pytest.mark.parametrize(
    ("unit", "shown", "words"), [("jin", "4.20", "元/斤"), ("kg", "8.40", "元/kg"), ("t", "8,400", "元/t")]
)
def test_prices_follow_the_unit(client: FlaskClient, unit: str, shown: str, words: str) -> None:
    client.post("/preferences", data={"unit": unit})
    page = client.get("/scene/portal").text
    assert f'<span class="lot__price num">{shown}</span>' in page
    assert words in page


def test_large_text_is_remembered(client: FlaskClient) -> None:
    assert 'data-size="normal"' in client.get("/").text
    client.post("/preferences", data={"size": "large"})
    assert 'data-size="large"' in client.get("/").text


@pytest.mark.parametrize("choice", [{"language": "xx"}, {"unit": "lb"}, {"size": "huge"}, {"theme": "till"}, {}])
def test_an_unknown_choice_changes_nothing(client: FlaskClient, choice: dict[str, str]) -> None:
    answer = client.post("/preferences", data=choice)
    assert answer.status_code == 303
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "target",
    [
        "https://elsewhere.example/",
        "//elsewhere.example",
        "/\\elsewhere.example",
        "javascript:alert(1)",
        "x",
        "/a\r\nb",
    ],
)
def test_a_switch_sends_nobody_elsewhere(client: FlaskClient, target: str) -> None:
    assert client.post("/preferences", data={"language": "en", "next": target}).headers["Location"] == "/"


def test_a_changed_cookie_is_not_believed(client: FlaskClient) -> None:
    for name in ("language", "unit", "size"):
        client.set_cookie(name, '"><script>')
    page = client.get("/scene/portal").text
    assert '"><script>' not in page
    assert 'data-size="normal"' in page


# ---------------------------------------------------------------- words in templates


def test_a_value_is_escaped_and_markup_is_not(app: Flask) -> None:
    app.jinja_env.globals["figure"] = Markup("<b>3</b>")
    source = "{{ _('Live weight: {name}', name='<i>') }} {{ _('Live weight: {name}', name=figure) }}"
    assert render(app, source) == "实时重量: &lt;i&gt; 实时重量: <b>3</b>"


def test_counts_are_grouped(app: Flask) -> None:
    source = "{{ _n('1 row shown', '{n} rows shown', 12480) }}"
    assert render(app, source) == "共显示 12,480 行"
    assert render(app, source, **{"Accept-Language": "en"}) == "12,480 rows shown"


def test_nothing_known_is_never_nought(app: Flask) -> None:
    for macro in ("money", "weight", "price", "temperature", "percent"):
        shown = render(app, f"{{% import 'components/ui.html' as ui %}}{{{{ ui.{macro}(none) }}}}")
        assert "未知" in shown
        assert not re.search(r"\d", shown)


@pytest.mark.parametrize(
    ("left", "cells", "look"),
    [
        (180, 10, ""), (181, 10, ""), (64, 3, ""), (22, 1, ""), (21, 1, "life--short"), (8, 1, "life--short"),
        (7, 1, "life--critical"), (1, 1, "life--critical"), (0, 0, "life--critical"), (-2, 0, "life--critical"),
    ],
)  # fmt: skip
def test_a_life_bar_shows_what_is_left(app: Flask, left: int, cells: int, look: str) -> None:
    bar = render(app, f"{{% import 'components/ui.html' as ui %}}{{{{ ui.life({left}, 180) }}}}")
    assert bar.count("life__cell--left") == cells
    assert re.findall(r"life--\w+", bar.split(">")[0]) == ([look] if look else [])


# ---------------------------------------------------------------- assets


def test_assets_are_kept_for_a_year_under_their_own_digest_only(client: FlaskClient) -> None:
    sheet = client.get(f"/assets/{assets.version()}/coldlot.css")
    assert sheet.mimetype == "text/css"
    assert "immutable" in sheet.headers["Cache-Control"]
    assert client.get("/assets/0000000000/js/main.js", buffered=True).headers["Cache-Control"] == "no-cache"


def test_assets_give_nothing_else_away(client: FlaskClient) -> None:
    for name in ("../shell.py", "..%2fshell.py", "css/../../shell.py", "nothing.js"):
        assert client.get(f"/assets/{assets.version()}/{name}", buffered=True).status_code in (404, 308)


def test_the_one_sheet_has_all_parts_and_no_broken_address() -> None:
    sheet = assets.bundle()
    assert sheet.count("{") == sheet.count("}")
    assert {path.stem for path in (assets.STATIC / "css").glob("*.css")} == set(assets.SHEETS)
    for address in re.findall(r'url\("([^"]+)"\)', sheet):
        assert (assets.STATIC / address).is_file(), address


def test_modules_import_what_is_there() -> None:
    for module in (assets.STATIC / "js").glob("*.js"):
        text = module.read_text("utf-8")
        for name in re.findall(r'(?:from|import)\s*\(?\s*"(\./[^"]+)"', text):
            assert (module.parent / name).is_file(), (module.name, name)
        assert not re.search(r"\beval\(|new Function|innerHTML|document\.write|https?://", text), module.name


# ---------------------------------------------------------------- navigation


def test_navigation_shows_what_one_may_open() -> None:
    app = Flask("nav", static_folder=None)
    shell.register_web_environment(app, zone=ZoneInfo("Asia/Shanghai"))
    page = "{% extends 'layouts/desk.html' %}"
    app.add_url_rule("/lots", "lots", lambda: render_template_string(page))
    app.add_url_rule("/books", "books", lambda: render_template_string(page))
    items = [
        NavItem("Desk", "lots", "apple", count=lambda: 1_200),
        NavItem("Board", "books", "book", visible=lambda: False),
    ]
    register_navigation(app, "desk", items)
    shown = app.test_client().get("/lots").text
    assert re.search(r'href="/lots" aria-current="page"', shown)
    assert "1,200" in shown
    assert "/books" not in shown


@pytest.mark.parametrize("place", [desk, portal, board])
def test_every_page_stands_under_an_entry(place: ModuleType) -> None:
    """Who is deep in a workplace still sees where; on a phone the entry is scrolled into sight."""
    app, name = Flask("pages", static_folder=None), place.__name__.rpartition(".")[2]
    place.register(app)
    with app.test_request_context():
        items = app.extensions["coldlot_navigation"][name]
        entries = {url_for(item.endpoint) for item in items}
        pages = {str(rule) for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
        pages = {page for page in pages if page.startswith(f"/{name}/") and "." not in page} - entries
        lost = [page for page in sorted(pages) if not any(covers(item, name, page) for item in items)]
    assert len(pages) > 3
    assert lost == []


def test_there_are_five_workplaces() -> None:
    with pytest.raises(ValueError, match="garden"):
        register_navigation(Flask("nav"), "garden", [])


# ---------------------------------------------------------------- errors and answers


@pytest.mark.parametrize(
    ("error", "status"), [(NotFound, 404), (Invalid, 422), (Refused, 409), (Unavailable, 503), (WmsError, 500)]
)
def test_an_error_says_what_to_do_next(app: Flask, error: type[WmsError], status: int) -> None:
    with app.test_request_context("/", headers={"Accept-Language": "zh"}):
        answer = error_page(error(), request_id="r-1", back_url="/lots")
    assert answer.status_code == status
    for part in (error.zh, "接下来怎么办", error.code, "r-1", "/lots"):
        assert part in answer.get_data(as_text=True)
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        assert error.en in error_page(error()).get_data(as_text=True)


def test_an_error_shows_its_values_as_text(app: Flask) -> None:
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        assert "&lt;b&gt;" in error_page(Forbidden(permission="<b>")).get_data(as_text=True)


@pytest.mark.parametrize("status", [400, 404, 405, 422, 429, 500, 502])
def test_what_is_not_our_error_has_a_page_too(app: Flask, status: int) -> None:
    with app.test_request_context("/"):
        answer = unexpected_page(status, request_id="r-1")
    assert "r-1" in answer.get_data(as_text=True)
    assert answer.status_code >= 400


def test_the_queue_is_answered_with_its_own_id(app: Flask) -> None:
    request_id = UUID(int=7)
    with app.test_request_context("/"):
        first = shell.queue_answer(request_id, "/terminal")
        again = shell.queue_answer(request_id, repeat=True)
    assert (first.status_code, first.json) == (
        201,
        {"request_id": str(request_id), "next": "/terminal", "repeat": False},
    )
    assert (again.status_code, again.json) == (409, {"request_id": str(request_id), "next": None, "repeat": True})
