"""Signing in with a password, and out. The slow hash is computed between two transactions."""

from dataclasses import dataclass, field
from uuid import UUID

import pyotp
from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.kernel import audit
from wms.kernel.clock import Moment
from wms.kernel.database import Database
from wms.users.actions.attempts import refund, spend
from wms.users.actions.hashing import fits
from wms.users.actions.records import open_session, owner, unproved
from wms.users.errors import FieldInvalid, SecondFactorNeeded, SessionOver, SignInFailed, TerminalNotAllowed
from wms.users.queries import access
from wms.users.rules import limits
from wms.users.rules.credentials import PASSWORD_LONGEST, same
from wms.users.rules.requests import SignedIn, SignInRequest
from wms.users.tables import Account, SessionRow


@dataclass(frozen=True, slots=True)
class _Known:
    """What the first transaction found."""

    account_id: UUID | None
    password_hash: str | None = field(repr=False)


def sign_in(
    database: Database, request: SignInRequest, *, at: Moment, lifetimes: limits.Lifetimes = limits.LIFETIMES
) -> SignedIn:
    """Open a session by name and password; with `terminal`, a shared terminal's, where people then take turns.

    Attempts are counted and committed before the password is looked at, by name and by address. A wrong name takes
    as long as a wrong password and says the same. Not repeated: each call opens a session.
    Raises SignInFailed, SecondFactorNeeded, TerminalNotAllowed, TooManyAttempts, FieldInvalid, Unavailable.
    """
    name = request.name.strip().lower()
    if request.terminal is not None and not 0 < len(request.terminal.strip()) <= 40:
        raise FieldInvalid(field="terminal")
    known = database.write(lambda session: _reserve(session, name, request.address, at))
    right = len(request.password) <= PASSWORD_LONGEST and fits(request.password, known.password_hash)
    if not right:
        database.write(lambda session: _failed(session, name, known.account_id, request, "password", at))
        raise SignInFailed
    result = database.write(lambda session: _finish(session, name, known, request, at, lifetimes))
    if isinstance(result, SignedIn):
        return result
    raise result


def sign_out(session: Session, token: str, *, at: Moment) -> None:
    """End a session; a token that is no session's changes nothing."""
    try:
        row = access.find_session(session, token, at, lock=True)
    except SessionOver:
        return
    row.ended_at = at.at
    session.flush()
    account = session.get_one(Account, row.account_id or row.opened_by)
    audit.record(session, "users.sign_out", ("account", account.id), by=owner(account), at=at, session_id=row.id)


def touch_session(session: Session, session_id: UUID, *, at: Moment) -> None:
    """Note that a session is in use; the delivery layer calls it when the facts ask for it."""
    row = session.get(SessionRow, session_id, with_for_update=True, populate_existing=True)
    if row is not None and row.ended_at is None and row.seen_at < at.at:
        row.seen_at = at.at
        session.flush()


def totp_step(account: Account, code: str, at: Moment) -> int | None:
    """Return the 30-second step a one-time code belongs to, if it is right and newer than the last one used."""
    if account.totp_seed is None or not (len(code) == 6 and code.isdecimal() and code.isascii()):
        return None
    now = int(at.at.timestamp()) // limits.TOTP_STEP_S
    maker = pyotp.TOTP(account.totp_seed)
    for step in (now - 1, now, now + 1):  # RFC 6238, 5.2: one step either way for clocks and slow fingers
        if same(maker.generate_otp(step), code) and step > (account.totp_step or 0):
            return step
    return None


def _reserve(session: Session, name: str, address: str, at: Moment) -> _Known:
    for limit, who in _limits(name, address):
        spend(session, limit, who, at=at)
    account = session.scalar(select(Account).where(Account.name == name))
    return _Known(None, None) if account is None else _Known(account.id, account.password_hash)


def _limits(name: str, address: str) -> tuple[tuple[limits.Limit, str], ...]:
    return (
        (limits.PASSWORD_BY_ADDRESS, address),
        (limits.PASSWORD_BY_NAME, name),
        (limits.PASSWORD_BY_NAME_HERE, f"{name} {address}"),
    )


def _failed(session: Session, name: str, account_id: UUID | None, request: SignInRequest, why: str, at: Moment) -> None:
    unproved(session, "users.sign_in_failed", name, account_id=account_id, at=at, address=request.address, why=why)


def _finish(
    session: Session, name: str, known: _Known, request: SignInRequest, at: Moment, lifetimes: limits.Lifetimes
) -> SignedIn | Exception:
    """Open the session, or return what to raise once the failure is committed."""
    query = select(Account).where(Account.id == known.account_id).with_for_update()
    account = session.scalar(query.execution_options(populate_existing=True))
    if account is None or account.password_hash != known.password_hash or not access.usable(session, account, at):
        _failed(session, name, known.account_id, request, "not in use", at)
        return SignInFailed()
    if account.totp_step is not None:
        if request.totp is None:
            return SecondFactorNeeded()
        spend(session, limits.TOTP_BY_ACCOUNT, account.id.hex, at=at)
        step = totp_step(account, request.totp, at)
        if step is None:
            _failed(session, name, account.id, request, "one-time code", at)
            return SignInFailed()
        refund(session, limits.TOTP_BY_ACCOUNT, account.id.hex)
        account.totp_step = step
    if request.terminal is not None and access.party_of(session, account) is not None:
        return TerminalNotAllowed()
    for limit, who in _limits(name, request.address):
        refund(session, limit, who)
    return _opened(session, account, request, at, lifetimes)


def _opened(
    session: Session, account: Account, request: SignInRequest, at: Moment, lifetimes: limits.Lifetimes
) -> SignedIn:
    if request.terminal is None:
        opened = open_session(session, account, idle=lifetimes.desk_idle, life=lifetimes.desk, at=at)
    else:
        opened = open_session(
            session,
            account,
            idle=lifetimes.terminal_idle,
            life=lifetimes.terminal,
            at=at,
            terminal=request.terminal.strip(),
        )
    audit.record(
        session,
        "users.sign_in",
        ("account", account.id),
        by=opened.actor,
        at=at,
        how="password",
        address=request.address,
        terminal=request.terminal,
    )
    return opened
