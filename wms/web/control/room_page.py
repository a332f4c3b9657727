"""One room: curves with alarm bands, sensors, what lies in it, its process and its alarms."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import request, url_for
from sqlalchemy.orm import Session

from wms import facility, lots, parties, telemetry
from wms.delivery.identity import actor, now
from wms.delivery.work import read
from wms.kernel.actor import Permission
from wms.kernel.errors import WmsError
from wms.web import curves
from wms.web.control import readings, words
from wms.web.control.alarms import alarm_columns, alarm_row, answer_forms
from wms.web.control.rooms import fill_of, process_of, slots_of
from wms.web.control.workplace import blueprint, shown
from wms.web.desk import blocks as b
from wms.web.desk.words import named
from wms.web.desk.workplace import act, person_name
from wms.web.pages import choice_of, may, text_of, uuid_of
from wms.web.shell import say as _

SPANS = {"day": 1, "week": 7, "month": 31, "season": 240}


@blueprint.get("/rooms/<uuid:room_id>")
def room(room_id: UUID) -> Any:
    """Show a room."""
    return _room(room_id)


def _room(room_id: UUID, error: WmsError | None = None) -> Any:
    return shown(read(lambda session: _screen(session, room_id)), error)


def _screen(session: Session, room_id: UUID) -> b.Screen:
    row = facility.get_room(session, room_id)
    sensors = telemetry.sensors_of(session, [room_id])
    span = request.args.get("span", "week")
    span = span if span in SPANS else "week"
    names = {"day": _("Last day"), "week": _("Last week"), "month": _("Last month"), "season": _("The season")}
    ranges = [(names[each], url_for("control.room", room_id=room_id, span=each), each == span) for each in SPANS]
    kinds = sorted(
        {sensor.kind for sensor in sensors if sensor.kind in ("temperature", "humidity", "co2", "o2")},
        key=["temperature", "humidity", "o2", "co2"].index,
    )
    alarms = [alarm for alarm in telemetry.open_alarms(session, [room_id])]
    fill = fill_of(session, row.id)
    parts: list[Any] = [_now(sensors), *answer_forms(session, alarms)]
    parts += [b.Links(ranges, _("Range")), *[_chart(session, row, kind, sensors, span) for kind in kinds]]
    parts += [
        _sensors(sensors),
        b.Pair([_process(session, row, fill)], _forms(row, fill)),
        _slots(session, row),
        _alarms(session, row),
    ]
    return b.Screen(
        row.name,
        parts,
        f"{row.code} · {_(words.STORAGE[row.storage_type])} · {process_of(row, fill)}",
        (_("Rooms"), url_for("control.rooms")),
        ("charts",),
    )


def _now(sensors: list[telemetry.Sensor]) -> b.Stats:
    found = []
    for kind in ("temperature", "humidity", "o2", "co2"):
        if any(sensor.kind == kind for sensor in sensors):
            seen = readings.newest(sensors, kind)
            shown_value = readings.in_units(kind, seen.value)
            cell = b.text(f"{shown_value} {readings.shown_unit(kind)}") if shown_value else b.Cell("text", None)
            note = _("Stale: {age}", age=readings.age(seen.at)) if seen.stale else readings.age(seen.at)
            found.append(b.Stat(_(words.KIND[kind]), cell, note, tone="stale" if seen.stale else ""))
    return b.Stats(found)


def _chart(session: Session, row: facility.Room, kind: str, sensors: list[telemetry.Sensor], span: str) -> b.Chart:
    of_kind = [sensor for sensor in sensors if sensor.kind == kind]
    unit = readings.shown_unit(kind)
    series = [{"label": sensor.place, "unit": unit, "places": 1} for sensor in of_kind]
    limits = telemetry.limits_of(session, row.id, kind)
    url = url_for("control.curve", room_id=row.id, kind=kind, span=span)
    return b.Chart(
        _(words.KIND[kind]),
        url,
        series,
        _bands(kind, limits),
        table_url=url_for("control.readings_table", sensor_id=of_kind[0].id),
    )


def _bands(kind: str, limits: telemetry.Limits | None) -> list[dict[str, Any]]:
    if limits is None:
        return []
    scale = readings.scale_of(kind)
    found: list[dict[str, Any]] = []
    if limits.high is not None:
        found.append({"from": limits.high / scale, "tone": "danger"})
    if limits.low is not None:
        found.append({"to": limits.low / scale, "tone": "danger"})
    return found


def _sensors(sensors: list[telemetry.Sensor]) -> b.Table:
    rows = [
        b.Row(
            [
                b.text(sensor.place, f"{sensor.gateway} {sensor.name}"),
                b.text(named(words.KIND, sensor.kind)),
                readings.value_cell(sensor),
                readings.quality_cell(sensor),
                b.text(readings.age(sensor.last_at)),
            ],
            url_for("control.readings_table", sensor_id=sensor.id),
        )
        for sensor in sensors
    ]
    columns = [
        b.Column(_("Sensor")),
        b.Column(_("Kind")),
        b.Column(_("Last value")),
        b.Column(_("Quality")),
        b.Column(_("Age")),
    ]
    return b.Table(_("Sensors"), columns, rows, _("No sensor is adopted here."))


def _process(session: Session, row: facility.Room, fill: int | None) -> b.Table:
    rows = [
        b.Row(
            [
                b.stamp(event.happened_at),
                b.text(_(words.EVENT[event.event])),
                b.text(_(words.ROOM[event.to_state])),
                b.text(event.note or "–", person_name(session, event.account_id)),
            ]
        )
        for event in reversed(facility.room_events(session, row.id))
    ]
    nothing = _("Nothing was written down yet.") if fill else _("Nothing happened yet: the room is empty.")
    columns = [b.Column(_("When")), b.Column(_("Event")), b.Column(_("State then")), b.Column(_("Note"))]
    return b.Table(_("The room's process"), columns, rows, nothing)


def _forms(row: facility.Room, fill: int | None) -> list[Any]:
    ways = facility.next_states(facility.RoomState(row.state), facility.StorageType(row.storage_type))
    state = b.Facts(
        _("Process"), [(_("State"), b.text(process_of(row, fill))), (_("Since"), b.stamp(row.state_since_at))]
    )
    parts: list[Any] = [state]
    if fill and row.state == "empty":
        parts.append(b.Say(_("Goods lie here, but nobody wrote down that filling began."), "warn"))
    if not may(Permission.MANAGE_FACILITY) or not ways:
        return parts
    form = b.Form(
        "advance",
        _("Next step of the room"),
        url_for("control.advance_room", room_id=row.id),
        _("Write it down"),
        [
            b.Field("select", _("Event"), "event", options=[(each.value, _(words.EVENT[each])) for each in ways]),
            b.Field("text", _("Note"), "note", required=False),
        ],
    )
    return [*parts, form]


def _slots(session: Session, row: facility.Room) -> b.Table:
    slots = slots_of(session, row.id)
    stock: dict[UUID, list[lots.SlotStock]] = {}
    for each in lots.stock_of_slots(session, [slot.id for slot in slots]):
        stock.setdefault(each.slot_id, []).append(each)
    rows = []
    for slot in slots:
        here = stock.get(slot.id, [])
        units = sum(each.units for each in here)
        names = ", ".join(f"{each.lot_code} {parties.get_party(session, each.owner_id).name}" for each in here)
        full = b.percent(units * 1000 // slot.capacity_units) if slot.capacity_units else b.percent(None)
        rows.append(b.Row([b.code(slot.code), b.text(names or "–"), b.count(units), full]))
    columns = [b.Column(_("Slot")), b.Column(_("Lots")), b.Column(_("Units"), True), b.Column(_("Full"), True)]
    return b.Table(_("What lies here"), columns, rows, _("No slot yet."))


def _alarms(session: Session, row: facility.Room) -> b.Table:
    found = [alarm for alarm in telemetry.list_alarms(session, limit=200).items if alarm.room_id == row.id]
    rows = [alarm_row(session, alarm) for alarm in found]
    return b.Table(_("Alarm history"), alarm_columns(), rows, _("Never an alarm."))


@blueprint.get("/rooms/<uuid:room_id>/curve/<kind>.json")
def curve(room_id: UUID, kind: str) -> Any:
    """Return the curves of a kind in a room, at most 2,000 points a sensor, broken where none came."""
    days = SPANS.get(request.args.get("span", ""), 7)
    until = now().at
    since = until - timedelta(days=days)

    def gather(session: Session) -> list[curves.Line]:
        sensors = [each for each in telemetry.sensors_of(session, [room_id]) if each.kind == kind]
        found = [telemetry.curve(session, sensor, since, until) for sensor in sensors]
        return [curves.line_of(buckets, readings.scale_of(kind)) for buckets in found]

    return curves.on_one_axis(read(gather))


@blueprint.get("/sensors/<uuid:sensor_id>")
def readings_table(sensor_id: UUID) -> Any:
    """List a sensor's readings, newest first: the curve's numbers as a table."""
    return _readings_table_page(sensor_id)


def _readings_table_page(sensor_id: UUID) -> Any:
    cursor = request.args.get("cursor")

    def gather(session: Session) -> b.Screen:
        sensor = telemetry.get_sensor(session, sensor_id)
        found = telemetry.readings_of(session, sensor, cursor=cursor, limit=100)
        rows = [
            b.Row(
                [
                    b.stamp(each.at),
                    b.text(readings.in_units(sensor.kind, each.value, 2) or "–"),
                    b.text(named(words.QUALITY, each.quality) if each.quality else _("good")),
                    b.code(f"{each.epoch}/{each.sequence}"),
                ]
            )
            for each in found.items
        ]
        unit = readings.shown_unit(sensor.kind)
        columns = [
            b.Column(_("When")),
            b.Column(_("Value in {unit}", unit=unit or "–")),
            b.Column(_("Quality")),
            b.Column(_("Message")),
        ]
        more = url_for("control.readings_table", sensor_id=sensor_id, cursor=found.next_cursor)
        table = b.Table(_("Readings"), columns, rows, _("No reading."), next_url=more if found.next_cursor else "")
        return b.Screen(
            sensor.place,
            [table],
            f"{sensor.gateway} {sensor.name}",
            (_("Room"), url_for("control.room", room_id=sensor.room_id)),
        )

    return shown(read(gather))


@blueprint.post("/rooms/<uuid:room_id>/advance")
def advance_room(room_id: UUID) -> Any:
    """Write down the next step of a room's process."""

    def work(session: Session) -> Any:
        event = choice_of("event", facility.RoomEventKind)
        wanted = facility.AdvanceRoomRequest(uuid_of("id"), room_id, event, text_of("note", needed=False))
        return facility.advance_room(session, wanted, by=actor(), at=now())

    return act(work, _("Written down."), url_for("control.room", room_id=room_id), lambda error: _room(room_id, error))
