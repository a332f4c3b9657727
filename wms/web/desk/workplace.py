"""The blueprint every page of the desk hangs on, and what they share: a screen, an action, names of people."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from wms import parties, users
from wms.delivery.house import house
from wms.delivery.identity import actor, now
from wms.delivery.work import write
from wms.kernel.actor import Permission
from wms.kernel.errors import Forbidden, Invalid, NotFound, WmsError
from wms.web import deadlines
from wms.web.desk.blocks import Form, Screen
from wms.web.pages import FieldWrong, attempt, done, fresh_id, said, workplace
from wms.web.shell import say_count as _n

STAFF = (
    Permission.SEE_BOOKS,
    Permission.MANAGE_USERS,
    Permission.MANAGE_PARTIES,
    Permission.AUDIT,
    Permission.RUN_BOARD,
    Permission.VALUE_GOODS,
    Permission.TAKE_PAYMENT,
    Permission.APPROVE_ADVANCE,
)

blueprint = workplace("desk", __name__, any_of=STAFF)


def way(endpoint: str, **values: Any) -> str:
    """Return the address of a page with values only known as they come."""
    return url_for(endpoint, **values)


def must(*any_of: Permission) -> None:
    """Refuse the page to who holds none of some permissions. Raises Forbidden."""
    if not any(actor().may(permission) for permission in any_of):
        raise Forbidden(permission=" / ".join(any_of))


def shown(screen: Screen, error: WmsError | None = None, *, layout: str = "desk", template: str = "desk/screen") -> Any:
    """Return a screen; after an error with its sentence in the form it belongs to, and the error's status."""
    if type(error) is Forbidden:
        raise error
    # The page is there and keeps what was typed: only a code names nothing, or a second person's PIN is wrong.
    kinds = ((NotFound, 404), (Forbidden, 403), (Invalid, 422))
    status = next((status for kind, status in kinds if isinstance(error, kind)), 409) if error else 200
    form = request.form.get("form", "") if error else ""
    wrong = str(error.values.get("field", "")) if isinstance(error, FieldWrong) else ""
    words = said(error, _label(screen.blocks, form, wrong)) if error else ""
    page = render_template(
        f"{template}.html",
        screen=screen,
        layout=f"layouts/{layout}.html",
        error=words,
        error_form=form,
        error_field=wrong,
        fresh_id=lambda: kept_id(error),
    )
    return page, status


def _label(parts: Sequence[Any], form: str, name: str) -> str:
    """Return what a screen calls a field of one of its forms; empty where it has none of that name."""
    for part in parts:
        if isinstance(part, Form) and part.name == form:
            return next((field.label for field in part.fields if field.name == name), "")
        inner = [*getattr(part, "blocks", ()), *getattr(part, "left", ()), *getattr(part, "right", ())]
        found = _label(inner, form, name)
        if found:
            return found
    return ""


def kept_id(error: WmsError | None) -> str:
    """Return the id a form carries: its own again after a refusal, so that a double post stays one."""
    if error is not None and error.code != "request_id_reused":
        return request.form.get("id") or fresh_id()
    return fresh_id()


def act(work: Callable[[Session], Any], message: str, url: str, again: Callable[[WmsError], Any]) -> Response | Any:
    """Run one action of a form in its transaction: on to `url` with a message, or `again` with what was refused."""
    _, error = attempt(lambda: write(work))
    return again(error) if error else done(message, url)


def person_name(session: Session, eyes: UUID | None) -> str:
    """Return the name behind a person or an account; a dash where nobody stands."""
    if eyes is None:
        return "–"
    try:
        return parties.get_person(session, eyes).name
    except NotFound:
        pass
    try:
        account = users.get_account(session, eyes)
    except NotFound:
        return "–"
    return parties.get_person(session, account.person_id).name if account.person_id else account.name


def until(at: datetime) -> str:
    """Return until when something holds and how long that is."""
    return deadlines.until_words(at, now(), house().config.site.timezone)


def waited(since: datetime) -> str:
    """Return how long something has waited."""
    minutes = max(0, int((now().at - since).total_seconds()) // 60)
    if minutes < 60:
        return _n("for 1 minute", "for {n} minutes", max(1, minutes))
    if minutes < 48 * 60:
        return _n("for 1 hour", "for {n} hours", minutes // 60)
    return _n("for 1 day", "for {n} days", minutes // (24 * 60))
