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
    einvoices,
    exits,
    facility,
    loadings,
    lots,
    money,
    papers,
    people,
    pickups,
    prices,
    quality,
    recalls,
    receivables,
    reports,
    samples,
    seasons,
    sensing,
    serving,
    tracing,
)
from wms.api.resource import Resource

RESOURCES: tuple[Resource, ...] = tuple(
    resource
    for module in (
        deliveries, lots, counts, facility, board, deals, advances, exits, loadings, charges, money,
        receivables, papers, prices, sensing, people, bank, cashier, damages, dock, dunning, einvoices,
        pickups, quality, recalls, reports, samples, seasons, serving, tracing,
    )
    for resource in module.RESOURCES
)  # fmt: skip
