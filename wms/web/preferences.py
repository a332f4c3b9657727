"""What a reader chose and the browser remembers, signed in or not: language, price unit, text size."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Blueprint, Request, g, redirect, request
from werkzeug.wrappers import Response

from wms.web.format import PriceUnit
from wms.web.i18n import LANGUAGES, pick_language

YEAR_S = 365 * 24 * 3600
CHOICES: dict[str, tuple[str, ...]] = {
    "language": LANGUAGES,
    "unit": tuple(PriceUnit),
    "size": ("normal", "large"),
}

blueprint = Blueprint("preferences", __name__)


@dataclass(frozen=True, slots=True)
class Preferences:
    """How this reader wants pages to be."""

    language: str
    unit: PriceUnit
    size: str


def read(incoming: Request) -> Preferences:
    """Return the preferences a request carries; what is missing or unknown takes its default (zh, 元/斤, normal)."""
    unit = incoming.cookies.get("unit", "")
    size = incoming.cookies.get("size", "")
    return Preferences(
        language=pick_language(incoming.cookies.get("language"), incoming.accept_languages.values()),
        unit=PriceUnit(unit) if unit in CHOICES["unit"] else PriceUnit.JIN,
        size=size if size in CHOICES["size"] else "normal",
    )


def current() -> Preferences:
    """Return the preferences of the request being answered, read once."""
    if "preferences" not in g:
        g.preferences = read(request)
    chosen: Preferences = g.preferences
    return chosen


def local_path(wanted: str | None) -> str:
    """Return `wanted` if it is a path on this site, else "/": a switch must not send anybody elsewhere."""
    target = wanted or "/"
    try:
        parts = urlsplit(target)
    except ValueError:
        return "/"
    elsewhere = parts.scheme or parts.netloc or not target.startswith("/") or target.startswith(("//", "/\\"))
    return "/" if elsewhere or any(ord(char) < 32 for char in target) else target


@blueprint.post("/preferences")
def choose() -> Response:
    """Remember what was chosen for a year and go back to the page it was chosen on; unknown choices change nothing."""
    answer = redirect(local_path(request.form.get("next")), code=303)
    for name, allowed in CHOICES.items():
        value = request.form.get(name)
        if value in allowed:
            answer.set_cookie(name, value, max_age=YEAR_S, httponly=True, samesite="Lax", secure=request.is_secure)
    return answer
