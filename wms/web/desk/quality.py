"""Quality in tables: what is measured, its limits by standard, sampling plans, settings; a lot's findings and trend."""

from dataclasses import asdict
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from wms import lots
from wms.delivery.identity import now
from wms.web import goods, quality
from wms.web.desk import blocks as b
from wms.web.desk.workplace import person_name
from wms.web.shell import say as _

Known = dict[str, lots.Parameter]


def standing(session: Session, known: Known) -> list[Any]:
    """Return the tables of what stands: limits in force, plans, parameters."""
    return [_limits(session, known), _plans(session), _parameters(known)]


def past(session: Session, known: Known) -> list[Any]:
    """Return every version of limits and parameters, closed, and the settings in force."""
    return [
        b.Fold(_("Limits: every version"), [_history(session, known)]),
        b.Fold(_("Parameters: every version"), [_versions(session)]),
        _settings(session),
    ]


def _limit_columns() -> list[b.Column]:
    return [
        b.Column(_("Parameter")), b.Column(_("Goods")), b.Column(_("Limits")),
        b.Column(_("Usual change in 30 days")), b.Column(_("Standard")), b.Column(_("In force from")),
    ]  # fmt: skip


def _limit_cells(row: lots.QualityLimit, known: Known) -> list[b.Cell]:
    one = known[row.code]
    return [
        b.text(quality.name_of(one)), b.text(_whose(row.variety, row.grade)),
        b.text(quality.limits_text(row.least, row.most, one)), b.text(quality.value_text(row.change_per_month, one)),
        b.text(row.standard), b.day(row.effective_on),
    ]  # fmt: skip


def _limits(session: Session, known: Known) -> b.Table:
    """What stands today for each parameter, variety and grade: the newest version that has begun."""
    standing: dict[tuple[str, str | None, str | None], lots.QualityLimit] = {}
    for row in lots.list_limits(session):
        if row.effective_on <= now().on:
            standing.setdefault((row.code, row.variety, row.grade), row)
    rows = [b.Row(_limit_cells(row, known)) for row in standing.values() if (row.least, row.most) != (None, None)]
    return b.Table(_("Limits in force"), _limit_columns(), rows, _("No limit is set: inspections judge nothing."))


def _history(session: Session, known: Known) -> b.Table:
    columns = [*_limit_columns(), b.Column(_("Set")), b.Column(_("By"))]
    rows = [
        b.Row([*_limit_cells(row, known), b.stamp(row.set_at), b.text(person_name(session, row.account_id))])
        for row in lots.list_limits(session)
    ]
    return b.Table(_("Limits: every version"), columns, rows, _("None was ever set."))


def _plans(session: Session) -> b.Table:
    columns = [
        b.Column(_("Variety")), b.Column(_("Standard")), b.Column(_("In force from")), b.Column(_("Drawn")),
        b.Column(_("Set")),
    ]  # fmt: skip
    rows = [
        b.Row([
            b.text(goods.word("variety", row.variety) if row.variety else _("every variety")), b.text(row.standard),
            b.day(row.effective_on), b.text(" · ".join(_step(step) for step in lots.steps_of(row))),
            b.stamp(row.set_at),
        ])
        for row in lots.list_sampling_plans(session)
    ]  # fmt: skip
    return b.Table(_("Sampling plans"), columns, rows, _("No plan is set: any sample is enough."))


def _step(step: lots.PlanStep) -> str:
    if step.up_to_units is None:
        return _("more units: {crates} crates, {pieces} apples", crates=step.crates, pieces=step.pieces)
    return _("up to {units} units: {crates} crates, {pieces} apples", units=step.up_to_units, crates=step.crates,
             pieces=step.pieces)  # fmt: skip


def _parameters(known: Known) -> b.Table:
    columns = [b.Column(_("Parameter")), b.Column(_("Code")), b.Column(_("Unit")), b.Column(_("Decimals"), True),
               b.Column(_("Kind"))]  # fmt: skip
    rows = [
        b.Row([
            b.text(quality.name_of(one)), b.code(code), b.text(one.unit or "–"), b.count(one.decimals),
            b.chip(_("condition: decays in store"), "info") if one.decays else b.chip(_("grade: stays"), "quiet"),
        ])
        for code, one in known.items()
    ]  # fmt: skip
    return b.Table(_("What is measured"), columns, rows)


def _versions(session: Session) -> b.Table:
    columns = [b.Column(_("Code")), b.Column(_("Chinese name")), b.Column(_("English name")), b.Column(_("Unit")),
               b.Column(_("Set")), b.Column(_("By"))]  # fmt: skip
    rows = [
        b.Row([b.code(row.code), b.text(row.zh), b.text(row.en), b.text(row.unit or "–"), b.stamp(row.set_at),
               b.text(person_name(session, row.account_id))])
        for row in lots.parameter_history(session)
    ]  # fmt: skip
    return b.Table(_("Parameters: every version"), columns, rows, _("None was ever set."))


def _settings(session: Session) -> b.Facts:
    policy = asdict(lots.policy_on(session, now().on))
    pairs = [(_("Loose fruit of a held lot, at most"), b.weight(policy["sample_grams"]))]
    for name, words in (("failing", _("failing")), ("weak", _("weak")), ("soft", _("soft"))):
        decay, days = policy[f"{name}_decay_permille"], policy[f"{name}_days"]
        firmness = policy.get(f"{name}_firmness_gf")
        hard = f" · < {Decimal(firmness) / 1000} kgf/cm²" if firmness else ""
        pairs.append((words, b.text(f"≥ {Decimal(decay) / 10} %{hard}", _("{days} days left", days=days))))
    return b.Facts(_("Settings in force"), pairs)


def _whose(variety: str | None, grade: str | None) -> str:
    said = [goods.word(name, value) for name, value in (("variety", variety), ("grade", grade)) if value]
    return " ".join(said) or _("all goods")


def findings_cell(session: Session, inspection: lots.Inspection) -> b.Cell:
    """Return what an inspection found beside its limits, in one cell."""
    found = quality.findings(session, inspection)
    out = [f"{one.name} {one.value} ({one.limits}, {one.standard})" for one in found if one.verdict[1] == "danger"]
    judged = [one for one in found if one.standard]
    if out:
        return b.chip(_("outside its limits"), "danger", " · ".join(out))
    return b.chip(_("within its limits"), "ok", judged[0].standard) if judged else b.text("–")


def outlook_table(session: Session, lot: lots.Lot) -> b.Table:
    """Return how each parameter of a lot goes on, and when it leaves its limits."""
    known = lots.parameters(session)
    columns = [
        b.Column(_("Parameter")), b.Column(_("Last value")), b.Column(_("Limits")),
        b.Column(_("Change in 30 days")), b.Column(_("Days left"), True), b.Column(_("Within until")),
        b.Column(_("Standard")),
    ]  # fmt: skip
    rows = []
    for one in lots.outlooks(session, lot, now().on):
        of = known[one.code]
        last = one.points[-1]
        rows.append(b.Row([
            b.text(quality.name_of(of)), b.text(quality.value_text(last.value, of), str(last.on)),
            b.text(quality.limits_text(one.least, one.most, of)), b.text(quality.value_text(one.change_per_month, of)),
            b.count(one.days_left), b.day(one.until), b.text(one.standard or "–"),
        ]))  # fmt: skip
    return b.Table(_("How its condition goes on"), columns, rows, _("Nothing was measured yet."))
