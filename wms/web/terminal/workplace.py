"""The blueprint every page of the terminal hangs on, and what they share: the site, and who may be listened to."""

from typing import Any

from flask import render_template
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from wms import facility, lots
from wms.delivery.house import house
from wms.kernel.actor import Permission
from wms.web import goods, preferences, shell
from wms.web.pages import workplace

STAFF = (Permission.TAKE_IN, Permission.WEIGH, Permission.WEIGH_OUT, Permission.MOVE_STOCK, Permission.PASS_GATE,
         Permission.APPROVE_COUNT)  # fmt: skip
CONNECT = "connect-src 'self'"

blueprint = workplace("terminal", __name__, any_of=STAFF)


@blueprint.after_request
def let_the_dock_be_heard(answer: Response) -> Response:
    """Let the terminal's pages read live weights from the gateway's own address too, and from no other."""
    origin = house().config.gateways.live_origin
    if origin:
        answer.headers["Content-Security-Policy"] = shell.CONTENT_SECURITY.replace(CONNECT, f"{CONNECT} {origin}")
    return answer


@blueprint.app_template_filter("lot_words")
def lot_words(row: lots.Lot) -> str:
    """Return what a lot is in the reader's words: variety first, then size, grade and colour."""
    return f"{goods.word('variety', row.variety)} {goods.spec(row)}".strip()


def site_of(session: Session) -> facility.Site:
    """Return the site this server stands at: the one its gateways name, else the only one. Raises SiteNotFound."""
    code = house().config.mqtt.site
    sites = facility.list_sites(session)
    found = next((site for site in sites if site.code == code), sites[0] if sites else None)
    if found is None:
        raise facility.SiteNotFound
    return found


def page(template: str, status: int = 200, **values: Any) -> tuple[str, int]:
    """Return a page of the terminal with its status."""
    dock = house().config.gateways.live_origin
    return render_template(f"terminal/{template}.html", dock=dock, **values), status


def in_both(error: Any) -> tuple[str, str]:
    """Return an error's sentence in the reader's language and in the other one: drivers read what clerks show them."""
    first = preferences.current().language
    return error.sentence(first), error.sentence("en" if first == "zh" else "zh")
