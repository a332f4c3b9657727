"""The blueprint every page of the board hangs on, and what they share: the terms a price is for, and who speaks."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from flask import render_template, request
from sqlalchemy.orm import Session

from wms import ledger, parties, trading
from wms.delivery.house import house
from wms.delivery.identity import actor, now
from wms.kernel.actor import Actor, Permission
from wms.kernel.errors import Invalid, Refused, WmsError
from wms.web import goods
from wms.web.deadlines import until_words
from wms.web.deal_words import DEAL, EVENT, RFQ
from wms.web.format import fixed
from wms.web.pages import may, workplace

GRAMS_PER_TONNE = 1_000_000
MOST_TONNES = 10_000
FILTERS = ("variety", "size", "grade", "colour_pattern", "bagging", "storage_type", "origin")

blueprint = workplace("board", __name__, any_of=(Permission.SEE_BOARD,))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the reader's prices are for, and what he looks for: the address of every page of the board carries it."""

    terms: trading.Terms
    spec: trading.Spec
    filters: dict[str, str]

    @property
    def tonnes(self) -> str:
        """The quantity as it is typed."""
        return f"{(Decimal(self.terms.grams) / GRAMS_PER_TONNE).normalize():f}"

    @property
    def kept(self) -> dict[str, str]:
        """The terms and filters as parts of an address."""
        return {
            "tonnes": self.tonnes, "payment": self.terms.payment.value, "on": self.terms.pickup_on.isoformat(),
            **{name: value for name, value in self.filters.items() if value},
        }  # fmt: skip


def wanted_from(session: Session) -> Wanted:
    """Return the terms and filters of an address; what is missing or unreadable takes the board's reference terms."""
    policy = trading.policy_at(session, now().at)
    filters = {name: request.args.get(name, "") for name in FILTERS}
    only_here = request.args.get("here", "")
    asked = {name: value or None for name, value in filters.items()}
    spec = trading.Spec(
        asked["variety"], asked["grade"], asked["size"], asked["colour_pattern"], asked["bagging"], None,
        asked["storage_type"], asked["origin"], in_store_only=only_here == "yes", substitutes=False,
    )  # fmt: skip
    terms = trading.Terms(
        _grams(request.args.get("tonnes", ""), policy.reference_grams), _payment(request.args.get("payment", "")),
        _day(request.args.get("on", ""), now().on + timedelta(days=policy.reference_lead_days)),
    )  # fmt: skip
    return Wanted(terms, spec, filters | {"here": only_here})


def page(template: str, status: int = 200, **values: Any) -> tuple[str, int]:
    """Return a page of the board with its status."""
    shared: dict[str, Any] = {
        "typed": request.form, "at": now(), "until_words": _until, "goods": goods, "deal_words": DEAL,
        "event_words": EVENT, "rfq_words": RFQ, "me": actor(), "may_ask": may(Permission.ASK_QUOTE),
        "speaks_for_others": speaks_for_others(), "thousandths": _thousandths,
    }  # fmt: skip
    return render_template(f"board/{template}.html", **(shared | values)), status


def status_of(error: WmsError) -> int:
    """Return the status of a form that comes back with an error; what is not a form's fault is raised."""
    if isinstance(error, Invalid):
        return 422
    if isinstance(error, Refused):
        return 409
    raise error


def speaks_for_others() -> bool:
    """Tell whether the reader runs the board: he speaks for who has consented on the phone."""
    return actor().party_id is None and may(Permission.RUN_BOARD)


def consent_of_form() -> trading.Consent | None:
    """Return the phone consent that a form says, for who speaks for others."""
    if not speaks_for_others():
        return None
    return trading.Consent(request.form.get("caller", "")[:80], request.form.get("phone", "")[:40])


def wallet_of(session: Session, by: Actor, party_id: Any) -> int | None:
    """Return what is free in a buyer's wallet in fen, to the buyer and to those who see the books; None to others."""
    if by.party_id != party_id and not by.may(Permission.SEE_BOOKS):
        return None
    return ledger.available(session, f"L:BuyerWallet:{parties.get_party(session, party_id).code}")


def _until(until: datetime) -> str:
    return until_words(until, now(), house().config.site.timezone)


def _thousandths(value: int) -> str:
    return fixed(Fraction(value, 1000), 1)


def _grams(text: str, otherwise: int) -> int:
    try:
        tonnes = Decimal(text.replace(",", "").strip())
    except InvalidOperation:
        return otherwise
    return int(tonnes * GRAMS_PER_TONNE) if tonnes.is_finite() and 0 < tonnes <= MOST_TONNES else otherwise


def _payment(text: str) -> trading.Payment:
    return trading.Payment(text) if text in set(trading.Payment) else trading.Payment.FULL


def _day(text: str, otherwise: date) -> date:
    try:
        wanted = date.fromisoformat(text)
    except ValueError:
        return otherwise
    return wanted if wanted >= now().on else otherwise
