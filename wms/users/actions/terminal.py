"""Taking turns at a shared terminal: by badge, or by name and PIN."""

from uuid import UUID

from sqlalchemy.orm import Session

from wms.kernel import audit
from wms.kernel.clock import Moment
from wms.kernel.database import Database
from wms.users.actions.attempts import spend
from wms.users.actions.records import owner, signed_in, unproved
from wms.users.actions.showing import PinTry, account_of_badge, account_of_pin, badge_text, count_try, pin_fits
from wms.users.errors import NotATerminal, PinLocked, SwitchFailed
from wms.users.queries import access
from wms.users.rules import limits
from wms.users.rules.credentials import PIN_TRIES, kept, new_token
from wms.users.rules.requests import SignedIn, SwitchPersonRequest
from wms.users.tables import Account, SessionRow


def switch_person(database: Database, request: SwitchPersonRequest, *, at: Moment) -> SignedIn:
    """Let another of the store's people act at a shared terminal; the session's secret and CSRF token change.

    A badge's code is enough; a PIN needs the name. A PIN's try is counted and committed before it is looked at, and
    the fifth wrong one locks it. Locks the session and the account.
    Raises SessionOver, NotATerminal, SwitchFailed, PinLocked, TooManyAttempts, Unavailable.
    """
    if request.badge is not None:
        result = database.write(lambda session: _by_badge(session, request, at))
    else:
        result = _by_pin(database, request, at)
    if isinstance(result, SignedIn):
        return result
    raise result


def lock_terminal(session: Session, token: str, *, at: Moment) -> None:
    """Let nobody act at a shared terminal until the next badge or PIN.

    Locks the session. A repeat changes nothing. Raises SessionOver, NotATerminal.
    """
    row = _terminal(session, token, at)
    if row.account_id is not None:
        by = owner(session.get_one(Account, row.account_id))
        audit.record(session, "users.lock_terminal", ("account", by.account_id), by=by, at=at, session_id=row.id)
    row.account_id = None
    session.flush()


def _terminal(session: Session, token: str, at: Moment) -> SessionRow:
    row = access.find_session(session, token, at, lock=True)
    if row.terminal is None:
        raise NotATerminal
    return row


def _by_badge(session: Session, request: SwitchPersonRequest, at: Moment) -> SignedIn | SwitchFailed | PinLocked:
    row = _terminal(session, request.token, at)
    spend(session, limits.SWITCH_AT_TERMINAL, row.id.hex, at=at)
    badge = request.badge or ""
    account = account_of_badge(session, badge)
    if account is None:
        return _failed(session, badge_text(badge), None, row, "badge", at)
    return _switch(session, row, account, "badge", at)


def _by_pin(database: Database, request: SwitchPersonRequest, at: Moment) -> SignedIn | SwitchFailed | PinLocked:
    tried = database.write(lambda session: _try(session, request, at))
    if tried.locked:
        return PinLocked(tries=PIN_TRIES)
    right = pin_fits(tried, request.pin)
    return database.write(lambda session: _after_pin(session, request.token, tried, right, at))


def _try(session: Session, request: SwitchPersonRequest, at: Moment) -> PinTry:
    row = _terminal(session, request.token, at)
    spend(session, limits.SWITCH_AT_TERMINAL, row.id.hex, at=at)
    tried = count_try(session, request.name or "")
    if tried.locked:
        _failed(session, tried.name, tried.account_id, row, "locked PIN", at)
    return tried


def _after_pin(
    session: Session, token: str, tried: PinTry, right: bool, at: Moment
) -> SignedIn | SwitchFailed | PinLocked:
    row = _terminal(session, token, at)
    account = account_of_pin(session, tried) if right else None
    if account is None:
        return _failed(session, tried.name, tried.account_id, row, "PIN", at)
    return _switch(session, row, account, "pin", at)


def _switch(
    session: Session, row: SessionRow, account: Account, how: str, at: Moment
) -> SignedIn | SwitchFailed | PinLocked:
    if not access.usable(session, account, at) or access.party_of(session, account) is not None:
        return _failed(session, account.name, account.id, row, "not in use", at)
    token = new_token()
    before, row.account_id = row.account_id, account.id
    row.token_hash, row.csrf_token, row.seen_at = kept(token), new_token(), at.at
    session.flush()
    opened = signed_in(session, row, account, token, at)
    audit.record(
        session,
        "users.switch_person",
        ("account", account.id),
        by=opened.actor,
        at=at,
        how=how,
        terminal=row.terminal,
        before=before,
    )
    return opened


def _failed(session: Session, who: str, account_id: UUID | None, row: SessionRow, why: str, at: Moment) -> SwitchFailed:
    unproved(session, "users.switch_failed", who, account_id=account_id, at=at, terminal=row.terminal, why=why)
    return SwitchFailed()
