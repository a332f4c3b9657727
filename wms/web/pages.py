"""What every page builder needs: who may open a workplace, what a form said, and a form that keeps its input."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import StrEnum
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
from wms.web import preferences, typed
from wms.web.format import PriceUnit
from wms.web.sentences import sentence_of

T = TypeVar("T")
Option = TypeVar("Option", bound=StrEnum)
MOST_WHOLE = 999_999_999  # what every column of whole numbers holds
MOST_PER_KG = 100_000
PER_KG = {PriceUnit.JIN: Decimal(2), PriceUnit.KG: Decimal(1), PriceUnit.TONNE: Decimal("0.001")}


class FieldWrong(Invalid):
    """A field of a form cannot be read."""

    code = "field_wrong"
    en = "{field} is not right: {value}."
    zh = "{field}填写有误: {value}。"


class FieldMissing(FieldWrong):
    """A field that is needed is empty."""

    code = "field_missing"
    en = "Fill in: {field}."
    zh = "请填写: {field}。"


class FieldTooLong(FieldWrong):
    """A field holds more than it may."""

    code = "field_too_long"
    en = "{field} is too long: {most} signs at most."
    zh = "{field}太长: 最多 {most} 字。"


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


def said(error: WmsError, label: str = "") -> str:
    """Return an error's sentence in the reader's language; of a field by its `label` or its usual words."""
    if type(error) is FieldWrong and not error.values.get("value"):
        error = FieldMissing(field=error.values["field"])
    return sentence_of(error, label)


def choice_of(field: str, options: type[Option]) -> Option:
    """Return a field as one of its options. Raises FieldWrong."""
    value = request.form.get(field, "").strip()
    try:
        return options(value)
    except ValueError as error:
        raise FieldWrong(field=field, value=value[:40]) from error


def done(message: str, url: str) -> Response:
    """Say that something was done, on the page that follows."""
    flash(message, "ok")
    return redirect(url, code=303)


def text_of(field: str, *, most: int = 200, needed: bool = True) -> str:
    """Return a field of the form as text. Raises FieldWrong if it is empty though needed, or too long."""
    value = request.form.get(field, "").strip()
    if needed and not value:
        raise FieldMissing(field=field)
    if len(value) > most:
        raise FieldTooLong(field=field, most=most)
    return value


def uuid_of(field: str) -> UUID:
    """Return a field of the form as a UUID. Raises FieldWrong."""
    value = request.form.get(field, "")
    if not value.strip():
        raise FieldMissing(field=field)
    try:
        return UUID(value)
    except ValueError as error:
        raise FieldWrong(field=field, value=value[:40]) from error


def whole_of(field: str) -> int:
    """Return a field of the form as a whole number. Raises FieldWrong."""
    return whole(request.form.get(field, ""), field)


def whole(text: str, field: str) -> int:
    """Return typed text as a whole number, "12 件" among them. Raises FieldWrong."""
    found = _number(text, field, typed.PIECES)
    if found != found.to_integral_value() or abs(found) > MOST_WHOLE:
        raise FieldWrong(field=field, value=text[:40])
    return int(found)


def decimal_of(field: str, scale: int, units: Mapping[str, Decimal] = typed.NOTHING) -> int:
    """Return a field as a whole number of 1/scale units: yuan with scale 100 gives fen, kg with 1000 gives grams.

    Raises FieldWrong for what is no number or has more places than the scale.
    """
    return scaled(request.form.get(field, ""), field, scale, units)


def scaled(text: str, field: str, scale: int, units: Mapping[str, Decimal] = typed.NOTHING) -> int:
    """Return typed text as `decimal_of` does a field. Raises FieldWrong."""
    found = _number(text, field, units) * scale
    if found != found.to_integral_value() or abs(found) > 10**15:
        raise FieldWrong(field=field, value=text[:40])
    return int(found)


def _number(text: str, field: str, units: Mapping[str, Decimal], own: Decimal = typed.ONE) -> Decimal:
    if not text.strip():
        raise FieldMissing(field=field)
    found = typed.number(text, units, own)
    if found is None:
        raise FieldWrong(field=field, value=text.strip()[:40])
    return found


def fen_of(field: str) -> int:
    """Return a field in yuan as fen, "1.2 万元" among them. Raises FieldWrong."""
    return decimal_of(field, 100, typed.YUAN)


def grams_of(field: str) -> int:
    """Return a field in kilograms as grams, "3 吨" and "500 斤" among them. Raises FieldWrong."""
    return decimal_of(field, 1000, typed.KILOGRAMS)


def price_of(field: str) -> Decimal:
    """Return a price field in 元/kg: in the unit written behind it (元/斤, 元/kg, 元/t), else in the reader's own.

    Raises FieldWrong.
    """
    text = request.form.get(field, "")
    own = PER_KG[preferences.current().unit]
    per_kg = _number(text, field, {**typed.PER_KG, **dict.fromkeys(("元", "块", "yuan"), own)}, own)
    if per_kg * PRICE_SCALE != (per_kg * PRICE_SCALE).to_integral_value() or not 0 < per_kg < MOST_PER_KG:
        raise FieldWrong(field=field, value=text.strip()[:40])
    return per_kg


def kept_input() -> dict[str, Any]:
    """Return what the form held, to fill it again after an error."""
    return request.form.to_dict()


def may(permission: Permission) -> bool:
    """Tell whether the reader holds a permission, for what a page shows."""
    return actor().may(permission)
