"""My crates: how many of the store's I have, the deposit that stands for them, and what came and went."""

from typing import Any

from sqlalchemy.orm import Session

from wms import dock
from wms.delivery.identity import actor
from wms.delivery.work import read
from wms.web.crates import MOVE
from wms.web.portal.workplace import blueprint, page


@blueprint.get("/crates")
def crates() -> Any:
    """Show my crates."""

    def gather(session: Session) -> dict[str, Any]:
        party_id = actor().party_id
        held = dock.crate_holdings(session, actor(), holder_id=party_id) if party_id else []
        moves = dock.list_crate_moves(session, actor(), holder_id=party_id, limit=50).items if party_id else []
        deposit, due = dock.crate_deposits(session, party_id) if party_id else (0, 0)
        kinds = {row.id: row for row in dock.list_crate_types(session)}
        return {"held": held, "moves": moves, "deposit": deposit, "due": due, "kinds": kinds, "mine": party_id}

    return page("crates", **read(gather), move_words=MOVE)
