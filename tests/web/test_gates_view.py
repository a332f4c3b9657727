"""The gates in words: every evidence a gate may have reads as a sentence, in both languages."""

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask import Flask

from tests.web.gallery import gallery_app
from wms import lending
from wms.lending.rules.gates import ASKS, Evidence, gates
from wms.web.desk.words import GATE
from wms.web.gates_view import gate_lines, sentence

ON = date(2026, 11, 2)
TERMS = lending.Terms(72_000, lending.Basis.ACT_365F, 800, 850, 900, 950, 15, 3, False, 30, 3, 30)
GOOD = Evidence(
    on=ON, in_store=True, weighed_by_instrument=True, inspected_on=ON - timedelta(days=3), quarantined=False,
    count_variance=False, pledged_already=False, insured_until=date(2027, 8, 22), room_kept=True,
    room_detail="within limits for 3 days", critical_alarms=0, board_price=Decimal("8.0000"), board_level=1,
    board_age_days=0, independent_price=Decimal("8.3000"), independent_age_days=1, dealings=4,
)  # fmt: skip
BAD = Evidence(
    on=ON, in_store=False, weighed_by_instrument=False, inspected_on=None, quarantined=True, count_variance=True,
    pledged_already=True, insured_until=None, room_kept=False, room_detail="no limits set", critical_alarms=None,
    board_price=None, board_level=None, board_age_days=None, independent_price=None, independent_age_days=None,
    dealings=0,
)  # fmt: skip
ROOMS = (
    "the goods lie in no room", "no temperature sensor", "no limits set", "3 sensor hours outside limits",
    "readings missing or stale of 1 of 2 sensors; 3 sensor hours outside limits", "within limits since 2026-10-30",
)  # fmt: skip
RAW = re.compile(r"=|True|False|None|_|missing or")


@pytest.fixture(scope="module")
def app() -> Flask:
    return gallery_app()


def evidences() -> list[Evidence]:
    edges = [replace(GOOD, inspected_on=ON, independent_age_days=0, critical_alarms=1, dealings=1)]
    return [GOOD, BAD, *edges, *(replace(BAD, room_detail=detail) for detail in ROOMS)]


@pytest.mark.parametrize("evidence", evidences())
def test_every_gate_speaks_the_readers_language(app: Flask, evidence: Evidence) -> None:
    with app.test_request_context("/", headers={"Cookie": "language=zh"}):
        chinese = gate_lines(evidence, TERMS)
    with app.test_request_context("/", headers={"Cookie": "language=en"}):
        english = gate_lines(evidence, TERMS)
    assert [line.name for line in chinese] == [gate.name for gate in gates(evidence, TERMS)]
    for line in chinese:
        assert re.search(r"[㐀-鿿]", line.words), line
        assert not re.search(r"[A-Za-z]{3,}", line.words), line
        assert not RAW.search(line.words), line
    for line in english:
        assert line.words.isascii(), line
        assert line.words.endswith("."), line
        assert not RAW.search(line.words), line


def test_a_sentence_tells_what_was_kept_not_what_is_now(app: Flask) -> None:
    with app.test_request_context("/", headers={"Cookie": "language=en"}):
        kept = sentence("inspection", "inspected_on=2026-10-01, age_days=12", TERMS)
        assert kept == "Inspected 12 days ago; at most 30 count."
        assert sentence("turnover", "dealings=1, days=45", TERMS) == "Dealt in once in the last 45 days."
        assert sentence("price", "price=missing, board_level=missing", TERMS).startswith("No independent price")
        assert sentence("room_history", "something new", TERMS) == "something new"


def test_every_gate_has_a_name_on_pages_and_in_refusals() -> None:
    names = {gate.name for gate in gates(GOOD, TERMS)}
    assert names == set(GATE) == set(ASKS)
