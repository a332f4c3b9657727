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
    lock_with_kin,
    parents_of,
    regraded_of,
    releases_asked,
    releases_of,
    sort_weighings,
    sorted_on,
    split_family,
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
from wms.lots.queries.quality import (
    asked_draw,
    draws_of,
    get_mapping,
    limits_on,
    list_limits,
    list_mappings,
    list_sampling_plans,
    outlooks,
    parameter_history,
    parameters,
    plan_on,
    steps_of,
    values_of,
)
from wms.lots.queries.readings import NewInspection, ReadingChanges, reading_changes
from wms.lots.queries.reservations import reservation_of, space_of_room
from wms.lots.queries.samples import (
    SampleRow,
    get_sample,
    list_samples,
    sample_result_of,
    sample_weighings,
    sampled_grams,
    samples_of,
)
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
    tried_crates,
    untimed_weights,
    weighed_out,
    weighings_of,
)

__all__ = [
    "CountRow", "CountSheetLine", "Kin", "Kinship", "LotFilter", "NewInspection", "OutWeight", "ReadingChanges",
    "RoomRefused", "SampleRow", "ShrinkTotal", "asked_draw", "check", "children_of", "count_entries_of", "count_rows",
    "count_sheet", "counters_of", "curve_of", "draws_of", "facts", "find_delivery", "find_weight_record", "free_units",
    "fresh_records", "get_count", "get_lot", "get_mapping", "get_sample", "get_visible_delivery", "get_visible_lot",
    "get_weighing", "grams_of", "held_units", "holds_of", "inspections_of", "labels_of", "limits_on", "list_counts",
    "list_deliveries", "list_gate_tokens", "list_limits", "list_loss_curves", "list_lots", "list_mappings",
    "list_samples", "list_sampling_plans", "list_shrink", "list_variety_traits", "lock_delivery", "lock_lots",
    "lock_with_kin", "lock_with_places", "lot_by_code", "lot_by_scan", "lot_by_sscc", "lot_ids_in_store",
    "lots_of_delivery", "lots_of_room", "moves_of", "net_grams_of_delivery", "outlooks", "parameter_history",
    "parameters", "parents_of", "places_of", "plan_on", "policy_on", "propose_slots", "reading_changes", "regraded_of",
    "releases_asked", "releases_of", "reservation_of", "room_fills", "room_map", "rooms_for", "sample_result_of",
    "sample_weighings", "sampled_grams", "samples_of", "shrink_of_exit", "shrink_of_lot", "shrink_totals",
    "sort_weighings", "sorted_on", "space_of_room", "split_family", "steps_of", "stock_of_slots", "tried_crates",
    "unheld_units", "units_in_all", "untimed_weights", "values_of", "weighed_out", "weighings_of",
]  # fmt: skip
