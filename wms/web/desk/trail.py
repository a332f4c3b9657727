"""The audit trail: who did what to what."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import request
from sqlalchemy.orm import Session

from wms.delivery.work import read
from wms.kernel import audit
from wms.kernel.actor import SYSTEM, Permission
from wms.web.desk import blocks as b
from wms.web.desk import words
from wms.web.desk.deed_words import DEED, SUBJECT
from wms.web.desk.detail_words import DETAIL
from wms.web.desk.workplace import blueprint, must, person_name, shown, way
from wms.web.format import money, temperature, weight_kg
from wms.web.pages import may
from wms.web.shell import say as _

SUBJECTS = {
    "lot": "desk.lot",
    "loan": "desk.advance",
    "exit": "desk.exit_page",
    "exit_order": "desk.exit_page",
    "deal": "desk.deal",
    "party": "desk.party",
    "journal": "desk.journal",
}
BOOKED = ("loan", "journal")  # pages for those who may see the books
UUID_SIGNS, HYPHENS = 36, 4
# What a detail measures, by the end of its name.
MEASURES: dict[str, Callable[[int], str]] = {
    "fen": lambda fen: f"{money(fen)} {_('yuan')}",
    "grams": lambda grams: f"{weight_kg(grams)} kg",
    "millidegrees": lambda millidegrees: f"{temperature(millidegrees)} °C",
}
KEYS = {
    "lot": "lot_id",
    "loan": "loan_id",
    "exit": "exit_id",
    "exit_order": "exit_id",
    "deal": "deal_id",
    "party": "party_id",
    "journal": "journal_id",
}


@blueprint.get("/audit")
def trail() -> Any:
    """List who did what to what, newest first: of everything, or of one subject or room."""
    return _trail_page()


def _trail_page() -> Any:
    must(Permission.AUDIT)
    cursor, action = request.args.get("cursor"), request.args.get("action", "").strip()
    try:
        subject = UUID(request.args.get("subject", ""))
    except ValueError:
        subject = None
    kept = {"action": action or None, "subject": subject}

    def gather(session: Session) -> tuple[list[b.Row], str | None]:
        found = audit.trail(session, subject_id=subject, action=action, cursor=cursor)
        return [_row(session, row) for row in found.items], found.next_cursor

    rows, following = read(gather)
    columns = [
        b.Column(_("When")),
        b.Column(_("Who")),
        b.Column(_("Did")),
        b.Column(_("On what")),
        b.Column(_("Details")),
    ]
    form = b.Form(
        "trail",
        _("Filter"),
        way("desk.trail"),
        _("Show"),
        [
            b.Field(
                "text",
                _("Deeds that begin with"),
                "action",
                action,
                _("a room or a deed, e.g. {example}", example="lots.move"),
                required=False,
            )
        ],
        kind="",
        method="get",
    )
    more = way("desk.trail", cursor=following, **kept) if following else ""
    table = b.Table(
        _("Audit trail"),
        columns,
        rows,
        _("Nothing fits."),
        next_url=more,
        first_url=way("desk.trail", **kept) if cursor else "",
    )
    return shown(b.Screen(_("Audit trail"), [form, table]))


def _row(session: Session, row: audit.AuditRow) -> b.Row:
    opens = row.subject_kind in SUBJECTS and (row.subject_kind not in BOOKED or may(Permission.SEE_BOOKS))
    url = way(SUBJECTS[row.subject_kind], **{KEYS[row.subject_kind]: row.subject_id}) if opens else ""
    details = " · ".join(_detail(name, value) for name, value in row.details.items() if value is not None)[:160]
    cells = [
        b.stamp(row.acted_at),
        b.text(_who(session, row)),
        b.text(words.named(DEED, row.action), row.action),
        b.text(words.named(SUBJECT, row.subject_kind), str(row.subject_id)[-12:], url),
        b.text(details or "–"),
    ]
    return b.Row(cells)


def _who(session: Session, row: audit.AuditRow) -> str:
    if row.account_id == SYSTEM.account_id and row.person_id is None:
        return _("the system")
    return person_name(session, row.person_id or row.account_id)


def _detail(name: str, value: Any) -> str:
    """Return one detail of a deed: money, weights and degrees with their units, ids by their end."""
    measure = MEASURES.get(name.rpartition("_")[2])
    if isinstance(value, bool):
        said = _("yes") if value else _("no")
    elif measure is not None and isinstance(value, int):
        said = measure(value)
    else:
        said = ", ".join(map(_brief, value if isinstance(value, list) else [value])) or "–"
    return f"{words.named(DETAIL, name)} {said}"


def _brief(value: Any) -> str:
    text = str(value)
    return f"…{text[-12:]}" if len(text) == UUID_SIGNS and text.count("-") == HYPHENS else text
