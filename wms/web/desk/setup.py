"""The short set-up of an empty house: site, rooms with slots, a tariff, the first users; each step is one form."""

from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from wms import billing, facility, parties, users
from wms.delivery.house import house
from wms.delivery.identity import actor, now
from wms.delivery.work import read
from wms.kernel.actor import Permission
from wms.kernel.errors import WmsError
from wms.kernel.ids import derived_id
from wms.web.desk import blocks as b
from wms.web.desk.accounts import ROLE
from wms.web.desk.tariffs import proposal, tariff_fields
from wms.web.desk.workplace import act, blueprint, must, shown
from wms.web.pages import choice_of, text_of, uuid_of, whole_of
from wms.web.shell import say as _


@blueprint.get("/setup")
def setup() -> Any:
    """Show what is still missing of a working house, one form at a time."""
    must(Permission.MANAGE_FACILITY)
    return _setup()


def _setup(error: WmsError | None = None) -> Any:
    def gather(session: Session) -> b.Screen:
        sites, rooms = facility.list_sites(session), facility.list_rooms(session)
        tariffs, accounts = billing.list_tariffs(session, limit=1).items, users.list_accounts(session, limit=2).items
        done = [bool(sites), bool(rooms), bool(tariffs), len(accounts) > 1]
        names = (_("Site"), _("Rooms and slots"), _("Tariff"), _("Users"))
        rows = [
            b.Row([b.text(name), b.chip(_("done"), "ok") if ready else b.chip(_("to do"), "warn")])
            for name, ready in zip(names, done, strict=True)
        ]
        steps = b.Table(_("Steps"), [b.Column(_("Step")), b.Column(_("State"))], rows)
        lead = (
            _("Everything stands. More of each is added here or on its own page.")
            if all(done)
            else _("Four short steps, and the house can take in its first lot.")
        )
        parts: list[Any] = [steps]
        parts += [_site_form()] if not sites else [_room_form(sites)]
        if sites and not tariffs:
            parts.append(
                b.Form(
                    "tariff",
                    _("First tariff"),
                    url_for("desk.setup_tariff"),
                    _("Propose"),
                    tariff_fields(),
                    _("It counts once another person has approved it."),
                )
            )
        if sites:
            parts.append(_user_form())
        return b.Screen(_("Set up the house"), parts, lead)

    return shown(read(gather), error)


def _site_form() -> b.Form:
    config = house().config
    return b.Form(
        "site",
        _("The site"),
        url_for("desk.setup_site"),
        _("Add the site"),
        [
            b.Field("text", _("Code"), "code", config.mqtt.site, _("as the gateways name it")),
            b.Field("text", _("Name"), "name", config.site.name),
            b.Field("text", _("Time zone"), "zone", config.site.timezone.key),
        ],
    )


def _room_form(sites: list[facility.Site]) -> b.Form:
    return b.Form(
        "room",
        _("A room with its slots"),
        url_for("desk.setup_room"),
        _("Add the room"),
        [
            b.Field("select", _("Site"), "site", options=[(str(site.id), site.name) for site in sites]),
            b.Field("text", _("Code"), "code", hint=_("the first part of its slots' codes")),
            b.Field("text", _("Name"), "name"),
            b.Field(
                "select", _("Storage"), "storage", options=[("ra", _("cold air")), ("ca", _("controlled atmosphere"))]
            ),
            b.Field("number", _("Rows"), "rows", "2"),
            b.Field("number", _("Bays"), "bays", "6"),
            b.Field("number", _("Levels"), "levels", "2"),
            b.Field("number", _("Crates a slot holds"), "units", "60"),
            b.Field("number", _("Weight a slot holds"), "kg", "26000", unit=_("kg")),
        ],
    )


def _user_form() -> b.Form:
    return b.Form(
        "user",
        _("A user of the store"),
        url_for("desk.setup_user"),
        _("Add the user"),
        [
            b.Field("text", _("Person"), "person"),
            b.Field("text", _("Name to sign in with"), "name"),
            b.Field(
                "select",
                _("Role"),
                "role",
                options=[(key, _(word)) for key, word in ROLE.items() if key not in ("grower", "buyer")],
            ),
        ],
        _("Then open the account under Users and make an invitation."),
    )


@blueprint.post("/setup/site")
def setup_site() -> Any:
    """Add the site."""

    def work(session: Session) -> Any:
        wanted = facility.AddSiteRequest(
            uuid_of("id"), text_of("code", most=32), text_of("name", most=120), text_of("zone", most=60)
        )
        return facility.add_site(session, wanted, by=actor(), at=now())

    return act(work, _("The site stands."), url_for("desk.setup"), _setup)


@blueprint.post("/setup/room")
def setup_room() -> Any:
    """Add a room with all its slots."""
    return _setup_room_page()


def _setup_room_page() -> Any:

    def work(session: Session) -> Any:
        request_id = uuid_of("id")
        wanted = facility.AddRoomRequest(
            request_id,
            uuid_of("site"),
            text_of("code", most=8),
            text_of("name", most=120),
            choice_of("storage", facility.StorageType),
        )
        room = facility.add_room(session, wanted, by=actor(), at=now())
        block = facility.AddSlotsRequest(
            derived_id(request_id, "slots"),
            room.id,
            (1, whole_of("rows")),
            (1, whole_of("bays")),
            (1, whole_of("levels")),
            whole_of("kg") * 1000,
            whole_of("units"),
        )
        return facility.add_slots(session, block, by=actor(), at=now())

    return act(work, _("The room stands."), url_for("desk.setup"), _setup)


@blueprint.post("/setup/tariff")
def setup_tariff() -> Any:
    """Propose the first tariff."""
    return act(
        lambda s: billing.propose_tariff(s, proposal(uuid_of("id")), by=actor(), at=now()),
        _("Proposed: another person approves it."),
        url_for("desk.setup"),
        _setup,
    )


@blueprint.post("/setup/user")
def setup_user() -> Any:
    """Add a person of the store with an account."""

    def work(session: Session) -> Any:
        request_id, role = uuid_of("id"), choice_of("role", users.Role)
        (store,) = parties.list_parties(session, parties.PartyKind.STORE, limit=1).items
        human = parties.AddPersonRequest(derived_id(request_id, "person"), text_of("person", most=60))
        person = parties.add_person(session, human, by=actor(), at=now())
        job = parties.EmployRequest(derived_id(request_id, "job"), person.id, store.id, role.value, now().on)
        employed = parties.employ(session, job, by=actor(), at=now())
        wanted = users.AddUserRequest(request_id, text_of("name", most=40), employed.id, frozenset({role}))
        return users.add_user(session, wanted, by=actor(), at=now())

    return act(work, _("Added. Invite them under Users."), url_for("desk.setup"), _setup)
