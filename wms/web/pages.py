"""What every page builder needs: who may open a workplace, what a form said, and a form that keeps its input."""

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar
from urllib.parse import quote
from uuid import UUID

from flask import Blueprint, flash, redirect, request
from werkzeug.wrappers import Response

from wms import users
from wms.delivery.identity import actor, caller, now, require_own_page
from wms.kernel.actor import Permission
from wms.kernel.errors import Forbidden, Invalid, WmsError
from wms.kernel.ids import new_id
from wms.kernel.numbers import PRICE_SCALE
from wms.web import preferences
from wms.web.format import PriceUnit

T = TypeVar("T")
PER_KG = {PriceUnit.JIN: Decimal(2), PriceUnit.KG: Decimal(1), PriceUnit.TONNE: Decimal("0.001")}


class FieldWrong(Invalid):
    """A field of a form cannot be read."""

    code = "field_wrong"
    en = "The field {field} is not right: {value}."
    zh = "{field} 填写有误: {value}。"


def workplace(name: str, import_name: str, *, any_of: tuple[Permission, ...]) -> Blueprint:
    """Return the blueprint of a workplace whose pages need a signed-in person with one of some permissions.

    Who is not signed in is sent to the sign-in page and comes back; changing requests must come from our own page.
    """
    blueprint = Blueprint(name, import_name, url_prefix=f"/{name}")

    @blueprint.before_request
    def guard() -> Response | None:
        try:
            found = caller()
        except users.TerminalLocked:
            return redirect("/switch?next=" + quote(request.full_path))
        if found is None:
            return redirect("/sign-in?next=" + quote(request.full_path))
        require_own_page()
        if not any(found.actor.may(permission) for permission in any_of):
            raise Forbidden(permission=" / ".join(any_of))
        return None

    return blueprint


def fresh_id() -> str:
    """Return an id for a form: posted twice, the form has one effect."""
    return str(new_id(now()))


def attempt(work: Callable[[], T]) -> tuple[T | None, WmsError | None]:
    """Run an action of a form; return its result, or the error whose sentence the form shows beside the kept input."""
    try:
        return work(), None
    except WmsError as error:
        return None, error


def said(error: WmsError) -> str:
    """Return an error's sentence in the reader's language."""
    return error.sentence(preferences.current().language)


def done(message: str, url: str) -> Response:
    """Say that something was done, on the page that follows."""
    flash(message, "ok")
    return redirect(url, code=303)


def text_of(field: str, *, most: int = 200, needed: bool = True) -> str:
    """Return a field of the form as text. Raises FieldWrong if it is empty though needed, or too long."""
    value = request.form.get(field, "").strip()
    if (needed and not value) or len(value) > most:
        raise FieldWrong(field=field, value=value[:40])
    return value


def uuid_of(field: str) -> UUID:
    """Return a field of the form as a UUID. Raises FieldWrong."""
    value = request.form.get(field, "")
    try:
        return UUID(value)
    except ValueError as error:
        raise FieldWrong(field=field, value=value[:40]) from error


def whole_of(field: str) -> int:
    """Return a field of the form as a whole number. Raises FieldWrong."""
    value = request.form.get(field, "").replace(",", "").strip()
    if not re.fullmatch(r"-?[0-9]{1,15}", value):
        raise FieldWrong(field=field, value=value[:40])
    return int(value)


def decimal_of(field: str, scale: int) -> int:
    """Return a field as a whole number of 1/scale units: yuan with scale 100 gives fen, kg with 1000 gives grams.

    Raises FieldWrong for what is no number or has more places than the scale.
    """
    value = request.form.get(field, "").replace(",", "").strip()
    try:
        scaled = Decimal(value) * scale
    except InvalidOperation as error:
        raise FieldWrong(field=field, value=value[:40]) from error
    if not scaled.is_finite() or scaled != scaled.to_integral_value() or abs(scaled) > 10**15:
        raise FieldWrong(field=field, value=value[:40])
    return int(scaled)


def fen_of(field: str) -> int:
    """Return a field in yuan as fen. Raises FieldWrong."""
    return decimal_of(field, 100)


def grams_of(field: str) -> int:
    """Return a field in kilograms as grams. Raises FieldWrong."""
    return decimal_of(field, 1000)


def price_of(field: str) -> Decimal:
    """Return a price field, typed in the reader's unit (元/斤, 元/kg, 元/t), in 元/kg. Raises FieldWrong."""
    value = request.form.get(field, "").replace(",", "").strip()
    try:
        per_kg = Decimal(value) * PER_KG[preferences.current().unit]
    except InvalidOperation as error:
        raise FieldWrong(field=field, value=value[:40]) from error
    if not per_kg.is_finite() or per_kg * PRICE_SCALE != (per_kg * PRICE_SCALE).to_integral_value() or per_kg <= 0:
        raise FieldWrong(field=field, value=value[:40])
    return per_kg


def kept_input() -> dict[str, Any]:
    """Return what the form held, to fill it again after an error."""
    return request.form.to_dict()


def may(permission: Permission) -> bool:
    """Tell whether the reader holds a permission, for what a page shows."""
    return actor().may(permission)
