"""Changes of the room, one file per use case."""

from wms.lots.actions.arrive import complete_delivery, issue_gate_token, lose_gate_token, open_delivery, void_delivery
from wms.lots.actions.count import enter_count, open_count, void_count
from wms.lots.actions.count_judged import approve_count, explain_count, review_count
from wms.lots.actions.create import create_lot, label_units
from wms.lots.actions.hold import lift_hold, lift_hold_by_hand, place_hold, place_hold_by_hand, update_hold_stage
from wms.lots.actions.import_readings import import_readings
from wms.lots.actions.inspect import inspect
from wms.lots.actions.numbering import next_code
from wms.lots.actions.pick import pick, put_back, unstage
from wms.lots.actions.place import move, put_away
from wms.lots.actions.quality import save_mapping, set_limit, set_parameter, set_sampling_plan
from wms.lots.actions.quarantine import ask_release, decide_release
from wms.lots.actions.regrade import regrade
from wms.lots.actions.reserve import let_room_go, reserve_room, use_reservation
from wms.lots.actions.returning import record_return
from wms.lots.actions.sample import record_sample_result, take_sample
from wms.lots.actions.settings import add_put_away_rule, end_put_away_rule, set_policy
from wms.lots.actions.shrink import set_loss_curve
from wms.lots.actions.split import split
from wms.lots.actions.take_out import asked_of_leaving, take_out, taking_out
from wms.lots.actions.title import transfer_title
from wms.lots.actions.traits import set_variety_traits
from wms.lots.actions.weigh import record_weight, weigh
from wms.lots.actions.weight_times import tell_weight_time

__all__ = [
    "add_put_away_rule", "approve_count", "ask_release", "asked_of_leaving", "complete_delivery", "create_lot",
    "decide_release", "end_put_away_rule", "enter_count", "explain_count", "import_readings", "inspect",
    "issue_gate_token", "label_units", "let_room_go", "lift_hold", "lift_hold_by_hand", "lose_gate_token", "move",
    "next_code", "open_count", "open_delivery", "pick", "place_hold", "place_hold_by_hand", "put_away", "put_back",
    "record_return", "record_sample_result", "record_weight", "regrade", "reserve_room", "review_count",
    "save_mapping", "set_limit", "set_loss_curve", "set_parameter", "set_policy", "set_sampling_plan",
    "set_variety_traits", "split", "take_out", "take_sample", "taking_out", "tell_weight_time", "transfer_title",
    "unstage", "update_hold_stage", "use_reservation", "void_count", "void_delivery", "weigh",
]  # fmt: skip
