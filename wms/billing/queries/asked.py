"""What billing asks of an exit that closes and mostly gets no answer to, for who asks all of it at once."""

from wms.billing.queries.exits import pass_asked
from wms.billing.queries.loadings import loading_asked
from wms.billing.queries.stock import taken_out_asked
from wms.billing.queries.works import carried_asked, works_asked
from wms.billing.tables import ExitOrder
from wms.kernel.asking import Question


def asked_of_exit(order: ExitOrder) -> list[Question]:
    """Return what the bill and the close of a locked exit ask: what left before, works, charges carried in, papers."""
    lot_id = order.lot_id
    return [
        taken_out_asked(order.id, lot_id), works_asked(lot_id), carried_asked(lot_id), loading_asked(order.id),
        pass_asked(order.id),
    ]  # fmt: skip
