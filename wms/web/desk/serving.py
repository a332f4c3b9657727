"""What keeping goods costs beside what their charges bring, site by site, with the figures it is worked out from."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import request, url_for
from sqlalchemy.orm import Session

from wms import facility, insight
from wms.delivery.identity import actor, now
from wms.delivery.work import read
from wms.kernel.actor import Permission
from wms.kernel.errors import WmsError
from wms.web.desk import blocks as b
from wms.web.desk import words
from wms.web.desk.advances import day_of
from wms.web.desk.workplace import act, blueprint, must, shown
from wms.web.pages import FieldWrong, decimal_of, may, text_of, uuid_of
from wms.web.shell import say as _

MONTH, LONGEST = timedelta(days=30), timedelta(days=1100)
MICRO_PLACES = 6


@blueprint.get("/cost-to-serve")
def cost_to_serve() -> Any:
    """Show each site's income and cost of some days, a month back unless others are asked for."""
    return _page()


def _page(error: WmsError | None = None) -> Any:
    must(Permission.SEE_BOOKS)
    until_on = _asked("until_on") or now().on
    from_on = _asked("from_on") or until_on - MONTH
    from_on = min(max(from_on, until_on - LONGEST), until_on)

    def gather(session: Session) -> b.Screen:
        found = insight.serving(session, from_on, until_on)
        ask = b.Form(
            "stretch", _("Which days"), url_for("desk.cost_to_serve"), _("Show"),
            [b.Field("date", _("From"), "from_on", from_on.isoformat()),
             b.Field("date", _("Until, this day not"), "until_on", until_on.isoformat())],
            kind="", method="get",
        )  # fmt: skip
        sites = [part for row in found for part in _site(session, row)]
        forms = [_form(found)] if found and may(Permission.PROPOSE_TARIFF) else []
        return b.Screen(_("Cost to serve"), [*sites, ask, *forms], lead=_lead())

    return shown(read(gather), error)


def _lead() -> str:
    return _("Entry is free because exit pays for it: what a tonne brings in charges, beside what keeping it costs.")


def _site(session: Session, row: insight.Serving) -> list[Any]:
    covered = row.earned_fen >= row.cost_fen
    tone = "ok" if covered else "danger"
    note = _("charges cover the cost") if covered else _("below cost")
    if not row.cost_fen:  # nothing is known to be covered
        tone, note = "warn", _("No cost figure yet.")
    stats = b.Stats([
        b.Stat(_("Charges of a tonne in 30 days"), b.money(row.earned_tonne_fen), row.site.name),
        b.Stat(_("Cost of a tonne in 30 days"), b.money(row.cost_tonne_fen)),
        b.Stat(_("Charges less cost"), b.money(row.earned_fen - row.cost_fen), note, tone=tone),
        b.Stat(_("Kept, on average"), b.weight(_average(row))),
    ])  # fmt: skip
    lines = [(_("Billed, without tax"), row.billed_fen), (_("Run up and not billed yet"), row.accrued_fen or 0)]
    costs = [(words.named(words.COST, kind.value), -fen) for kind, fen in row.costs_fen.items()]
    why = "" if row.accrued_fen is not None else _("no day of these was closed")
    table = b.Table(
        _("{site}: income and cost", site=row.site.name), [b.Column(_("What")), b.Column(_("Amount"), True)],
        [b.Row([b.text(label), b.money(fen)]) for label, fen in (*lines, *costs)], note=why,
        foot=[b.text(_("Charges less cost")), b.money(row.earned_fen - row.cost_fen)],
    )  # fmt: skip
    return [stats, table, _figures(session, row.site)]


def _average(row: insight.Serving) -> int:
    days = (row.until_on - row.from_on).days
    return row.gram_days // days if days else 0


def _figures(session: Session, site: facility.Site) -> b.Table:
    columns = [b.Column(_("Cost")), b.Column(_("Yuan"), True), b.Column(_("For")), b.Column(_("From")),
               b.Column(_("Source"))]  # fmt: skip
    rows = [
        b.Row([
            b.text(words.named(words.COST, row.kind)), b.text(_yuan(row.cost_micro)),
            b.text(words.named(words.COST_PER, row.per)), b.day(row.effective_from), b.text(row.source),
        ])
        for row in facility.site_costs(session, site.id)
    ]  # fmt: skip
    return b.Table(_("{site}: cost figures", site=site.name), columns, rows, _("No cost figure yet."))


def _yuan(micro: int) -> str:
    return f"{Decimal(micro).scaleb(-MICRO_PLACES).normalize():,f}"


def _form(found: list[insight.Serving]) -> b.Form:
    kinds = [(kind.value, words.named(words.COST, kind.value)) for kind in facility.CostKind]
    pers = [(per.value, words.named(words.COST_PER, per.value)) for per in facility.CostPer]
    fields = [
        b.Field("select", _("Site"), "site_id", options=[(str(row.site.id), row.site.name) for row in found]),
        b.Field("select", _("Cost"), "kind", options=kinds),
        b.Field("select", _("For"), "per", options=pers),
        b.Field("number", _("Yuan"), "cost_micro"),
        b.Field("date", _("From"), "effective_from", now().on.isoformat()),
        b.Field("date", _("Season ends, this day not"), "ends_on", required=False),
        b.Field("text", _("Source"), "source"),
    ]
    return b.Form("cost", _("A cost figure"), url_for("desk.set_cost"), _("Keep"), fields,
                  _("The next figure of its kind takes over from its day; none is edited."))  # fmt: skip


def _asked(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


def _request(request_id: UUID) -> facility.SetSiteCostRequest:
    try:
        kind, per = facility.CostKind(request.form.get("kind", "")), facility.CostPer(request.form.get("per", ""))
    except ValueError as error:
        raise FieldWrong(field="kind", value=request.form.get("kind", "")[:40]) from error
    ends_on = day_of("ends_on") if request.form.get("ends_on") else None
    return facility.SetSiteCostRequest(
        request_id, uuid_of("site_id"), kind, per, decimal_of("cost_micro", 10**MICRO_PLACES), day_of("effective_from"),
        text_of("source", most=200), ends_on,
    )  # fmt: skip


@blueprint.post("/cost-to-serve")
def set_cost() -> Any:
    """Keep a cost figure of a site."""
    return act(
        lambda s: facility.set_site_cost(s, _request(uuid_of("id")), by=actor(), at=now()),
        _("Kept."),
        url_for("desk.cost_to_serve"),
        _page,
    )
