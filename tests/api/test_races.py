"""The same request from many at once over HTTP: one effect, and everybody gets the one answer."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.api.make import Hands, headers, uid

MANY = 8


def test_one_request_sent_by_eight_threads_has_one_effect_and_one_answer(hands: Hands) -> None:
    esha, app = headers(hands.staff["Esha"]), hands.client.application
    body = {"id": uid(), "code": "G9", "kind": "grower", "name": "王家果园"}

    def send(_: int) -> tuple[int, Any]:
        with app.test_client() as client:
            answer = client.post("/api/v1/parties", json=body, headers=esha)
            return answer.status_code, answer.json

    with ThreadPoolExecutor(MANY) as pool:
        answers = list(pool.map(send, range(MANY)))
    assert [status for status, _ in answers] == [201] * MANY
    assert all(answer == answers[0][1] for _, answer in answers)
    found = hands.ask(hands.staff["Esha"], "/parties", kind="grower")["items"]
    assert [party["code"] for party in found] == ["G9"]
