"""The blueprint every page of the control room hangs on: staff who may see readings of all rooms."""

from typing import Any

from wms.delivery.identity import actor
from wms.kernel.actor import Permission
from wms.kernel.errors import WmsError
from wms.web.desk import workplace as desk
from wms.web.desk.blocks import Screen
from wms.web.pages import workplace

blueprint = workplace("control", __name__, any_of=(Permission.SEE_READINGS,))


@blueprint.before_request
def staff_only() -> None:
    """Refuse customers: rooms hold other people's goods. Raises Forbidden."""
    actor().must(Permission.SEE_ALL)


def shown(screen: Screen, error: WmsError | None = None, template: str = "desk/screen") -> Any:
    """Return a screen of the control room."""
    return desk.shown(screen, error, layout="control", template=template)
