"""A second person shows themselves for one deed, by badge or by name and PIN, without taking the terminal over."""

from uuid import UUID

from sqlalchemy.orm import Session

from wms.kernel import audit
from wms.kernel.actor import Actor
from wms.kernel.clock import Moment
from wms.kernel.database import Database
from wms.users.actions.attempts import spend
from wms.users.actions.records import unproved
from wms.users.actions.showing import PinTry, account_of_badge, account_of_pin, badge_text, count_try, pin_fits
from wms.users.errors import PinLocked, SwitchFailed
from wms.users.queries import access
from wms.users.rules import limits
from wms.users.rules.credentials import PIN_TRIES
from wms.users.rules.requests import WitnessRequest
from wms.users.tables import Account


def confirm_witness(database: Database, request: WitnessRequest, *, by: Actor, at: Moment) -> Actor:
    """Return the actor of the person who showed a badge, or a name with its PIN, beside `by`; nobody is switched.

    Tries are counted for whoever asks, and a PIN's before it is looked at; the fifth wrong one locks it. Locks the
    account. Not repeated: each call is one showing. Raises SwitchFailed, PinLocked, TooManyAttempts, Unavailable.
    """
    if request.badge is not None:
        badge = request.badge
        result = database.write(lambda session: _by_badge(session, badge, by, at))
    else:
        result = _by_pin(database, request, by, at)
    if isinstance(result, Actor):
        return result
    raise result


def _by_badge(session: Session, badge: str, by: Actor, at: Moment) -> Actor | SwitchFailed | PinLocked:
    spend(session, limits.WITNESS_BY_ASKER, by.account_id.hex, at=at)
    account = account_of_badge(session, badge)
    if account is None:
        return _failed(session, badge_text(badge), None, "badge", at)
    return _shown(session, account, "badge", by, at)


def _by_pin(database: Database, request: WitnessRequest, by: Actor, at: Moment) -> Actor | SwitchFailed | PinLocked:
    tried = database.write(lambda session: _try(session, request.name or "", by, at))
    if tried.locked:
        return PinLocked(tries=PIN_TRIES)
    right = pin_fits(tried, request.pin)
    return database.write(lambda session: _after_pin(session, tried, right, by, at))


def _try(session: Session, name: str, by: Actor, at: Moment) -> PinTry:
    spend(session, limits.WITNESS_BY_ASKER, by.account_id.hex, at=at)
    tried = count_try(session, name)
    if tried.locked:
        _failed(session, tried.name, tried.account_id, "locked PIN", at)
    return tried


def _after_pin(session: Session, tried: PinTry, right: bool, by: Actor, at: Moment) -> Actor | SwitchFailed:
    account = account_of_pin(session, tried) if right else None
    if account is None:
        return _failed(session, tried.name, tried.account_id, "PIN", at)
    return _shown(session, account, "pin", by, at)


def _shown(session: Session, account: Account, how: str, by: Actor, at: Moment) -> Actor | SwitchFailed:
    if not access.usable(session, account, at) or access.party_of(session, account) is not None:
        return _failed(session, account.name, account.id, "not in use", at)
    audit.record(session, "users.confirm_witness", ("account", account.id), by=by, at=at, how=how)
    return access.actor_of(session, account, None)


def _failed(session: Session, who: str, account_id: UUID | None, why: str, at: Moment) -> SwitchFailed:
    unproved(session, "users.witness_failed", who, account_id=account_id, at=at, why=why)
    return SwitchFailed()
