"""The page of quality at the desk, and the manager's forms: limits, plans, parameters, instruments' files, settings."""

from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import request, url_for
from sqlalchemy.orm import Session

from wms import lots
from wms.delivery.identity import actor, now
from wms.delivery.work import read
from wms.kernel.actor import Permission
from wms.kernel.errors import WmsError
from wms.web import bookings, goods, quality
from wms.web.desk import blocks as b
from wms.web.desk.quality import Known, past, standing
from wms.web.desk.workplace import act, blueprint, must, shown
from wms.web.pages import FieldWrong, grams_of, may, text_of, uuid_of, whole_of
from wms.web.shell import say as _


@blueprint.get("/quality", endpoint="quality")
def quality_page() -> Any:
    """Show the limits in force, the plans and the parameters, each with its history, and the forms that change them."""
    return _page()


def _page(error: WmsError | None = None) -> Any:
    must(Permission.SEE_ALL)
    return shown(read(_screen), error)


def _screen(session: Session) -> b.Screen:
    known = lots.parameters(session)
    made = [_limit_form(known), _plan_form(), _parameter_form(), _mapping_form(session, known), _policy_form(session)]
    wrong = request.form.get("form", "")
    forms = [b.Fold(form.title, [form], open=form.name == wrong) for form in made]
    blocks = [*standing(session, known), *(forms if may(Permission.MANAGE_FACILITY) else []), *past(session, known)]
    lead = _("Every inspection is judged by the limit in force on its day and keeps the standard that stood for it.")
    tools = [(_("Files of instruments"), url_for("terminal.readings"), "download")] if may(Permission.INSPECT) else []
    return b.Screen(_("Quality"), blocks, lead, tools=tools)


def _done(work: Any) -> Any:
    return act(work, _("Set."), url_for("desk.quality"), _page)


def _whose_fields() -> list[b.Field]:
    anything = [("", _("all"))]
    return [
        b.Field("select", _("Variety"), "variety", required=False,
                options=anything + [(value, _(word)) for value, word in goods.VARIETY.items()]),
        b.Field("select", _("Grade"), "grade", required=False,
                options=anything + [(value, _(word)) for value, word in goods.GRADE.items()]),
    ]  # fmt: skip


def _limit_form(known: Known) -> b.Form:
    fields = [
        b.Field("select", _("Parameter"), "code", options=[
            (code, f"{quality.name_of(one)} {one.unit}".strip()) for code, one in known.items()
        ]),
        *_whose_fields(),
        b.Field("text", _("At least"), "least", required=False),
        b.Field("text", _("At most"), "most", required=False),
        b.Field("text", _("Usual change in 30 days"), "change", required=False, hint=_("firmness: -0.3")),
        b.Field("text", _("Standard with its edition"), "standard", hint="GB/T 10651-2008"),
        b.Field("date", _("In force from"), "effective_on", now().on.isoformat()),
    ]  # fmt: skip
    note = _("In the parameter's unit. Neither bound ends a limit. What was inspected before keeps its verdict.")
    return b.Form("limit", _("Set a limit"), url_for("desk.set_limit"), _("Set"), fields, note)


@blueprint.post("/quality/limits")
def set_limit() -> Any:
    """Set what a parameter must keep from a day on."""

    def work(session: Session) -> lots.QualityLimit:
        one = lots.parameters(session).get(text_of("code", most=20))
        if one is None:
            raise FieldWrong(field="code", value=request.form.get("code", "")[:40])
        wanted = lots.SetLimit(
            uuid_of("id"), one.code, bookings.day_of("effective_on"), text_of("standard", most=80),
            quality.value_of("least", one), quality.value_of("most", one), quality.value_of("change", one),
            text_of("variety", most=40, needed=False) or None, text_of("grade", most=40, needed=False) or None,
        )  # fmt: skip
        return lots.set_limit(session, wanted, by=actor(), at=now())

    return _done(work)


def _plan_form() -> b.Form:
    fields = [
        _whose_fields()[0],
        b.Field("text", _("Units up to : crates : apples"), "steps", hint="100:5:50, 300:7:70, *:15:150"),
        b.Field("text", _("Standard with its edition"), "standard", hint="GB/T 8855-2008"),
        b.Field("date", _("In force from"), "effective_on", now().on.isoformat()),
    ]
    note = _("A star is a lot of any size. An inspection that draws less is marked as too small.")
    return b.Form("plan", _("Set a sampling plan"), url_for("desk.set_sampling_plan"), _("Set"), fields, note)


@blueprint.post("/quality/plans")
def set_sampling_plan() -> Any:
    """Set how much is drawn of lots from a day on."""

    def work(session: Session) -> lots.SamplingPlan:
        wanted = lots.SetSamplingPlan(
            uuid_of("id"), bookings.day_of("effective_on"), _steps(), text_of("standard", most=80),
            text_of("variety", most=40, needed=False) or None,
        )  # fmt: skip
        return lots.set_sampling_plan(session, wanted, by=actor(), at=now())

    return _done(work)


def _steps() -> tuple[lots.PlanStep, ...]:
    """Read "100:5:50, *:15:150". Raises FieldWrong."""
    text = text_of("steps", most=400)
    try:
        found = [part.split(":") for part in text.replace("，", ",").replace("：", ":").split(",")]
        return tuple(
            lots.PlanStep(None if units.strip() == "*" else int(units), int(crates), int(pieces))
            for units, crates, pieces in found
        )
    except ValueError as error:
        raise FieldWrong(field="steps", value=text[:40]) from error


def _parameter_form() -> b.Form:
    fields = [
        b.Field("text", _("Code"), "code", hint="watercore"),
        b.Field("text", _("Chinese name"), "zh"),
        b.Field("text", _("English name"), "en"),
        b.Field("text", _("Unit"), "unit", required=False),
        b.Field("number", _("Decimals"), "decimals", "1"),
        b.Field("check", _("It decays in store and drives the day to sell by"), "decays", required=False),
    ]
    note = _("A known code is named anew; its decimals stay, since its values do.")
    return b.Form("parameter", _("Add a parameter"), url_for("desk.set_parameter"), _("Set"), fields, note)


@blueprint.post("/quality/parameters")
def set_parameter() -> Any:
    """Name a parameter, or name it anew."""

    def work(session: Session) -> lots.QualityParameter:
        wanted = lots.SetParameter(
            uuid_of("id"), text_of("code", most=20), text_of("zh", most=40), text_of("en", most=40),
            text_of("unit", most=20, needed=False), whole_of("decimals"), bool(request.form.get("decays")),
        )  # fmt: skip
        return lots.set_parameter(session, wanted, by=actor(), at=now())

    return _done(work)


def _mapping_form(session: Session, known: Known) -> b.Form:
    named = ", ".join(one.name for one in lots.list_mappings(session))
    fields = [
        b.Field("text", _("Name of the instrument"), "name", hint=named),
        b.Field("text", _("Column of the lot"), "lot"),
        b.Field("text", _("Column of the day"), "day", required=False, hint=_("empty: the day of the import")),
        b.Field("text", _("Column of the apple's number"), "fruit", required=False, hint=_("empty: counted")),
        b.Field("text", _("Columns measured"), "columns", hint="N:firmness:0.101972, Brix:brix"),
    ]
    codes = ", ".join(known)
    note = _("Column, parameter, and what its figures are multiplied by. Parameters: {codes}.", codes=codes)
    return b.Form("mapping", _("Say how an instrument's file is read"), url_for("desk.save_mapping"), _("Set"), fields,
                  note)  # fmt: skip


@blueprint.post("/quality/mappings")
def save_mapping() -> Any:
    """Say how the files of an instrument are read."""

    def work(session: Session) -> lots.InstrumentMapping:
        wanted = lots.SaveMapping(
            uuid_of("id"), text_of("name", most=40), text_of("lot", most=40), _columns(),
            text_of("day", most=40, needed=False), text_of("fruit", most=40, needed=False),
        )  # fmt: skip
        return lots.save_mapping(session, wanted, by=actor(), at=now())

    return _done(work)


def _columns() -> tuple[lots.MappedColumn, ...]:
    """Read "N:firmness:0.101972, Brix:brix". Raises FieldWrong."""
    text = text_of("columns", most=400)
    try:
        found = [part.strip().split(":") for part in text.replace("，", ",").replace("：", ":").split(",")]
        return tuple(
            lots.MappedColumn(heading.strip(), code.strip(), Decimal(factor[0] if factor else 1))
            for heading, code, *factor in found
        )
    except (ValueError, TypeError, InvalidOperation) as error:
        raise FieldWrong(field="columns", value=text[:40]) from error


def _policy_form(session: Session) -> b.Form:
    policy = lots.policy_on(session, now().on)
    fields = [
        b.Field("number", _("Loose fruit of a held lot, at most"), "sample", _kg(policy.sample_grams), unit=_("kg")),
        b.Field("number", _("Decay that fails, from"), "failing", _percent(policy.failing_decay_permille), unit="%"),
        b.Field("number", _("Decay that is weak, from"), "weak", _percent(policy.weak_decay_permille), unit="%"),
        b.Field("number", _("Decay that is soft, from"), "soft", _percent(policy.soft_decay_permille), unit="%"),
        b.Field("number", _("Firmness that is weak, below"), "weak_firmness", _kg(policy.weak_firmness_gf),
                unit="kgf/cm²"),
        b.Field("number", _("Firmness that is soft, below"), "soft_firmness", _kg(policy.soft_firmness_gf),
                unit="kgf/cm²"),
        b.Field("date", _("In force from"), "effective_on", now().on.isoformat()),
    ]  # fmt: skip
    return b.Form("policy", _("Change the settings"), url_for("desk.set_quality_policy"), _("Set"), fields)


def _kg(thousandths: int) -> str:
    return f"{Decimal(thousandths) / 1000:f}"


def _percent(permille: int) -> str:
    return f"{Decimal(permille) / 10:f}"


@blueprint.post("/quality/settings")
def set_quality_policy() -> Any:
    """Write a version of the settings of samples and conditions."""

    def work(session: Session) -> Any:
        policy = replace(
            lots.policy_on(session, now().on),
            sample_grams=grams_of("sample"),
            failing_decay_permille=quality.permille_of("failing"),
            weak_decay_permille=quality.permille_of("weak"),
            soft_decay_permille=quality.permille_of("soft"),
            weak_firmness_gf=grams_of("weak_firmness"),
            soft_firmness_gf=grams_of("soft_firmness"),
        )
        wanted = uuid_of("id"), policy, bookings.day_of("effective_on")
        return lots.set_policy(session, *wanted, by=actor(), at=now())

    return _done(work)
