"""Who fetches my goods: persons I authorise, each on one truck."""

from typing import Any
from uuid import UUID

from wms.web.collectors import Desk
from wms.web.portal.workplace import blueprint, page

desk = Desk("portal", page)


@blueprint.get("/collectors")
def collectors() -> Any:
    """Show whom I let fetch my goods."""
    return desk.page()


@blueprint.post("/collectors")
def authorise() -> Any:
    """Let somebody fetch my goods on one truck."""
    return desk.authorise()


@blueprint.post("/collectors/<uuid:authority_id>/revoke")
def revoke(authority_id: UUID) -> Any:
    """Take an authority back."""
    return desk.revoke(authority_id)
