"""Damages and claims as pages name them."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from wms import dock, lots
from wms.kernel.actor import Actor
from wms.web.i18n import note

CAUSE = {
    "spoiled": note("Spoiled"),
    "frozen": note("Frozen"),
    "crushed": note("Crushed"),
    "fire": note("Fire"),
    "water": note("Water"),
    "gas": note("Gas injury"),
    "other": note("Another cause"),
}
CLAIM = {
    "filed": (note("Insurer asked"), "info"),
    "paid": (note("Insurer has paid"), "warn"),
    "rejected": (note("Insurer refuses"), "danger"),
    "settled": (note("Owed to the owner"), "ok"),
}


@dataclass(frozen=True, slots=True)
class DamageView:
    """A damage with its photos and its claim, as every page shows it."""

    row: dock.Damage
    photos: list[dock.Photo]
    claim: dock.InsuranceClaim | None


def damages_of(session: Session, by: Actor, lot: lots.Lot | None = None) -> list[DamageView]:
    """Return the damages a reader may see, newest first; of one lot if named."""
    rows = dock.list_damages(session, by, lot_id=None if lot is None else lot.id, limit=100).items
    return [
        DamageView(row, dock.photos_of(session, dock.PhotoOf.DAMAGE, row.id), dock.claim_of(session, row.id))
        for row in rows
    ]
