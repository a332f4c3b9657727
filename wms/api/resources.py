"""Every resource of the interface, in the order its documents show them."""

from wms.api import (
    advances,
    board,
    charges,
    counts,
    damages,
    deals,
    deliveries,
    dock,
    exits,
    facility,
    loadings,
    lots,
    money,
    papers,
    people,
    pickups,
    prices,
    recalls,
    receivables,
    sensing,
    tracing,
)
from wms.api.resource import Resource

RESOURCES: tuple[Resource, ...] = tuple(
    resource
    for module in (
        deliveries, dock, damages, lots, counts, facility, board, deals, advances, exits, loadings, charges, money,
        receivables, papers, prices, sensing, people, pickups, recalls, tracing,
    )
    for resource in module.RESOURCES
)  # fmt: skip
