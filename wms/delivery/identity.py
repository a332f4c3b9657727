"""From a cookie or a key to an actor, once a request; and the proof that a change came from our own page."""

import hmac
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import g, request

from wms import users
from wms.delivery.errors import ForeignRequest, NotSignedIn
from wms.delivery.house import house
from wms.kernel.actor import Actor
from wms.kernel.clock import Moment

SESSION_COOKIE = "coldlot"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_FIELD = "csrf_token"
CSRF_HEADER = "X-CSRF-Token"
LOOPBACK = frozenset({"127.0.0.1", "::1"})
LONGEST_ADDRESS = 45  # of an IPv6 address with an IPv4 one in it


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking: the actor, and the session behind a page (None for a machine's key)."""

    actor: Actor
    session: users.SessionFacts | None


def now() -> Moment:
    """Return the moment of this request: the clock is asked once and the answer kept."""
    if "moment" not in g:
        g.moment = house().clock()
    moment: Moment = g.moment
    return moment


def caller() -> Caller | None:
    """Return who is asking, or None; looked up once a request."""
    if "caller" not in g:
        g.caller = _from_key() or _from_cookie()
    found: Caller | None = g.caller
    return found


def actor() -> Actor:
    """Return the actor of this request. Raises NotSignedIn."""
    found = caller()
    if found is None:
        raise NotSignedIn
    return found.actor


def require_own_page(*, locked_terminal: bool = False) -> None:
    """Raise ForeignRequest unless a changing request with a session comes from our origin with the session's token.

    At a locked terminal nobody acts yet, so there is no token to show; the origin is still checked.
    """
    found = None if locked_terminal else caller()
    if request.method in SAFE_METHODS or (found is not None and found.session is None):
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site not in (None, "same-origin", "none") or (origin and _host_of(origin) != request.host):
        raise ForeignRequest
    if found is None or found.session is None:
        return
    token = request.headers.get(CSRF_HEADER) or request.form.get(CSRF_FIELD, "")
    if not hmac.compare_digest(token.encode(), found.session.csrf_token.encode()):
        raise ForeignRequest


def _host_of(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


def remote_address() -> str:
    """Return the address a request came from, which sign-in attempts are counted by.

    A proxy on this machine says whom it speaks for: without that all the world would share one count. What anybody
    else says of themselves counts for nothing.
    """
    peer = request.remote_addr or "unknown"
    said = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return said[:LONGEST_ADDRESS] if said and peer in LOOPBACK else peer


def _from_key() -> Caller | None:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key:
        return None
    moment = now()
    return Caller(house().database.read(lambda session: users.actor_of_api_key(session, key.strip(), moment)), None)


def _from_cookie() -> Caller | None:
    token = request.cookies.get(SESSION_COOKIE)
    if not token:
        return None
    moment, database = now(), house().database
    try:
        by, facts = database.read(lambda session: users.actor_of_session(session, token, moment))
    except users.SessionOver:
        return None
    if facts.touch:
        database.write(lambda session: users.touch_session(session, facts.id, at=moment))
    return Caller(by, facts)
