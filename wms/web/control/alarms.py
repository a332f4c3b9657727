"""Alarms: those that stand with their answer, and all there were."""

from typing import Any
from uuid import UUID

from flask import request, url_for
from sqlalchemy.orm import Session

from wms import facility, telemetry
from wms.delivery.identity import actor, now
from wms.delivery.work import read
from wms.kernel.actor import Permission
from wms.kernel.errors import WmsError
from wms.web.control import readings, words
from wms.web.control.workplace import blueprint, shown
from wms.web.desk import blocks as b
from wms.web.desk.words import named
from wms.web.desk.workplace import act, person_name, waited
from wms.web.pages import may, text_of, uuid_of
from wms.web.shell import say as _


@blueprint.get("/alarms")
def alarms() -> Any:
    """Show the alarms that stand, and the history."""
    return _alarms()


def _alarms(error: WmsError | None = None) -> Any:
    cursor = request.args.get("cursor")

    def gather(session: Session) -> b.Screen:
        found = telemetry.list_alarms(session, cursor=cursor)
        rows = [alarm_row(session, alarm) for alarm in found.items]
        more = url_for("control.alarms", cursor=found.next_cursor) if found.next_cursor else ""
        table = b.Table(_("All alarms"), alarm_columns(), rows, _("Never an alarm."), next_url=more)
        standing = telemetry.open_alarms(session)
        lead = "" if standing else _("No alarm stands.")
        return b.Screen(_("Alarms"), [*answer_forms(session, standing), table], lead)

    return shown(read(gather), error)


def alarm_columns() -> list[b.Column]:
    """Return the heads of a list of alarms."""
    return [
        b.Column(_("Room")),
        b.Column(_("Kind")),
        b.Column(_("Severity")),
        b.Column(_("State")),
        b.Column(_("Began")),
        b.Column(_("Ended")),
        b.Column(_("Worst")),
        b.Column(_("Answered")),
    ]


def alarm_row(session: Session, alarm: telemetry.Alarm) -> b.Row:
    """Return one alarm of a list."""
    room = facility.get_room(session, alarm.room_id)
    severity, tone = words.SEVERITY[alarm.severity]
    state, state_tone = words.ALARM[alarm.state]
    answered = (
        b.text(person_name(session, alarm.acknowledged_by), alarm.note or "") if alarm.acknowledged_at else b.text("–")
    )
    ended = b.stamp(alarm.ended_at) if alarm.ended_at else b.text("–")
    cells = [
        b.text(room.name),
        b.text(named(words.KIND, alarm.kind)),
        b.chip(_(severity), tone),
        b.chip(_(state), state_tone),
        b.stamp(alarm.began_at),
        ended,
        b.text(worst(alarm)),
        answered,
    ]
    return b.Row(cells, url_for("control.room", room_id=room.id))


def worst(alarm: telemetry.Alarm) -> str:
    """Return an alarm's worst value with its unit."""
    return f"{readings.in_units(alarm.kind, alarm.extreme)} {readings.shown_unit(alarm.kind)}".strip()


def answer_forms(session: Session, standing: list[telemetry.Alarm]) -> list[Any]:
    """Return a message for each alarm that stands, with the form that answers it where the reader may."""
    found: list[Any] = []
    for alarm in standing:
        room = facility.get_room(session, alarm.room_id)
        title = _(
            "{room}: {kind}, worst {worst}", room=room.name, kind=named(words.KIND, alarm.kind), worst=worst(alarm)
        )
        tone = "danger" if alarm.severity == "critical" else "warn"
        found.append(b.Say(_(words.ALARM[alarm.state][0]) + " · " + waited(alarm.began_at), tone, title))
        if alarm.acknowledged_at is None and alarm.state != "pending" and may(Permission.ACKNOWLEDGE_ALARM):
            found.append(
                b.Form(
                    f"answer-{alarm.id}",
                    _("Answer this alarm"),
                    url_for("control.answer", alarm_id=alarm.id),
                    _("I have seen it"),
                    [b.Field("text", _("What is being done"), "note")],
                )
            )
    return found


@blueprint.post("/alarms/<uuid:alarm_id>/answer")
def answer(alarm_id: UUID) -> Any:
    """Answer an alarm with a note."""

    def work(session: Session) -> Any:
        wanted = telemetry.AcknowledgeAlarm(uuid_of("id"), alarm_id, text_of("note", most=300))
        return telemetry.acknowledge_alarm(session, wanted, by=actor(), at=now())

    return act(work, _("Answered."), url_for("control.alarms"), _alarms)
