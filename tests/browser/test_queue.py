"""The offline queue in a real browser: never loses one, never doubles one, keeps the order."""

import threading
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from flask import Response, jsonify, redirect
from playwright.sync_api import Page, expect

from tests.browser.sample_site import Site, accept, serve


@pytest.fixture
def site() -> Iterator[Site]:
    yield from serve()


@pytest.fixture
def till(page: Page, site: Site) -> Page:
    page.goto(f"{site.url}/till")
    page.wait_for_selector("[data-unsent][data-count='0']")
    return page


def put(page: Page, owner: str) -> None:
    """Do one piece of work at the terminal."""
    page.locator("#f-owner").fill(owner)
    page.keyboard.press("F9")
    expect(page.locator("#weigh[data-request-id]")).to_have_count(0)


def unsent(page: Page, number: int) -> None:
    expect(page.locator("[data-unsent]")).to_have_attribute("data-count", str(number), timeout=15_000)


def module(page: Page, name: str) -> str:
    """Return the address of one of our modules, as the page has loaded it."""
    return (page.locator('script[src$="/terminal.js"]').get_attribute("src") or "").replace("terminal.js", name)


def send_now(page: Page) -> None:
    page.evaluate("(address) => import(address).then((queue) => queue.flush())", module(page, "queue.js"))


def owners(site: Site) -> list[str]:
    return [body["owner"] for body in site.booked.values()]


def test_work_is_sent_with_an_id_made_here(till: Page, site: Site) -> None:
    put(till, "Liu")
    unsent(till, 0)
    (body,) = site.received
    assert UUID(body["request_id"]).version == 7
    assert (body["owner"], body["how"], "csrf_token" in body) == ("Liu", "typed", False)


def test_work_done_offline_waits_and_goes_out_in_order(till: Page, site: Site) -> None:
    till.context.set_offline(True)
    for owner in ("first", "second", "third"):
        put(till, owner)
    unsent(till, 3)
    expect(till.locator("[data-unsent-words]")).to_have_text("未发送 3")
    assert site.received == []
    till.context.set_offline(False)
    unsent(till, 0)
    assert owners(site) == ["first", "second", "third"]
    assert len(site.received) == 3
    assert site.most_at_once == 1


def test_work_outlives_the_page(till: Page, site: Site) -> None:
    till.context.set_offline(True)
    put(till, "kept")
    till.context.set_offline(False)
    till.goto("about:blank")
    booked_before = owners(site)
    till.goto(f"{site.url}/till")
    unsent(till, 0)
    assert (booked_before, owners(site)) in (([], ["kept"]), (["kept"], ["kept"]))


def test_an_answer_lost_on_the_way_doubles_nothing(till: Page, site: Site) -> None:
    lost = threading.Event()

    def lose_the_first(body: dict[str, Any]) -> Response:
        if lost.is_set():
            return accept(body)
        lost.set()
        return Response("gateway time-out", status=504, headers={"X-Booked": "yes"})

    site.judge = lose_the_first
    put(till, "once")
    unsent(till, 0)
    assert len({body["request_id"] for body in site.received}) == 1
    assert len(site.received) == 2
    assert owners(site) == ["once"]


def test_a_repeat_the_server_knows_leaves_the_queue(till: Page, site: Site) -> None:
    def known(body: dict[str, Any]) -> Response:
        answer = jsonify(request_id=body["request_id"], repeat=True)
        answer.status_code = 409
        return answer

    site.judge = known
    put(till, "again")
    unsent(till, 0)


@pytest.mark.parametrize(
    "answer",
    [
        lambda body: Response("<html>Welcome to the hotel", status=200, mimetype="text/html"),
        lambda body: jsonify(request_id="0192f3a4-0000-7000-8000-000000000000"), lambda body: jsonify([]),
        lambda body: Response(status=204), lambda body: Response(status=500), lambda body: Response(status=429),
    ],
    ids=["hotel", "another's id", "no object", "nothing", "fault", "too many"],
)  # fmt: skip
def test_only_the_servers_own_word_takes_work_off_the_queue(till: Page, site: Site, answer: Any) -> None:
    site.judge = answer
    put(till, "kept")
    unsent(till, 1)
    site.judge = accept
    send_now(till)
    unsent(till, 0)
    assert owners(site)[-1] == "kept"


@pytest.mark.parametrize(
    "answer", [lambda body: redirect("/sign-in"), lambda body: Response(status=401)], ids=["redirect", "401"]
)
def test_a_lost_session_keeps_the_work_and_says_so(till: Page, site: Site, answer: Any) -> None:
    site.judge = answer
    put(till, "kept")
    unsent(till, 1)
    expect(till.locator("[data-unsent-words]")).to_have_text("请重新登录, 未发送 1")


def refuse_second(body: dict[str, Any]) -> Response:
    if body["owner"] != "second":
        return accept(body)
    answer = jsonify(request_id=body["request_id"], code="lot_is_sealed", detail="库房已封。")
    answer.status_code = 409
    return answer


def test_a_refusal_stops_the_line_until_a_person_has_looked(till: Page, site: Site) -> None:
    site.judge = refuse_second
    till.context.set_offline(True)
    for owner in ("first", "second", "third"):
        put(till, owner)
    till.context.set_offline(False)
    unsent(till, 2)
    expect(till.locator("[data-unsent-words]")).to_have_text("被拒绝, 未发送 2")
    till.locator("[data-unsent]").click()
    expect(till.get_by_text("库房已封。")).to_be_visible()
    assert owners(site) == ["first"]
    till.get_by_role("button", name="放到一边").click()
    unsent(till, 0)
    assert owners(site) == ["first", "third"]
    expect(till.get_by_text("已放到一边, 保留着")).to_be_visible()
    till.reload()
    till.locator("[data-unsent]").click()
    expect(till.get_by_text("已放到一边, 保留着")).to_be_visible()


def test_a_refused_one_can_be_tried_again(till: Page, site: Site) -> None:
    site.judge = refuse_second
    put(till, "second")
    unsent(till, 1)
    site.judge = accept
    till.locator("[data-unsent]").click()
    till.get_by_role("button", name="再试一次").click()
    unsent(till, 0)
    assert owners(site) == ["second"]
    assert len(site.received) == 2


def test_one_press_too_many_is_one_piece_of_work(till: Page, site: Site) -> None:
    till.locator("#f-owner").fill("once")
    till.evaluate("for (let n = 0; n < 5; n += 1) document.querySelector('#weigh').requestSubmit()")
    unsent(till, 0)
    till.wait_for_timeout(300)
    assert len(site.received) == 1


def test_two_windows_send_each_piece_once(till: Page, site: Site) -> None:
    till.context.set_offline(True)
    for number in range(6):
        put(till, str(number))
    other = till.context.new_page()
    till.context.set_offline(False)
    other.goto(f"{site.url}/till")
    send_now(till)
    send_now(other)
    unsent(till, 0)
    till.wait_for_timeout(500)
    assert [body["owner"] for body in site.received] == [str(number) for number in range(6)]
    assert site.most_at_once == 1


def test_ids_are_uuid7_and_rise(till: Page) -> None:
    made = till.evaluate(
        "(address) => import(address).then(({ uuid7 }) => Array.from({ length: 20000 }, () => uuid7()))",
        module(till, "uuid7.js"),
    )
    assert len(set(made)) == len(made)
    assert made == sorted(made)
    assert {UUID(one).version for one in made[:100]} == {7}
    assert {UUID(one).variant for one in made[:100]} == {"specified in RFC 4122"}
