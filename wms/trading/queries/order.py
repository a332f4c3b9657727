"""The same order told in SQL, over the price points rebuilt on save: what a page of a long board is read with.

Every filter and key here has its twin in `rules.ranking` and `queries.snapshot`; a property test holds them equal.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    true,
    type_coerce,
)

from wms.kernel.numbers import PRICE_SCALE
from wms.lots.tables import Lot, LotHold
from wms.trading.queries.listings import OPEN
from wms.trading.queries.snapshot import Asking
from wms.trading.rules.conditions import PriceState, Scope
from wms.trading.rules.points import ANY_SERVICE
from wms.trading.rules.ranking import KEYS, PRESS_ORDER, Policy, Press, StorageFirst
from wms.trading.rules.terms import Spec, Terms, size_number
from wms.trading.tables import Listing, PricePoint

Number = ColumnElement[int]
Truth = ColumnElement[bool]


def order_of(asking: Asking, on: date) -> Subquery:
    """Return the eligible listings for an audience with the columns of the key, not yet sorted."""
    pledge = _pledges()
    fit = _fit(asking.spec, asking.policy)
    tier = _tier(asking.policy, on)
    query = _joined(asking, pledge).where(*_eligible(asking, pledge, on), _permitted(fit, asking.spec))
    keys = {
        "tier": tier,
        "asked": case((PricePoint.price.is_(None), 1), else_=0),
        "fit": fit,
        "band": _band(asking.policy),
        "life": _life(asking.terms, asking.policy),
        "press": _press(pledge, asking.policy, on),
        "since": Listing.since_number,
    }
    columns: list[ColumnElement[Any]] = [value.label(name) for name, value in keys.items()]
    return query.with_only_columns(*columns, Listing.id.label("id")).subquery("ranked")


def key_columns(rows: Subquery) -> list[ColumnElement[Any]]:
    """Return the columns of the key in their order."""
    return [rows.c[name] for name in KEYS]


def _joined(asking: Asking, pledge: Subquery) -> Select[Any]:
    scope, key = _scope(asking)
    terms = asking.terms
    cell = and_(
        PricePoint.listing_id == Listing.id,
        PricePoint.scope == scope,
        PricePoint.scope_key == key,
        PricePoint.payment == terms.payment.value,
        PricePoint.service.in_([terms.service or "", ANY_SERVICE]),
        PricePoint.qty_low <= terms.grams,
        or_(PricePoint.qty_high.is_(None), PricePoint.qty_high > terms.grams),
    )
    return (
        select(Listing.id)
        .select_from(Listing)
        .join(PricePoint, cell)
        .outerjoin(Lot, Lot.id == Listing.lot_id)
        .outerjoin(pledge, pledge.c.lot_id == Listing.lot_id)
    )


def _scope(asking: Asking) -> tuple[ColumnElement[str], ColumnElement[str]]:
    """The narrowest scope a listing has points for, and its key."""
    scopes: list[tuple[Truth, ColumnElement[str]]] = []
    names: list[tuple[Truth, ColumnElement[str]]] = []
    other = PricePoint.__table__.alias("scope_point")
    for scope, key in asking.audience.keys[:-1]:
        has = exists(
            select(literal(1)).where(
                other.c.listing_id == Listing.id, other.c.scope == scope.value, other.c.scope_key == key
            )
        ).correlate(Listing)
        scopes.append((has, literal(scope.value)))
        names.append((has, literal(key)))
    if not scopes:
        return literal(Scope.PUBLIC.value), literal("")
    return case(*scopes, else_=Scope.PUBLIC.value), case(*names, else_="")


def _eligible(asking: Asking, pledge: Subquery, on: date) -> list[Truth]:
    terms, spec = asking.terms, asking.spec
    lead = (terms.pickup_on - on).days
    deadline = func.coalesce(Lot.deadline_on, Listing.deadline_on)
    units = _units_open()
    conditions = [
        Listing.state == OPEN,
        PricePoint.lead_low <= lead,
        or_(PricePoint.lead_high.is_(None), PricePoint.lead_high > lead),
        PricePoint.state != PriceState.NOT_AVAILABLE.value,
        or_(PricePoint.price.is_(None), pledge.c.floor.is_(None), _ten_thousandths() >= pledge.c.floor),
        or_(Lot.id.is_(None), and_(Lot.owner_id == Listing.seller_id, Lot.quarantine_units == 0)),
        units >= Listing.min_take_units,
        units > 0,
        or_(deadline.is_(None), deadline >= terms.pickup_on + timedelta(days=spec.min_life_days)),
        _in_store() if spec.in_store_only else true(),
    ]
    if spec.min_grams:
        conditions.append(_grams_open(units) >= spec.min_grams)
    return conditions + _strict(spec)


def _strict(spec: Spec) -> list[Truth]:
    names = ("variety", "bagging", "owner_class", "storage_type", "origin")
    return [getattr(Listing, name) == getattr(spec, name) for name in names if getattr(spec, name) is not None]


def _units_open() -> Number:
    offered = Listing.units_offered - Listing.units_taken
    free = Lot.units_on_hand - Lot.sale_units - Lot.exit_units
    return case((Lot.id.is_(None), offered), (offered < free, offered), else_=free)


def _grams_open(units: Number) -> Number:
    """The units' share of the grams on hand, half up in whole grams."""
    stored = (2 * Lot.grams_on_hand * units + Lot.units_on_hand) // (2 * Lot.units_on_hand)
    return case((Lot.id.is_(None), units * Listing.grams_per_unit), else_=stored)


def _in_store() -> Truth:
    return and_(Lot.id.is_not(None), Lot.units_on_hand > 0, Lot.units_placed + Lot.units_staged == Lot.units_on_hand)


def _tier(policy: Policy, on: date) -> Number:
    if policy.storage_first is StorageFirst.OFF:
        return literal(0)
    weighed = and_(_in_store(), Lot.weighed_by_instrument)
    fresh = Lot.inspected_on >= on - timedelta(days=policy.inspection_days)
    arriving = and_(
        Lot.id.is_(None),
        Listing.arrival_deposit_paid,
        Listing.arrival_due_on.between(on, on + timedelta(days=policy.arrival_days)),
    )
    return case((and_(weighed, fresh), 0), (weighed, 1), (arriving, 2), else_=3)


def _fit(spec: Spec, policy: Policy) -> Number:
    better = policy.grades[: policy.grades.index(spec.grade)] if spec.grade in policy.grades else ()
    asked_size = size_number(spec.size)
    bigger = false() if asked_size is None else Listing.size_number > asked_size
    fits = [
        _one_fit(Listing.grade, spec.grade, Listing.grade.in_(better)),
        _one_fit(Listing.size, spec.size, bigger),
        _one_fit(Listing.colour_pattern, spec.colour_pattern, false()),
    ]
    given = [fit for fit in fits if fit is not None]
    if not given:
        return literal(0)
    return case((or_(*[fit == 2 for fit in given]), 2), (or_(*[fit == 1 for fit in given]), 1), else_=0)


def _one_fit(column: ColumnElement[str] | Any, asked: str | None, better: Truth) -> Number | None:
    return None if asked is None else case((column == asked, 0), (better, 1), else_=2)


def _permitted(fit: Number, spec: Spec) -> Truth:
    return true() if spec.substitutes else fit < 2


def _ten_thousandths() -> Number:
    return type_coerce(PricePoint.price, BigInteger)


def _band(policy: Policy) -> Number:
    width = int(policy.band * PRICE_SCALE)
    return case((PricePoint.price.is_(None), 0), else_=_ten_thousandths() // width)


def _life(terms: Terms, policy: Policy) -> Number:
    deadline = func.coalesce(Lot.deadline_on, Listing.deadline_on)
    classes = [
        (deadline <= terms.pickup_on + timedelta(days=bound), place) for place, bound in enumerate(policy.life_days)
    ]
    return case(*classes, else_=len(policy.life_days))


def _pledges() -> Subquery:
    """Of each lot's open pledges: the most severe stage as a place in the key, the earliest due day, the top floor."""
    places: Mapping[str, int] = {press.value: place for place, press in enumerate(PRESS_ORDER)}
    place = case(
        (LotHold.enforced, places[Press.ENFORCED.value]),
        *[(LotHold.stage == stage, number) for stage, number in places.items()],
        else_=places[Press.NONE.value],
    )
    return (
        select(
            LotHold.lot_id.label("lot_id"),
            func.min(place).label("place"),
            func.min(LotHold.due_on).label("due_on"),
            func.max(type_coerce(LotHold.release_floor, BigInteger)).label("floor"),
        )
        .where(LotHold.reason == "pledge", LotHold.units_left > 0)
        .group_by(LotHold.lot_id)
        .subquery("pledge")
    )


def _press(pledge: Subquery, policy: Policy, on: date) -> Number:
    pledged, due = PRESS_ORDER.index(Press.PLEDGED), PRESS_ORDER.index(Press.DUE)
    soon = pledge.c.due_on <= on + timedelta(days=policy.press_due_days)
    return case(
        (pledge.c.place.is_(None), PRESS_ORDER.index(Press.NONE)),
        (and_(pledge.c.place == pledged, soon), due),
        else_=pledge.c.place,
    )
