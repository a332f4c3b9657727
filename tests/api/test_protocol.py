"""What HTTP adds to every resource alike: who asks, ids and repeats, problem documents, paging."""

import json
from base64 import urlsafe_b64encode
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.exc import DataError, IntegrityError

from tests.api.make import Hands, headers, ids, moment, problem, uid
from tests.users import make as cast
from wms.api import problem as answer_of
from wms.app import MOST_BYTES
from wms.delivery.identity import CSRF_HEADER, SESSION_COOKIE
from wms.kernel.idempotency import Command
from wms.users import Role

SITE: dict[str, Any] = {"code": "yt1", "name": "烟台一库", "zone": "Asia/Shanghai"}


def sites(hands: Hands) -> int:
    return len(hands.ask(hands.staff["Asha"], "/sites")["items"])


# ---------------------------------------------------------------- who asks


def test_nobody_gets_nothing(hands: Hands) -> None:
    problem(hands.get(None, "/lots"), 401, "not_signed_in")
    answer = hands.post(None, "/sites", {"id": uid(), **SITE})
    problem(answer, 401, "not_signed_in")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert sites(hands) == 0


def test_a_wrong_key_is_no_key(hands: Hands) -> None:
    for key in ["", "x", "cl_000000000000_" + "0" * 64, "cl_é_x"]:
        answer = hands.client.get("/api/v1/lots", headers={"Authorization": f"Bearer {key}"})
        assert answer.status_code == 401
        assert answer.mimetype == "application/problem+json"


def test_a_key_ends_with_its_day(hands: Hands) -> None:
    hands.at = moment("2030-01-01")
    problem(hands.get(hands.staff["Asha"], "/lots"), 401, "key_refused")


def test_a_permission_one_lacks_is_named(hands: Hands) -> None:
    document = problem(hands.post(hands.staff["Asha"], "/sites", {"id": uid(), **SITE}), 403, "forbidden")
    assert document["values"] == {"permission": "manage_facility"}
    problem(hands.get(hands.staff["Asha"], "/accounts"), 403, "forbidden")
    problem(hands.get(hands.staff["Asha"], "/verify"), 403, "forbidden")
    assert sites(hands) == 0


def test_a_session_needs_its_own_pages_token(hands: Hands) -> None:
    hands.at = cast.NOW
    account = hands.write(lambda session: cast.user(session, frozenset({Role.ADMINISTRATOR})))
    signed = cast.signed_in(hands.database, account)
    hands.client.set_cookie(SESSION_COOKIE, signed.token)
    body = {"id": uid(), **SITE}
    assert '"name":"Asha"' in hands.client.get("/api/v1/me").text.replace(" ", "")
    for sent in ({}, {CSRF_HEADER: "wrong"}, {CSRF_HEADER: signed.session.csrf_token, "Sec-Fetch-Site": "cross-site"},
                 {CSRF_HEADER: signed.session.csrf_token, "Origin": "http://evil.example"}):  # fmt: skip
        problem(hands.client.post("/api/v1/sites", json=body, headers=sent), 403, "foreign_request")
    right = {CSRF_HEADER: signed.session.csrf_token, "Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert hands.client.post("/api/v1/sites", json=body, headers=right).status_code == 201


# ---------------------------------------------------------------- ids and repeats


def test_a_repeat_gets_the_first_answer_whatever_happened_since(hands: Hands) -> None:
    esha = hands.staff["Esha"]
    party = hands.do(esha, "/parties", code="G7", kind="grower", name="旧名")
    body = {"id": uid(), "name": "新名"}
    first = hands.post(esha, f"/parties/{party['id']}/change", body)
    hands.do(esha, f"/parties/{party['id']}/change", name="更新的名")
    again = hands.post(esha, f"/parties/{party['id']}/change", body)
    assert (again.status_code, again.data) == (first.status_code, first.data)
    assert hands.ask(esha, f"/parties/{party['id']}")["name"] == "更新的名"


def test_the_same_id_stands_for_one_content_and_one_sender(hands: Hands) -> None:
    esha, body = hands.staff["Esha"], {"id": uid(), **SITE}
    assert hands.post(esha, "/sites", body).status_code == 201
    problem(hands.post(esha, "/sites", {**body, "name": "二库"}), 409, "request_id_reused")
    other = hands.human("Eve", Role.ADMINISTRATOR)
    problem(hands.post(other, "/sites", body), 409, "request_id_reused")
    assert sites(hands) == 1


def test_the_id_may_come_by_header_and_must_agree(hands: Hands) -> None:
    esha, one = hands.staff["Esha"], uid()
    problem(hands.post(esha, "/sites", SITE), 409, "request_id_missing")
    problem(hands.post(esha, "/sites", {**SITE, "id": uid()}, **{"Idempotency-Key": one}), 422, "request_id_differs")
    problem(hands.post(esha, "/sites", SITE, **{"Idempotency-Key": "seven"}), 422, "request_id_differs")
    made = hands.post(esha, "/sites", SITE, **{"Idempotency-Key": one})
    assert (made.status_code, made.json["id"]) == (201, one)  # type: ignore[index]
    again = hands.post(esha, "/sites", {**SITE, "id": one}, **{"Idempotency-Key": one})
    assert (again.status_code, again.data) == (201, made.data)


def test_a_refusal_keeps_nothing_so_the_id_may_be_used_again(hands: Hands) -> None:
    esha, body = hands.staff["Esha"], {"id": uid(), **SITE}
    problem(hands.post(esha, "/sites", {**body, "zone": "Mars/Phobos"}), 422, "facility_field_invalid")
    assert hands.post(esha, "/sites", body).status_code == 201


def test_a_secret_is_said_once_and_kept_nowhere(hands: Hands) -> None:
    esha = hands.staff["Esha"]
    body = {"id": uid(), "name": "gw-a1", "site": "yt1"}
    first = hands.post(esha, "/gateway-credentials", body)
    again = hands.post(esha, "/gateway-credentials", body)
    assert first.json is not None
    assert first.status_code == again.status_code == 201
    secret = first.json["secret"]
    assert len(secret) > 20
    assert again.json == {**first.json, "secret": None}
    answers = hands.database.read(lambda session: [row.answer for row in session.scalars(select(Command))])
    assert secret not in json.dumps(answers)


# ---------------------------------------------------------------- problem documents


def test_problems_speak_the_readers_language(hands: Hands) -> None:
    path, key = f"/api/v1/lots/{uuid4()}", headers(hands.staff["Asha"])
    said = {}
    for language in ("zh-CN,zh;q=0.9", "en-GB", "fr"):
        answer = hands.client.get(path, headers={**key, "Accept-Language": language})
        said[language] = problem(answer, 404, "lot_not_found")["detail"]
    assert said["zh-CN,zh;q=0.9"] == said["fr"]
    assert said["en-GB"].isascii()
    assert not said["fr"].isascii()


def test_a_body_that_does_not_fit_names_its_fields(hands: Hands) -> None:
    body = {"id": "seven", "code": 7, "name": "x" * 500, "surprise": True}
    document = problem(hands.post(hands.staff["Esha"], "/sites", body), 422, "body_invalid")
    assert set(document["fields"]) == {"id", "code", "name", "zone", "surprise"}
    assert sites(hands) == 0


def test_whole_numbers_are_whole(hands: Hands) -> None:
    for value in (1.5, "10", True, None, -1, 2**31, 10**30):
        body = {"id": uid(), "capacity_grams": value, "capacity_units": 1, "in_use": True}
        document = problem(hands.post(hands.staff["Esha"], f"/slots/{uid()}", body), 422, "body_invalid")
        assert set(document["fields"]) == {"capacity_grams"}, value


def test_prices_are_decimals_as_text(hands: Hands) -> None:
    val = hands.human("Val", Role.VALUER)
    for value in (7.86, "7.86001", "1e3", "NaN", "", "٧.٥", "12345678", None):
        body = {"id": uid(), "series": "AP", "variety": "富士", "price": value, "priced_on": "2026-10-19"}
        document = problem(hands.post(val, "/prices/outside", body), 422, "body_invalid")
        assert set(document["fields"]) == {"price"}, value


def test_text_that_cannot_be_kept_is_refused(hands: Hands) -> None:
    for value in ("a\u0000b", "\ud800"):
        answer = hands.post(hands.staff["Esha"], "/sites", {"id": uid(), **SITE, "name": value})
        assert set(problem(answer, 422, "body_invalid")["fields"]) == {"name"}


def test_what_is_no_json_object_is_refused(hands: Hands) -> None:
    sent = headers(hands.staff["Esha"])
    for data in (b"{", b"\xff\xfe", b"[1,", b'{"id": }'):
        answer = hands.client.post("/api/v1/sites", data=data, content_type="application/json", headers=sent)
        problem(answer, 400, "malformed")
    for text in ("[]", "7", "null", '"text"'):
        answer = hands.client.post("/api/v1/sites", data=text, content_type="application/json", headers=sent)
        problem(answer, 422, "body_invalid")


def test_the_protocols_own_refusals_are_problem_documents(hands: Hands) -> None:
    esha = headers(hands.staff["Esha"])
    problem(hands.client.get("/api/v1/nothing", headers=esha), 404, "not_found")
    wrong = hands.client.delete("/api/v1/sites", headers=esha)
    problem(wrong, 405, "method_not_allowed")
    assert {"GET", "POST"} <= set(wrong.headers["Allow"].split(", "))
    form = hands.client.post("/api/v1/sites", data={"code": "yt1"}, headers=esha)
    problem(form, 415, "unsupported_media_type")
    large = hands.client.post("/api/v1/sites", data=b" " * (MOST_BYTES + 1), content_type="application/json",
                              headers=esha)  # fmt: skip
    problem(large, 413, "request_entity_too_large")


def test_other_paths_answer_pages(hands: Hands) -> None:
    answer = hands.client.get("/nothing-here")
    assert (answer.status_code, answer.mimetype) == (404, "text/html")


def test_an_unknown_query_is_refused(hands: Hands) -> None:
    document = problem(hands.get(hands.staff["Asha"], "/lots", colour="red"), 422, "body_invalid")
    assert set(document["fields"]) == {"colour"}


def test_a_broken_constraint_says_nothing_of_our_insides(hands: Hands) -> None:
    for error, status, code in (
        (IntegrityError("INSERT INTO sites", {}, Exception("UNIQUE sites.id")), 409, "conflict"),
        (DataError("INSERT INTO sites", {}, Exception("too long")), 422, "value_out_of_range"),
        (ZeroDivisionError("sites"), 500, "internal_error"),
    ):
        with hands.client.application.test_request_context("/api/v1/sites", headers={"Accept-Language": "en"}):
            answer = answer_of(error)
        assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
        assert json.loads(answer.data)["code"] == code
        assert "sites" not in answer.get_data(as_text=True)


# ---------------------------------------------------------------- paging


def test_pages_follow_each_other_without_gap_or_repeat(hands: Hands) -> None:
    esha = hands.staff["Esha"]
    made = [hands.do(esha, "/parties", code=f"G{n}", kind="grower", name=f"户{n}")["id"] for n in range(7)]
    seen: list[str] = []
    cursor: dict[str, str] = {}
    for _ in range(4):
        page = hands.ask(esha, "/parties", kind="grower", limit=2, **cursor)
        seen += ids(page)
        cursor = {"cursor": page["next_cursor"]}
    assert page["next_cursor"] is None
    assert sorted(seen) == sorted(made)
    assert len(seen) == len(set(seen))


def test_a_limit_is_between_1_and_200(hands: Hands) -> None:
    for limit in ("0", "201", "-1", "x", "1.5"):
        problem(hands.get(hands.staff["Esha"], "/parties", limit=limit), 422, "body_invalid")


def test_a_made_up_cursor_is_refused(hands: Hands) -> None:
    ann = hands.human("Ann", Role.AUDITOR)
    made_up = [[1], [5, 6], ["a", "b"], None, {"a": 1}, [None, None], [10**30, 10**30], [[], []], ["\ud800", 1]]
    cursors = ["x", "é", *(urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=") for value in made_up)]
    for path in ("/parties", "/deliveries", "/lots", "/journals", "/deals", "/settlements", "/alarms", "/accounts"):
        for cursor in cursors:
            answer = hands.get(ann, path, cursor=cursor)
            assert answer.status_code in (200, 422), (path, cursor, answer.text)
    problem(hands.get(ann, "/lots", cursor="x"), 422, "cursor_invalid")
