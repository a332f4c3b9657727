"""Changes of places, devices and policies."""

from wms.facility.actions.abilities import set_room_ability
from wms.facility.actions.devices import (
    add_instrument,
    add_policy,
    cancel_policy,
    record_calibration,
    retire_instrument,
)
from wms.facility.actions.places import add_room, add_site, add_slots, set_slot
from wms.facility.actions.process import advance_room, end_room_entry, log_room_entry
from wms.facility.actions.sheet import import_slots

__all__ = [
    "add_instrument",
    "add_policy",
    "add_room",
    "add_site",
    "add_slots",
    "advance_room",
    "cancel_policy",
    "end_room_entry",
    "import_slots",
    "log_room_entry",
    "record_calibration",
    "retire_instrument",
    "set_room_ability",
    "set_slot",
]
