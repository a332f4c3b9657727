"""The blueprint every page of the portal hangs on, and what they share."""

from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from flask import render_template, request

from wms.delivery.house import house
from wms.delivery.identity import now
from wms.kernel.actor import Permission
from wms.kernel.errors import Invalid, Refused, WmsError
from wms.web.deadlines import until_words
from wms.web.deal_words import DEAL
from wms.web.format import fixed
from wms.web.pages import workplace
from wms.web.portal import words

OWNERS = (Permission.ANSWER_QUOTE, Permission.ASK_ADVANCE)

blueprint = workplace("portal", __name__, any_of=OWNERS)


def page(template: str, status: int = 200, **values: Any) -> tuple[str, int]:
    """Return a page of the portal with its status."""
    shared: dict[str, Any] = {
        "words": words, "deal_words": DEAL, "typed": request.form, "at": now(), "until_words": _until, "yuan": _yuan,
        "thousandths": _thousandths,
        "rate": _rate,
    }  # fmt: skip
    return render_template(f"portal/{template}.html", **(shared | values)), status


def _until(until: datetime) -> str:
    return until_words(until, now(), house().config.site.timezone)


def _yuan(nanoyuan: int) -> str:
    """An exact amount, to a hundredth of a fen: charges are rounded once, in the sum."""
    return fixed(Fraction(nanoyuan, 10**9), 4, at_least=2)


def _rate(rate: Decimal) -> str:
    """A rate as the tariff has it, without the zeros behind."""
    return f"{rate.normalize():f}"


def _thousandths(value: int) -> str:
    return fixed(Fraction(value, 1000), 1)


def status_of(error: WmsError) -> int:
    """Return the status of a form that comes back with an error; what is not a form's fault is raised."""
    if isinstance(error, Invalid):
        return 422
    if isinstance(error, Refused):
        return 409
    raise error
