"""Every resource of the interface, in the order its documents show them."""

from wms.api import (
    advances,
    bank,
    board,
    cashier,
    charges,
    counts,
    deals,
    deliveries,
    exits,
    facility,
    lots,
    money,
    people,
    prices,
    receivables,
    sensing,
)
from wms.api.resource import Resource

RESOURCES: tuple[Resource, ...] = tuple(
    resource
    for module in (
        deliveries, lots, counts, facility, board, deals, advances, exits, charges, money, receivables, bank, cashier,
        prices, sensing, people,
    )
    for resource in module.RESOURCES
)  # fmt: skip
