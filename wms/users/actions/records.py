"""Security events in the audit trail, also of people who are nobody yet; and opening and ending sessions."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from wms.kernel import audit
from wms.kernel.actor import Actor
from wms.kernel.clock import Moment
from wms.kernel.ids import derived_id, new_id
from wms.users.queries import access
from wms.users.rules.credentials import kept, new_token
from wms.users.rules.requests import SignedIn
from wms.users.tables import Account, SessionRow

ANONYMOUS = Actor(account_id=UUID("00000000-0000-7000-8000-000000000002"), name="anonymous")
_NAMES = UUID("8f0c7a52-5d3e-4f6b-9a1d-0c1d10700003")


def owner(account: Account) -> Actor:
    """Return whose deed it is when an account does something about itself; what it may do plays no part."""
    return Actor(account_id=account.id, name=account.name, person_id=account.person_id)


def unproved(
    session: Session, action: str, who: str, *, account_id: UUID | None, at: Moment, **details: object
) -> None:
    """Write what somebody tried who has not proved who they are; a name nobody has is kept only as a digest."""
    subject = ("account", account_id) if account_id is not None else ("unknown", derived_id(_NAMES, kept(who)))
    audit.record(session, action, subject, by=ANONYMOUS, at=at, **details)


def open_session(
    session: Session,
    account: Account,
    *,
    idle: timedelta,
    life: timedelta,
    at: Moment,
    terminal: str | None = None,
) -> SignedIn:
    """Open a session for an account known to be usable and return its secret, actor and facts."""
    token = new_token()
    row = SessionRow(
        id=new_id(at),
        token_hash=kept(token),
        csrf_token=new_token(),
        account_id=account.id,
        opened_by=account.id,
        terminal=terminal,
        opened_at=at.at,
        seen_at=at.at,
        idle_s=int(idle.total_seconds()),
        expires_at=at.at + life,
        ended_at=None,
    )
    session.add(row)
    session.flush()
    return signed_in(session, row, account, token, at)


def signed_in(session: Session, row: SessionRow, account: Account, token: str, at: Moment) -> SignedIn:
    """Return what the delivery layer needs after a sign-in or switch."""
    party = access.party_of(session, account)
    actor = access.actor_of(session, account, party)
    return SignedIn(token=token, actor=actor, session=access.facts_of(session, row, account, party, at))


def end_sessions(session: Session, account_id: UUID, *, at: Moment, besides: UUID | None = None) -> None:
    """End every session of an account; a shared terminal where it acts is locked instead, for others to go on."""
    mine = (SessionRow.account_id == account_id, SessionRow.ended_at.is_(None))
    others = mine if besides is None else (*mine, SessionRow.id != besides)
    session.execute(update(SessionRow).where(*others, SessionRow.terminal.is_not(None)).values(account_id=None))
    session.execute(update(SessionRow).where(*others, SessionRow.terminal.is_(None)).values(ended_at=at.at))
    session.expire_all()
