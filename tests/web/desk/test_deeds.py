"""Every deed the code writes into the audit trail is told in words, in both languages."""

import ast
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

import wms
from tests.web.desk.make import Desk
from wms import insight
from wms.dock.rules.photos import PhotoOf
from wms.insight.rules.recall import RecallEventKind
from wms.kernel import audit
from wms.kernel.actor import SYSTEM
from wms.pickup.rules import AppointmentStep
from wms.trading.rules.deal_states import Event
from wms.web.desk import deed_words, detail_words
from wms.web.desk.checking import ALSO
from wms.web.i18n import translate

HOUSE = Path(wms.__file__).parent
# Deeds put together as they happen: what the code says there, and what it can become.
PUT_TOGETHER = {
    "f'telemetry.{verdict}_readings'": {"telemetry.accepted_readings", "telemetry.dismissed_readings"},
    "f'pickup.{step.value}'": {f"pickup.{step.value}" for step in AppointmentStep},
    "f'trading.{event.value}'": {f"trading.{event.value}" for event in Event},
    "f'insight.recall_{kind.value}'": {f"insight.recall_{kind.value}" for kind in RecallEventKind},
    "f'insight.season_{kind}'": {f"insight.season_{kind}" for kind in ("opened", "closed", "archived")},
    "f'parties.end_{kind}'": {"parties.end_contract", "parties.end_mandate", "parties.end_partyrelation"},
}
# Functions that write a deed named by who calls them, and what stands before the name; other rooms' are their own.
NAMED_BY_CALLER = {"audited": "billing.", "_audited": "billing.", "_noted": "billing.", "unproved": ""}


def deeds() -> Iterator[str]:
    """Yield every deed that some line of the code can write."""
    for path in sorted(HOUSE.rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text())):
            if not isinstance(call, ast.Call):
                continue
            yield from _written(call, path)


def subjects() -> Iterator[str]:
    """Yield every kind of thing that some line of the code writes as a deed's subject."""
    for path in sorted(HOUSE.rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "audit.record":
                subject = call.args[2]
                kind = subject.elts[0] if isinstance(subject, ast.Tuple) else None
                if isinstance(kind, ast.Constant):
                    yield str(kind.value)
    yield from (kind.value for kind in PhotoOf)


def _written(call: ast.Call, path: Path) -> Iterator[str]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    said = call.args[1] if len(call.args) > 1 else None
    if isinstance(call.func, ast.Attribute) and ast.unparse(call.func) == "audit.record":
        assert said is not None, path
        if isinstance(said, ast.Constant):
            yield str(said.value)
        elif isinstance(said, ast.JoinedStr):
            found = PUT_TOGETHER.get(ast.unparse(said))
            assert found or ast.unparse(said) == "f'billing.{action}'", f"{path}: {ast.unparse(said)} is not known here"
            yield from found or ()
        else:
            assert path.name in ("records.py", "bonds.py"), f"{path}: {ast.unparse(said)} is not known here"
            yield from PUT_TOGETHER["f'parties.end_{kind}'"] if path.name == "bonds.py" else ()
    elif name in NAMED_BY_CALLER and isinstance(said, ast.Constant) and isinstance(said.value, str):
        yield NAMED_BY_CALLER[name] + said.value


def test_every_deed_has_words_in_both_languages_and_no_word_is_left_over() -> None:
    written = set(deeds())
    assert len(written) > 240
    assert written - set(deed_words.DEED) == set()
    assert set(deed_words.DEED) - written - deed_words.NO_LONGER == set()
    for deed, words in deed_words.DEED.items():
        assert translate("zh", words) != words, f"{deed} has no Chinese words"
        assert translate("en", words), deed


def details() -> Iterator[str]:
    """Yield the name of every detail that some line of the code writes by name."""
    for path in sorted(HOUSE.rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "audit.record":
                yield from (word.arg for word in call.keywords if word.arg and word.arg not in ("by", "at"))


def test_every_detail_of_a_deed_has_a_word_and_every_room_a_name() -> None:
    assert len(set(details())) > 100
    assert set(details()) - set(detail_words.DETAIL) == set()
    assert set(insight.rooms_checked(ALSO)) == set(detail_words.ROOM)
    said = [*detail_words.DETAIL.values(), *detail_words.ROOM.values()]
    assert [words for words in said if translate("zh", words) == words] == []


TOLD = {
    "zh": ("系统", "金额 1,234.56 元", "重量 1.5 kg", "最低温 −0.8 °C", "通过 是", "锁定 否",
           "批次 …446655440000, …446655440001"),
    "en": ("the system", "sum 1,234.56 yuan", "weight 1.5 kg", "coldest −0.8 °C", "passed yes", "locked no",
           "lots …446655440000, …446655440001"),
}  # fmt: skip


@pytest.mark.parametrize("language", TOLD)
def test_the_trail_tells_details_in_the_readers_words(desk: Desk, language: str) -> None:
    ids = [UUID(f"550e8400-e29b-41d4-a716-44665544000{n}") for n in range(2)]
    said = {"fen": 123_456, "grams": 1_500, "coldest_millidegrees": -800, "passed": True, "locked": False, "lots": ids}
    desk.fair.case.database.write(
        lambda s: audit.record(s, "lots.move", ("lot", ids[0]), by=SYSTEM, at=desk.fair.at, **said)
    )
    page = desk.browser("auditor", language).get("/desk/audit").text
    assert [words for words in TOLD[language] if words not in page] == []


@pytest.mark.parametrize(("language", "name"), [("zh", "钱货总账"), ("en", "Ledger of money and goods")])
def test_the_self_check_names_rooms_in_the_readers_words(desk: Desk, language: str, name: str) -> None:
    auditor = desk.browser("auditor", language)
    assert name in auditor.get("/desk/check?all=yes").text
    assert name in auditor.get("/desk/check/rooms/ledger").text


def test_every_subject_of_a_deed_has_a_word() -> None:
    assert set(subjects()) - set(deed_words.SUBJECT) == set()
    assert [kind for kind, words in deed_words.SUBJECT.items() if translate("zh", words) == words] == []
