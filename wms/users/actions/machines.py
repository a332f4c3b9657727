"""API keys of programs, and credentials for the broker."""

from dataclasses import asdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.database import add_unique
from wms.users.errors import (
    AccountClosed,
    CredentialNotFound,
    CredentialRevoked,
    FieldInvalid,
    KeyRefused,
    NameTaken,
    NotOwnAccount,
    ScopesTooWide,
)
from wms.users.queries import access, accounts
from wms.users.rules.credentials import check_topic_name, kept, mosquitto_fits, mosquitto_hash, new_api_key, new_token
from wms.users.rules.requests import AddApiKeyRequest, AddGatewayRequest, CredentialRequest, Issued
from wms.users.tables import ApiKey, Gateway


def add_api_key(session: Session, request: AddApiKeyRequest, *, by: Actor, at: Moment) -> Issued:
    """Make a key for one's own account, or as an administrator for a machine's; its text is shown this once.

    Scopes are at most what the account may do now; what it loses later its keys lose too. Locks the account. A repeat
    returns no text. Raises Forbidden, AccountNotFound, AccountClosed, NotOwnAccount, FieldInvalid, ScopesTooWide,
    RequestIdReused.
    """
    if request.account_id != by.account_id:
        by.must(Permission.MANAGE_USERS)
    content = {**asdict(request), "scopes": sorted(request.scopes)}
    if not idempotency.claim(session, request.id, "users.add_api_key", content, by=by, at=at):
        return Issued(request.id, None)
    if not 0 < len(request.name.strip()) <= 60:
        raise FieldInvalid(field="name")
    if request.expires_at <= at.at:
        raise FieldInvalid(field="expires_at")
    account = accounts.lock_account(session, request.account_id)
    if account.closed_at is not None:
        raise AccountClosed
    if account.id != by.account_id and account.person_id is not None:
        raise NotOwnAccount  # a key in somebody's name would act as them
    may = access.actor_of(session, account, access.party_of(session, account)).permissions
    if account.id == by.account_id:
        may &= by.permissions  # a narrow key cannot make a wider one
    if not request.scopes or request.scopes - may:
        raise ScopesTooWide(permission=min((request.scopes - may) or {"-"}))
    prefix, secret, text = new_api_key()
    key = ApiKey(
        id=request.id,
        account_id=account.id,
        name=request.name.strip(),
        prefix=prefix,
        secret_hash=kept(secret),
        scopes=sorted(scope.value for scope in request.scopes),
        made_at=at.at,
        expires_at=request.expires_at,
        revoked_at=None,
    )
    session.add(key)
    session.flush()
    audit.record(
        session,
        "users.add_api_key",
        ("account", account.id),
        by=by,
        at=at,
        key=key.id,
        prefix=prefix,
        scopes=key.scopes,
    )
    return Issued(key.id, text)


def revoke_api_key(session: Session, request: CredentialRequest, *, by: Actor, at: Moment) -> ApiKey:
    """Revoke a key, one's own or as an administrator anybody's; it works no more from now on.

    Locks the key. A repeat returns it. Raises CredentialNotFound (also for somebody else's), CredentialRevoked,
    RequestIdReused.
    """
    if not idempotency.claim(session, request.id, "users.revoke_api_key", asdict(request), by=by, at=at):
        return session.get_one(ApiKey, request.credential_id)
    key = session.get(ApiKey, request.credential_id, with_for_update=True, populate_existing=True)
    if key is None or (key.account_id != by.account_id and not by.may(Permission.MANAGE_USERS)):
        raise CredentialNotFound(kind="api_key")
    if key.revoked_at is not None:
        raise CredentialRevoked
    key.revoked_at = at.at
    session.flush()
    audit.record(session, "users.revoke_api_key", ("account", key.account_id), by=by, at=at, key=key.id)
    return key


def add_gateway(session: Session, request: AddGatewayRequest, *, by: Actor, at: Moment) -> Issued:
    """Make credentials for the broker and return the password, shown this once.

    With a site they are a gateway's, whose name is user name, client id and topic level in one; without, the server's
    own. Names are never given twice, not even after revoking. A repeat returns no password.
    Raises Forbidden, FieldInvalid, NameTaken, RequestIdReused.
    """
    by.must(Permission.MANAGE_USERS)
    check_topic_name("name", request.name)
    if request.site is not None:
        check_topic_name("site", request.site)
    if not idempotency.claim(session, request.id, "users.add_gateway", asdict(request), by=by, at=at):
        return Issued(request.id, None)
    if session.scalar(select(Gateway.id).where(Gateway.name == request.name)) is not None:
        raise NameTaken(taken=request.name)
    secret = new_token()
    gateway = Gateway(
        id=request.id,
        name=request.name,
        site=request.site,
        password_hash=mosquitto_hash(secret),
        added_at=at.at,
        revoked_at=None,
    )
    add_unique(session, gateway, NameTaken(taken=gateway.name))
    audit.record(
        session, "users.add_gateway", ("gateway", request.id), by=by, at=at, name=request.name, site=request.site
    )
    return Issued(request.id, secret)


def renew_gateway(session: Session, request: CredentialRequest, *, by: Actor, at: Moment) -> Issued:
    """Give a gateway a new password, shown this once; the old one ends when the broker reloads its file.

    Locks the gateway. A repeat returns no password.
    Raises Forbidden, CredentialNotFound, CredentialRevoked, RequestIdReused.
    """
    by.must(Permission.MANAGE_USERS)
    if not idempotency.claim(session, request.id, "users.renew_gateway", asdict(request), by=by, at=at):
        return Issued(request.credential_id, None)
    gateway = _locked(session, request)
    secret = new_token()
    gateway.password_hash = mosquitto_hash(secret)
    session.flush()
    audit.record(session, "users.renew_gateway", ("gateway", gateway.id), by=by, at=at)
    return Issued(gateway.id, secret)


def revoke_gateway(session: Session, request: CredentialRequest, *, by: Actor, at: Moment) -> Gateway:
    """Revoke a gateway's credentials; it is absent from the broker's files from the next rendering on.

    Locks the gateway. A repeat returns it. Raises Forbidden, CredentialNotFound, CredentialRevoked, RequestIdReused.
    """
    by.must(Permission.MANAGE_USERS)
    if not idempotency.claim(session, request.id, "users.revoke_gateway", asdict(request), by=by, at=at):
        return session.get_one(Gateway, request.credential_id)
    gateway = _locked(session, request)
    gateway.revoked_at = at.at
    session.flush()
    audit.record(session, "users.revoke_gateway", ("gateway", gateway.id), by=by, at=at)
    return gateway


def check_gateway(session: Session, name: str, secret: str) -> Gateway:
    """Return the gateway of a name and password, as when it calls over HTTP instead of the broker.

    Raises KeyRefused when it is unknown, revoked, or the password is wrong.
    """
    gateway = accounts.find_gateway(session, name)
    if gateway is None or not mosquitto_fits(secret, gateway.password_hash):
        raise KeyRefused
    return gateway


def _locked(session: Session, request: CredentialRequest) -> Gateway:
    gateway = session.get(Gateway, request.credential_id, with_for_update=True, populate_existing=True)
    if gateway is None:
        raise CredentialNotFound(kind="gateway")
    if gateway.revoked_at is not None:
        raise CredentialRevoked
    return gateway
