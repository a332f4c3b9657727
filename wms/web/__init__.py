"""The pages: five workplaces over the rooms, one design system under all of them.

Owns the templates, style sheets, modules, words and the shape of numbers on a page; each workplace's folder owns its
routes. Knows nothing of tables: a page asks a room's door. `shell.register_web_environment(app)` makes an app speak
this design system; `docs/design-system.md` tells how a page is written.
"""

import secrets

from flask import Flask, Response, g
from werkzeug.exceptions import HTTPException

from wms import users
from wms.delivery.house import house
from wms.delivery.identity import Caller, caller, now
from wms.kernel.actor import Actor, Permission
from wms.kernel.errors import WmsError
from wms.web import board, control, desk, entrance, error_pages, papers, photos, portal, shell, terminal
from wms.web.i18n import note


def register(app: Flask) -> None:
    """Put the pages on `app`."""
    with app.app_context():
        zone = house().config.site.timezone
    app.secret_key = secrets.token_bytes(32)  # signs only the messages shown on the next page
    shell.register_web_environment(app, zone=zone)
    app.extensions["coldlot_person"] = _person
    app.extensions["coldlot_place"] = _place
    app.jinja_env.globals["csrf_token"] = _csrf_token
    app.register_blueprint(entrance.blueprint)
    app.register_blueprint(papers.blueprint)
    app.register_blueprint(photos.blueprint)
    terminal.register(app)
    portal.register(app)
    board.register(app)
    control.register(app)
    desk.register(app)


def error_page(error: Exception) -> Response:
    """Return the page of any error, in the reader's language."""
    request_id = g.get("request_id", "")
    if isinstance(error, WmsError):
        return error_pages.error_page(error, request_id=request_id)
    status = (error.code or 500) if isinstance(error, HTTPException) else 500
    answer = error_pages.unexpected_page(status, request_id=request_id)
    if isinstance(error, HTTPException):
        for name, value in error.get_headers():
            if name.lower() not in ("content-type", "content-length"):
                answer.headers[name] = value
    return answer


ROLE_WORDS = {
    users.Role.CLERK: note("Clerk"),
    users.Role.GROWER: note("Grower"),
    users.Role.BUYER: note("Buyer"),
    users.Role.TRADER: note("Trader"),
    users.Role.CREDIT_OFFICER: note("Credit officer"),
    users.Role.APPROVER: note("Approver"),
    users.Role.CASHIER: note("Cashier"),
    users.Role.WAREHOUSE_MANAGER: note("Warehouse manager"),
    users.Role.FIELD_REP: note("Field representative"),
    users.Role.ADMINISTRATOR: note("Administrator"),
    users.Role.AUDITOR: note("Auditor"),
    users.Role.VALUER: note("Valuer"),
    users.Role.GATEWAY: note("Gateway"),
    users.Role.MACHINE: note("Machine"),
}

STAFF_PLACES = (
    ("terminal", note("Terminal"), terminal.STAFF),
    ("desk", note("Desk"), desk.STAFF),
    ("board", note("Board"), (Permission.SEE_BOARD,)),
    ("control", note("Control room"), (Permission.SEE_READINGS,)),
)


def _known() -> Caller | None:
    """Return who is asking, or None where nobody acts: an error page must not fail for want of a person."""
    try:
        return caller()
    except WmsError:
        return None


def _person() -> shell.Person | None:
    found = _known()
    if found is None or found.session is None:
        return None
    roles = [shell.say(ROLE_WORDS[role]) for role in sorted(found.session.roles)]
    company = found.session.party.name if found.session.party else found.actor.name
    name = found.actor.name if company == found.actor.name else f"{found.actor.name} · {company}"
    switch_url = "/switch" if found.session.terminal else ""
    return shell.Person(name, " · ".join(roles), "/sign-out", switch_url, _workplaces(found.actor))


def _workplaces(by: Actor) -> tuple[tuple[str, str], ...]:
    """Return the workplaces that the store's own people may change to; an owner or a buyer has one."""
    if not by.may(Permission.SEE_ALL):
        return ()
    open_to = [
        (name, words) for name, words, any_of in STAFF_PLACES if any(by.may(permission) for permission in any_of)
    ]
    return tuple((name, shell.say(words)) for name, words in open_to) if len(open_to) > 1 else ()


def _place() -> shell.Place:
    found = _known()
    terminal = found.session.terminal if found and found.session and found.session.terminal else ""
    return shell.Place(house().config.site.name, now().on, terminal)


def _csrf_token() -> str:
    found = _known()
    return found.session.csrf_token if found and found.session else ""
