"""Papers as files for everybody who may see what they say: one address a paper, whichever workplace one came from."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response, request
from sqlalchemy.orm import Session

from wms.delivery import papers
from wms.delivery.identity import actor
from wms.delivery.work import read
from wms.kernel.actor import Permission
from wms.web.pages import workplace

READERS = (Permission.SEE_ALL, Permission.ORDER_EXIT, Permission.ANSWER_QUOTE, Permission.ASK_ADVANCE)

blueprint = workplace("papers", __name__, any_of=READERS)


def file_of(paper: papers.Paper, *, inline: bool = True) -> Response:
    """Return a paper to open or to keep; nothing between here and the reader stores it."""
    answer = Response(paper.body, mimetype=paper.kind)
    answer.headers["Content-Disposition"] = f'{"inline" if inline else "attachment"}; filename="{paper.name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _shown(make: Callable[[Session], papers.Paper]) -> Response:
    return file_of(read(make))


@blueprint.get("/exits/<uuid:exit_id>.pdf")
def exit_order(exit_id: UUID) -> Any:
    """Return an exit order."""
    return _shown(lambda session: papers.exit_order(session, exit_id, actor()))


@blueprint.get("/exits/<uuid:exit_id>/pass.pdf")
def gate_pass(exit_id: UUID) -> Any:
    """Return a copy of the standing gate pass, which carries no code."""
    return _shown(lambda session: papers.gate_pass(session, exit_id, actor()))


@blueprint.post("/exits/<uuid:exit_id>/pass.pdf")
def gate_pass_with_code(exit_id: UUID) -> Any:
    """Return the gate pass with its code to who was just told it and says it."""
    code = request.form.get("code", "")
    paper = read(lambda session: papers.gate_pass(session, exit_id, actor(), code))
    return file_of(paper, inline=False)  # to keep: the page that holds the code stays open


@blueprint.get("/invoices/<uuid:invoice_id>.pdf")
def invoice(invoice_id: UUID) -> Any:
    """Return an invoice."""
    return _shown(lambda session: papers.invoice(session, invoice_id, actor()))


@blueprint.get("/credit-notes/<uuid:note_id>.pdf")
def credit_note(note_id: UUID) -> Any:
    """Return a credit note."""
    return _shown(lambda session: papers.credit_note(session, note_id, actor()))


@blueprint.get("/authorities/<uuid:authority_id>.pdf")
def authority(authority_id: UUID) -> Any:
    """Return a written authority to collect."""
    return _shown(lambda session: papers.authority(session, authority_id, actor()))


@blueprint.get("/notices/<uuid:notice_id>.pdf")
def notice(notice_id: UUID) -> Any:
    """Return a notice as a letter."""
    return _shown(lambda session: papers.notice(session, notice_id, actor()))
