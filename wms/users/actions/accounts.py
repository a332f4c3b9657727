"""Making, changing and closing accounts."""

from dataclasses import asdict, replace
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from wms import parties
from wms.kernel import audit, idempotency
from wms.kernel.actor import SYSTEM, Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.database import Database, add_unique
from wms.kernel.ids import derived_id
from wms.users.actions.hashing import hashed
from wms.users.actions.records import end_sessions
from wms.users.errors import (
    AccountClosed,
    AdministratorExists,
    FieldInvalid,
    NameTaken,
    NotEmployed,
    OwnRoles,
    RolesConflict,
    RoleUnfit,
)
from wms.users.queries import access, accounts
from wms.users.rules.credentials import check_account_name, check_language, check_password, normal_phone
from wms.users.rules.requests import (
    AccountRequest,
    AddMachineRequest,
    AddUserRequest,
    FirstAdministratorRequest,
    RebindRequest,
    SetRolesRequest,
)
from wms.users.rules.roles import Role, duty_of, role_fits
from wms.users.tables import Account, AccountRole, ApiKey, Badge, PersonDuty


def add_user(session: Session, request: AddUserRequest, *, by: Actor, at: Moment) -> Account:
    """Make a human's account, bound to one employment that holds today. It has no password until its human is invited.

    Locks the person. A repeat returns the account.
    Raises Forbidden, FieldInvalid, NotEmployed, NameTaken, RoleUnfit, RolesConflict, RequestIdReused.
    """
    by.must(Permission.MANAGE_USERS)
    check_account_name(request.name)
    check_language(request.language)
    if not idempotency.claim(session, request.id, "users.add_user", _content(request), by=by, at=at):
        return accounts.get_account(session, request.id)
    employment = parties.employment_on(session, request.employment_id, at.on)
    if employment is None:
        raise NotEmployed
    phone = None if request.phone is None else normal_phone(request.phone)
    _refuse_taken(session, request.name, phone)
    account = _new_account(request.id, request.name, request.language, at)
    account.person_id, account.employment_id, account.phone = employment.person_id, employment.id, phone
    add_unique(session, account, NameTaken(taken=account.name))
    _set_roles(session, account, request.roles, at)
    audit.record(
        session, "users.add_user", ("account", account.id), by=by, at=at, name=account.name, roles=sorted(request.roles)
    )
    return account


def add_machine(session: Session, request: AddMachineRequest, *, by: Actor, at: Moment) -> Account:
    """Make a program's account, of the house or of a party. It signs in by API keys alone.

    A repeat returns the account. Raises Forbidden, FieldInvalid, NameTaken, parties.PartyNotFound, RequestIdReused.
    """
    by.must(Permission.MANAGE_USERS)
    check_account_name(request.name)
    check_language(request.language)
    if not idempotency.claim(session, request.id, "users.add_machine", asdict(request), by=by, at=at):
        return accounts.get_account(session, request.id)
    if request.party_id is not None:
        parties.get_party(session, request.party_id)
    _refuse_taken(session, request.name, None)
    account = _new_account(request.id, request.name, request.language, at)
    account.party_id = request.party_id
    add_unique(session, account, NameTaken(taken=account.name))
    role = Role.MACHINE if request.party_id is None else Role.CUSTOMER_MACHINE
    _set_roles(session, account, frozenset({role}), at)
    audit.record(session, "users.add_machine", ("account", account.id), by=by, at=at, name=account.name)
    return account


def create_first_administrator(database: Database, request: FirstAdministratorRequest, *, at: Moment) -> UUID:
    """Make the store, its first person and the administrator's account, once, and return the account's id.

    The password is the caller's own: there is no default one. Hashes outside the transaction. A repeat with the same
    id returns it. Raises AdministratorExists, FieldInvalid, PasswordWeak, parties.FieldInvalid.
    """
    check_account_name(request.name)
    check_password(request.password, (request.name, request.person_name))
    if database.read(accounts.has_administrator):
        return database.read(lambda session: _founder(session, request))
    password_hash = hashed(request.password)
    try:
        return database.write(lambda session: _found(session, request, password_hash, at))
    except (IntegrityError, parties.PartyCodeTaken) as error:  # somebody else was first, in this very moment
        raise AdministratorExists from error


def set_roles(session: Session, request: SetRolesRequest, *, by: Actor, at: Moment) -> Account:
    """Give an account these roles and no others; they hold from its next request on.

    Locks the person and the account. Nobody changes their own, with whichever account. A repeat returns the account.
    Raises Forbidden, AccountNotFound, AccountClosed, OwnRoles, RoleUnfit, RolesConflict, RequestIdReused.
    """
    by.must(Permission.MANAGE_USERS)
    if not idempotency.claim(session, request.id, "users.set_roles", _content(request), by=by, at=at):
        return accounts.get_account(session, request.account_id)
    account = _open_account(session, request.account_id)
    if account.id == by.account_id or (account.person_id is not None and account.person_id == by.person_id):
        raise OwnRoles
    before = accounts.roles_of(session, account.id)
    _set_roles(session, account, request.roles, at)
    audit.record(
        session,
        "users.set_roles",
        ("account", account.id),
        by=by,
        at=at,
        before=sorted(before),
        roles=sorted(request.roles),
    )
    return account


def rebind_account(session: Session, request: RebindRequest, *, by: Actor, at: Moment) -> Account:
    """Let an account follow its person to another employment that holds today; all sessions end.

    Locks the account. Its roles must fit the new employer. A repeat returns the account.
    Raises Forbidden, AccountNotFound, AccountClosed, NotEmployed, RoleUnfit, RequestIdReused.
    """
    by.must(Permission.MANAGE_USERS)
    if not idempotency.claim(session, request.id, "users.rebind", asdict(request), by=by, at=at):
        return accounts.get_account(session, request.account_id)
    account = _open_account(session, request.account_id)
    employment = parties.employment_on(session, request.employment_id, at.on)
    if employment is None or employment.person_id != account.person_id:
        raise NotEmployed
    before, account.employment_id = account.employment_id, employment.id
    session.flush()
    _refuse_unfit(session, account, accounts.roles_of(session, account.id))
    end_sessions(session, account.id, at=at)
    audit.record(
        session, "users.rebind", ("account", account.id), by=by, at=at, before=before, employment=employment.id
    )
    return account


def close_account(session: Session, request: AccountRequest, *, by: Actor, at: Moment) -> Account:
    """Close an account for good: its sessions end, its badges and keys are revoked, its roles go.

    Locks the account. A repeat returns it. Raises Forbidden, AccountNotFound, AccountClosed, RequestIdReused.
    """
    by.must(Permission.MANAGE_USERS)
    if not idempotency.claim(session, request.id, "users.close_account", asdict(request), by=by, at=at):
        return accounts.get_account(session, request.account_id)
    account = _open_account(session, request.account_id)
    account.closed_at, account.phone = at.at, None  # the number may be somebody else's tomorrow
    session.flush()
    end_sessions(session, account.id, at=at)
    for table in (Badge, ApiKey):
        live = (table.account_id == account.id, table.revoked_at.is_(None))
        session.execute(update(table).where(*live).values(revoked_at=at.at))
    _set_roles(session, account, frozenset(), at)
    session.refresh(account)
    audit.record(session, "users.close_account", ("account", account.id), by=by, at=at, name=account.name)
    return account


def end_all_sessions(session: Session, request: AccountRequest, *, by: Actor, at: Moment) -> None:
    """End all sessions of an account, one's own or as an administrator.

    A repeat changes nothing. Raises Forbidden, AccountNotFound, RequestIdReused.
    """
    if request.account_id != by.account_id:
        by.must(Permission.MANAGE_USERS)
    if not idempotency.claim(session, request.id, "users.end_sessions", asdict(request), by=by, at=at):
        return
    account = accounts.lock_account(session, request.account_id)
    end_sessions(session, account.id, at=at)
    audit.record(session, "users.end_sessions", ("account", account.id), by=by, at=at)


def _content(request: AddUserRequest | SetRolesRequest) -> dict[str, object]:
    """A set has no order, a digest needs one."""
    return {**asdict(request), "roles": sorted(request.roles)}


def _new_account(account_id: UUID, name: str, language: str, at: Moment) -> Account:
    return Account(
        id=account_id, name=name, language=language, pin_failures=0, added_at=at.at, closed_at=None, is_founder=False
    )


def _refuse_taken(session: Session, name: str, phone: str | None) -> None:
    if session.scalar(select(Account.id).where(Account.name == name)) is not None:
        raise NameTaken(taken=name)
    if phone is not None and session.scalar(select(Account.id).where(Account.phone == phone)) is not None:
        raise NameTaken(taken=phone)


def _open_account(session: Session, account_id: UUID) -> Account:
    account = accounts.lock_account(session, account_id)
    if account.closed_at is not None:
        raise AccountClosed
    return account


def _refuse_unfit(session: Session, account: Account, roles: frozenset[Role]) -> None:
    party = access.party_of(session, account)
    machine = account.person_id is None
    for role in sorted(roles):
        if not role_fits(role, machine=machine, staff=party is None):
            raise RoleUnfit(role=role.value)


def _set_roles(session: Session, account: Account, roles: frozenset[Role], at: Moment) -> None:
    """Write an account's roles and its person's duty; the person is locked so that two accounts agree on the duty."""
    _refuse_unfit(session, account, roles)
    session.execute(delete(AccountRole).where(AccountRole.account_id == account.id))
    if account.person_id is None:
        _add_roles(session, account, {role: None for role in roles}, at)
        return
    parties.lock_person(session, account.person_id)
    duties = {role: duty_of(role) for role in roles}
    elsewhere = set(session.scalars(select(AccountRole.duty).where(AccountRole.person_id == account.person_id)))
    wanted = {duty.value for duty in duties.values() if duty is not None} | (elsewhere - {None})
    if len(wanted) > 1:
        raise RolesConflict(role=min(role.value for role, duty in duties.items() if duty is not None))
    session.execute(delete(PersonDuty).where(PersonDuty.person_id == account.person_id))
    for duty in wanted:
        session.add(PersonDuty(person_id=account.person_id, duty=duty))
    _add_roles(session, account, {role: None if duty is None else duty.value for role, duty in duties.items()}, at)


def _add_roles(session: Session, account: Account, roles: dict[Role, str | None], at: Moment) -> None:
    for role, duty in sorted(roles.items()):
        session.add(
            AccountRole(
                account_id=account.id, role=role.value, person_id=account.person_id, duty=duty, granted_at=at.at
            )
        )
    session.flush()


def _founder(session: Session, request: FirstAdministratorRequest) -> UUID:
    account = session.get(Account, request.id)
    if account is None or not account.is_founder or account.name != request.name:
        raise AdministratorExists
    return account.id


def _found(session: Session, request: FirstAdministratorRequest, password_hash: str, at: Moment) -> UUID:
    if accounts.has_administrator(session):
        return _founder(session, request)
    party_id, person_id, employment_id = (derived_id(request.id, part) for part in ("store", "person", "employment"))
    try:
        party = parties.party_by_code(session, request.store_code)
    except parties.PartyNotFound:
        new = parties.AddPartyRequest(party_id, request.store_code, parties.PartyKind.STORE, request.store_name)
        party = parties.add_party(session, new, by=SYSTEM, at=at)
    if party.kind != parties.PartyKind.STORE.value:
        raise FieldInvalid(field="store_code")
    parties.add_person(session, parties.AddPersonRequest(person_id, request.person_name), by=SYSTEM, at=at)
    job = parties.EmployRequest(employment_id, person_id, party.id, "administrator", at.on)
    parties.employ(session, job, by=SYSTEM, at=at)
    wanted = AddUserRequest(request.id, request.name, employment_id, frozenset({Role.ADMINISTRATOR}))
    account = add_user(session, wanted, by=replace(SYSTEM, name="set-up"), at=at)
    account.is_founder, account.password_hash = True, password_hash
    session.flush()
    audit.record(session, "users.create_first_administrator", ("account", account.id), by=SYSTEM, at=at)
    return account.id
