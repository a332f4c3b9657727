"""Words: which language a page takes, and that both catalogues know every word of every page."""

import ast
import os
import re
import string
from pathlib import Path

import pytest

from tests.web import literals
from wms.web import catalogues, i18n
from wms.web.navigation import WORKPLACES

WEB = Path(catalogues.__file__).parent
NAMES = (*WORKPLACES, catalogues.SHARED)
OWN_NAMES = {"中文", "English"}  # a language is named in itself


@pytest.mark.parametrize(
    ("remembered", "accepted", "language"),
    [
        (None, [], "zh"), ("en", ["zh-CN"], "en"), ("zh", ["en-GB"], "zh"), (None, ["en-GB", "zh"], "en"),
        (None, ["zh-Hant-TW"], "zh"), (None, ["zh_HK"], "zh"), (None, ["zh-SG", "en"], "zh"),
        (None, ["fr", "de"], "zh"), (None, ["fr", "en-US"], "en"), ("xx", ["en"], "en"), ("", ["*"], "zh"),
        ("../en", ["en"], "en"),
    ],
)  # fmt: skip
def test_a_page_takes_the_remembered_language_then_an_accepted_one_then_chinese(
    remembered: str | None, accepted: list[str], language: str
) -> None:
    assert i18n.pick_language(remembered, accepted) == language


def test_words_in_both_languages() -> None:
    assert i18n.translate("zh", "Stable, may be taken") == "已稳, 可取重"
    assert i18n.translate("en", "Stable, may be taken") == "Stable, may be taken"
    assert i18n.translate("zh", "never said") == "never said"


def test_numbers_choose_the_form() -> None:
    one, many = "1 day left", "{n} days left"
    assert i18n.translate_count("en", one, many, 1) == "1 day left"
    assert i18n.translate_count("en", one, many, 2) == "{n} days left"
    assert {i18n.translate_count("zh", one, many, n) for n in (0, 1, 2, 64)} == {"剩 {n} 天"}


def test_a_missing_or_older_mo_does_not_hide_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "zh" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_text('msgid "Room"\nmsgstr "库房"\n', "utf-8")
    (folder / "messages.mo").write_bytes(b"of long ago")
    older = (folder / "messages.po").stat().st_mtime_ns - 1_000_000_000
    os.utime(folder / "messages.mo", ns=(older, older))
    monkeypatch.setattr(i18n, "TRANSLATIONS", tmp_path)
    i18n._catalogue.cache_clear()
    try:
        assert i18n.translate("zh", "Room") == "库房"
    finally:
        i18n._catalogue.cache_clear()


def entries(language: str) -> dict[tuple[str, str | None, str], tuple[str, ...]]:
    """Return a language's translations by catalogue, context and id."""
    found = {}
    for name in NAMES:
        for message in catalogues.read(language, name):
            if message.id:
                text = message.string
                first = message.id if isinstance(message.id, str) else message.id[0]
                found[name, message.context, first] = (text,) if isinstance(text, str) else tuple(text or ())
    return found


def test_both_catalogues_know_the_same_words() -> None:
    assert set(entries("zh")) == set(entries("en"))


def test_the_catalogues_know_every_word_that_is_used_and_no_other() -> None:
    used = {(name, *key) for name, found in catalogues.used().items() for key in found}
    known = set(entries("zh"))
    assert used - known == set(), "run `python -m wms.web.catalogues` and translate"
    assert known - used == set(), "run `python -m wms.web.catalogues`"


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_word_is_translated(language: str) -> None:
    assert [key for key, text in entries(language).items() if not all(text)] == []


def test_a_chinese_sentence_is_chinese() -> None:
    international = {"kg", "t", "SMS", "PIN", "LTV", "RFQ", "CSV", "ID", "ISO 20022 pain.001", "{kb} KB"}
    foreign = [
        key
        for key, text in entries("zh").items()
        if not literals.CHINESE.search(text[0]) and text[0] not in international
    ]
    assert foreign == []


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_both_languages_use_the_same_values() -> None:
    english = entries("en")
    wrong = [
        key for key, text in entries("zh").items()
        if fields(text[0]) != fields(english[key][-1]) or fields(text[0]) < fields(key[2])
    ]  # fmt: skip
    assert wrong == []


def test_no_percent_sign_looks_like_a_format() -> None:
    """Catalogue tools read "% f" as a format; the sign belongs to the value."""
    assert [key for key in entries("en") if re.search(r"%\s?[a-z(]", key[2])] == []


@pytest.mark.parametrize("path", literals.templates(), ids=lambda path: str(path.relative_to(literals.TEMPLATES)))
def test_a_template_says_nothing_by_itself(path: Path) -> None:
    source = path.read_text("utf-8")
    assert [*literals.in_markup(source), *(w for w in literals.in_arguments(source) if w not in OWN_NAMES)] == []


def test_the_style_guide_says_everything_in_both_languages() -> None:
    source = (literals.TEMPLATES / "components" / "gallery.html").read_text("utf-8")
    assert literals.in_markup(source) == []


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<p>Rooms</p>", ["Rooms"]), ('<i title="库房"></i>', ["库房"]), ("<p>{{ _('Rooms') }} 3 °C</p>", []),
        ("<p>{# Rooms #}{% if Rooms %}·{% endif %}</p>", []), ("<script src='x'>run()</script>", []),
    ],
)  # fmt: skip
def test_the_reader_of_markup_can_tell(source: str, words: list[str]) -> None:
    assert literals.in_markup(source) == words


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("{{ ui.chip('Held') }}", ["Held"]), ("{{ ui.chip(_('Held'), 'danger') }}", []),
        ("{{ ui.chip(text='Held') }}", ["Held"]),
        ("{{ ui.facts([('Room', room)]) }}", ["Room"]), ("{{ ui.facts([(_('Room'), 'B-07')]) }}", []),
        ("{{ ui.chip('Held' if held else _('Free')) }}", ["Held"]), ("{{ ui.chip('No ' ~ room) }}", ["No "]),
        ("{% call ui.table(_('Lots'), [{'label': 'Owner'}]) %}{% endcall %}", ["Owner"]), ("{{ '库房' }}", ["库房"]),
        ("{{ ui.select(_('Variety'), 'variety', [('fuji', 'Fuji')]) }}", ["Fuji"]),
    ],
)  # fmt: skip
def test_the_reader_of_arguments_can_tell(source: str, words: list[str]) -> None:
    assert literals.in_arguments(source) == words


def test_python_says_nothing_by_itself() -> None:
    spoken = {"flash": 0, "NavItem": 0, "Person": 1}
    silent = []
    for path in sorted(WEB.rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name | ast.Attribute):
                name = call.func.id if isinstance(call.func, ast.Name) else call.func.attr
                at = spoken.get(name)
                if at is not None and len(call.args) > at and isinstance(call.args[at], ast.Constant):
                    silent.append(f"{path.relative_to(WEB)}:{call.lineno} {name}")
    assert silent == []
