"""The terminal without its server: the keeper that browsers install, what it may keep, and the page of last resort.

A page is kept for the person it was drawn for, and only where work goes on without the server: the day's queue, a
delivery on the scale, what is sorted. Nothing that lets goods out is kept: pledged goods are never released offline.
"""

import hashlib
from typing import Any

from flask import Blueprint, Response, json, request, url_for
from werkzeug.wrappers import Response as Answer

from wms.delivery.identity import caller
from wms.web import assets
from wms.web.terminal.workplace import blueprint, page

KEPT = frozenset({"terminal.queue", "terminal.delivery", "terminal.sort", "terminal.away"})
HEADER = "Coldlot-Keep"
ASIDE = "try"  # crates tried aside of the weighing: the page that is kept is the weighing itself
SHELL = ("img/mark.svg", "img/down.svg", "img/down-light.svg")
NOT_FOR_PAGES = "js/keeper.js"

keeper_script = Blueprint("keeper", __name__)


@keeper_script.get("/terminal/sw.js")
def keeper() -> Response:
    """Return the keeper, new whenever a file of the pages is; no sign-in, so that browsers may look for a newer one."""
    names = [assets.BUNDLE, *SHELL, *(f"js/{path.name}" for path in sorted((assets.STATIC / "js").glob("*.js")))]
    shell = [assets.url_for_static(name) for name in names if name != NOT_FOR_PAGES]
    text = (assets.STATIC / NOT_FOR_PAGES).read_text("utf-8")
    head = f"const VERSION = {json.dumps(assets.version())};\nconst SHELL = {json.dumps(shell)};\n"
    answer = Response(head + text, mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    answer.headers["Service-Worker-Allowed"] = "/terminal"  # the address itself, too, which is how people arrive
    return answer


@blueprint.get("/away")
def away() -> Any:
    """Show what a terminal can do without its server; the keeper shows it where it kept no page."""
    return page("away", today=url_for("terminal.queue"))


@blueprint.after_request
def name_the_reader(answer: Answer) -> Answer:
    """Tell the keeper which pages it may keep, and for whom."""
    kept = answer.status_code == 200 and request.method == "GET" and request.endpoint in KEPT
    found = caller() if kept and ASIDE not in request.args else None
    if found is not None:
        answer.headers[HEADER] = hashlib.sha256(found.actor.account_id.bytes).hexdigest()[:16]
    return answer
