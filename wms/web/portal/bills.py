"""My invoices, line by line, and what I say is wrong with them."""

from typing import Any
from uuid import UUID

from wms.web.bills import Desk
from wms.web.portal.workplace import blueprint, page

desk = Desk("portal", page)


@blueprint.get("/bills")
def bills() -> Any:
    """Show my invoices."""
    return desk.bills()


@blueprint.get("/bills/<uuid:invoice_id>")
def bill(invoice_id: UUID) -> Any:
    """Show one invoice line by line."""
    return desk.bill(invoice_id)


@blueprint.get("/bills/<uuid:invoice_id>/days")
def bill_days(invoice_id: UUID) -> Any:
    """Show what an invoice charges for time, day by day."""
    return desk.days(invoice_id)


@blueprint.post("/bills/<uuid:invoice_id>/dispute")
def dispute(invoice_id: UUID) -> Any:
    """Say what is wrong with a line of an invoice."""
    return desk.dispute(invoice_id)
