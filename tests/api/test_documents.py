"""The documents say what is so: every address, every error, exact numbers; the page fetches nothing elsewhere."""

import re
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import BrowserContext, Route

from tests.api.make import Hands
from tests.house.source import import_everything
from wms.api.documents import errors_of, raised_names
from wms.api.openapi import openapi
from wms.api.resources import RESOURCES
from wms.kernel.errors import WmsError

METHODS = ("get", "post")
# What a docstring's list may say besides errors: another room whose refusals pass through.
NOT_ERRORS: frozenset[str] = frozenset()


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in openapi()["paths"].items():
        for method in METHODS:
            if method in item:
                yield method, path, item[method]


def leaves(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from leaves(value)
    elif isinstance(node, list):
        for value in node:
            yield from leaves(value)


def codes() -> set[str]:
    import_everything()
    known: list[type[WmsError]] = [WmsError]
    for error in known:
        known += error.__subclasses__()
    return {error.code for error in known}


def test_every_error_an_action_says_it_raises_exists() -> None:
    unknown = [
        f"{source.__module__}.{source.__name__}: {name}"
        for resource in RESOURCES
        for source in resource.sources
        if not isinstance(source, type)
        for name in raised_names(source)
        if name not in {error.__name__ for error in errors_of(source)} | NOT_ERRORS
    ]
    assert not unknown, "\n".join(unknown)


def test_every_code_in_the_documents_exists_and_actions_have_theirs() -> None:
    known = codes()
    said = 0
    for method, path, operation in operations():
        for status, response in operation["responses"].items():
            found = re.findall(r"`([a-z_0-9]+)`", response["description"])
            assert set(found) <= known, (path, status, set(found) - known)
            said += len(found)
        wanted = {"401", "422"} | ({"409"} if method == "post" else set())
        if operation.get("security") != []:
            assert wanted <= set(operation["responses"]), (path, operation["responses"].keys())
    assert said > 500


def test_operations_are_named_once_and_say_what_they_do() -> None:
    names = [operation["operationId"] for _, _, operation in operations()]
    assert len(names) == len(set(names))
    for _, path, operation in operations():
        assert operation["summary"].endswith(".") or operation["summary"], path
        assert "Raises" not in operation.get("description", ""), path


def test_the_resources_of_the_glossary_are_all_there() -> None:
    tags = {tag["name"] for tag in openapi()["tags"]}
    wanted = {"deliveries", "weighings", "lots", "slots", "receipts", "listings", "quotes", "deals", "advances",
              "exit-orders", "gate-passes", "settlements", "accounts", "journals", "sensors", "readings"}  # fmt: skip
    assert wanted <= tags
    used = {tag for _, _, operation in operations() for tag in operation["tags"]}
    assert used == tags


def test_no_number_is_a_float_and_every_reference_leads_somewhere() -> None:
    document = openapi()
    for leaf in leaves(document):
        assert leaf.get("type") != "number", leaf
        if isinstance(leaf.get("$ref"), str):
            place: Any = document
            for step in leaf["$ref"].removeprefix("#/").split("/"):
                place = place[step]
    price = document["components"]["schemas"]["Quote"]["properties"]["price"]
    assert (price["type"], price["format"]) == ("string", "decimal")


def test_every_view_is_private_until_somebody_shows_it() -> None:
    """Secrets, hashes of them and the buyer's limit appear in no answer."""
    shown = openapi()["components"]["schemas"]
    secret = re.compile(r"password|_hash$|hash_|digest|totp|pin_|limit_price|code_digest")
    allowed = {"previous_hash", "snapshot_digest"}
    wrong = [
        f"{name}.{field}"
        for name, schema in shown.items()
        if not name.endswith("Body") and not name.startswith("Trading")
        for field in schema.get("properties", {})
        if secret.search(field) and field not in allowed
    ]
    assert not wrong, "\n".join(wrong)


def test_the_page_shows_the_document_under_the_strict_policy(hands: Hands, context: BrowserContext) -> None:
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        with hands.client.get(route.request.url.removeprefix("http://coldlot.test")) as found:
            route.fulfill(status=found.status_code, headers=dict(found.headers), body=found.data)

    context.route("**/*", answer)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.goto("http://coldlot.test/api/v1/docs")
    page.wait_for_selector(".opblock-tag-section >> text=deliveries")
    assert all(url.startswith(("http://coldlot.test/api/v1/", "data:")) for url in asked), asked
    assert not [text for text in said if "Content Security" in text or "Content-Security" in text], said
    with hands.client.get("/api/v1/docs") as document:
        assert "unsafe" not in document.headers["Content-Security-Policy"]
        assert b"<script>" not in document.data


def test_only_the_pages_own_files_are_served(hands: Hands) -> None:
    for name in ("browse.js", "swagger-ui.css", "swagger-ui-bundle.js"):
        with hands.client.get(f"/api/v1/docs/{name}") as found:
            assert found.status_code == 200
    for name in ("../openapi.py", "..%2fopenapi.py", "nothing.js", "oauth2-redirect.html"):
        assert hands.client.get(f"/api/v1/docs/{name}").status_code == 404
