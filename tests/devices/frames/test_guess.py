"""Which protocol a stretch of bytes speaks."""

import random

import pytest

from devices.frames.guess import candidates, guess
from tests.devices.frames.cases import CASES, Case

first_of_each = list({case.protocol: case for case in reversed(CASES)}.values())


@pytest.mark.parametrize("case", first_of_each, ids=lambda case: case.protocol)
def test_a_clean_stream_is_recognised(case: Case) -> None:
    stretch = (case.frame * 20)[3:-4]  # joined and left in the middle of a frame
    best = guess(stretch)[0]
    assert best.protocol == case.protocol
    assert best.is_certain == (best.protection != "none")


def test_noise_is_nothing() -> None:
    assert guess(random.Random(3).randbytes(20_000)) == []
    assert guess(b"") == []


def test_one_frame_alone_proves_nothing() -> None:
    assert guess(CASES[0].frame) == []


def test_a_check_weighs_more_than_none() -> None:
    equal = guess(b"=00.3000" * 10)
    assert [one.options.direction for one in equal if one.options.length == 8] == ["reversed", "forward"]
    assert equal[0].score < guess(CASES[0].frame * 10)[0].score


def test_every_form_is_tried() -> None:
    assert {protocol for protocol, _ in candidates()} == {case.protocol for case in CASES}
