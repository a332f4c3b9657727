"""Seasons: opened, checked, closed with what is carried over, archived."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Response, request
from sqlalchemy.orm import Session

from wms import insight
from wms.delivery.identity import actor, now
from wms.delivery.work import read
from wms.kernel.actor import Permission
from wms.kernel.errors import WmsError
from wms.web import format, sheets
from wms.web.desk import blocks as b
from wms.web.desk.workplace import act, blueprint, must, person_name, shown, way
from wms.web.i18n import note
from wms.web.pages import FieldWrong, may, text_of, uuid_of
from wms.web.shell import say as _

STATES = {
    "open": (note("under way"), "ok"),
    "closed": (note("closed"), "info"),
    "archived": (note("archived"), "quiet"),
}
EVENTS = {"opened": note("opened"), "closed": note("closed"), "archived": note("archived")}


@blueprint.get("/seasons")
def seasons() -> Any:
    """List the seasons and open the next one."""
    must(Permission.SEE_ALL)
    return _seasons()


def _seasons(error: WmsError | None = None) -> Any:
    found = read(lambda session: insight.list_seasons(session, by=actor()))
    rows = [
        b.Row([b.text(row.code), b.day(row.from_on), b.day(row.until_on), _state(row)],
              way("desk.season", season_id=row.id))
        for row in found
    ]  # fmt: skip
    columns = [b.Column(_("Season")), b.Column(_("First day")), b.Column(_("Its last day")), b.Column(_("State"))]
    fields = [
        b.Field("text", _("Season"), "code", hint=_("e.g. 2026/27")), b.Field("date", _("First day"), "from"),
        b.Field("date", _("Its last day"), "until"),
    ]  # fmt: skip
    forms = [b.Form("open", _("Open a season"), way("desk.seasons"), _("Open it"), fields, kind="")]
    parts = [b.Table(_("Seasons"), columns, rows, _("No season yet.")), *(forms if may(Permission.CLOSE_DAY) else [])]
    return shown(b.Screen(_("Seasons"), parts, _("What is here when one ends goes on in the next.")), error)


def _state(row: insight.Season) -> b.Cell:
    words, tone = STATES[row.state]
    return b.chip(_(words), tone)


@blueprint.post("/seasons")
def open_season() -> Any:
    """Open a season."""
    must(Permission.CLOSE_DAY)

    def work(session: Session) -> Any:
        wanted = insight.OpenSeason(uuid_of("id"), text_of("code", most=20), _day("from"), _day("until"))
        return insight.open_season(session, wanted, by=actor(), at=now())

    return act(work, _("The season is open."), way("desk.seasons"), _seasons)


def _day(field: str) -> date:
    value = request.form.get(field, "")
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise FieldWrong(field=field, value=value[:40]) from error


@blueprint.get("/seasons/<uuid:season_id>")
def season(season_id: UUID) -> Any:
    """Show a season with what is still open in it."""
    must(Permission.SEE_ALL)
    return _season(season_id)


def _season(season_id: UUID, error: WmsError | None = None) -> Any:
    return shown(read(lambda session: _screen(session, season_id)), error)


def _screen(session: Session, season_id: UUID) -> b.Screen:
    row = insight.get_season(session, season_id, by=actor())
    parts: list[Any] = []
    if row.state == "open":
        parts.append(_checks(insight.check_season(session, row)))
    if may(Permission.CLOSE_DAY):
        parts += _forms(row)
    carried = insight.carries_sheet(session, row.id)
    tools = []
    if carried.rows:
        parts.append(sheets.table(carried, caption=_("Carried over"), note=_("By the tariff of each lot.")))
        tools = [(_("Excel file"), way("desk.season_file", season_id=row.id, kind="xlsx"), "download"),
                 (_("CSV file"), way("desk.season_file", season_id=row.id, kind="csv"), "download")]  # fmt: skip
    parts.append(_events(session, row))
    lead = f"{row.from_on} – {row.until_on} · {_(STATES[row.state][0])}"
    return b.Screen(_("Season {code}", code=row.code), parts, lead, (_("Seasons"), way("desk.seasons")), tools=tools)


def _checks(found: insight.SeasonCheck) -> b.Table:
    def row(what: str, count: int, amount: b.Cell, why: str, url: str, *, stops: bool = False) -> b.Row:
        good = b.chip(_("none"), "ok")
        state = good if not count else b.chip(_("stops the close"), "danger") if stops else b.chip(_("goes on"), "info")
        return b.Row([b.text(what, why, url), b.count(count), amount, state])

    nothing = b.text("–")
    rows = [
        row(_("Lots on hand"), found.lots, b.weight(found.grams), _("carried into the next season"),
            way("desk.report", kind="stock")),
        row(_("Exits under way"), found.exits, nothing, _("finish or void them"), way("desk.exit_list"), stops=True),
        row(_("Counts under way"), found.counts, nothing, _("end them at the terminal"), "", stops=True),
        row(_("Unpaid invoices"), found.invoices, b.money(found.invoices_fen), _("stay due"), way("desk.cashier")),
        row(_("Advances running"), found.advances, b.money(found.principal_fen), _("run on"), way("desk.loans")),
    ]  # fmt: skip
    columns = [
        b.Column(_("Still open")),
        b.Column(_("How many"), True),
        b.Column(_("Amount"), True),
        b.Column(_("State")),
    ]
    return b.Table(_("Before it can close"), columns, rows)


def _forms(row: insight.Season) -> list[Any]:
    over = now().on > row.until_on
    if row.state == "open":
        words = _("Lots on hand go on in the next open season; what that costs them is kept.")
        late = _("It runs until {day}; it can be closed after that.", day=format.day(row.until_on))
        to = way("desk.season_step", season_id=row.id, step="close")
        return [b.Form("close", _("Close"), to, _("Close the season"), (), words)] if over else [b.Say(late)]
    if row.state == "closed":
        words = _("No book takes an entry for its days any more. Another person than the one who closed it does this.")
        to = way("desk.season_step", season_id=row.id, step="archive")
        return [b.Form("archive", _("Archive"), to, _("Archive the season"), (), words)]
    return []


def _events(session: Session, row: insight.Season) -> b.Table:
    rows = []
    for event in insight.season_events(session, row.id):
        lots = event.details.get("lots")
        note_words = _("{lots} lots, {kg} kg", lots=lots, kg=format.weight_kg(event.details["grams"])) if lots else "–"
        who = person_name(session, event.person_id or event.account_id)
        cells = [b.text(_(EVENTS[event.kind])), b.stamp(event.happened_at), b.text(who), b.text(note_words)]
        rows.append(b.Row(cells))
    columns = [b.Column(_("What")), b.Column(_("When")), b.Column(_("By")), b.Column(_("Note"))]
    return b.Table(_("What was done"), columns, rows)


@blueprint.post("/seasons/<uuid:season_id>/<any(close, archive):step>")
def season_step(season_id: UUID, step: str) -> Any:
    """Close or archive a season."""
    must(Permission.CLOSE_DAY)
    do = insight.close_season if step == "close" else insight.archive_season
    words = _("The season is closed.") if step == "close" else _("The season is archived.")

    def work(session: Session) -> Any:
        return do(session, insight.SeasonStep(uuid_of("id"), season_id), by=actor(), at=now())

    return act(work, words, way("desk.season", season_id=season_id), lambda error: _season(season_id, error))


@blueprint.get("/seasons/<uuid:season_id>.<any(xlsx, csv):kind>")
def season_file(season_id: UUID, kind: str) -> Response:
    """Answer what was carried over as a file."""
    must(Permission.SEE_ALL)
    row, sheet = read(lambda session: (
        insight.get_season(session, season_id, by=actor()), insight.carries_sheet(session, season_id)
    ))  # fmt: skip
    name = f"season-{row.code}"
    return sheets.csv_answer(sheet, name) if kind == "csv" else sheets.xlsx_answer([sheet], name)
