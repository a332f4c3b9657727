"""Every resource of the interface, in the order its documents show them."""

from wms.api import (
    advances,
    bank,
    board,
    cashier,
    charges,
    counts,
    damages,
    deals,
    deliveries,
    dock,
    dunning,
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
    samples,
    sensing,
    serving,
    tracing,
)
from wms.api.resource import Resource

RESOURCES: tuple[Resource, ...] = tuple(
    resource
    for module in (
        deliveries, lots, samples, counts, facility, board, deals, advances, exits, loadings, charges, money,
        receivables, papers, prices, sensing, people, bank, cashier, damages, dock, dunning, pickups, recalls,
        serving, tracing,
    )
    for resource in module.RESOURCES
)  # fmt: skip
