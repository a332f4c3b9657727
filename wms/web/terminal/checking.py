"""The public check page: anybody who holds a receipt's code sees that it is real, and nothing about money."""

from typing import Any

from flask import Blueprint, make_response

from wms import receipts
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
