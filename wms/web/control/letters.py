"""One message nobody understood: what came, why not, and what to do about it."""

import json
from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy.orm import Session

from wms import telemetry
from wms.delivery.house import house
from wms.delivery.identity import actor, now
from wms.delivery.sources import load_sources
from wms.delivery.work import read
from wms.kernel.actor import Permission
from wms.kernel.errors import WmsError
from wms.web.control.workplace import blueprint, shown
from wms.web.desk import blocks as b
from wms.web.desk.workplace import act, person_name
from wms.web.pages import may, text_of, uuid_of
from wms.web.reasons import reason_of
from wms.web.shell import say as _
from wms.web.shell import say_count as _n

MOST_TEXT = 4_000
MOST_BYTES = 512
MOST_TOPIC = 60


def state_of(letter: telemetry.DeadLetter) -> b.Cell:
    """Return what became of a letter."""
    if letter.replayed_at:
        return b.chip(_("understood since"), "ok")
    return b.chip(_("set aside"), "quiet") if letter.closed_at else b.chip(_("waits"), "warn")


def letters(session: Session) -> b.Table:
    """Return the newest letters, each opening its page."""
    rows = [
        b.Row(
            [
                b.text(letter.topic[-MOST_TOPIC:]),
                b.text(reason_of(letter)),
                b.stamp(letter.last_at, _n("once", "{n} times", letter.times)),
                state_of(letter),
            ],
            url_for("control.letter", letter_id=letter.id),
        )
        for letter in telemetry.list_dead_letters(session, limit=50).items
    ]
    columns = [b.Column(_("Topic")), b.Column(_("Why")), b.Column(_("Came")), b.Column(_("State"))]
    return b.Table(_("Messages nobody understood"), columns, rows, _("None: everything was understood."))


@blueprint.get("/letters/<uuid:letter_id>")
def letter(letter_id: UUID) -> Any:
    """Show one message nobody understood."""
    return _letter(letter_id)


def _letter(letter_id: UUID, error: WmsError | None = None) -> Any:
    def gather(session: Session) -> b.Screen:
        found = telemetry.get_dead_letter(session, letter_id)
        parts = [_facts(session, found), _content(found.payload), *_forms(found)]
        return b.Screen(
            _("A message nobody understood"), parts, reason_of(found), (_("Devices"), url_for("control.devices"))
        )

    return shown(read(gather), error)


def _facts(session: Session, found: telemetry.DeadLetter) -> b.Facts:
    pairs = [
        (_("State"), state_of(found)),
        (_("Topic"), b.code(found.topic)),
        (_("First came"), b.stamp(found.received_at)),
        (_("Last came"), b.stamp(found.last_at, _n("once", "{n} times", found.times))),
    ]
    if found.gateway:
        pairs.append((_("Its number"), b.code(f"{found.gateway} {found.epoch}/{found.sequence}")))
    if found.closed_at:
        pairs.append((_("Put aside"), b.stamp(found.closed_at, person_name(session, found.closed_by))))
        pairs.append((_("Note"), b.text(found.note or "–")))
    return b.Facts(_("What is known of it"), pairs)


def _content(payload: bytes) -> b.Facts:
    try:
        told = json.dumps(json.loads(payload), ensure_ascii=False, indent=1)
    except (ValueError, RecursionError):
        told = payload.decode("utf-8", "backslashreplace")
    title, size = _("Content"), _n("1 byte", "{n} bytes", len(payload))
    pairs = [
        (_("As text"), b.code(told[:MOST_TEXT] or "–")),
        (_("As bytes"), b.code(payload[:MOST_BYTES].hex(" ") or "–")),
    ]
    return b.Facts(f"{title} · {size}", pairs)


def _forms(found: telemetry.DeadLetter) -> list[b.Form]:
    if found.replayed_at or found.closed_at or not may(Permission.MANAGE_INSTRUMENTS):
        return []
    replay = b.Form(
        "replay",
        _("Try it again"),
        url_for("control.replay", letter_id=found.id),
        _("Replay"),
        note=_("After an update, or when a setting was put right. What is stored already is not stored twice."),
    )
    close = b.Form(
        "close",
        _("Set it aside"),
        url_for("control.set_aside", letter_id=found.id),
        _("Put aside"),
        [b.Field("text", _("Why"), "note")],
        _("It stays to be looked at."),
        kind="",
    )
    return [replay, close]


@blueprint.post("/letters/<uuid:letter_id>/replay")
def replay(letter_id: UUID) -> Any:
    """Try a message again that could not be understood before."""
    sources = load_sources(house().config.mqtt.sources)
    return act(
        lambda s: telemetry.replay_dead_letter(s, letter_id, by=actor(), at=now(), sources=sources),
        _("Understood this time."),
        url_for("control.letter", letter_id=letter_id),
        lambda error: _letter(letter_id, error),
    )


@blueprint.post("/letters/<uuid:letter_id>/close")
def set_aside(letter_id: UUID) -> Any:
    """Set a message aside that nobody will ever understand."""

    def work(session: Session) -> Any:
        wanted = telemetry.CloseDeadLetter(uuid_of("id"), letter_id, text_of("note", most=300))
        return telemetry.close_dead_letter(session, wanted, by=actor(), at=now())

    return act(
        work, _("Set aside."), url_for("control.letter", letter_id=letter_id), lambda error: _letter(letter_id, error)
    )
