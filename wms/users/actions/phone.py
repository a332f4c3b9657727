"""Signing in with a six-digit code sent to one's phone. Whether a number belongs to anybody is never shown."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.kernel import audit, outbox
from wms.kernel.clock import Moment
from wms.kernel.database import Database
from wms.kernel.ids import new_id
from wms.users.actions.attempts import spend
from wms.users.actions.records import open_session, unproved
from wms.users.errors import PhoneCodeWrong, SecondFactorNeeded
from wms.users.queries import access
from wms.users.rules import limits
from wms.users.rules.credentials import CODE_TRIES, kept, new_phone_code, new_token, normal_phone, phone_code_mac, same
from wms.users.rules.requests import FinishPhoneSignInRequest, SignedIn, StartPhoneSignInRequest
from wms.users.tables import Account, PhoneCode

_TEXT = {
    "zh": "【冷仓】验证码 {code}, 5 分钟内有效。请勿告诉任何人, 包括自称库方的人。",
    "en": "Coldlot: your code is {code}, valid for 5 minutes. Tell nobody, not even us.",
}


def start_phone_sign_in(session: Session, request: StartPhoneSignInRequest, *, at: Moment) -> str:
    """Send a code to a phone if it is somebody's, and return a challenge that must come back with the code.

    For a number that is nobody's the same row is written and the same kind of challenge returned, but nothing is sent.
    The code is bound to the challenge, so it serves only the browser that asked. Each call makes a new code.
    Raises FieldInvalid, TooManyAttempts.
    """
    phone = normal_phone(request.phone)
    spend(session, limits.CODE_BY_ADDRESS, request.address, at=at)
    spend(session, limits.CODE_BY_PHONE, phone, at=at)
    spend(session, limits.CODE_SOON, phone, at=at)
    account = session.scalar(select(Account).where(Account.phone == phone))
    known = account if account is not None and access.usable(session, account, at) else None
    challenge, code = new_token(), new_phone_code()
    row = PhoneCode(
        id=new_id(at),
        challenge_hash=kept(challenge),
        account_id=None if known is None else known.id,
        code_mac=phone_code_mac(challenge, code),
        made_at=at.at,
        expires_at=at.at + limits.PHONE_CODE_LIFE,
        tries=0,
        used_at=None,
    )
    session.add(row)
    session.flush()
    unproved(session, "users.code_asked", phone, account_id=row.account_id, at=at, address=request.address)
    if known is not None:
        text = _TEXT[known.language].format(code=code)
        message = {"phone": phone, "text": text, "expires_at": row.expires_at}
        outbox.put(session, "send.sms", row.id, message, at=at)
    return challenge


def finish_phone_sign_in(
    database: Database,
    request: FinishPhoneSignInRequest,
    *,
    at: Moment,
    lifetimes: limits.Lifetimes = limits.LIFETIMES,
) -> SignedIn:
    """Open a session with the code that came. A code works once, for five minutes, within five tries.

    Locks the code. A wrong try is counted and committed before it is refused. A repeat of the right code is refused.
    Raises PhoneCodeWrong, SecondFactorNeeded, TooManyAttempts.
    """
    result = database.write(lambda session: _finish(session, request, at, lifetimes))
    if isinstance(result, SignedIn):
        return result
    raise result


def _finish(
    session: Session, request: FinishPhoneSignInRequest, at: Moment, lifetimes: limits.Lifetimes
) -> SignedIn | Exception:
    """Open the session, or return what to raise once the try is committed."""
    spend(session, limits.FINISH_BY_ADDRESS, request.address, at=at)
    query = select(PhoneCode).where(PhoneCode.challenge_hash == kept(request.challenge)).with_for_update()
    row = session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        return PhoneCodeWrong()
    if row.used_at is not None or row.expires_at <= at.at or row.tries >= CODE_TRIES:
        return _wrong(session, row.account_id, request, at)
    row.tries += 1
    if not same(phone_code_mac(request.challenge, request.code.strip()), row.code_mac) or row.account_id is None:
        return _wrong(session, row.account_id, request, at)
    row.used_at = at.at
    account = session.get_one(Account, row.account_id, with_for_update=True, populate_existing=True)
    if not access.usable(session, account, at):
        return _wrong(session, row.account_id, request, at)
    if account.totp_step is not None:
        return SecondFactorNeeded()  # who set one up signs in with password and authenticator
    opened = open_session(session, account, idle=lifetimes.phone_idle, life=lifetimes.phone, at=at)
    audit.record(
        session, "users.sign_in", ("account", account.id), by=opened.actor, at=at, how="phone", address=request.address
    )
    return opened


def _wrong(session: Session, account_id: UUID | None, request: FinishPhoneSignInRequest, at: Moment) -> PhoneCodeWrong:
    unproved(
        session,
        "users.sign_in_failed",
        request.challenge,
        account_id=account_id,
        at=at,
        address=request.address,
        why="phone code",
    )
    return PhoneCodeWrong()
