"""How a person shows themselves at a shared terminal: a badge, or a name with its PIN."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.users.actions.hashing import fits
from wms.users.rules.credentials import PIN_TRIES, kept, pin_material
from wms.users.tables import Account, Badge


@dataclass(frozen=True, slots=True)
class PinTry:
    """One counted try: whose PIN is to be looked at (None: nobody's), or that it is locked."""

    name: str
    account_id: UUID | None = None
    pin_hash: str | None = field(default=None, repr=False)
    locked: bool = False


def badge_text(typed: str) -> str:
    """Return a scanned or typed barcode as it was issued."""
    return typed.strip().upper()


def account_of_badge(session: Session, typed: str) -> Account | None:
    """Return the account of a badge in use, or None."""
    query = select(Account).join(Badge, Badge.account_id == Account.id)
    return session.scalar(query.where(Badge.code_hash == kept(badge_text(typed)), Badge.revoked_at.is_(None)))


def count_try(session: Session, typed: str) -> PinTry:
    """Count one try of a name's PIN, to be committed before the PIN is looked at. Locks the account."""
    name = typed.strip().lower()
    query = select(Account).where(Account.name == name).with_for_update().execution_options(populate_existing=True)
    account = session.scalar(query)
    if account is None or account.pin_hash is None:
        return PinTry(name)
    if account.pin_failures >= PIN_TRIES:
        return PinTry(name, account.id, locked=True)
    account.pin_failures += 1
    session.flush()
    return PinTry(name, account.id, account.pin_hash)


def pin_fits(tried: PinTry, pin: str | None) -> bool:
    """Look at the PIN: slow, so outside any transaction; nobody's PIN takes as long as somebody's."""
    material = "" if tried.account_id is None else pin_material(tried.account_id, pin or "")
    return fits(material, tried.pin_hash)


def account_of_pin(session: Session, tried: PinTry) -> Account | None:
    """Return the account whose right PIN was shown, its wrong tries forgotten; None if the PIN changed meanwhile.

    Locks the account.
    """
    query = select(Account).where(Account.id == tried.account_id, Account.pin_hash == tried.pin_hash)
    account = session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if account is not None:
        account.pin_failures = 0
        session.flush()
    return account
