"""Taking turns at a shared terminal: by badge, or by name and PIN."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.kernel import audit
from wms.kernel.clock import Moment
from wms.kernel.database import Database
from wms.users.actions.attempts import spend
from wms.users.actions.hashing import fits
from wms.users.actions.records import ANONYMOUS, failure, signed_in
from wms.users.errors import NotATerminal, PinLocked, SwitchFailed
from wms.users.queries import access
from wms.users.rules import limits
from wms.users.rules.credentials import PIN_TRIES, kept, new_token, pin_material
from wms.users.rules.requests import SignedIn, SwitchPersonRequest
from wms.users.tables import Account, Badge, SessionRow


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
        audit.record(
            session, "users.lock_terminal", ("account", row.account_id), by=ANONYMOUS, at=at, session_id=row.id
        )
    row.account_id = None
    session.flush()


def _terminal(session: Session, token: str, at: Moment) -> SessionRow:
    row = access.find_session(session, token, at, lock=True)
    if row.terminal is None:
        raise NotATerminal
    return row


def _by_badge(session: Session, request: SwitchPersonRequest, at: Moment) -> SignedIn | Exception:
    row = _terminal(session, request.token, at)
    spend(session, limits.SWITCH_AT_TERMINAL, row.id.hex, at=at)
    code = (request.badge or "").strip().upper()
    query = select(Badge.account_id).where(Badge.code_hash == kept(code), Badge.revoked_at.is_(None))
    account_id = session.scalar(query)
    if account_id is None:
        return _failed(session, code, None, row, "badge", at)
    return _switch(session, row, account_id, "badge", at)


def _by_pin(database: Database, request: SwitchPersonRequest, at: Moment) -> SignedIn | Exception:
    name = (request.name or "").strip().lower()
    reserved = database.write(lambda session: _reserve(session, request.token, name, at))
    if isinstance(reserved, PinLocked):
        return reserved
    account_id, pin_hash = reserved
    material = "" if account_id is None else pin_material(account_id, request.pin or "")
    right = fits(material, pin_hash) and account_id is not None
    return database.write(
        lambda session: _after_pin(session, request.token, (name, account_id, pin_hash if right else None), at)
    )


def _reserve(session: Session, token: str, name: str, at: Moment) -> tuple[UUID | None, str | None] | PinLocked:
    """Count the try, and return whose PIN is to be looked at."""
    row = _terminal(session, token, at)
    spend(session, limits.SWITCH_AT_TERMINAL, row.id.hex, at=at)
    query = select(Account).where(Account.name == name).with_for_update().execution_options(populate_existing=True)
    account = session.scalar(query)
    if account is None or account.pin_hash is None:
        return None, None
    if account.pin_failures >= PIN_TRIES:
        _failed(session, name, account.id, row, "locked PIN", at)
        return PinLocked(tries=PIN_TRIES)
    account.pin_failures += 1
    session.flush()
    return account.id, account.pin_hash


def _after_pin(
    session: Session, token: str, proof: tuple[str, UUID | None, str | None], at: Moment
) -> SignedIn | Exception:
    """Switch when the PIN was right and is still the account's; its hash stands for that."""
    name, account_id, pin_hash = proof
    row = _terminal(session, token, at)
    if account_id is None or pin_hash is None:
        return _failed(session, name, account_id, row, "PIN", at)
    account = session.get_one(Account, account_id, with_for_update=True, populate_existing=True)
    if account.pin_hash != pin_hash:
        return _failed(session, name, account_id, row, "PIN", at)
    account.pin_failures = 0
    return _switch(session, row, account_id, "pin", at)


def _switch(session: Session, row: SessionRow, account_id: UUID, how: str, at: Moment) -> SignedIn | Exception:
    account = session.get_one(Account, account_id)
    if not access.usable(session, account, at) or access.party_of(session, account) is not None:
        return _failed(session, account.name, account_id, row, "not in use", at)
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
    failure(session, "users.switch_failed", who, account_id=account_id, at=at, terminal=row.terminal, why=why)
    return SwitchFailed()
