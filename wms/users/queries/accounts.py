"""Reads of accounts and their credentials."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms import parties
from wms.kernel.clock import Moment
from wms.kernel.evidence import Finding
from wms.kernel.paging import Page, page
from wms.users.errors import AccountNotFound
from wms.users.rules.credentials import mosquitto_acl
from wms.users.rules.roles import Role, duty_of
from wms.users.tables import Account, AccountRole, ApiKey, Badge, Gateway, PersonDuty, SessionRow


def get_account(session: Session, account_id: UUID) -> Account:
    """Return an account. Raises AccountNotFound."""
    found = session.get(Account, account_id)
    if found is None:
        raise AccountNotFound
    return found


def lock_account(session: Session, account_id: UUID) -> Account:
    """Return an account, locked until the transaction ends and read afresh. Raises AccountNotFound."""
    query = select(Account).where(Account.id == account_id).with_for_update().execution_options(populate_existing=True)
    found = session.scalar(query)
    if found is None:
        raise AccountNotFound
    return found


def account_by_name(session: Session, name: str) -> Account:
    """Return the account of a sign-in name. Raises AccountNotFound."""
    found = session.scalar(select(Account).where(Account.name == name.strip().lower()))
    if found is None:
        raise AccountNotFound
    return found


def list_accounts(session: Session, *, cursor: str | None = None, limit: int = 50) -> Page[Account]:
    """Return a page of accounts by name."""
    return page(session, select(Account), [Account.name], cursor=cursor, limit=limit)


def roles_of(session: Session, account_id: UUID) -> frozenset[Role]:
    """Return an account's roles."""
    return frozenset(
        Role(role) for role in session.scalars(select(AccountRole.role).where(AccountRole.account_id == account_id))
    )


def list_api_keys(session: Session, account_id: UUID) -> list[ApiKey]:
    """Return an account's keys, revoked ones too, the newest first."""
    return list(session.scalars(select(ApiKey).where(ApiKey.account_id == account_id).order_by(ApiKey.id.desc())))


def list_badges(session: Session, account_id: UUID) -> list[Badge]:
    """Return an account's badges, revoked ones too, the newest first."""
    return list(session.scalars(select(Badge).where(Badge.account_id == account_id).order_by(Badge.id.desc())))


def list_gateways(session: Session) -> list[Gateway]:
    """Return the broker's users in use, by name."""
    return list(session.scalars(select(Gateway).where(Gateway.revoked_at.is_(None)).order_by(Gateway.name)))


def find_gateway(session: Session, name: str) -> Gateway | None:
    """Return the gateway in use of a name, or None; the server's own credentials are no gateway."""
    query = select(Gateway).where(Gateway.name == name, Gateway.revoked_at.is_(None), Gateway.site.is_not(None))
    return session.scalar(query)


def phones_of(session: Session, role: Role, at: Moment) -> list[str]:
    """Return the phones of those who hold a role and work here today: the account's, else the person's."""
    query = (
        select(Account)
        .join(AccountRole, AccountRole.account_id == Account.id)
        .where(AccountRole.role == role.value, Account.closed_at.is_(None), Account.employment_id.is_not(None))
        .order_by(Account.name)
    )
    phones: dict[str, None] = {}
    for account in session.scalars(query):
        if account.employment_id is None or account.person_id is None:
            continue
        if parties.employment_on(session, account.employment_id, at.on) is not None:
            phone = account.phone or parties.get_person(session, account.person_id).phone
            if phone is not None:
                phones[phone] = None
    return list(phones)


def has_administrator(session: Session) -> bool:
    """Tell whether the first administrator was made."""
    return session.scalar(select(Account.id).where(Account.is_founder).limit(1)) is not None


def render_mosquitto(session: Session) -> tuple[str, str]:
    """Return Mosquitto's password file and ACL file for everybody in use; revoked ones are simply absent."""
    users = list_gateways(session)
    passwords = "".join(f"{user.name}:{user.password_hash}\n" for user in users)
    gateways = [(user.site, user.name) for user in users if user.site is not None]
    return passwords, mosquitto_acl(gateways, [user.name for user in users if user.site is None])


def check(session: Session) -> Iterator[Finding]:
    """Yield what is wrong here: roles with a wrong duty, duties nobody has, sessions of closed accounts."""
    seen: set[UUID] = set()
    for row in session.scalars(select(AccountRole).order_by(AccountRole.account_id, AccountRole.role)):
        duty = duty_of(Role(row.role))
        if row.duty != (None if duty is None else duty.value):
            yield Finding("account_roles", f"{row.account_id}/{row.role}", f"has the duty {row.duty}")
        if row.duty is not None and row.person_id is not None:
            seen.add(row.person_id)
    for person_id in session.scalars(select(PersonDuty.person_id)):
        if person_id not in seen:
            yield Finding("person_duties", str(person_id), "no role has this duty")
    open_sessions = (
        select(SessionRow.id)
        .join(Account, Account.id == SessionRow.account_id)
        .where(SessionRow.ended_at.is_(None), Account.closed_at.is_not(None))
    )
    for session_id in session.scalars(open_sessions):
        yield Finding("sessions", str(session_id), "is open though its account was closed")
