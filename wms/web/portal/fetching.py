"""Who fetches my goods: persons I authorise, each on one truck."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import request, url_for

from wms import pickup
from wms.delivery.identity import actor, now
from wms.delivery.work import read, write
from wms.kernel.actor import Permission
from wms.kernel.errors import Forbidden
from wms.web.pages import attempt, done, fresh_id, said, text_of, uuid_of, whole_of
from wms.web.pickup_windows import day_of
from wms.web.portal.workplace import blueprint, page, status_of
from wms.web.shell import say as _


@blueprint.get("/collectors")
def collectors() -> Any:
    """Show whom I let fetch my goods."""
    return _page()


@blueprint.post("/collectors")
def authorise() -> Any:
    """Let somebody fetch my goods on one truck."""

    def work() -> pickup.CollectorAuthority:
        most = whole_of("most") if request.form.get("most", "").strip() else None
        wanted = pickup.AuthoriseCollector(
            uuid_of("id"), _mine(), text_of("name", most=80), text_of("card", most=20), text_of("plate", most=20),
            day_of("first"), day_of("last") + timedelta(days=1), most,
        )  # fmt: skip
        return write(lambda session: pickup.authorise_collector(session, wanted, by=actor(), at=now()))

    made, error = attempt(work)
    if error is not None or made is None:
        assert error is not None
        return _page(status_of(error), error=said(error))
    return done(_("{name} may fetch for you.", name=made.collector_name), url_for("portal.collectors"))


@blueprint.post("/collectors/<uuid:authority_id>/revoke")
def revoke(authority_id: UUID) -> Any:
    """Take an authority back."""
    wanted = pickup.RevokeAuthority(uuid_of("id"), authority_id)
    error = attempt(lambda: write(lambda s: pickup.revoke_authority(s, wanted, by=actor(), at=now())))[1]
    if error is not None:
        return _page(status_of(error), error=said(error))
    return done(_("Taken back: the gate lets this person out no more."), url_for("portal.collectors"))


def _mine() -> UUID:
    party_id = actor().party_id
    if party_id is None:
        raise Forbidden(permission=Permission.ORDER_EXIT.value)
    return party_id


def _page(status: int = 200, **values: Any) -> Any:
    rows = read(lambda session: pickup.authorities_of(session, _mine()))
    today = now().on
    return page("collectors", status, rows=rows, today=today, last=today + timedelta(days=6), fresh=fresh_id(),
                fresh_ids={row.authority.id: fresh_id() for row in rows}, **values)  # fmt: skip
