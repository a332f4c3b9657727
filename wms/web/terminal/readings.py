"""Files of penetrometers, refractometers and graders: first what they would do and every bad row, then the doing."""

from typing import Any

from flask import request, url_for

from wms import documents, lots
from wms.delivery.identity import actor, now
from wms.delivery.work import read, write
from wms.kernel.actor import Permission
from wms.kernel.errors import WmsError
from wms.web import quality, uploads
from wms.web.pages import attempt, done, fresh_id, kept_input, may, said, text_of, uuid_of, whole_of
from wms.web.shell import say as _
from wms.web.terminal.workplace import blueprint, page, site_of


@blueprint.route("/readings", methods=["GET", "POST"])
def readings() -> Any:
    """Read a file by its mapping, show what it would do and every bad row; then take it in."""
    actor().must(Permission.INSPECT)
    if request.method == "GET":
        return _page(None, None, None, "")
    text, error = attempt(uploads.sheet_text)
    if error or text is None:
        return _page(None, None, error, "")
    asked, error = attempt(lambda: _asked(text))
    if error or asked is None:
        return _page(None, None, error, text)
    sheet, wanted = asked
    changes, error = attempt(lambda: _dry_or_done(sheet, wanted))
    if error or changes is None or sheet.bad or changes.bad or request.form.get("verdict") != "import":
        return _page(sheet, changes, error, text)
    return done(_("The file was taken in."), url_for("terminal.readings"))


def _asked(text: str) -> tuple[lots.ReadingSheet, lots.ImportReadings]:
    """Return the file as read, and what is asked of it. Raises FieldWrong, MappingNotFound, SheetUnreadable."""
    name, crates = text_of("mapping", most=40), whole_of("sample_units")
    mapping, known, site = read(
        lambda session: (lots.get_mapping(session, name), lots.parameters(session), site_of(session).id)
    )
    sheet = lots.read_readings(documents.read_sheet(text.encode()), mapping, known, now().on)
    return sheet, lots.ImportReadings(uuid_of("id"), site, sheet.rows, crates)


def _dry_or_done(sheet: lots.ReadingSheet, wanted: lots.ImportReadings) -> lots.ReadingChanges:
    if sheet.bad or request.form.get("verdict") != "import":
        return read(lambda session: lots.reading_changes(session, wanted, by=actor(), at=now()))
    return write(lambda session: lots.import_readings(session, wanted, by=actor(), at=now()))


def _page(
    sheet: lots.ReadingSheet | None, changes: lots.ReadingChanges | None, error: WmsError | None, text: str
) -> tuple[str, int]:
    bad = sorted(
        [*(sheet.bad if sheet else ()), *(changes.bad if changes else ())], key=lambda one: (one.line, one.why)
    )
    mappings, known = read(lambda session: (lots.list_mappings(session), lots.parameters(session)))
    typed = kept_input() if request.method == "POST" else {}
    return page(
        "readings", 422 if error or bad else 200, sheet=sheet, changes=changes, bad=bad, text=text,
        id=typed.get("id") or fresh_id(), typed=typed, error=said(error) if error else "", why=quality.BAD_ROW,
        mappings=mappings, names={code: quality.name_of(one) for code, one in known.items()}, known=known,
        value_text=quality.value_text, may_set=may(Permission.MANAGE_FACILITY),
    )  # fmt: skip
