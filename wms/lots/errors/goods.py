"""What this room refuses, and why."""

from wms.kernel.errors import Invalid, NotFound, Refused


class LotNotFound(NotFound):
    """No such lot, or somebody else's."""

    code = "lot_not_found"
    en = "This lot does not exist, or is not yours to see."
    zh = "批次不存在, 或您无权查看。"


class DeliveryNotFound(NotFound):
    """No such delivery, or somebody else's."""

    code = "delivery_not_found"
    en = "This delivery does not exist, or is not yours to see."
    zh = "入库单不存在, 或您无权查看。"


class TokenNotFound(NotFound):
    """No such gate token."""

    code = "gate_token_not_found"
    en = "This gate token does not exist."
    zh = "该排队号不存在。"


class HoldNotFound(NotFound):
    """No such hold."""

    code = "lot_hold_not_found"
    en = "This hold does not exist."
    zh = "该冻结记录不存在。"


class WeighingNotFound(NotFound):
    """No such weighing for this subject."""

    code = "weighing_not_found"
    en = "This weighing does not exist here."
    zh = "此处没有该过磅记录。"


class WeightRecordNotYetHere(NotFound):
    """The gateway's record has not arrived; an offline terminal sends again when it has."""

    code = "weight_record_not_yet_here"
    en = "The weight record {gateway}/{epoch}/{sequence} has not arrived yet."
    zh = "称重记录 {gateway}/{epoch}/{sequence} 尚未到达。"


class TokenNotWaiting(Refused):
    """The token was used or lost."""

    code = "gate_token_not_waiting"
    en = "Gate token {number} is {state}."
    zh = "排队号 {number} 状态为 {state}, 不能使用。"


class DeliveryNotOpen(Refused):
    """Completed or void."""

    code = "delivery_not_open"
    en = "Delivery {delivery} is {state}; nothing more can be weighed or made of it."
    zh = "入库单 {delivery} 状态为 {state}, 不能再过磅或建批次。"


class DeliveryNotWeighed(Refused):
    """Gross and tare, or platform weighings, are missing."""

    code = "delivery_not_weighed"
    en = "Delivery {delivery} has no net weight yet."
    zh = "入库单 {delivery} 尚无净重。"


class WeightRecordConflict(Refused):
    """The gateway's key was used before for another weight."""

    code = "weight_record_conflict"
    en = "The weight record {gateway}/{epoch}/{sequence} was received before with other content."
    zh = "称重记录 {gateway}/{epoch}/{sequence} 已收到过, 内容不同。"


class WeightAlreadyClaimed(Refused):
    """Another weighing stands on this record."""

    code = "weight_already_claimed"
    en = "The weight record {gateway}/{epoch}/{sequence} was used already."
    zh = "称重记录 {gateway}/{epoch}/{sequence} 已被使用。"


class WeightUnstable(Refused):
    """A weight is taken only from a stable frame."""

    code = "weight_unstable"
    en = "The scale was not at rest when this weight was captured."
    zh = "采集该重量时秤未稳定。"


class WeightTooOld(Refused):
    """The capture is older than the room's limit."""

    code = "weight_too_old"
    en = "The weight was captured {age_s} s ago; at most {limit_s} s are allowed. Weigh again."
    zh = "该重量采集于 {age_s} 秒前, 最多允许 {limit_s} 秒。请重新过磅。"


class WeightInFuture(Refused):
    """The capture claims to be later than the weighing."""

    code = "weight_in_future"
    en = "The weight carries a time after the weighing. Check the gateway's clock."
    zh = "该重量的时间晚于过磅时间, 请检查网关时钟。"


class WeightClockUntrusted(Refused):
    """The gateway did not know the time, and the record came late."""

    code = "weight_clock_untrusted"
    en = "The gateway did not know the time when it captured this weight. Weigh again."
    zh = "网关采集该重量时没有可靠时钟。请重新过磅。"


class WrongInstrument(Refused):
    """The record comes from another instrument than the terminal's."""

    code = "wrong_instrument"
    en = "The weight comes from {found}, not from {expected}."
    zh = "该重量来自 {found}, 而不是 {expected}。"


class WeightIsNet(Refused):
    """A truck is weighed without a tare on the indicator."""

    code = "weight_is_net"
    en = "The indicator had a tare of {tare_grams} kg set; clear it and weigh again."
    zh = "仪表已设皮重 {tare_grams} 公斤, 请清除后重新过磅。"


class WeightBeyondCapacity(Refused):
    """More than the instrument can weigh."""

    code = "weight_beyond_capacity"
    en = "{weight_grams} kg is more than {instrument} can weigh."
    zh = "{weight_grams} 公斤超出 {instrument} 的量程。"


class DeliveryNotShared(Refused):
    """The lots do not carry exactly the net weight."""

    code = "delivery_not_shared"
    en = "The lots carry {shared_grams} kg of the delivery's {net_grams} kg; they must carry all of it, and no more."
    zh = "各批次合计 {shared_grams} 公斤, 入库净重 {net_grams} 公斤, 二者必须相等。"


class WeightNotPositive(Refused):
    """Nothing is left after tare."""

    code = "weight_not_positive"
    en = "After tare the weight is {net_grams} kg; it must be more than nothing."
    zh = "扣除皮重后为 {net_grams} 公斤, 必须大于零。"


class AlreadyWeighed(Refused):
    """A second weight for the same purpose must name the one it replaces."""

    code = "already_weighed"
    en = "This was weighed for {purpose} already; name the weighing that is to be replaced."
    zh = "该 {purpose} 已过磅; 如需更正请指明被替换的过磅记录。"


class TypedWeightNeedsReason(Invalid):
    """A typed weight says why."""

    code = "typed_weight_needs_reason"
    en = "A typed weight needs a reason."
    zh = "手工录入重量必须填写原因。"


class TypedWeightNeedsWitness(Refused):
    """A typed weight needs two different people."""

    code = "typed_weight_needs_witness"
    en = "A typed weight needs a second person as witness."
    zh = "手工录入重量需要另一人见证。"


class ReweighDiffers(Refused):
    """What the scale says is too far from what was typed."""

    code = "reweigh_differs"
    en = "The scale says {weight_grams} kg, the books say {book_grams} kg: too far apart to confirm the typed weight."
    zh = "秤显示 {weight_grams} 公斤, 账面 {book_grams} 公斤, 差异过大, 不能确认手工重量。"


class RequestWrong(Invalid):
    """The request does not hold together."""

    code = "lots_request_wrong"
    en = "The request does not hold together: {what}."
    zh = "请求内容不一致: {what}。"


class NotEnoughUnits(Refused):
    """Fewer units are free for this than asked."""

    code = "not_enough_units"
    en = "Lot {lot} has {units_free} units free for this; {units} were asked."
    zh = "批次 {lot} 可用 {units_free} 件, 请求 {units} 件。"


class LotOnHold(Refused):
    """What would remain is less than what must stay."""

    code = "lot_on_hold"
    en = "Lot {lot} is held ({reason}): {units_held} units must stay."
    zh = "批次 {lot} 被冻结 ({reason}): 须保留 {units_held} 件。"


class LotQuarantined(Refused):
    """Quarantine stops everything."""

    code = "lot_quarantined"
    en = "Lot {lot} is in quarantine."
    zh = "批次 {lot} 处于隔离中。"


class HoldNotOpen(Refused):
    """Nothing of the hold is left, or less than asked."""

    code = "lot_hold_not_open"
    en = "The hold has {units_left} units left; {units} were asked."
    zh = "该冻结剩余 {units_left} 件, 请求 {units} 件。"


class HoldNotByHand(Refused):
    """The hold belongs to a paper of its own and changes only with that."""

    code = "lot_hold_not_by_hand"
    en = "A hold for {reason} is made and ended by its own paper, not by hand."
    zh = "{reason} 类冻结随其单据设立与解除, 不能手工处理。"


class HoldOfOtherLot(Invalid):
    """The hold named stands on another lot or cannot be left through."""

    code = "hold_of_other_lot"
    en = "The hold named does not stand on this lot."
    zh = "所指冻结不属于该批次。"


class SlotFull(Refused):
    """No room for that many, or that much."""

    code = "slot_full"
    en = "Slot {slot} has room for {units_free} units and {free_grams} kg; {units} units of {load_grams} kg were asked."
    zh = "库位 {slot} 剩余 {units_free} 件、{free_grams} 公斤; 请求 {units} 件、{load_grams} 公斤。"


class RoomPromised(Refused):
    """What is free there was promised to goods on their way."""

    code = "room_promised"
    en = (
        "Room {room} has only {units_free} units and {free_grams} kg left beside what lies there and what is booked. "
        "Choose another room."
    )
    zh = "库房 {room} 除在库与预约外仅余 {units_free} 件、{free_grams} 公斤, 请另选库房。"


class SlotNotProposed(Refused):
    """Outside the rules; a forced move is a right."""

    code = "slot_not_proposed"
    en = "Slot {slot} is not among the places proposed for this lot: {why}. A forced move needs the right to it."
    zh = "库位 {slot} 不在该批次的建议库位中: {why}。强制移动需要相应权限。"


class NotInSlot(Refused):
    """Fewer units lie there than asked."""

    code = "not_in_slot"
    en = "{units_there} units of lot {lot} lie there; {units} were asked."
    zh = "该处有批次 {lot} 的 {units_there} 件, 请求 {units} 件。"


class LabelsExhausted(Refused):
    """Every unit has a label."""

    code = "labels_exhausted"
    en = "Lot {lot} has {units_free} units without a label; {units} labels were asked."
    zh = "批次 {lot} 还有 {units_free} 件未贴标, 请求 {units} 张。"


class InspectionDayWrong(Invalid):
    """Before entry, or not yet."""

    code = "inspection_day_wrong"
    en = "An inspection lies between the entry day {entry_on} and today."
    zh = "质检日期须在入库日 {entry_on} 与今天之间。"
