"""Passwords, invitations, PINs, badges and authenticators of humans."""

from dataclasses import asdict
from uuid import UUID

import pyotp
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from wms import parties
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.database import Database
from wms.users.actions.attempts import spend
from wms.users.actions.hashing import fits, hashed
from wms.users.actions.records import end_sessions, owner
from wms.users.actions.sign_in import totp_step
from wms.users.errors import (
    AccountClosed,
    CredentialNotFound,
    CredentialRevoked,
    InvitationInvalid,
    NotOwnAccount,
    SecondFactorRefused,
    SignInFailed,
)
from wms.users.queries import accounts
from wms.users.rules import limits
from wms.users.rules.credentials import check_password, check_pin, kept, new_badge, new_token, pin_material
from wms.users.rules.requests import (
    AcceptInvitationRequest,
    AccountRequest,
    CredentialRequest,
    Issued,
    SetPasswordRequest,
    SetPinRequest,
)
from wms.users.tables import Account, Badge, Invitation


def invite(session: Session, request: AccountRequest, *, by: Actor, at: Moment) -> Issued:
    """Return the secret of a link with which an account's human chooses a password, once, within 72 hours.

    Earlier invitations stop working; a present password works until the new one is chosen. Locks the account. A
    repeat returns no secret. Raises Forbidden, AccountNotFound, AccountClosed, NotOwnAccount, RequestIdReused.
    """
    by.must(Permission.MANAGE_USERS)
    if not idempotency.claim(session, request.id, "users.invite", asdict(request), by=by, at=at):
        return Issued(request.id, None)
    account = _human(session, request.account_id)
    old = (Invitation.account_id == account.id, Invitation.used_at.is_(None))
    session.execute(update(Invitation).where(*old).values(used_at=at.at))
    token = new_token()
    session.add(
        Invitation(
            id=request.id,
            account_id=account.id,
            token_hash=kept(token),
            made_at=at.at,
            expires_at=at.at + limits.INVITATION_LIFE,
            used_at=None,
        )
    )
    session.flush()
    audit.record(session, "users.invite", ("account", account.id), by=by, at=at)
    return Issued(request.id, token)


def accept_invitation(database: Database, request: AcceptInvitationRequest, *, at: Moment) -> UUID:
    """Set an account's password with the secret of an invitation, and return the account's id; its sessions end.

    Hashes between two transactions; the second locks the invitation, which works once. A repeat is refused.
    Raises InvitationInvalid, PasswordWeak, Unavailable.
    """
    names = database.read(lambda session: _invited(session, request, at))
    check_password(request.password, names)
    password_hash = hashed(request.password)
    return database.write(lambda session: _accept(session, request, password_hash, at))


def set_password(database: Database, request: SetPasswordRequest, *, by: Actor, at: Moment) -> None:
    """Set one's own password, with the current one; all one's sessions end.

    Hashes between two transactions. A repeat changes nothing. Raises SignInFailed when the current one is wrong,
    AccountNotFound, PasswordWeak, TooManyAttempts, RequestIdReused, Unavailable.
    """
    content = {"account": by.account_id}
    if _done(database, request.id):
        database.write(
            lambda session: idempotency.claim(session, request.id, "users.set_password", content, by=by, at=at)
        )
        return
    account = _proved(database, by, request.current, at)
    check_password(request.password, (account.name, by.name))
    password_hash = hashed(request.password)

    def store(session: Session) -> None:
        if not idempotency.claim(session, request.id, "users.set_password", content, by=by, at=at):
            return
        row = _same_password(session, account)
        row.password_hash = password_hash
        session.flush()
        end_sessions(session, row.id, at=at)
        audit.record(session, "users.set_password", ("account", row.id), by=by, at=at)

    database.write(store)


def set_pin(database: Database, request: SetPinRequest, *, by: Actor, at: Moment) -> None:
    """Set one's own PIN for shared terminals, with one's password; this also unlocks it.

    Hashes between two transactions. A repeat changes nothing. Raises SignInFailed when the password is wrong, PinWeak,
    AccountNotFound, TooManyAttempts, RequestIdReused, Unavailable.
    """
    check_pin(request.pin)
    content = {"account": by.account_id}
    if _done(database, request.id):
        database.write(lambda session: idempotency.claim(session, request.id, "users.set_pin", content, by=by, at=at))
        return
    account = _proved(database, by, request.password, at)
    pin_hash = hashed(pin_material(account.id, request.pin))

    def store(session: Session) -> None:
        if not idempotency.claim(session, request.id, "users.set_pin", content, by=by, at=at):
            return
        row = _same_password(session, account)
        row.pin_hash, row.pin_failures = pin_hash, 0
        session.flush()
        audit.record(session, "users.set_pin", ("account", row.id), by=by, at=at)

    database.write(store)


def unlock_pin(session: Session, request: AccountRequest, *, by: Actor, at: Moment) -> None:
    """Let an account's PIN be tried again after too many wrong ones.

    Locks the account. A repeat changes nothing. Raises Forbidden, AccountNotFound, AccountClosed, RequestIdReused.
    """
    by.must(Permission.MANAGE_USERS)
    if not idempotency.claim(session, request.id, "users.unlock_pin", asdict(request), by=by, at=at):
        return
    account = _human(session, request.account_id)
    account.pin_failures = 0
    session.flush()
    audit.record(session, "users.unlock_pin", ("account", account.id), by=by, at=at)


def issue_badge(session: Session, request: AccountRequest, *, by: Actor, at: Moment) -> Issued:
    """Issue a badge to an account and return the text of its barcode, which is not kept.

    Earlier badges of the account stop working. Locks the account. A repeat returns no text.
    Raises Forbidden, AccountNotFound, AccountClosed, NotOwnAccount, RequestIdReused.
    """
    by.must(Permission.MANAGE_USERS)
    if not idempotency.claim(session, request.id, "users.issue_badge", asdict(request), by=by, at=at):
        return Issued(request.id, None)
    account = _human(session, request.account_id)
    live = (Badge.account_id == account.id, Badge.revoked_at.is_(None))
    session.execute(update(Badge).where(*live).values(revoked_at=at.at))
    code = new_badge()
    session.add(Badge(id=request.id, account_id=account.id, code_hash=kept(code), issued_at=at.at, revoked_at=None))
    session.flush()
    audit.record(session, "users.issue_badge", ("account", account.id), by=by, at=at, badge=request.id)
    return Issued(request.id, code)


def revoke_badge(session: Session, request: CredentialRequest, *, by: Actor, at: Moment) -> Badge:
    """Revoke a badge, as when it is lost; sessions it began are not ended.

    Locks the badge. A repeat returns it. Raises Forbidden, CredentialNotFound, CredentialRevoked, RequestIdReused.
    """
    by.must(Permission.MANAGE_USERS)
    if not idempotency.claim(session, request.id, "users.revoke_badge", asdict(request), by=by, at=at):
        return session.get_one(Badge, request.credential_id)
    badge = session.get(Badge, request.credential_id, with_for_update=True, populate_existing=True)
    if badge is None:
        raise CredentialNotFound(kind="badge")
    if badge.revoked_at is not None:
        raise CredentialRevoked
    badge.revoked_at = at.at
    session.flush()
    audit.record(session, "users.revoke_badge", ("account", badge.account_id), by=by, at=at, badge=badge.id)
    return badge


def begin_second_factor(session: Session, *, by: Actor, at: Moment) -> str:
    """Return a fresh seed for one's own authenticator; it counts only once a code from it has been confirmed.

    Locks the account. Each call makes a new seed. Raises AccountNotFound, AccountClosed, NotOwnAccount,
    SecondFactorRefused when one is confirmed already.
    """
    account = _human(session, by.account_id)
    if account.totp_step is not None:
        raise SecondFactorRefused(reason="it is set up already")
    account.totp_seed = pyotp.random_base32()
    session.flush()
    audit.record(session, "users.begin_second_factor", ("account", account.id), by=by, at=at)
    return account.totp_seed


def confirm_second_factor(session: Session, code: str, *, by: Actor, at: Moment) -> None:
    """Turn one's own authenticator on with a code from it.

    Locks the account. Raises AccountNotFound, AccountClosed, NotOwnAccount, SecondFactorRefused.
    """
    account = _human(session, by.account_id)
    if account.totp_step is not None or account.totp_seed is None:
        raise SecondFactorRefused(reason="it was not begun, or is set up already")
    step = totp_step(account, code, at)
    if step is None:
        raise SecondFactorRefused(reason="the code is wrong")
    account.totp_step = step
    session.flush()
    audit.record(session, "users.confirm_second_factor", ("account", account.id), by=by, at=at)


def remove_second_factor(session: Session, request: AccountRequest, *, by: Actor, at: Moment) -> None:
    """Take somebody else's authenticator away, as when it is lost; their sessions end.

    Locks the account. A repeat changes nothing. Raises Forbidden, AccountNotFound, AccountClosed, NotOwnAccount,
    RequestIdReused.
    """
    by.must(Permission.MANAGE_USERS)
    if not idempotency.claim(session, request.id, "users.remove_second_factor", asdict(request), by=by, at=at):
        return
    account = _human(session, request.account_id)
    account.totp_seed = account.totp_step = None
    session.flush()
    end_sessions(session, account.id, at=at)
    audit.record(session, "users.remove_second_factor", ("account", account.id), by=by, at=at)


def _human(session: Session, account_id: UUID) -> Account:
    account = accounts.lock_account(session, account_id)
    if account.closed_at is not None:
        raise AccountClosed
    if account.person_id is None:
        raise NotOwnAccount
    return account


def _invited(session: Session, request: AcceptInvitationRequest, at: Moment) -> tuple[str, str]:
    """Return the names a password may not hold."""
    invitation = _valid(session, request, at, lock=False)
    account = accounts.get_account(session, invitation.account_id)
    person = account.name if account.person_id is None else parties.get_person(session, account.person_id).name
    return account.name, person


def _valid(session: Session, request: AcceptInvitationRequest, at: Moment, *, lock: bool) -> Invitation:
    query = select(Invitation).where(Invitation.token_hash == kept(request.token))
    invitation = session.scalar(query.with_for_update() if lock else query)
    if invitation is None or invitation.used_at is not None or invitation.expires_at <= at.at:
        raise InvitationInvalid
    return invitation


def _accept(session: Session, request: AcceptInvitationRequest, password_hash: str, at: Moment) -> UUID:
    invitation = _valid(session, request, at, lock=True)
    account = accounts.lock_account(session, invitation.account_id)
    if account.closed_at is not None:
        raise InvitationInvalid
    invitation.used_at, account.password_hash = at.at, password_hash
    session.flush()
    end_sessions(session, account.id, at=at)
    audit.record(
        session, "users.accept_invitation", ("account", account.id), by=owner(account), at=at, address=request.address
    )
    return account.id


def _done(database: Database, request_id: UUID) -> bool:
    return database.read(lambda session: session.get(idempotency.Command, request_id) is not None)


def _proved(database: Database, by: Actor, password: str, at: Moment) -> Account:
    """Return the actor's own account once its password has been proved; tries are counted like sign-ins."""

    def reserve(session: Session) -> Account:
        account = accounts.get_account(session, by.account_id)
        spend(session, limits.PASSWORD_BY_NAME_HERE, f"{account.name} own", at=at)
        return account

    account = database.write(reserve)
    if not fits(password, account.password_hash):
        raise SignInFailed
    return account


def _same_password(session: Session, known: Account) -> Account:
    """Lock the account, and refuse when its password changed while we hashed."""
    row = accounts.lock_account(session, known.id)
    if row.password_hash != known.password_hash:
        raise SignInFailed
    return row
