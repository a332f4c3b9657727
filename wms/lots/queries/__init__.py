"""Reads of the room, one file per question asked."""

from wms.lots.queries.checks import check
from wms.lots.queries.counts import (
    CountRow,
    CountSheetLine,
    count_entries_of,
    count_rows,
    count_sheet,
    counters_of,
    get_count,
    list_counts,
)
from wms.lots.queries.deliveries import (
    find_delivery,
    get_visible_delivery,
    list_deliveries,
    list_gate_tokens,
    lock_delivery,
    net_grams_of_delivery,
    policy_on,
)
from wms.lots.queries.facts import facts, lot_ids_in_store
from wms.lots.queries.fit import RoomRefused, list_variety_traits, rooms_for
from wms.lots.queries.kin import (
    Kin,
    Kinship,
    children_of,
    parents_of,
    regraded_of,
    releases_asked,
    releases_of,
    sort_weighings,
    sorted_on,
)
from wms.lots.queries.lots import (
    LotFilter,
    free_units,
    get_lot,
    get_visible_lot,
    grams_of,
    held_units,
    holds_of,
    inspections_of,
    labels_of,
    list_lots,
    lock_lots,
    lot_by_code,
    lot_by_scan,
    lot_by_sscc,
    lots_of_delivery,
    moves_of,
    unheld_units,
    units_in_all,
)
from wms.lots.queries.places import (
    lock_with_places,
    lots_of_room,
    places_of,
    propose_slots,
    room_fills,
    room_map,
    stock_of_slots,
)
from wms.lots.queries.reservations import reservation_of, space_of_room
from wms.lots.queries.shrink import (
    ShrinkTotal,
    curve_of,
    list_loss_curves,
    list_shrink,
    shrink_of_exit,
    shrink_of_lot,
    shrink_totals,
)
from wms.lots.queries.weights import (
    OutWeight,
    find_weight_record,
    fresh_records,
    get_weighing,
    untimed_weights,
    weighed_out,
    weighings_of,
)

__all__ = [
    "CountRow", "CountSheetLine", "Kin", "Kinship", "LotFilter", "OutWeight", "RoomRefused", "ShrinkTotal", "check",
    "children_of", "count_entries_of", "count_rows", "count_sheet", "counters_of", "curve_of", "facts",
    "find_delivery", "find_weight_record", "free_units", "fresh_records", "get_count", "get_lot",
    "get_visible_delivery", "get_visible_lot", "get_weighing", "grams_of", "held_units", "holds_of",
    "inspections_of", "labels_of", "list_counts", "list_deliveries", "list_gate_tokens", "list_loss_curves",
    "list_lots", "list_shrink", "list_variety_traits", "lock_delivery", "lock_lots", "lock_with_places",
    "lot_by_code", "lot_by_scan", "lot_by_sscc", "lot_ids_in_store", "lots_of_delivery", "lots_of_room", "moves_of",
    "net_grams_of_delivery", "parents_of", "places_of", "policy_on", "propose_slots", "regraded_of", "releases_asked",
    "releases_of",
    "reservation_of", "room_fills", "room_map", "rooms_for", "shrink_of_exit", "shrink_of_lot", "shrink_totals",
    "sort_weighings", "sorted_on", "space_of_room", "stock_of_slots", "unheld_units", "units_in_all",
    "untimed_weights", "weighed_out", "weighings_of",
]  # fmt: skip
