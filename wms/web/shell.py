"""The web environment: makes a Flask app speak the design system, and sends every answer out with its guards on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Flask, Response, jsonify, request
from markupsafe import Markup

from wms.web import assets, format, i18n, preferences
from wms.web.navigation import NavLink, navigation

CONTENT_SECURITY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
GUARDS = {
    "Content-Security-Policy": CONTENT_SECURITY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(), payment=()",
}


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in, as the bar shows it; `switch_url` is where a shared terminal changes hands.

    `workplaces` are the others this person may go to from the menu, as (name, words).
    """

    name: str
    role: str
    sign_out_url: str
    switch_url: str = ""
    workplaces: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where and on which business day: the site's name (and the terminal's), today's date."""

    site: str
    on: date | None = None
    terminal: str = ""


def register_web_environment(app: Flask, *, zone: ZoneInfo) -> None:
    """Install templates, words, number filters, the preferences switch, the assets and the security headers on `app`.

    `zone` is the site's, in which instants are shown. Pages get `person`, `place` and `csrf_token` from whoever knows
    them: set `app.extensions["coldlot_person"]` and `["coldlot_place"]` to functions, and `csrf_token` in Jinja's
    globals; without them a page shows no name, no site, and an empty token.
    """
    app.register_blueprint(Blueprint("shell", __name__, template_folder="templates"))
    app.register_blueprint(assets.blueprint)
    app.register_blueprint(preferences.blueprint)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(_filters(zone))
    app.jinja_env.filters["sent_to"] = sent_to
    app.jinja_env.globals.update(_words())
    app.jinja_env.globals["url_for_static"] = assets.url_for_static
    app.jinja_env.globals["prefs"] = preferences.current
    app.jinja_env.globals["site_zone"] = lambda: zone.key
    app.jinja_env.globals.setdefault("csrf_token", lambda: "")
    app.context_processor(lambda: _context(app))
    app.after_request(_guard)


def sent_to(typed: Mapping[str, str], url: str) -> Mapping[str, str]:
    """Return what was typed if it was sent to `url`, else nothing: of a page's forms only the one that was refused is
    filled again, and no other of its fields of the same name."""
    return typed if request.path == url.partition("?")[0] else {}


def say(message: str, /, **values: object) -> str:
    """Return a sentence in the reader's language with its {values}; markup in a value stays markup, text is escaped."""
    return _filled(i18n.translate(preferences.current().language, message), values)


def say_in(context: str, message: str, /, **values: object) -> str:
    """Return a word as meant in `context` in the reader's language."""
    return _filled(i18n.translate_in(preferences.current().language, context, message), values)


def say_count(one: str, many: str, n: int, /, **values: object) -> str:
    """Return the form of a sentence that suits `n`, with {n} shown in groups of thousands."""
    sentence = i18n.translate_count(preferences.current().language, one, many, n)
    return _filled(sentence, {"n": format.count(n), **values})


def queue_answer(request_id: UUID | str, next_url: str = "", *, repeat: bool = False) -> Response:
    """Answer a form sent through the offline queue: the entry leaves the terminal when it sees its own id.

    201 the first time, 409 with `repeat` for the same content again; the terminal goes on to `next_url`.
    """
    answer = jsonify(request_id=str(request_id), next=next_url or None, repeat=repeat)
    answer.status_code = 409 if repeat else 201
    return answer


def _filled(sentence: str, values: dict[str, object]) -> str:
    if any(hasattr(value, "__html__") for value in values.values()):
        return Markup(sentence).format(**values)
    return sentence.format(**values) if values else sentence


def _words() -> dict[str, Callable[..., str]]:
    return {"_": say, "_p": say_in, "_n": say_count}


def _filters(zone: ZoneInfo) -> dict[str, Callable[..., str]]:
    def stamp(at: datetime) -> str:
        return format.stamp(at, zone)

    def minute(at: datetime) -> str:
        return format.minute(at, zone)

    def price(per_kg: Decimal, unit: str | None = None) -> str:
        return format.price(per_kg, format.PriceUnit(unit) if unit else preferences.current().unit)

    return {
        "money": format.money,
        "count": format.count,
        "weight": format.weight_kg,
        "tonnes": format.weight_t,
        "price": price,
        "day": format.day,
        "stamp": stamp,
        "minute": minute,
        "temp": format.temperature,
        "percent": format.percent,
    }


def _context(app: Flask) -> dict[str, object]:
    chosen = preferences.current()

    def nav(workplace: str) -> list[NavLink]:
        return navigation(app, workplace)

    return {
        "language": chosen.language,
        "html_language": "zh-CN" if chosen.language == "zh" else chosen.language,
        "price_unit": chosen.unit.value,
        "text_size": chosen.size,
        "this_page": request.full_path.rstrip("?"),
        "navigation": nav,
        "person": _asked(app, "coldlot_person"),
        "place": _asked(app, "coldlot_place"),
    }


def _asked(app: Flask, name: str) -> object | None:
    known: Callable[[], object | None] | None = app.extensions.get(name)
    return known() if known else None


def _guard(answer: Response) -> Response:
    for name, value in GUARDS.items():
        answer.headers.setdefault(name, value)
    if answer.mimetype == "text/html":
        answer.headers.setdefault("Cache-Control", "no-store")
        answer.vary.update(("Cookie", "Accept-Language"))
    return answer
