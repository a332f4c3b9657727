"""The live weight for browsers: a stream of events, single answers for polls, and the choice of a scale."""

from flask import Response, jsonify, redirect, request
from werkzeug.wrappers import Response as Answer

from wms.delivery.work import read
from wms.web import live
from wms.web.error_pages import error_page
from wms.web.preferences import local_path
from wms.web.terminal.scales import WAYS, YEAR_S, cookie_of, list_scales
from wms.web.terminal.workplace import blueprint

RETRY_AFTER_S = "5"
LONGEST_KEY = 80


@blueprint.get("/live/events")
def live_events() -> Response:
    """Stream the weights of a scale (`instrument`: gateway/name) as server-sent events; 503 when they are too many."""
    try:
        events = live.weights().stream(_wanted())
    except live.StreamsFull as error:
        full = error_page(error)
        full.headers["Retry-After"] = RETRY_AFTER_S
        return full
    answer = Response(events, mimetype="text/event-stream")
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Accel-Buffering"] = "no"
    return answer


@blueprint.get("/live/weight")
def live_weight() -> Response:
    """Answer one event of a scale, for pages to which streams do not come."""
    answer = jsonify(live.weights().shown(_wanted()))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post("/scale")
def choose_scale() -> Answer:
    """Remember which scale of a kind (truck, platform) this terminal uses."""
    answer = redirect(local_path(request.form.get("next", "/terminal/")), code=303)
    way, key = request.form.get("way", ""), request.form.get("scale", "")
    if way in WAYS and key in {scale.key for scale in read(list_scales)}:
        answer.set_cookie(cookie_of(way), key, max_age=YEAR_S, httponly=True, samesite="Lax")
    return answer


def _wanted() -> str:
    return request.args.get("instrument", "")[:LONGEST_KEY]
