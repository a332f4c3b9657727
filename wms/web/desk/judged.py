"""The gates of an advance on the desk: as they stand now, and as they were judged at each step."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from sqlalchemy.orm import Session

from wms import lending, lots
from wms.delivery.house import house
from wms.delivery.identity import now
from wms.web import format
from wms.web.desk import blocks as b
from wms.web.desk import words
from wms.web.gates_view import GateLine, gate_lines, sentence
from wms.web.shell import say as _

UNDECIDED = ("asked", "checked", "approved")


def judged(session: Session, loan: lending.Loan, lot: lots.Lot) -> list[Any]:
    """Return the gates now while a decision is due, then each time they were judged, the newest open."""
    terms = lending.terms_of_loan(session, loan)
    found: list[Any] = []
    if loan.state in UNDECIDED:
        today = gate_lines(lending.evidence_of(session, lot.id, now(), terms), terms)
        found.append(_table(_("The gates now"), today))
    times = [_table(title, lines) for title, lines in _times(session, loan, terms)]
    if not times:
        return [*found, b.Table(_("The gates as they were judged"), [], [], _("No gate was judged."))]
    if not found:
        found.append(times.pop(0))
    return [*found, *(b.Fold(table.caption, [table]) for table in times)]


def _times(session: Session, loan: lending.Loan, terms: lending.Terms) -> list[tuple[str, list[GateLine]]]:
    """Return each time the gates were judged with its lines, newest first."""
    steps, order = list(words.LOAN_STEP), list(words.GATE)
    kept = sorted(
        lending.gates_of(session, loan.id),
        key=lambda row: (row.checked_at, steps.index(row.step), order.index(row.gate)),
    )
    zone = house().config.site.timezone
    found = []
    for (at, step), rows in groupby(kept, key=lambda row: (row.checked_at, row.step)):
        title = _("The gates {step}, {at}", step=words.named(words.LOAN_STEP, step), at=format.stamp(at, zone))
        lines = [
            GateLine(row.group_name, row.gate, row.passed, sentence(row.gate, row.evidence, terms)) for row in rows
        ]
        found.append((title, lines))
    return found[::-1]


def _table(caption: str, lines: Sequence[GateLine]) -> b.Table:
    rows = [
        b.Row(
            [
                b.text(words.named(words.GATE, line.name), words.named(words.GATE_GROUP, line.group)),
                b.chip(_("open"), "ok") if line.passed else b.chip(_("closed"), "danger"),
                b.text(line.words),
            ]
        )
        for line in lines
    ]
    return b.Table(caption, [b.Column(_("Condition")), b.Column(_("Result")), b.Column(_("Evidence"))], rows)
