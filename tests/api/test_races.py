"""The same request from many at once over HTTP: one effect, and everybody gets the one answer."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.api.make import Hands, headers, uid

MANY = 8


def at_once(hands: Hands, bodies: list[dict[str, Any]]) -> list[tuple[int, Any]]:
    """Let each body be sent by a thread of its own; return what each was told."""
    esha, app = headers(hands.staff["Esha"]), hands.client.application

    def send(body: dict[str, Any]) -> tuple[int, Any]:
        with app.test_client() as client:
            answer = client.post("/api/v1/parties", json=body, headers=esha)
            return answer.status_code, answer.json

    with ThreadPoolExecutor(len(bodies)) as pool:
        return list(pool.map(send, bodies))


def test_one_request_sent_by_eight_threads_has_one_effect_and_one_answer(hands: Hands) -> None:
    body = {"id": uid(), "code": "G9", "kind": "grower", "name": "王家果园"}
    answers = at_once(hands, [body] * MANY)
    assert [status for status, _ in answers] == [201] * MANY
    assert all(answer == answers[0][1] for _, answer in answers)
    found = hands.ask(hands.staff["Esha"], "/parties", kind="grower")["items"]
    assert [party["code"] for party in found] == ["G9"]


def test_one_id_for_two_requests_at_once_is_one_request_and_its_repeats(hands: Hands) -> None:
    one = uid()
    bodies = [{"id": one, "code": f"G{n % 2}", "kind": "grower", "name": "王家果园"} for n in range(MANY)]
    answers = at_once(hands, bodies)
    (first,) = {answer["code"] for status, answer in answers if status == 201}
    told = ["request_id_reused" if body["code"] != first else first for body in bodies]
    assert [answer["code"] for _, answer in answers] == told
    found = hands.ask(hands.staff["Esha"], "/parties", kind="grower")["items"]
    assert [party["code"] for party in found] == [first]
