"""Reports over the whole store: on a page, as a file at once, or made by the workers when they are long."""

from datetime import date
from itertools import islice
from typing import Any
from uuid import UUID

from flask import Response, request
from sqlalchemy.orm import Session

from wms import insight
from wms.delivery.house import house
from wms.delivery.identity import actor, now
from wms.delivery.work import read, write
from wms.kernel.actor import Permission
from wms.kernel.errors import NotFound
from wms.web import format, preferences, sheets
from wms.web.desk import blocks as b
from wms.web.desk.workplace import blueprint, must, shown, way
from wms.web.i18n import note
from wms.web.pages import done, uuid_of
from wms.web.shell import say as _
from wms.web.shell import say_count as _n

SHOWN = 200
STATES = {
    "waiting": (note("in the queue"), "quiet"), "working": (note("being made"), "info"), "done": (note("ready"), "ok"),
    "failed": (note("failed"), "danger"),
}  # fmt: skip
LEADS = {
    "stock": note("What is here, grouped by what you choose."),
    "ageing": note("How long it has lain here, and what is past its day."),
    "occupancy": note("How full each room is, by units and by load."),
    "movements": note("Every line of the stock ledger between two days."),
    "shrink": note("What was lost, what of it is allowed, and what the store bears."),
    "arrivals": note("Trucks at the gate and the dock, what is booked, and what is announced."),
    "forecast": note("What the dock has booked day by day, beside the room that is left."),
}
REFRESH_S = 3


@blueprint.get("/reports")
def reports() -> Any:
    """Lead to the reports and to one's files."""
    must(Permission.SEE_ALL)
    return _index()


def _index() -> Any:
    found = read(lambda session: insight.files_of(session, by=actor()))
    rows = [
        b.Row([b.text(sheets.head(name)), b.text(_(LEADS[kind.value]))], way("desk.report", kind=kind.value))
        for kind, name in insight.REPORTS.items()
    ]
    parts: list[Any] = [b.Table(_("Reports"), [b.Column(_("Report")), b.Column(_("What it says"))], rows)]
    parts += [_progress(file) for file in found if file.state in ("waiting", "working")]
    if found:
        parts.append(_files(found))
    answer = shown(b.Screen(_("Reports"), parts, _("Each on a page, and as an Excel or CSV file.")))
    moving = any(file.state in ("waiting", "working") for file in found)
    return (*answer, {"Refresh": str(REFRESH_S)}) if moving else answer


def _progress(file: insight.ReportFile) -> b.Progress:
    label = f"{_report_name(file)} · {file.form.upper()}"
    words = _("You may leave this page; the file will stand here when it is done.")
    return b.Progress(label, file.rows_done, max(1, file.rows_total), words)


def _report_name(file: insight.ReportFile) -> str:
    return sheets.head(insight.REPORTS[insight.ReportKind(file.kind)])


def _files(found: list[insight.ReportFile]) -> b.Table:
    columns = [b.Column(_("File")), b.Column(_("Asked for at")), b.Column(_("Number of rows"), True),
               b.Column(_("File size")), b.Column(_("State"))]  # fmt: skip
    rows = []
    for file in found:
        words, tone = STATES[file.state]
        size = _("{kb} KB", kb=format.count(file.size_bytes // 1024 + 1)) if file.size_bytes else "–"
        url = way("desk.report_file", file_id=file.id) if file.state == "done" else ""
        days = " – ".join(str(file.request.get(name) or "…") for name in ("from_on", "until_on"))
        name = b.text(f"{_report_name(file)} {file.form.upper()}", days if days != "… – …" else "")
        state = b.chip(_(words), tone, file.problem)
        cells = [name, b.stamp(file.asked_at), b.count(file.rows_done), b.text(size), state]
        rows.append(b.Row(cells, url))
    return b.Table(_("My files"), columns, rows, note=_("Kept for two weeks."))


@blueprint.get("/reports/<any(stock, ageing, occupancy, movements, shrink, arrivals, forecast):kind>")
def report(kind: str) -> Any:
    """Show a report."""
    must(Permission.SEE_ALL)
    return _report(insight.ReportKind(kind))


def _wanted(kind: insight.ReportKind) -> insight.ReportRequest:
    def day(name: str) -> date | None:
        try:
            return date.fromisoformat(request.values.get(name, ""))
        except ValueError:
            return None

    group = request.values.get("by", "")
    known = insight.GroupBy(group) if group in set(insight.GroupBy) else insight.GroupBy.OWNER
    return insight.ReportRequest(kind, known, day("from"), day("until"))


def _report(kind: insight.ReportKind) -> Any:
    wanted = _wanted(kind)

    def gather(session: Session) -> tuple[insight.Sheet, int, bool]:
        total = insight.count_rows(session, wanted)
        sheet = insight.report(session, wanted, by=actor(), at=now())
        rows = list(islice(sheet.rows, SHOWN + 1))
        return insight.Sheet(sheet.name, sheet.columns, rows[:SHOWN]), max(total, len(rows)), len(rows) > SHOWN

    sheet, total, cut = read(gather)
    kept = _kept(wanted)
    note_words = _n("{n} row in all; the file holds it.", "{n} rows in all; the file holds them.", total) if cut else ""
    table = sheets.table(sheet, empty=_("Nothing to show."), note=note_words, foot=_foot(wanted, sheet, cut=cut))
    parts: list[Any] = [*_choices(wanted), table]
    tools = []
    if total <= insight.LONG_ROWS:
        for form, words in (("xlsx", _("Excel file")), ("csv", _("CSV file"))):
            tools.append((words, way("desk.report_now", kind=kind.value, form=form, **kept), "download"))
    else:
        parts.insert(-1, _ask_form(wanted, kept))
    return shown(b.Screen(sheets.head(insight.REPORTS[kind]), parts, _(LEADS[kind.value]),
                          (_("Reports"), way("desk.reports")), tools=tools))  # fmt: skip


def _kept(wanted: insight.ReportRequest) -> dict[str, str]:
    days = {"from": wanted.from_on, "until": wanted.until_on}
    kept = {name: day.isoformat() for name, day in days.items() if day is not None}
    return kept | ({"by": wanted.group.value} if wanted.kind is insight.ReportKind.STOCK else {})


def _choices(wanted: insight.ReportRequest) -> list[Any]:
    address = way("desk.report", kind=wanted.kind.value)
    if wanted.kind is insight.ReportKind.STOCK:
        items = [(sheets.head(words), f"{address}?by={group.value}", group is wanted.group)
                 for group, words in insight.GROUPS.items()]  # fmt: skip
        return [b.Links(items, _("Group by"))]
    if wanted.kind not in insight.DATED:
        return []
    fields = [
        b.Field("date", _("From"), "from", wanted.from_on or "", required=False),
        b.Field("date", _("Up to"), "until", wanted.until_on or "", required=False),
    ]
    return [b.Form("days", _("Filter"), address, _("Show"), fields, kind="", method="get")]


def _foot(wanted: insight.ReportRequest, sheet: insight.Sheet, *, cut: bool) -> list[b.Cell]:
    """The sums of what can be summed: units, weights, counts, where every row is on the page."""
    rows = list(sheet.rows)
    summed = (insight.ReportKind.STOCK, insight.ReportKind.AGEING, insight.ReportKind.OCCUPANCY)
    if cut or not rows or wanted.kind not in summed:
        return []
    cells = [b.text(_("Together"))]
    for place, column in list(enumerate(sheet.columns))[1:]:
        values = [row[place] for row in rows]
        if column.unit in (insight.Unit.COUNT, insight.Unit.GRAMS):
            cells.append(sheets.cell(sum(value for value in values if isinstance(value, int)), column))
        else:
            cells.append(b.text(""))
    return cells


def _ask_form(wanted: insight.ReportRequest, kept: dict[str, str]) -> b.Form:
    fields = [
        b.Field("select", _("File"), "form", "xlsx", options=[("xlsx", "Excel"), ("csv", "CSV")]),
        *[b.Field("hidden", "", name, value) for name, value in kept.items()],
    ]
    words = _("This report is long. It is made beside your work; you can leave and find it again under Reports.")
    return b.Form("file", _("As a file"), way("desk.ask_report", kind=wanted.kind.value), _("Make the file"), fields,
                  words)  # fmt: skip


@blueprint.post("/reports/<any(stock, ageing, occupancy, movements, shrink, arrivals, forecast):kind>")
def ask_report(kind: str) -> Any:
    """Have the workers make a report into a file."""
    must(Permission.SEE_ALL)
    form = insight.FileForm.CSV if request.form.get("form") == "csv" else insight.FileForm.XLSX
    wanted = insight.AskFile(uuid_of("id"), _wanted(insight.ReportKind(kind)), form, preferences.current().language)
    write(lambda session: insight.ask_file(session, wanted, by=actor(), at=now()))
    return done(_("The file is being made."), way("desk.reports"))


@blueprint.get(
    "/reports/<any(stock, ageing, occupancy, movements, shrink, arrivals, forecast):kind>.<any(xlsx, csv):form>"
)
def report_now(kind: str, form: str) -> Response:
    """Answer a report that is not long as a file."""
    must(Permission.SEE_ALL)
    wanted = _wanted(insight.ReportKind(kind))

    def gather(session: Session) -> insight.Sheet:
        sheet = insight.report(session, wanted, by=actor(), at=now())
        return insight.Sheet(sheet.name, sheet.columns, list(islice(sheet.rows, insight.LONG_ROWS)))

    sheet, name = read(gather), f"{kind}-{now().on}"
    return sheets.csv_answer(sheet, name) if form == "csv" else sheets.xlsx_answer([sheet], name)


@blueprint.get("/reports/files/<uuid:file_id>")
def report_file(file_id: UUID) -> Response:
    """Answer a file that was made, piece by piece."""
    must(Permission.SEE_ALL)
    file = read(lambda session: insight.get_file(session, file_id, by=actor()))
    if file.state != "done":
        raise NotFound
    database = house().database

    def pieces() -> Any:
        with database.snapshot() as session:
            yield from insight.pieces_of(session, file.id)

    kind = "text/csv; charset=utf-8" if file.form == "csv" else sheets.XLSX_TYPE
    return sheets.download(pieces(), kind, f"{file.kind}-{file.asked_on}.{file.form}")
