"""Words: message ids are the English sentences, one catalogue folder a language, Chinese when nothing else is asked.

`translations/<language>/LC_MESSAGES/*.po` are committed: `messages.po` for what all workplaces share, one file more a
workplace. The .mo beside each is built at install (`make words`); where it is missing or older
than its .po, the .po is read instead, so an edited sentence shows at once.
"""

from collections.abc import Iterable
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

LANGUAGES = ("zh", "en")
TRANSLATIONS = Path(__file__).parent / "translations"


def pick_language(remembered: str | None, accepted: Iterable[str]) -> str:
    """Return the language of a page: the one remembered, else the first accepted one we have, else Chinese.

    Every Chinese locale (zh-CN, zh-Hant-TW, …) is served by the folder `zh`, every English one by `en`.
    """
    for wanted in (remembered or "", *accepted):
        language = wanted.replace("_", "-").split("-")[0].lower()
        if language in LANGUAGES:
            return language
    return LANGUAGES[0]


def translate(language: str, message: str) -> str:
    """Return `message` in `language`, or itself where the catalogue is silent."""
    return str(_catalogue(language).gettext(message))


def translate_in(language: str, context: str, message: str) -> str:
    """Return `message` as meant in `context` ("verb", "noun", …) in `language`."""
    return str(_catalogue(language).pgettext(context, message))


def translate_count(language: str, one: str, many: str, number: int) -> str:
    """Return the form of a sentence that suits `number` in `language`."""
    return str(_catalogue(language).ngettext(one, many, number))


def note(message: str) -> str:
    """Mark a message id for the catalogue where it is written down and translated later (navigation, tables)."""
    return message


@cache
def _catalogue(language: str) -> Translations:
    first, *others = (_loaded(source, language) for source in sorted(_folder(language).glob("*.po")))
    for other in others:
        first.merge(other)  # the first one's plural rule stays: an empty catalogue would bring English's
    return first


def _folder(language: str) -> Path:
    return TRANSLATIONS / language / "LC_MESSAGES"


def _loaded(source: Path, language: str) -> Translations:
    built = source.with_suffix(".mo")
    if built.exists() and built.stat().st_mtime_ns >= source.stat().st_mtime_ns:
        return Translations(BytesIO(built.read_bytes()), domain=source.stem)
    buffer = BytesIO()
    with source.open("rb") as text:
        write_mo(buffer, read_po(text, locale=language))
    buffer.seek(0)
    return Translations(buffer, domain=source.stem)
