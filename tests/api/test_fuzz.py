"""Requests made from the documents, right and wrong ones: never a fault of ours, always a documented kind of answer."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.core.result import Ok
from sqlalchemy.orm import Session

from tests.api.make import Hands, Human, headers, key_of
from tests.users import make as cast
from wms.users import Role

EXPECTED = {200, 201, 400, 401, 403, 404, 409, 413, 415, 422, 503}
LIMITS = settings(
    max_examples=2, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),
)  # fmt: skip


def everything(hands: Hands) -> Human:
    """Somebody with every role one person may have: refused nothing before the request itself is looked at."""
    hands.at = cast.NOW

    def work(session: Session) -> Human:
        roles = frozenset(set(Role) - {Role.VALUER, Role.GATEWAY, Role.MACHINE, Role.GROWER, Role.BUYER})
        wanted = frozenset(role for role in roles if not role.value.endswith("machine"))
        account = cast.user(session, wanted)
        return Human(account, key_of(session, account, hands.at), cast.store(session))

    made: Human = hands.write(work)
    return made


def tried(hands: Hands, method: str, mode: GenerationMode) -> int:
    """Send what the documents allow (or forbid) to every address of a method; return how many were sent."""
    who, app, sent = everything(hands), hands.client.application, 0
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        if operation.method.lower() != method:
            continue

        @given(case=operation.as_strategy(generation_mode=mode))
        @LIMITS
        def send(case: Any) -> None:
            nonlocal sent
            answer = case.call(headers=headers(who))
            sent += 1
            assert answer.status_code in EXPECTED, (case.method, case.formatted_path, case.body, answer.text)

        send()
    return sent


@pytest.mark.parametrize("engine_url", ["postgresql"], indirect=True)  # what is wrong is asked of both
def test_questions_made_from_the_documents_are_answered(hands: Hands) -> None:
    assert tried(hands, "get", GenerationMode.POSITIVE) > 120


def test_wrong_questions_are_refused_without_a_fault(hands: Hands) -> None:
    assert tried(hands, "get", GenerationMode.NEGATIVE) > 40


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_changes_made_from_the_documents_never_fail(hands: Hands) -> None:
    assert tried(hands, "post", GenerationMode.POSITIVE) > 150


def test_wrong_changes_are_refused_without_a_fault(hands: Hands) -> None:
    assert tried(hands, "post", GenerationMode.NEGATIVE) > 150
