"""Crates given out and taken back at the dock, at an intake, at an exit, or by themselves."""

from typing import Any
from uuid import UUID

from flask import request, url_for
from sqlalchemy.orm import Session

from wms import billing, dock, lots, parties
from wms.delivery.identity import actor, now
from wms.delivery.work import read, write
from wms.kernel.errors import WmsError
from wms.web import crates as words_of
from wms.web.pages import attempt, done, fresh_id, kept_input, said, text_of, uuid_of
from wms.web.shell import say as _
from wms.web.terminal import arrivals
from wms.web.terminal.workplace import blueprint, page

HOLDERS = (parties.PartyKind.GROWER, parties.PartyKind.MERCHANT, parties.PartyKind.BUYER)
MOST = 500


@blueprint.route("/crates", methods=["GET", "POST"])
def crates() -> Any:
    """Show who has crates, and let them change hands."""
    if request.method == "GET":
        return _page(None)
    made, error = attempt(lambda: write(_move))
    if error or made is None:
        return _page(error)
    return done(_("Crates written down: {n}.", n=made.units), request.form.get("next") or url_for("terminal.crates"))


def _move(session: Session) -> dock.CrateMove:
    kind = dock.get_crate_type(session, uuid_of("type"))
    delivery_id, exit_id = (uuid_of(name) if request.form.get(name) else None for name in ("delivery", "exit"))
    wanted = words_of.change(
        _party(session).id, kind.owner_id, issued=request.form.get("way") == "out", delivery_id=delivery_id,
        exit_id=exit_id,
    )  # fmt: skip
    return dock.move_crates(session, wanted, by=actor(), at=now())


def _party(session: Session) -> parties.Party:
    """Return the party whose code, name or phone was typed. Raises OwnerUnclear, FieldWrong."""
    typed = text_of("party")
    exact = [row for row in _holders(session) if row.code.lower() == typed.lower()]
    found = exact or [row for row in _holders(session) if typed in (row.name, row.phone)]
    if len(found) != 1:
        raise arrivals.OwnerUnclear(typed=typed)
    return found[0]


def _holders(session: Session) -> list[parties.Party]:
    return [row for kind in HOLDERS for row in parties.list_parties(session, kind, limit=MOST).items]


def _page(error: WmsError | None) -> tuple[str, int]:
    asked: dict[str, str] = kept_input() if error else request.args.to_dict()

    def gather(session: Session) -> dict[str, Any]:
        types = dock.list_crate_types(session)
        held = dock.crate_holdings(session, actor())
        return {
            "types": [(str(row.id), f"{row.code} · {row.name}") for row in types], "held": held,
            "names": {row.holder_id: parties.get_party(session, row.holder_id) for row in held},
            "holders": _holders(session), **_paper(session, asked),
        }  # fmt: skip

    return page("crates", 409 if error else 200, **read(gather), typed=asked, error=said(error) if error else "",
                id=asked.get("id") if error else fresh_id())  # fmt: skip


def _paper(session: Session, asked: dict[str, str]) -> dict[str, Any]:
    """Return the delivery or exit the crates go with, and where the page leads back to."""
    if asked.get("delivery"):
        delivery = lots.get_visible_delivery(session, UUID(asked["delivery"]), actor())
        owner = parties.get_party(session, delivery.owner_id).code
        return {"paper": f"{delivery.code} · {delivery.plate}", "code": asked.get("party") or owner,
                "next": url_for("terminal.delivery", delivery_id=delivery.id)}  # fmt: skip
    if asked.get("exit"):
        order = billing.get_exit_order(session, UUID(asked["exit"]), actor())
        owner = parties.get_party(session, order.party_id).code
        return {"paper": order.plate, "code": asked.get("party") or owner,
                "next": url_for("terminal.exit_page", exit_id=order.id)}  # fmt: skip
    return {"paper": "", "code": asked.get("party", ""), "next": ""}
