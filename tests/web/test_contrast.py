"""Every ink on every ground it is used on, computed from tokens.css: 4.5 : 1 for text, 3 : 1 for edges and focus."""

import re

import pytest

from wms.web.assets import STATIC

TOKENS = (STATIC / "css" / "tokens.css").read_text("utf-8")
THEMES = ("ledger", "slip", "market", "till", "panel")
TEXT = [
    *[(ink, ground) for ink in ("ink", "muted", "link") for ground in ("ground", "surface", "sunken")],
    *[(f"{tone}-ink", f"{tone}-tint") for tone in ("ok", "info", "warn", "danger", "quiet")],
    *[(f"{tone}-ink", on) for tone in ("ok", "warn", "danger", "info") for on in ("ground", "surface", "sunken")],
    *[(ink, f"{tone}-tint") for ink in ("ink", "muted", "figure") for tone in ("warn", "danger")],
    ("on-accent", "accent"), ("on-accent", "accent-deep"), ("on-danger", "danger-fill"), ("on-seal", "seal"),
    ("on-bar", "bar"), ("bar-muted", "bar"), ("ledger", "surface"), ("ledger", "ground"), ("figure", "sunken"),
    ("figure", "surface"), ("muted", "quiet-tint"), ("surface", "ink"),
]  # fmt: skip
EDGES = [
    ("focus", "ground"), ("focus", "surface"), ("bar-focus", "bar"), ("bar-mark", "bar"), ("accent", "surface"),
    ("danger-fill", "ground"), ("ok-ink", "line"),
]  # fmt: skip


def tokens(theme: str) -> dict[str, str]:
    """Return a theme's colours as the cascade gives them: :root first, then the theme's own block."""
    found: dict[str, str] = {}
    for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", re.sub(r"/\*.*?\*/", "", TOKENS, flags=re.DOTALL)):
        names = [name.strip() for name in selectors.split(",")]
        if ":root" in names or f'[data-theme="{theme}"]' in names:
            found |= dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})\b", body))
    return found


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2.2."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_formula_is_the_standards() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
def test_text_can_be_read(theme: str) -> None:
    colours = tokens(theme)
    weak = {
        f"{ink} on {ground}": round(contrast(colours[ink], colours[ground]), 2)
        for ink, ground in TEXT
        if contrast(colours[ink], colours[ground]) < 4.5
    }
    assert weak == {}


@pytest.mark.parametrize("theme", THEMES)
def test_edges_and_focus_can_be_seen(theme: str) -> None:
    colours = tokens(theme)
    weak = {
        f"{edge} on {ground}": round(contrast(colours[edge], colours[ground]), 2)
        for edge, ground in EDGES
        if contrast(colours[edge], colours[ground]) < 3
    }
    assert weak == {}


def test_no_colour_is_named_outside_the_tokens() -> None:
    strays = {
        path.name: found
        for path in (STATIC / "css").glob("*.css")
        if path.name not in ("tokens.css", "print.css")
        if (found := re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{}]*;)", path.read_text("utf-8")))
    }
    assert strays == {}
