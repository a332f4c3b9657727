"""Every sentence of the pages exists in both languages, whole."""

import re

import pytest
from babel.messages.catalog import Message

from wms.web import catalogues
from wms.web.i18n import LANGUAGES

BLANK = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def forms(text: str | tuple[str, ...] | list[str] | None) -> list[str]:
    """Return a sentence's forms by number; one for most."""
    return [text or ""] if text is None or isinstance(text, str) else list(text)


def is_whole(message: Message) -> bool:
    """Tell whether a translation is there, is nobody's guess, and keeps the values of its sentence."""
    said, asked = forms(message.string), forms(message.id)
    blanks = set(BLANK.findall(asked[-1]))
    return all(said) and not message.fuzzy and set(BLANK.findall(said[-1])) == blanks


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated(language: str) -> None:
    assert catalogues.used()
    missing, partial = [], []
    for name, found in catalogues.used().items():
        kept = catalogues.read(language, name)
        for context, key in found:
            message = kept.get(key, context)
            if message is None:
                missing.append(f"{name}: {key}")
            elif not is_whole(message):
                partial.append(f"{name}: {key}")
    assert (missing, partial) == ([], []), "run `python -m wms.web.catalogues` and translate what is empty"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_left_over(language: str) -> None:
    left = [
        f"{name}: {message.id}"
        for name, found in catalogues.used().items()
        for message in catalogues.read(language, name)
        if message.id and (message.context, forms(message.id)[0]) not in found
    ]
    assert not left, "\n".join(left)
