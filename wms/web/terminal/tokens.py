"""The drivers' numbers: given out at the gate, called when a bay is free, recorded when one is lost."""

from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy.orm import Session

from wms import lots
from wms.delivery.identity import actor, now
from wms.delivery.work import read, write
from wms.kernel.actor import Permission
from wms.kernel.errors import WmsError
from wms.web.pages import attempt, done, fresh_id, kept_input, may, said, text_of, uuid_of
from wms.web.shell import say as _
from wms.web.terminal.words import TOKEN
from wms.web.terminal.workplace import blueprint, page, site_of


@blueprint.get("/tokens")
def tokens() -> Any:
    """Show today's numbers: who waits, who was let in, whose number was lost."""
    return _tokens_page(None)


@blueprint.post("/tokens")
def give_token() -> Any:
    """Give a driver the next number of the day."""

    def give(session: Session) -> lots.GateToken:
        wanted = lots.GateTokenRequest(uuid_of("id"), site_of(session).id, text_of("plate", most=20))
        return lots.issue_gate_token(session, wanted, by=actor(), at=now())

    given, error = attempt(lambda: write(give))
    if error or given is None:
        return _tokens_page(error)
    return done(_("Number {number} for {plate}.", number=given.number, plate=given.plate), url_for("terminal.tokens"))


@blueprint.post("/tokens/<uuid:token_id>/lost")
def lose_token(token_id: UUID) -> Any:
    """Record that a waiting number was lost, or that its driver left."""

    def lose() -> lots.GateToken:
        reason = text_of("reason")
        return write(lambda session: lots.lose_gate_token(session, token_id, reason, by=actor(), at=now()))

    error = attempt(lose)[1]
    return _tokens_page(error) if error else done(_("Recorded as lost."), url_for("terminal.tokens"))


def _tokens_page(error: WmsError | None) -> tuple[str, int]:
    found = read(lambda session: lots.list_gate_tokens(session, site_of(session).id, now().on))
    typed = kept_input() if error else {}
    return page(
        "tokens", 409 if error else 200, waiting=[row for row in found if row.state == lots.TokenState.WAITING],
        others=[row for row in found if row.state != lots.TokenState.WAITING], states=TOKEN, typed=typed,
        error=said(error) if error else "", id=typed.get("id") or fresh_id(), gives=may(Permission.TAKE_IN),
    )  # fmt: skip
