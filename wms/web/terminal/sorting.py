"""Sorting a lot: weigh what comes off the line, say of which grade it is, and make the new lots in one step."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import make_response, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from wms import lots, receipts
from wms.delivery.identity import actor, now
from wms.delivery.work import read, write
from wms.kernel.actor import Actor
from wms.kernel.errors import WmsError
from wms.kernel.ids import derived_id
from wms.web.pages import FieldWrong, attempt, done, fresh_id, kept_input, said, text_of, uuid_of
from wms.web.shell import say as _
from wms.web.terminal import lots_pages, queued, scales, weighing, words
from wms.web.terminal.workplace import blueprint, page

MOST_LINES = 8
MOST_OTHERS = 12
CULLS = "culls"


@dataclass(frozen=True, slots=True)
class SortView:
    """Everything the page of a sorting shows."""

    shown: lots_pages.LotView
    others: list[tuple[lots.Lot, int]]
    weighings: list[lots.Weighing]
    scales: list[scales.Scale]


def view(session: Session, lot_id: UUID, by: Actor) -> SortView:
    """Return what the page shows: the lot, others that may be sorted with it, what was weighed. Raises LotNotFound."""
    shown = lots_pages.view(session, lot_id, by)
    row = shown.row
    wanted = lots.LotFilter(owner_id=row.owner_id, site_id=row.site_id, variety=row.variety, on_hand=True,
                            entered_from=row.entry_on, entered_until=row.entry_on)  # fmt: skip
    like = [other for other in lots.list_lots(session, by, wanted, limit=50).items
            if other.id != row.id and other.storage_type == row.storage_type
            and other.owner_class == row.owner_class]  # fmt: skip
    others = [(other, sortable(other)) for other in like if sortable(other)]
    return SortView(shown, others[:MOST_OTHERS], lots.sort_weighings(session, [row.id]), scales.list_scales(session))


def sortable(row: lots.Lot) -> int:
    """Return how many units of a lot may go over the line: those no hold stands on."""
    held = (row.sale_units, row.exit_units, row.pledge_units, row.lien_units, row.count_units, row.quarantine_units)
    return 0 if row.quarantine_units else max(0, row.units_on_hand - sum(held))


@blueprint.route("/lots/<uuid:lot_id>/sort", methods=["GET", "POST"])
def sort(lot_id: UUID) -> Any:
    """Show a sorting under way, or make the new lots and their receipts."""
    if request.method == "GET" or "add" in request.form:
        return sort_page(lot_id, None)
    made, error = attempt(lambda: write(lambda session: _complete(session, lot_id)))
    if error or made is None:
        return sort_page(lot_id, error)
    return done(_("Sorted: new lots and receipts made. Print the labels, then put away."),
                url_for("terminal.lot", lot_id=made.lot_ids[0]))  # fmt: skip


@blueprint.post("/lots/<uuid:lot_id>/sort/weigh")
def weigh_sorted(lot_id: UUID) -> Response:
    """Take a weight of what was sorted from the capture the form cites."""
    subject = weighing.Subject(lot_id=lot_id)
    return queued.answer(
        lambda fields: weighing.take(fields, subject),
        url_for("terminal.sort", lot_id=lot_id),
        lambda error: make_response(*sort_page(lot_id, error)),
    )


@blueprint.route("/lots/<uuid:lot_id>/sort/typed", methods=["GET", "POST"])
def typed_of_sort(lot_id: UUID) -> Response:
    """Type a weight of what was sorted, with a reason and a witness."""
    read(lambda session: lots.get_visible_lot(session, lot_id, actor()))
    subject, back_url = weighing.Subject(lot_id=lot_id), url_for("terminal.sort", lot_id=lot_id)
    if request.method == "GET":
        return weighing.typed_page(subject, lots.Purpose.SORT.value, back_url)
    act = lambda: weighing.take_typed(subject, lots.Purpose.SORT)  # noqa: E731
    return weighing.typed(subject, lots.Purpose.SORT.value, back_url, act)


def _complete(session: Session, lot_id: UUID) -> lots.Regraded:
    of = {_named(name): place for name, place in request.form.items() if name.startswith("of_")}
    others = {_named(name): queued.whole(request.form, name, 0) for name in request.form if name.startswith("units_")}
    inputs = [(lot_id, queued.whole(request.form, "units")), *others.items()]
    wanted = lots.Regrade(
        id=uuid_of("id"),
        inputs=tuple(lots.RegradeInput(number, units) for number, units in inputs if units),
        outputs=tuple(
            _output(number, tuple(key for key, place in of.items() if place == str(number)))
            for number in range(1, _count() + 1)
            if request.form.get(f"grade-{number}") or str(number) in of.values()
        ),
        cull_weighing_ids=tuple(key for key, place in of.items() if place == CULLS),
        note=text_of("note", needed=False),
    )
    return receipts.regrade(session, wanted, by=actor(), at=now())


def _named(name: str) -> UUID:
    """Return the row a field is about. Raises FieldWrong."""
    try:
        return UUID(name.partition("_")[2])
    except ValueError as error:
        raise FieldWrong(field="of", value=name[:40]) from error


def _output(number: int, weighing_ids: tuple[UUID, ...]) -> lots.RegradeOutput:
    """Return one line of the form. Raises FieldWrong."""
    fields = {name.removesuffix(f"-{number}"): text.strip() for name, text in request.form.items()
              if name.endswith(f"-{number}")}  # fmt: skip
    grade = fields.get("grade", "")
    if not grade or len(grade) > 40 or len(fields.get("colour", "")) > 40:
        raise FieldWrong(field="grade", value=grade[:40])
    sized = bool(fields.get("size_mm"))
    rule = fields.get("size_rule", "")
    return lots.RegradeOutput(
        lot_id=derived_id(uuid_of("id"), "lot", number),
        grade=grade,
        weighing_ids=weighing_ids,
        size_mm=queued.whole(fields, "size_mm") if sized else None,
        size_rule=lots.SizeRule(rule) if sized and rule in set(lots.SizeRule) else None,
        colour_pattern=fields.get("colour") or None,
    )


def _count(weighed: int = 1) -> int:
    """Return how many new lots the form asks about: one for each heap that was weighed, until more are wanted."""
    text = request.form.get("lines", str(weighed))
    found = int(text) if text.isascii() and text.isdigit() and len(text) < 3 else 1
    return min(max(found, 1), MOST_LINES)


def sort_page(lot_id: UUID, error: WmsError | None) -> tuple[str, int]:
    """Return the page of a sorting, with what was refused if something was."""
    shown = read(lambda session: view(session, lot_id, actor()))
    typed = kept_input() if request.method == "POST" else {}
    return page(
        "sort", 409 if error else 200, d=shown, v=shown.shown, row=shown.shown.row, typed=typed,
        error=said(error) if error else "", free=sortable(shown.shown.row), count=min(
            _count(len(shown.weighings)) + (1 if "add" in request.form else 0), MOST_LINES
        ), id=typed.get("id") or fresh_id(), scale=scales.chosen(shown.scales, scales.PLATFORM),
        here=url_for("terminal.sort", lot_id=lot_id), size_rules=words.SIZE_RULE, grades=words.GRADES,
        colours=words.COLOURS, culls=CULLS,
    )  # fmt: skip
