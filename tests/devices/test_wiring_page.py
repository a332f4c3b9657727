"""The page for the technician knows every protocol, every probe and every word that the product says about them."""

from pathlib import Path

import pytest

from devices.drivers.probes.profile import profile_names
from devices.frames import FLAGS, PROTOCOLS
from devices.messages import QUALITIES

PAGE = (Path(__file__).parents[2] / "docs" / "devices-wiring.md").read_text("utf-8")
SHOWN_AS_A_STATE = {"moving", "zero"}  # nobody looks for a fault because of these
SAID_OF_SCALES_ONLY = {"moving", "ovl", "est", "short"}


@pytest.mark.parametrize("name", [*PROTOCOLS, *profile_names()])
def test_each_instrument_has_its_line(name: str) -> None:
    assert f"`{name}`" in PAGE or f'"{name}"' in PAGE


def test_each_word_of_trouble_is_explained() -> None:
    assert [word for word in FLAGS if word not in SHOWN_AS_A_STATE and word not in PAGE] == []
    assert [
        word for word in sorted(QUALITIES - SAID_OF_SCALES_ONLY) if f"{word} →" not in PAGE and f'"{word}"' not in PAGE
    ] == []
