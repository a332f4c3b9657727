"""Collects the words of templates and pages into the catalogues: `python -m wms.web.catalogues`.

Each workplace has a catalogue of its own (`terminal.po` for templates/terminal/ and wms/web/terminal/), everything else
goes to `messages.po`; a sentence that `messages.po` has is shared. New sentences are added with an empty translation in
Chinese and themselves in English, those no longer used are removed, translations are never touched.
"""

from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from wms.web.i18n import LANGUAGES, TRANSLATIONS
from wms.web.navigation import WORKPLACES

WEB = Path(__file__).parent
SHARED = "messages"
KEYWORDS = {"_": None, "_p": ((1, "c"), 2), "_n": (1, 2), "note": None}
METHODS = [("**.html", "jinja2.ext.babel_extract"), ("**.py", "python")]
OPTIONS = {"**.html": {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}}

HEADER = """msgid ""
msgstr ""
"Language: {language}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""

Key = tuple[str | None, str]
Found = dict[Key, tuple[str | tuple[str, ...], set[str]]]


@cache
def used() -> dict[str, Found]:
    """Return what the code asks for: by catalogue, by (context, id), the message and the files it stands in."""
    by_name: dict[str, Found] = {}
    for name, file, message, context in _extracted():
        key = (context, message if isinstance(message, str) else message[0])
        by_name.setdefault(name, {}).setdefault(key, (message, set()))[1].add(file)
    shared = by_name.setdefault(SHARED, {})
    _share(by_name, shared)
    return by_name


def _share(by_name: dict[str, Found], shared: Found) -> None:
    """Move to the shared catalogue what it already has, or what two workplaces say."""
    seen: dict[Key, int] = {}
    for name, found in by_name.items():
        for key in found:
            seen[key] = seen.get(key, 0) + (2 if name == SHARED else 1)
    for name, found in by_name.items():
        for key in [key for key in found if name != SHARED and seen[key] > 1]:
            message, files = found.pop(key)
            shared.setdefault(key, (message, set()))[1].update(files)


def _extracted() -> Iterator[tuple[str, str, str | tuple[str, ...], str | None]]:
    for file, _line, message, _comments, context in extract_from_dir(
        WEB, METHODS, OPTIONS, KEYWORDS, strip_comment_tags=True
    ):
        parts = Path(file).parts
        name = parts[1] if parts[0] == "templates" and len(parts) > 2 else parts[0]
        yield name if name in WORKPLACES else SHARED, file, message, context


def path_of(language: str, name: str) -> Path:
    """Return where a catalogue is kept."""
    return TRANSLATIONS / language / "LC_MESSAGES" / f"{name}.po"


def read(language: str, name: str) -> Catalog:
    """Return a catalogue as committed, an empty one if there is none yet."""
    path = path_of(language, name)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as text:
        return read_po(text, locale=language)


def as_kept(text: str | tuple[str, ...] | list[str]) -> str | tuple[str, ...]:
    """Return a translation as written: one sentence, or its forms by number."""
    return text if isinstance(text, str) else tuple(text)


def collect() -> None:
    """Write every catalogue anew from what is used now, keeping each translation there is in any of them."""
    for language in LANGUAGES:
        kept = {
            (message.context, message.id if isinstance(message.id, str) else message.id[0]): as_kept(message.string)
            for name in (*WORKPLACES, SHARED)
            for message in read(language, name)
            if message.id and message.string
        }
        for name, found in used().items():
            _write(language, name, found, kept)


def _write(language: str, name: str, found: Found, kept: dict[Key, str | tuple[str, ...]]) -> None:
    catalogue = Catalog(locale=language)
    for key in sorted(found, key=lambda key: (key[1], key[0] or "")):
        message, files = found[key]
        own: str | tuple[str, ...] = message if language == "en" else ""
        text = kept.get(key, own)
        if isinstance(message, tuple) != isinstance(text, tuple):
            text = own  # a sentence that has got, or lost, its plural must be translated anew
        catalogue.add(message, text, [(file, 0) for file in sorted(files)], context=key[0])
    body = BytesIO()
    write_po(body, catalogue, width=120, omit_header=True, include_lineno=False)
    head = HEADER.format(language=language, plurals=catalogue.plural_forms)
    path = path_of(language, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(head.encode() + body.getvalue())


if __name__ == "__main__":
    collect()
