"""The tariff editor: every kind of line, what a version would change for twenty lots that are here, and a what-if."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any
from uuid import UUID

from flask import request, url_for
from sqlalchemy.orm import Session

from wms import billing, parties
from wms.delivery.identity import actor, now
from wms.delivery.work import read
from wms.kernel.actor import Permission
from wms.kernel.errors import WmsError
from wms.kernel.numbers import half_up
from wms.web.desk import blocks as b
from wms.web.desk import words
from wms.web.desk.advances import day_of
from wms.web.desk.tariffs import line_words, rate_in
from wms.web.desk.workplace import act, blueprint, must, person_name, shown
from wms.web.pages import FieldWrong, fen_of, may, said, text_of, uuid_of, whole_of
from wms.web.shell import say as _


def _methods() -> list[tuple[str, str]]:
    return [(kind, words.named(words.CHARGE, kind)) for kind in ("kg_day", "month_anniversary", "split_month",
                                                                 "season_flat")]  # fmt: skip


@blueprint.get("/tariffs/new")
def tariff_editor() -> Any:
    """Show the form of a new tariff version."""
    must(Permission.PROPOSE_TARIFF)
    return _editor()


def _editor(error: WmsError | None = None) -> Any:
    per_day, once = _("yuan/kg and day"), _("yuan/kg")
    fields = [
        b.Field("text", _("Name"), "name"),
        b.Field("date", _("From"), "effective_from", now().on.isoformat()),
        b.Field("date", _("Until, that day not included"), "ends_on", required=False),
        b.Field("text", _("Only for the owner with the code"), "owner", required=False),
        b.Field("text", _("Only for the variety"), "variety", required=False),
        b.Field("select", _("Storage is charged"), "method", "kg_day", options=_methods()),
        b.Field("number", _("Rate of storage"), "rate", "0.0020", unit=f"{per_day} / {once}",
                hint=_("a day, a month or the season, as it is charged")),
        b.Field("number", _("Free days"), "free_days", "0"),
        b.Field("text", _("Tiers"), "tiers", required=False, hint=_("from day: rate; e.g. 31: 0.0018, 91: 0.0015")),
        b.Field("number", _("Half month"), "half_rate", unit=once, required=False, hint=_("in after the 15th")),
        b.Field("date", _("Last day of the season"), "season_ends_on", required=False),
        b.Field("number", _("Each day after it"), "late_rate", unit=per_day, required=False),
        b.Field("number", _("Handling in"), "handling_in", "0.0200", unit=once, required=False),
        b.Field("number", _("Handling out"), "handling_out", "0.0250", unit=once, required=False),
        b.Field("number", _("Rent of crates"), "crate_rent", unit=_("yuan per crate and day"), required=False),
        b.Field("number", _("Cap of the season"), "cap", unit=once, required=False),
        b.Field("number", _("Least charge of a lot"), "minimum", unit=_("yuan"), required=False),
        b.Field("area", _("Price list of work"), "works", required=False,
                hint=_("one a line: name, per kg or unit or job, yuan; e.g. sorting, kg, 0.08")),
    ]  # fmt: skip
    form = b.Form(
        "tariff", _("A version of the tariff"), url_for("desk.propose_version"), _("Propose"), fields,
        _("It counts once another person has approved it, and for no day before that. Before they do, they see what "
          "it changes for twenty lots that are here."),
    )  # fmt: skip
    back = (_("Tariffs"), url_for("desk.tariffs"))
    return shown(b.Screen(_("New tariff"), [form], back=back), error)


@blueprint.post("/tariffs/new")
def propose_version() -> Any:
    """Propose a tariff with any lines, and show what it would change."""

    def work(session: Session) -> Any:
        scope = billing.TariffScope(party_id=_owner(session), variety=text_of("variety", most=40, needed=False) or None)
        wanted = billing.ProposeTariff(
            uuid_of("id"), text_of("name", most=80), day_of("effective_from"), _lines(), scope, _maybe_day("ends_on")
        )
        return billing.propose_tariff(session, wanted, by=actor(), at=now())

    url = url_for("desk.tariff_effect", version_id=request.form.get("id", ""))
    return act(work, _("Proposed: another person approves it."), url, _editor)


def _owner(session: Session) -> UUID | None:
    code = text_of("owner", most=40, needed=False)
    return parties.party_by_code(session, code).id if code else None


def _lines() -> tuple[billing.TariffLine, ...]:
    lines: list[billing.TariffLine] = [_storage()]
    for name, make in (("handling_in", billing.HandlingIn), ("handling_out", billing.HandlingOut),
                       ("crate_rent", billing.CrateRent), ("cap", billing.Cap)):  # fmt: skip
        if _given(name):
            lines.append(make(_rate(name)))
    if _given("minimum"):
        lines.append(billing.Minimum(fen_of("minimum")))
    if _given("works"):
        lines.append(billing.Works(tuple(_work(row) for row in request.form["works"].splitlines() if row.strip())))
    return tuple(lines)


def _storage() -> billing.TariffLine:
    method, rate = request.form.get("method", ""), _rate("rate")
    match method:
        case "kg_day":
            return billing.KgDay(rate, whole_of("free_days"), _tiers())
        case "month_anniversary":
            return billing.MonthAnniversary(rate, whole_of("free_days"))
        case "split_month":
            return billing.SplitMonth(rate, _rate("half_rate"))
        case "season_flat":
            late = _rate("late_rate") if _given("late_rate") else Decimal(0)
            return billing.SeasonFlat(rate, day_of("season_ends_on"), late)
    raise FieldWrong(field="method", value=method[:40])


def _given(name: str) -> bool:
    return bool(request.form.get(name, "").strip())


def _rate(name: str) -> Decimal:
    return rate_in(request.form.get(name, ""), name)


def _tiers() -> tuple[billing.Tier, ...]:
    """Read "31: 0.0018, 91: 0.0015". Raises FieldWrong."""
    tiers: list[billing.Tier] = []
    for part in request.form.get("tiers", "").replace("，", ",").replace("：", ":").split(","):
        if part.strip():
            day, _colon, rate = part.partition(":")
            if not day.strip().isdecimal():
                raise FieldWrong(field="tiers", value=part[:40])
            tiers.append(billing.Tier(int(day), rate_in(rate, "tiers")))
    return tuple(tiers)


def _work(row: str) -> billing.WorkRate:
    parts = [part.strip() for part in row.replace("，", ",").split(",")]
    per = PER.get(parts[1].lower()) if len(parts) == 3 else None
    if per is None:
        raise FieldWrong(field="works", value=row[:40])
    return billing.WorkRate(parts[0], per, rate_in(parts[2], "works"))


PER = {
    **{per.value: per for per in billing.Per}, "公斤": billing.Per.KG, "千克": billing.Per.KG, "件": billing.Per.UNIT,
    "箱": billing.Per.UNIT, "筐": billing.Per.UNIT, "次": billing.Per.JOB,
}  # fmt: skip


def _maybe_day(name: str) -> date | None:
    return day_of(name) if _given(name) else None


@blueprint.get("/tariffs/<uuid:version_id>")
def tariff_effect(version_id: UUID) -> Any:
    """Show a version, and what approving it would change for twenty lots that are here."""
    must(Permission.SEE_ALL)
    return _effect(version_id)


def _effect(version_id: UUID, error: WmsError | None = None) -> Any:
    on = _asked_day("on")
    return shown(read(lambda session: _effect_screen(session, version_id, on)), error)


def _asked_day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


def _effect_screen(session: Session, version_id: UUID, on: date | None) -> b.Screen:
    row = billing.get_tariff_version(session, version_id)
    approval = billing.approval_of(session, row.id)
    facts = b.Facts(
        _("This version"),
        [
            (_("From"), b.day(row.effective_from)),
            (_("Proposed by"), b.text(person_name(session, row.proposed_by_person_id))),
            *[
                (words.named(words.CHARGE, line.kind), b.text(line_words(line)))
                for line in billing.get_tariff(session, row.id).lines
            ],
        ],
    )
    parts: list[Any] = [facts]
    if approval is not None:
        parts.append(
            b.Say(_("In force: approved by {name}.", name=person_name(session, approval.approved_by_person_id)))
        )
    else:
        parts += _change(session, version_id, on)
        if may(Permission.APPROVE_TARIFF) and row.proposed_by_person_id != actor().eyes:
            url = url_for("desk.approve_tariff", version_id=row.id)
            parts.append(b.Form(f"approve-{row.id}", _("Put it in force"), url, _("Approve")))
    return b.Screen(row.name, parts, back=(_("Tariffs"), url_for("desk.tariffs")))


def _change(session: Session, version_id: UUID, on: date | None) -> list[Any]:
    found = billing.preview_tariff(session, version_id, at=now(), on=on)
    rows = [
        b.Row(
            [
                b.text(item.lot.code, parties.get_party(session, item.lot.owner_id).name),
                b.weight(item.lot.grams_on_hand),
                b.day(item.on),
                b.money(item.before.total_fen),
                b.money(item.after.total_fen, _("keeps its tariff") if item.locked else ""),
                b.money(item.change_fen),
            ]
        )
        for item in found
    ]
    columns = [b.Column(_("Lot")), b.Column(_("Weight"), True), b.Column(_("If it leaves on")),
               b.Column(_("Today's tariffs"), True), b.Column(_("This version"), True),
               b.Column(_("Change"), True)]  # fmt: skip
    foot = [b.text(_("Together")), b.text(""), b.text(""), b.money(sum(item.before.total_fen for item in found)),
            b.money(sum(item.after.total_fen for item in found)),
            b.money(sum(item.change_fen for item in found))]  # fmt: skip
    table = b.Table(
        _("What it changes for lots that are here"), columns, rows, _("No lot here is concerned."),
        _("Twenty lots it is for, spread from the oldest to the newest."), foot=foot,
    )  # fmt: skip
    ask = b.Form("as-if", _("Another day out"), url_for("desk.tariff_effect", version_id=version_id), _("Show"),
                 [b.Field("date", _("If it leaves on"), "on", (found[0].on if found else now().on).isoformat())],
                 kind="", method="get")  # fmt: skip
    return [table, ask]


@blueprint.get("/quote")
def quote() -> Any:
    """Show what a stay would cost, line by line and day by day; nothing is kept."""
    must(Permission.SEE_ALL)
    return _quote_page()


def _quote_page() -> Any:
    given = request.args
    fields = [
        b.Field("number", _("Weight"), "kg", given.get("kg", "20000"), unit=_("kg")),
        b.Field("number", _("Units"), "units", given.get("units", "1000")),
        b.Field("date", _("Day in"), "in", given.get("in", now().on.isoformat())),
        b.Field("date", _("Day out"), "out", given.get("out", now().on.isoformat())),
        b.Field("text", _("Code of the owner"), "owner", given.get("owner", ""), required=False),
        b.Field("text", _("Variety"), "variety", given.get("variety", ""), required=False),
    ]
    form = b.Form(
        "quote", _("What would it cost?"), url_for("desk.quote"), _("Work it out"), fields, method="get", open=True
    )
    parts: list[Any] = [form]
    if given.get("kg"):
        parts += read(_quoted)
    lead = _("By the tariffs in force: nothing is kept, nobody is bound.")
    return shown(b.Screen(_("What-if"), parts, lead, (_("Tariffs"), url_for("desk.tariffs"))))


def _quoted(session: Session) -> list[Any]:
    given = request.args
    first, last = _asked_day("in") or now().on, _asked_day("out") or now().on
    try:
        grams, units = int(Decimal(given["kg"].replace(",", "")) * 1000), int(given.get("units", "1"))
        owner = parties.party_by_code(session, given["owner"]).id if given.get("owner") else None
        wanted = billing.WhatIf(units, grams, first, last, owner, given.get("variety") or None)
        found, told = billing.what_if(session, wanted)
    except (InvalidOperation, ValueError, OverflowError):
        return [b.Say(_("Weight and crates must be numbers."), "warn")]
    except WmsError as error:
        return [b.Say(said(error), "warn")]
    lines = [b.Line(words.named(words.CHARGE, line.line), _fen(line.nanoyuan), _why(line)) for line in found.lines]
    return [b.Sum(_("How the charges come about"), lines, _("Together"), found.total_fen), days_table(told)]


def _fen(nanoyuan: int) -> int:
    return half_up(Fraction(nanoyuan, 10_000_000))


def _why(line: billing.ChargeLine) -> str:
    days = _("{first} to {last}, {days} days", first=line.from_on, last=line.to_on, days=line.days) + " · "
    return (days if line.days else "") + f"{line.rate.normalize():f}"


def days_table(told: Sequence[billing.DayCharge]) -> b.Table:
    """Return charges day by day: which day, which line, what it added, how much so far."""
    rows = [
        b.Row([b.day(item.on, str(item.nth)), b.text(words.named(words.CHARGE, item.line) if item.line else "–"),
               b.text(f"{item.rate.normalize():f}"), b.text(f"{Decimal(item.nanoyuan).scaleb(-9):,.4f}"),
               b.money(item.so_far_fen)])
        for item in told
    ]  # fmt: skip
    columns = [b.Column(_("Day")), b.Column(_("What")), b.Column(_("Rate"), True), b.Column(_("Added, yuan"), True),
               b.Column(_("So far"), True)]  # fmt: skip
    return b.Table(_("Day by day"), columns, rows, _("No day in store."))
