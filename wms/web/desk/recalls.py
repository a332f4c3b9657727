"""Recalls and drills: the question, the answer that must balance, what is held, and the clock."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Response, request
from sqlalchemy.orm import Session

from wms import facility, insight
from wms.delivery.identity import actor, now
from wms.delivery.work import read
from wms.kernel.actor import Permission
from wms.kernel.errors import WmsError
from wms.web import format, sheets, tracing
from wms.web.desk import blocks as b
from wms.web.desk.workplace import act, blueprint, must, person_name, shown, way
from wms.web.i18n import note
from wms.web.pages import FieldWrong, may, text_of, uuid_of, whole_of
from wms.web.shell import say as _
from wms.web.shell import say_count as _n

KINDS = {"drill": note("drill"), "recall": note("recall")}
EVENTS = {"held": note("set in quarantine"), "lifted": note("quarantine lifted"), "ended": note("ended")}


@blueprint.get("/recalls")
def recalls() -> Any:
    """List recalls and drills, and ask a new question."""
    must(Permission.SEE_ALL)
    return _recalls()


def _recalls(error: WmsError | None = None) -> Any:
    cursor = request.args.get("cursor")

    def gather(session: Session) -> b.Screen:
        found = insight.list_recalls(session, by=actor(), cursor=cursor)
        rows = [_row(session, drill) for drill in found.items]
        columns = [b.Column(_("Recall")), b.Column(_("Why")), b.Column(_("Started")), b.Column(_("Lots"), True),
                   b.Column(_("On hand"), True), b.Column(_("Went out"), True), b.Column(_("Reconciles")),
                   b.Column(_("Time taken"))]  # fmt: skip
        more = way("desk.recalls", cursor=found.next_cursor) if found.next_cursor else ""
        table = b.Table(_("Recalls and drills"), columns, rows, _("No drill yet. One a season keeps the way known."),
                        next_url=more, first_url=way("desk.recalls") if cursor else "")  # fmt: skip
        forms = [_start_form(session)] if may(Permission.HOLD_STOCK) else []
        return b.Screen(_("Recalls"), [*forms, table], _("From one suspicion to every crate of it, against the clock."))

    return shown(read(gather), error)


def _row(session: Session, drill: insight.RecallDrill) -> b.Row:
    cells = [
        b.text(drill.code, _(KINDS[drill.kind])), b.text(drill.reason), b.stamp(drill.started_at),
        b.count(drill.lots), b.weight(drill.grams_on_hand), b.weight(drill.grams_out),
        _balanced(drill.difference_grams), _clock(insight.end_of_recall(session, drill.id)),
    ]  # fmt: skip
    return b.Row(cells, way("desk.recall", recall_id=drill.id))


def _balanced(difference: int) -> b.Cell:
    if difference == 0:
        return b.chip(_("balances"), "ok")
    return b.chip(_("{kg} kg missing", kg=format.weight_kg(difference)), "danger")


def _clock(end: insight.RecallEvent | None) -> b.Cell:
    return b.chip(_("running"), "warn") if end is None else b.chip(_("ended"), "quiet", took(end.details["seconds"]))


def took(seconds: int) -> str:
    """Return a time taken in words."""
    if seconds < 3600:
        return _n("1 minute", "{n} minutes", max(1, round(seconds / 60)))
    return _("{hours} h {minutes} min", hours=seconds // 3600, minutes=seconds % 3600 // 60)


def _start_form(session: Session) -> b.Form:
    rooms = [("", _("any")), *[(str(room.id), f"{room.code} {room.name}") for room in facility.list_rooms(session)]]
    fields = [
        b.Field("select", _("This is"), "kind", "drill", options=[(kind, _(word)) for kind, word in KINDS.items()]),
        b.Field("text", _("Why"), "reason", hint=_("e.g. residue found in a sample")),
        b.Field("text", _("Number"), "number", request.args.get("q", ""),
                _("lot, crate, delivery, receipt, invoice or deal"), required=False),
        b.Field("text", _("or orchard block"), "block", required=False),
        b.Field("select", _("or room"), "room", options=rooms, required=False),
        b.Field("date", _("From"), "from", required=False, hint=_("harvested, or in the room, from this day")),
        b.Field("date", _("Up to"), "until", required=False),
        b.Field("check", _("Only what was made of it from there on"), "onward", False),
    ]  # fmt: skip
    return b.Form("start", _("Start"), way("desk.recalls"), _("Find everything"), fields,
                  _("The clock starts with the answer and is kept."), kind="primary")  # fmt: skip


@blueprint.post("/recalls")
def start_recall() -> Any:
    """Ask a question and start its clock."""
    recall_id: list[UUID] = []

    def work(session: Session) -> Any:
        wanted = insight.StartRecall(
            uuid_of("id"), insight.RecallKind(_kind()), _question(), text_of("reason", needed=False)
        )
        recall_id.append(wanted.id)
        return insight.start_recall(session, wanted, by=actor(), at=now())

    url = way("desk.recall", recall_id=request.form.get("id", ""))
    return act(work, _("Everything was found. The clock runs."), url, _recalls)


def _kind() -> str:
    kind = request.form.get("kind", "")
    if kind not in KINDS:
        raise FieldWrong(field="kind", value=kind[:40])
    return kind


def _question() -> insight.Question:
    room = request.form.get("room", "")
    return insight.Question(
        text_of("number", needed=False), text_of("block", most=80, needed=False), uuid_of("room") if room else None,
        _day("from"), _day("until"), "onward" in request.form,
    )  # fmt: skip


def _day(field: str) -> date | None:
    value = request.form.get(field, "")
    try:
        return date.fromisoformat(value) if value else None
    except ValueError as error:
        raise FieldWrong(field=field, value=value[:40]) from error


@blueprint.get("/recalls/<uuid:recall_id>")
def recall(recall_id: UUID) -> Any:
    """Show a recall as it stands."""
    must(Permission.SEE_ALL)
    return _recall(recall_id)


def _recall(recall_id: UUID, error: WmsError | None = None) -> Any:
    return shown(read(lambda session: _screen(session, recall_id)), error)


def _now_standing(session: Session, recall_id: UUID) -> tuple[insight.RecallDrill, insight.Affected]:
    drill = insight.get_recall(session, recall_id, by=actor())
    return drill, insight.standing(session, [UUID(text) for text in drill.lot_ids])


def _screen(session: Session, recall_id: UUID) -> b.Screen:
    drill, found = _now_standing(session, recall_id)
    end = insight.end_of_recall(session, drill.id)
    parts: list[Any] = [_stats(drill, found, end)]
    if found.leaving:
        parts.append(_leaving(found))
    parts += _forms(drill, found, end) if may(Permission.HOLD_STOCK) else []
    parts += [
        b.Pair([_asked(session, drill)], [_balance(found)]),
        _lots(found), _places(found), _receivers(found), tracing.departures(found.departures),
        _events(session, drill),
    ]  # fmt: skip
    tools = [
        (_("Excel file"), way("desk.recall_file", recall_id=drill.id, kind="xlsx"), "download"),
        (_("CSV file"), way("desk.recall_file", recall_id=drill.id, kind="csv"), "download"),
    ]
    title = _("Drill {code}", code=drill.code) if drill.kind == "drill" else _("Recall {code}", code=drill.code)
    return b.Screen(title, parts, drill.reason, (_("Recalls"), way("desk.recalls")), tools=tools)


def _stats(drill: insight.RecallDrill, found: insight.Affected, end: insight.RecallEvent | None) -> b.Stats:
    on_hand = sum(lot.units_on_hand for lot in found.lots)
    held = sum(lot.units_held for lot in found.lots)
    clock = b.text(took(end.details["seconds"])) if end else b.text(
        took(int((now().at - drill.started_at).total_seconds()))
    )  # fmt: skip
    return b.Stats([
        b.Stat(_("Time taken"), clock, _("ended") if end else _("running"), tone="" if end else "warn"),
        b.Stat(_("Lots"), b.count(len(found.lots))),
        b.Stat(_("On hand"), b.weight(found.balance.grams_on_hand), _n("1 unit", "{n} units", on_hand)),
        b.Stat(_("In quarantine"), b.count(held), _("of {n} units here", n=format.count(on_hand)),
               tone="ok" if held == on_hand else "warn"),
        b.Stat(_("Went out"), b.weight(found.balance.grams_out), _n("1 receiver", "{n} receivers", found.receivers)),
        b.Stat(_("Reconciles"), _balanced(found.balance.difference)),
    ])  # fmt: skip


def _leaving(found: insight.Affected) -> b.Say:
    trucks = ", ".join(f"{one.lot_code} {one.plate}" for one in found.leaving[:8])
    words = _n("1 exit is on its way: stop it.", "{n} exits are on their way: stop them.", len(found.leaving))
    return b.Say(f"{words} {trucks}", "danger", _("Still leaving"))


def _forms(drill: insight.RecallDrill, found: insight.Affected, end: insight.RecallEvent | None) -> list[Any]:
    def to(step: str) -> str:
        return way("desk.recall_step", recall_id=drill.id, step=step)

    forms: list[Any] = []
    free = sum(lot.units_on_hand - lot.units_held for lot in found.lots)
    held = sum(lot.units_held for lot in found.lots)
    if end is None and free:
        words = _n("1 unit can still be sold or leave.", "{n} units can still be sold or leave.", free)
        forms.append(b.Form("hold", _("Quarantine"), to("hold"), _("Quarantine all that is here"), (), words))
    if held:
        words = _("Only what this recall has set in quarantine. It takes two: one asks, another lets go.")
        forms.append(b.Form("lift", _("Let go"), to("lift"), _("Lift this recall's quarantine"), (), words, kind=""))
    if end is None:
        fields = [
            b.Field("number", _("Units found on the floor"), "found", sum(lot.units_on_hand for lot in found.lots)),
            b.Field("number", _("Receivers reached"), "reached", found.receivers),
            b.Field("area", _("What was learned"), "note", required=False),
        ]
        forms.append(b.Form("end", _("Stop the clock"), to("end"), _("End it"), fields, kind=""))
    half = (len(forms) + 1) // 2
    return [b.Pair(forms[:half], forms[half:])] if len(forms) > 1 else forms


def _asked(session: Session, drill: insight.RecallDrill) -> b.Facts:
    question = insight.question_of(drill)
    room = facility.get_room(session, question.room_id).name if question.room_id else ""
    days = " – ".join(day.isoformat() for day in (question.from_on, question.until_on) if day is not None)
    what = question.number or question.block or room
    pairs = [
        (_("Suspected"), b.text(what, days)),
        (_("Reaches"), b.text(_("from there on") if question.onward else _("what it came from, too"))),
        (_("Started"), b.stamp(drill.started_at, person_name(session, drill.person_id or drill.account_id))),
        (_("Found then"), b.weight(drill.grams_in, _n("1 lot", "{n} lots", drill.lots))),
        (_("Reconciled then"), _balanced(drill.difference_grams)),
    ]
    return b.Facts(_("The question"), pairs)


def _balance(found: insight.Affected) -> b.Facts:
    balance = found.balance
    pairs = [
        (_("Came in"), b.weight(balance.grams_in, _("by the stock ledger"))),
        (_("On hand"), b.weight(balance.grams_on_hand, _("by the lots"))),
        (_("Went out"), b.weight(balance.grams_out, _("by the exit orders"))),
        (_("Loss of weight"), b.weight(balance.grams_loss)),
    ]
    if balance.grams_passed:
        pairs.append((_("Went into other lots"), b.weight(balance.grams_passed)))
    pairs.append((_("Not accounted for"), _balanced(balance.difference)))
    return b.Facts(_("In = on hand + out + loss"), pairs, "" if balance.difference == 0 else "danger")


def _lots(found: insight.Affected) -> b.Table:
    columns = [b.Column(_("Lot")), b.Column(_("Owner")), b.Column(_("Orchard block")), b.Column(_("Came in")),
               b.Column(_("Entry weight"), True), b.Column(_("On hand"), True), b.Column(_("In quarantine"), True),
               b.Column(_("Went out"), True), b.Column(_("Loss of weight"), True)]  # fmt: skip
    rows = [
        b.Row([
            b.text(lot.code, ", ".join(lot.parents)), b.text(lot.owner_name), b.text(lot.orchard_block or "–"),
            b.day(lot.entry_on), b.weight(lot.entry_grams),
            b.weight(lot.grams_on_hand, _("{n} units", n=format.count(lot.units_on_hand))),
            b.count(lot.units_held), b.weight(lot.grams_out), b.weight(lot.grams_loss),
        ], way("desk.trace", q=lot.code))
        for lot in found.lots
    ]  # fmt: skip
    return b.Table(_("Every lot it touches"), columns, rows)


def _places(found: insight.Affected) -> b.Table:
    columns = [b.Column(_("Room")), b.Column(_("Slot")), b.Column(_("Lot")), b.Column(_("Units"), True)]
    rows = [
        b.Row([b.text(place.room_name or _("dock"), place.room_code), b.code(place.slot_code or "–"),
               b.text(place.lot_code), b.count(place.units)])
        for place in found.places
    ]  # fmt: skip
    return b.Table(_("What is here, and where"), columns, rows, _("Nothing is here any more."))


def _receivers(found: insight.Affected) -> b.Table:
    sums: dict[str, tuple[int, int, set[str]]] = {}
    for one in found.departures:
        if one.gone:
            units, grams, trucks = sums.get(one.recipient_name, (0, 0, set()))
            sums[one.recipient_name] = (units + one.units, grams + (one.out_grams or 0), trucks | {one.plate})
    rows = [
        b.Row([b.text(name), b.count(units), b.weight(grams), b.text(", ".join(sorted(trucks)))])
        for name, (units, grams, trucks) in sorted(sums.items())
    ]
    columns = [b.Column(_("Receiver")), b.Column(_("Units"), True), b.Column(_("Weight"), True), b.Column(_("Trucks"))]
    return b.Table(_("Who has some of it"), columns, rows, _("Nothing has left."))


def _events(session: Session, drill: insight.RecallDrill) -> b.Table:
    rows = [
        b.Row([b.text(_(EVENTS[event.kind])), b.stamp(event.happened_at), b.count(event.units),
               b.text(person_name(session, event.person_id or event.account_id)),
               b.text(event.details.get("note") or ", ".join(event.details.get("lots", {})) or "–")])
        for event in insight.events_of_recall(session, drill.id)
    ]  # fmt: skip
    columns = [b.Column(_("What")), b.Column(_("When")), b.Column(_("Units"), True), b.Column(_("By")),
               b.Column(_("Note"))]  # fmt: skip
    return b.Table(_("What was done"), columns, rows, _("Nothing yet."))


@blueprint.post("/recalls/<uuid:recall_id>/<any(hold, lift, end):step>")
def recall_step(recall_id: UUID, step: str) -> Any:
    """Hold, let go, or stop the clock."""
    must(Permission.HOLD_STOCK)
    done = {
        "hold": _("All that is here is in quarantine."),
        "lift": _("Asked for; what somebody else had asked for is let go."),
        "end": _("The clock has stopped."),
    }
    url = way("desk.recall", recall_id=recall_id)
    return act(lambda session: _stepped(session, recall_id, step), done[step], url, lambda e: _recall(recall_id, e))


def _stepped(session: Session, recall_id: UUID, step: str) -> insight.RecallEvent:
    by, at = actor(), now()
    if step == "end":
        wanted = insight.EndRecall(
            uuid_of("id"), recall_id, whole_of("found"), whole_of("reached"), text_of("note", most=500, needed=False)
        )
        return insight.end_recall(session, wanted, by=by, at=at)
    do = insight.hold_recalled if step == "hold" else insight.lift_recalled
    return do(session, insight.RecallStep(uuid_of("id"), recall_id), by=by, at=at)


@blueprint.get("/recalls/<uuid:recall_id>.<any(xlsx, csv):kind>")
def recall_file(recall_id: UUID, kind: str) -> Response:
    """Answer a recall as a file: XLSX with everything, or CSV of the lots."""
    must(Permission.SEE_ALL)
    drill, found, end = read(lambda session: (
        *_now_standing(session, recall_id), insight.end_of_recall(session, recall_id)
    ))  # fmt: skip
    parts = insight.recall_sheets(drill.code, drill.started_at, end.happened_at if end else None, found)
    return sheets.csv_answer(parts[1], drill.code) if kind == "csv" else sheets.xlsx_answer(parts, drill.code)
