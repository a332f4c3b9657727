"""The public check pages: anybody who holds a paper's code sees that it is real, and nothing about money."""

from typing import Any
from uuid import UUID

from flask import Blueprint, make_response

from wms import billing, receipts
from wms.delivery.work import read
from wms.web.pages import attempt
from wms.web.terminal import words
from wms.web.terminal.workplace import page

blueprint = Blueprint("checking", __name__)
LONGEST_CODE = 40


@blueprint.get("/check/<code>")
def receipt(code: str) -> Any:
    """Show what may be known of a receipt by its printed code; no sign-in."""
    found, error = attempt(lambda: read(lambda session: receipts.public_receipt(session, code[:LONGEST_CODE])))
    text, status = page("check", 404 if error else 200, r=found, states=words.RECEIPT)
    answer = make_response(text, status)
    answer.headers["Referrer-Policy"] = "no-referrer"  # the code is in the address
    return answer


@blueprint.get("/check/papers/<uuid:paper_id>")
def paper(paper_id: UUID) -> Any:
    """Show that an exit order, invoice or credit note is real, by the id in its code; no sign-in."""
    found, error = attempt(lambda: read(lambda session: billing.public_paper(session, paper_id)))
    text, status = page("check_paper", 404 if error else 200, p=found, kinds=words.PAPER, states=words.EXIT)
    answer = make_response(text, status)
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
