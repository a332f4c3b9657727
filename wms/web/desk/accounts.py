"""Users: accounts with their roles, invitations, badges, PINs, for the administrator."""

from typing import Any
from uuid import UUID

from flask import request
from sqlalchemy.orm import Session

from wms import parties, users
from wms.delivery.identity import actor, now
from wms.delivery.work import read, write
from wms.kernel.actor import Permission
from wms.kernel.errors import WmsError
from wms.web.desk import blocks as b
from wms.web.desk.workplace import act, blueprint, must, person_name, shown, way
from wms.web.i18n import note
from wms.web.pages import attempt, choice_of, text_of, uuid_of
from wms.web.shell import say as _

ROLE = {
    "clerk": note("Clerk"),
    "grower": note("Grower"),
    "buyer": note("Buyer"),
    "trader": note("Trader"),
    "credit_officer": note("Credit officer"),
    "approver": note("Approver"),
    "cashier": note("Cashier"),
    "warehouse_manager": note("Warehouse manager"),
    "field_rep": note("Field representative"),
    "administrator": note("Administrator"),
    "auditor": note("Auditor"),
    "valuer": note("Valuer"),
}


@blueprint.get("/users")
def user_list() -> Any:
    """List the accounts, with the form that adds one."""
    must(Permission.MANAGE_USERS)
    return _users()


def _users(error: WmsError | None = None) -> Any:
    cursor = request.args.get("cursor")

    def gather(session: Session) -> b.Screen:
        found = users.list_accounts(session, cursor=cursor)
        rows = [_row(session, account) for account in found.items]
        columns = [b.Column(_("Account")), b.Column(_("Person")), b.Column(_("Roles")), b.Column(_("State"))]
        more = way("desk.user_list", cursor=found.next_cursor) if found.next_cursor else ""
        table = b.Table(_("Accounts"), columns, rows, next_url=more)
        return b.Screen(_("Users"), [table, add_form(session)])

    return shown(read(gather), error)


def _row(session: Session, account: users.Account) -> b.Row:
    roles = ", ".join(_(ROLE[role]) if role in ROLE else role for role in sorted(users.roles_of(session, account.id)))
    state = b.chip(_("closed"), "quiet") if account.closed_at else b.chip(_("in use"), "ok")
    return b.Row(
        [b.text(account.name), b.text(person_name(session, account.person_id)), b.text(roles or "–"), state],
        way("desk.user", account_id=account.id),
    )


def add_form(session: Session) -> b.Form:
    """Return the form that adds an account for somebody who works for a party."""
    jobs = [
        (str(job.id), f"{party.name} · {person.name} · {job.post}")
        for party in parties.list_parties(session, limit=200).items
        for person, job in parties.people_of(session, party.id, now().on)
    ]
    return b.Form(
        "add-user",
        _("Add an account"),
        way("desk.add_user"),
        _("Add"),
        [
            b.Field("text", _("Name to sign in with"), "name"),
            b.Field(
                "select",
                _("Person"),
                "employment",
                options=jobs,
                hint=_("People are added on the page of their party."),
            ),
            b.Field("select", _("Role"), "role", options=[(key, _(word)) for key, word in ROLE.items()]),
            b.Field("text", _("Phone for codes"), "phone", required=False, hint=_("growers may sign in with a code")),
        ],
    )


@blueprint.post("/users")
def add_user() -> Any:
    """Add an account."""

    def work(session: Session) -> Any:
        wanted = users.AddUserRequest(
            uuid_of("id"),
            text_of("name", most=40),
            uuid_of("employment"),
            frozenset({choice_of("role", users.Role)}),
            text_of("phone", needed=False) or None,
        )
        return users.add_user(session, wanted, by=actor(), at=now())

    return act(work, _("Added. Invite them to choose a password."), way("desk.user_list"), _users)


@blueprint.get("/users/<uuid:account_id>")
def user(account_id: UUID) -> Any:
    """Show an account."""
    must(Permission.MANAGE_USERS)
    return _user(account_id)


def _user(account_id: UUID, error: WmsError | None = None, said: tuple[Any, ...] = ()) -> Any:
    def gather(session: Session) -> b.Screen:
        account = users.get_account(session, account_id)
        roles = users.roles_of(session, account.id)
        pairs = [
            (_("Person"), b.text(person_name(session, account.person_id))),
            (_("Roles"), b.text(", ".join(_(ROLE[each]) if each in ROLE else each for each in sorted(roles)) or "–")),
            (_("Password"), b.text(_("chosen") if account.password_hash else _("not chosen yet"))),
            (
                _("PIN"),
                b.text(
                    _("chosen") if account.pin_hash else _("not chosen yet"),
                    _("{n} wrong tries", n=account.pin_failures) if account.pin_failures else "",
                ),
            ),
            (
                _("Badges"),
                b.count(len([each for each in users.list_badges(session, account.id) if not each.revoked_at])),
            ),
            (_("Added"), b.stamp(account.added_at)),
        ]
        facts = b.Facts(_("The account"), pairs)
        return b.Screen(
            account.name, [*said, b.Pair([facts], _forms(account, roles))], "", (_("Users"), way("desk.user_list"))
        )

    return shown(read(gather), error)


def _forms(account: users.Account, roles: frozenset[users.Role]) -> list[Any]:
    if account.closed_at:
        return [b.Say(_("This account is closed."), "info")]
    here = {"account_id": account.id}
    return [
        b.Form(
            "invite",
            _("Invitation"),
            way("desk.invite", **here),
            _("Make an invitation"),
            note=_("Shown once; whoever has it chooses the password."),
        ),
        b.Form(
            "badge",
            _("Badge"),
            way("desk.badge", **here),
            _("Issue a badge"),
            kind="",
            note=_("Its code is shown once, to be printed on the badge."),
        ),
        b.Form(
            "pin",
            _("PIN"),
            way("desk.unlock_pin", **here),
            _("Unlock the PIN"),
            kind="",
            note=_("Sets the wrong tries back; the person keeps their PIN."),
        ),
        b.Form(
            "roles",
            _("Roles"),
            way("desk.set_roles", **here),
            _("Set the roles"),
            [b.Field("check", _(word), f"role-{key}", key in roles) for key, word in ROLE.items()],
            kind="",
        ),
        b.Form(
            "close",
            _("Close"),
            way("desk.close_user", **here),
            _("Close the account"),
            kind="danger",
            note=_("All sessions end. It cannot be opened again."),
        ),
    ]


@blueprint.post("/users/<uuid:account_id>/invite")
def invite(account_id: UUID) -> Any:
    """Make an invitation and show it once."""
    issued, error = attempt(
        lambda: write(lambda s: users.invite(s, users.AccountRequest(uuid_of("id"), account_id), by=actor(), at=now()))
    )
    if error or issued is None:
        return _user(account_id, error)
    return _user(account_id, None, (_once(_("Invitation"), issued.secret),))


@blueprint.post("/users/<uuid:account_id>/badge")
def badge(account_id: UUID) -> Any:
    """Issue a badge and show its code once."""
    issued, error = attempt(
        lambda: write(
            lambda s: users.issue_badge(s, users.AccountRequest(uuid_of("id"), account_id), by=actor(), at=now())
        )
    )
    if error or issued is None:
        return _user(account_id, error)
    return _user(account_id, None, (_once(_("Badge"), issued.secret),))


def _once(title: str, secret: str | None) -> Any:
    if secret is None:
        return b.Say(_("It was shown before and cannot be shown again; make another."), "warn", title)
    return b.Facts(title, [(_("Shown once"), b.code(secret))], "warn")


@blueprint.post("/users/<uuid:account_id>/pin")
def unlock_pin(account_id: UUID) -> Any:
    """Set the wrong tries of a PIN back."""
    return act(
        lambda s: users.unlock_pin(s, users.AccountRequest(uuid_of("id"), account_id), by=actor(), at=now()),
        _("Unlocked."),
        way("desk.user", account_id=account_id),
        lambda error: _user(account_id, error),
    )


@blueprint.post("/users/<uuid:account_id>/roles")
def set_roles(account_id: UUID) -> Any:
    """Set an account's roles."""

    def work(session: Session) -> Any:
        wanted = frozenset(users.Role(key) for key in ROLE if f"role-{key}" in request.form)
        return users.set_roles(session, users.SetRolesRequest(uuid_of("id"), account_id, wanted), by=actor(), at=now())

    return act(work, _("Roles set."), way("desk.user", account_id=account_id), lambda error: _user(account_id, error))


@blueprint.post("/users/<uuid:account_id>/close")
def close_user(account_id: UUID) -> Any:
    """Close an account."""
    return act(
        lambda s: users.close_account(s, users.AccountRequest(uuid_of("id"), account_id), by=actor(), at=now()),
        _("Closed."),
        way("desk.user", account_id=account_id),
        lambda error: _user(account_id, error),
    )
