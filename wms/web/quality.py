"""Quality as the pages name it, and the forms that terminal and desk share."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from flask import request
from sqlalchemy.orm import Session

from wms import lots
from wms.web import bookings, preferences
from wms.web.i18n import note
from wms.web.pages import FieldWrong, decimal_of, text_of, uuid_of

SAMPLE_FOR = {
    "laboratory": note("A laboratory"),
    "buyer": note("A buyer"),
    "authority": note("An authority"),
    "store": note("The store's own test"),
}
SAMPLE_VERDICT = {"passed": (note("Passed"), "ok"), "failed": (note("Failed"), "danger")}


def wanted_result(sample_id: UUID) -> lots.RecordSampleResult:
    """Return what the form of a sample's result says. Raises FieldWrong."""
    try:
        verdict = lots.SampleVerdict(request.form.get("verdict", ""))
    except ValueError as error:
        raise FieldWrong(field="verdict", value=request.form.get("verdict", "")[:40]) from error
    return lots.RecordSampleResult(
        uuid_of("id"), sample_id, verdict, text_of("report", most=80), bookings.day_of("reported_on"),
        text_of("findings", most=500, needed=False), uuid_of("inspection") if request.form.get("inspection") else None,
    )  # fmt: skip


VERDICT = {
    "within": (note("within its limits"), "ok"),
    "below": (note("below its limit"), "danger"),
    "above": (note("above its limit"), "danger"),
    "no_limit": (note("no limit set"), "quiet"),
}
BAD_ROW = {
    "twice": note("the same apple stands twice"),
    "no_lot": note("no such lot"),
    "day_wrong": note("before the lot came in, or not yet"),
    "differs": note("known already with another figure"),
    "no_value": note("nothing was measured"),
}


@dataclass(frozen=True, slots=True)
class FindingView:
    """What an inspection found of a parameter, as every page shows it."""

    name: str
    value: str
    pieces: int
    limits: str
    standard: str
    verdict: tuple[str, str]


def name_of(parameter: lots.Parameter) -> str:
    """Return what a parameter is called in the reader's language."""
    return parameter.zh if preferences.current().language == "zh" else parameter.en


def value_text(value: int | None, parameter: lots.Parameter) -> str:
    """Return a value with its unit; a dash for none."""
    if value is None:
        return "–"
    return f"{figure(value, parameter)} {parameter.unit}".strip()


def figure(value: int | None, parameter: lots.Parameter) -> str:
    """Return a value as people write it, without its unit; empty for none."""
    if value is None:
        return ""
    whole, point, rest = f"{Decimal(value).scaleb(-parameter.decimals):f}".partition(".")
    return whole + point + (rest[:1] + rest[1:].rstrip("0"))


def limits_text(least: int | None, most: int | None, parameter: lots.Parameter) -> str:
    """Return limits as people write them: ≥ 6.0, ≤ 5, 6.0–8.0; a dash for none."""
    if least is not None and most is not None:
        return f"{figure(least, parameter)}–{figure(most, parameter)} {parameter.unit}".strip()
    if least is not None:
        return f"≥ {value_text(least, parameter)}"
    return "–" if most is None else f"≤ {value_text(most, parameter)}"


def findings(session: Session, inspection: lots.Inspection) -> list[FindingView]:
    """Return what an inspection found, each beside its limits of that day."""
    known = lots.parameters(session)
    return [
        FindingView(
            name_of(known[row.code]), value_text(row.value, known[row.code]), row.pieces,
            limits_text(row.least, row.most, known[row.code]), row.standard, VERDICT[row.verdict],
        )
        for row in lots.values_of(session, [inspection.id]).get(inspection.id, [])
    ]  # fmt: skip


def value_of(field: str, parameter: lots.Parameter) -> int | None:
    """Return a field in a parameter's unit as a whole number of 10^-decimals; None if empty. Raises FieldWrong."""
    return decimal_of(field, 10**parameter.decimals) if request.form.get(field, "").strip() else None


def permille_of(field: str) -> int:
    """Return a field in percent as permille. Raises FieldWrong."""
    return decimal_of(field, 10)
