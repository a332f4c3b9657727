"""Who acts: worked out at each request from the account, its roles and its employment on the day."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms import parties
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.users.errors import AccountNotFound, KeyRefused, SessionOver, TerminalLocked
from wms.users.queries.accounts import roles_of
from wms.users.rules.credentials import kept, parse_api_key, same
from wms.users.rules.limits import LIFETIMES
from wms.users.rules.requests import PartyFacts, SessionFacts
from wms.users.rules.roles import permissions_of
from wms.users.tables import Account, ApiKey, SessionRow


def usable(session: Session, account: Account, at: Moment) -> bool:
    """Tell whether an account may act at `at`: not closed, and its employment holds on that day."""
    if account.closed_at is not None:
        return False
    if account.employment_id is None:
        return True
    return parties.employment_on(session, account.employment_id, at.on) is not None


def party_of(session: Session, account: Account) -> parties.Party | None:
    """Return the party an account acts for; None for the store's own staff and the house's machines."""
    if account.employment_id is None:
        return None if account.party_id is None else parties.get_party(session, account.party_id)
    employment = session.get_one(parties.Employment, account.employment_id)
    party = parties.get_party(session, employment.party_id)
    return None if party.kind == parties.PartyKind.STORE.value else party


def actor_of_account(session: Session, account_id: UUID, at: Moment) -> Actor:
    """Return the actor an account is at `at`, for commands and workers that act in somebody's name.

    Raises AccountNotFound when there is none, it is closed, or its employment does not hold on that day.
    """
    account = session.get(Account, account_id)
    if account is None or not usable(session, account, at):
        raise AccountNotFound
    return actor_of(session, account, party_of(session, account))


def actor_of(session: Session, account: Account, party: parties.Party | None) -> Actor:
    """Return the actor of an account known to be usable."""
    name = account.name
    if account.person_id is not None:
        name = parties.get_person(session, account.person_id).name
    return Actor(
        account_id=account.id,
        name=name,
        permissions=permissions_of(roles_of(session, account.id)),
        person_id=account.person_id,
        party_id=None if party is None else party.id,
    )


def find_session(session: Session, token: str, at: Moment, *, lock: bool = False) -> SessionRow:
    """Return the session of a token that has neither ended nor expired; a terminal's may be idle.

    With `lock` it is locked until the transaction ends. Raises SessionOver.
    """
    query = select(SessionRow).where(SessionRow.token_hash == kept(token))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = session.scalar(query)
    if row is None or row.ended_at is not None or row.expires_at <= at.at:
        raise SessionOver
    if row.terminal is None and is_idle(row, at):
        raise SessionOver
    return row


def is_idle(row: SessionRow, at: Moment) -> bool:
    """Tell whether a session was not used for so long that its person must show themselves again."""
    return row.seen_at + timedelta(seconds=row.idle_s) <= at.at


def actor_of_session(session: Session, token: str, at: Moment) -> tuple[Actor, SessionFacts]:
    """Return who acts behind a session's token at `at`, and the facts about the session. Changes nothing.

    Permissions are those of the account's roles now; an account closed or an employment ended takes them away at
    once. Raises SessionOver, and TerminalLocked when a shared terminal is signed in but nobody may act at it.
    """
    row = find_session(session, token, at)
    account = None if row.account_id is None else session.get_one(Account, row.account_id)
    if account is None or not usable(session, account, at) or is_idle(row, at):
        raise SessionOver if row.terminal is None else TerminalLocked
    party = party_of(session, account)
    if row.terminal is not None and party is not None:
        raise TerminalLocked
    return actor_of(session, account, party), facts_of(session, row, account, party, at)


def facts_of(
    session: Session, row: SessionRow, account: Account, party: parties.Party | None, at: Moment
) -> SessionFacts:
    """Return what the delivery layer needs of a session."""
    return SessionFacts(
        id=row.id,
        account_id=account.id,
        account_name=account.name,
        csrf_token=row.csrf_token,
        language=account.language,
        roles=roles_of(session, account.id),
        party=None if party is None else PartyFacts(party.id, party.code, party.kind, party.name),
        terminal=row.terminal,
        expires_at=row.expires_at,
        touch=at.at - row.seen_at >= LIFETIMES.touch_after,
    )


def actor_of_api_key(session: Session, text: str, at: Moment) -> Actor:
    """Return who acts behind an API key at `at`: its account's actor, narrowed to the key's scopes.

    Raises KeyRefused when the key is unknown, wrong, revoked or expired, or its account may not act.
    """
    prefix, secret = parse_api_key(text)
    key = session.scalar(select(ApiKey).where(ApiKey.prefix == prefix))
    if key is None or not same(kept(secret), key.secret_hash) or key.revoked_at is not None or key.expires_at <= at.at:
        raise KeyRefused
    account = session.get_one(Account, key.account_id)
    if not usable(session, account, at):
        raise KeyRefused
    actor = actor_of(session, account, party_of(session, account))
    scopes = frozenset(Permission(scope) for scope in key.scopes)
    return replace(actor, permissions=actor.permissions & scopes)
