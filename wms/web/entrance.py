"""The entrance: signing in by password or by a code sent to a phone, switching people at a terminal, leaving."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from wms import users
from wms.delivery.house import house
from wms.delivery.identity import SESSION_COOKIE, caller, now, remote_address, require_own_page
from wms.delivery.work import write
from wms.kernel.actor import Actor, Permission
from wms.web.pages import attempt, done, said, text_of
from wms.web.preferences import local_path
from wms.web.shell import say as _

blueprint = Blueprint("entrance", __name__)


@dataclass(frozen=True, slots=True)
class Door:
    """A workplace and the permission that opens it."""

    path: str
    permission: Permission


# In this order: the first workplace a person may use is where they arrive.
DOORS = (
    Door("/terminal", Permission.WEIGH),
    Door("/desk", Permission.SEE_BOOKS),
    Door("/desk", Permission.RUN_BOARD),
    Door("/desk", Permission.MANAGE_USERS),
    Door("/portal", Permission.ASK_ADVANCE),
    Door("/board", Permission.SEE_BOARD),
    Door("/control", Permission.SEE_READINGS),
)


@blueprint.get("/")
def home() -> Response:
    """Send everybody to the workplace that is theirs."""
    try:
        found = caller()
    except users.TerminalLocked:
        return redirect("/switch")
    return redirect(arrival(found.actor) if found else "/sign-in")


@blueprint.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> str | Response:
    """Sign in by name and password; with a terminal's name the session is shared by the people at that dock."""
    if request.method == "GET":
        return _page("entrance/sign_in.html")
    require_own_page()

    def enter() -> users.SignedIn:
        wanted = users.SignInRequest(
            text_of("name"), request.form.get("password", ""), remote_address(), request.form.get("totp") or None,
            request.form.get("terminal", "").strip() or None,
        )  # fmt: skip
        return users.sign_in(house().database, wanted, at=now())

    signed, error = attempt(enter)
    return _page("entrance/sign_in.html", error=said(error)) if error else _welcome(signed)


@blueprint.route("/sign-in/phone", methods=["GET", "POST"])
def phone() -> str | Response:
    """Ask for a code to be sent to a phone; the page that follows asks for the code whether or not one was sent."""
    if request.method == "GET":
        return _page("entrance/phone.html")
    require_own_page()

    def start() -> str:
        wanted = users.StartPhoneSignInRequest(text_of("phone"), remote_address())
        return write(lambda session: users.start_phone_sign_in(session, wanted, at=now()))

    challenge, error = attempt(start)
    if error:
        return _page("entrance/phone.html", error=said(error))
    return _page("entrance/code.html", challenge=challenge, phone=request.form.get("phone", ""))


@blueprint.post("/sign-in/code")
def code() -> str | Response:
    """Sign in with the code that came."""
    require_own_page()

    def finish() -> users.SignedIn:
        wanted = users.FinishPhoneSignInRequest(text_of("challenge"), text_of("code"), remote_address())
        return users.finish_phone_sign_in(house().database, wanted, at=now())

    signed, error = attempt(finish)
    if error:
        return _page("entrance/code.html", error=said(error), challenge=request.form.get("challenge", ""))
    return _welcome(signed)


@blueprint.route("/invited", methods=["GET", "POST"])
def invited() -> str | Response:
    """Choose the first or a new password with the code of an invitation."""
    if request.method == "GET":
        return _page("entrance/invited.html")
    require_own_page()

    def choose() -> object:
        wanted = users.AcceptInvitationRequest(text_of("token"), request.form.get("password", ""), remote_address())
        return users.accept_invitation(house().database, wanted, at=now())

    error = attempt(choose)[1]
    return _page("entrance/invited.html", error=said(error)) if error else done(_("You may sign in now."), "/sign-in")


@blueprint.route("/switch", methods=["GET", "POST"])
def switch() -> str | Response:
    """Let somebody else act at a shared terminal, by badge or by name and PIN."""
    if request.method == "GET":
        return _page("entrance/switch.html")
    require_own_page(locked_terminal=True)
    token = request.cookies.get(SESSION_COOKIE, "")

    def change() -> users.SignedIn:
        badge, pin = request.form.get("badge") or None, request.form.get("pin") or None
        wanted = users.SwitchPersonRequest(token, badge, request.form.get("name") or None, pin)
        return users.switch_person(house().database, wanted, at=now())

    signed, error = attempt(change)
    return _page("entrance/switch.html", error=said(error)) if error else _welcome(signed)


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """End the session."""
    require_own_page()
    token = request.cookies.get(SESSION_COOKIE, "")
    write(lambda session: users.sign_out(session, token, at=now()))
    answer = redirect("/sign-in", code=303)
    answer.delete_cookie(SESSION_COOKIE)
    return answer


def arrival(by: Actor) -> str:
    """Return the workplace a person arrives at."""
    return next((door.path for door in DOORS if by.may(door.permission)), "/nowhere")


def _welcome(signed: users.SignedIn | None) -> Response:
    assert signed is not None
    wanted = request.form.get("next", "")
    target = local_path(wanted) if wanted and urlsplit(wanted).path not in ("/", "/sign-in") else arrival(signed.actor)
    answer = redirect(target, code=303)
    secure = house().config.web.secure_cookies
    answer.set_cookie(SESSION_COOKIE, signed.token, httponly=True, samesite="Lax", secure=secure)
    return answer


def _page(template: str, **values: object) -> str:
    wanted = request.values.get("next", "")
    return render_template(template, next=wanted, typed=request.form, **values)
