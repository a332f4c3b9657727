"""What can be refused about places, devices and policies."""

from wms.kernel.errors import Invalid, NotFound, Refused


class SiteNotFound(NotFound):
    """No such site."""

    code = "site_not_found"
    en = "There is no such site."
    zh = "没有此库区。"


class RoomNotFound(NotFound):
    """No such room."""

    code = "room_not_found"
    en = "There is no such room."
    zh = "没有此库房。"


class SlotNotFound(NotFound):
    """No such slot."""

    code = "slot_not_found"
    en = "There is no such slot: {slot}."
    zh = "没有此库位: {slot}。"


class InstrumentNotFound(NotFound):
    """No such instrument in service."""

    code = "instrument_not_found"
    en = "There is no such instrument: {instrument}."
    zh = "没有此仪器: {instrument}。"


class PolicyNotFound(NotFound):
    """No such policy."""

    code = "policy_not_found"
    en = "There is no such insurance policy."
    zh = "没有此保险单。"


class RoomEntryNotFound(NotFound):
    """No such entry."""

    code = "room_entry_not_found"
    en = "There is no such entry into a room."
    zh = "没有此入库登记。"


class FieldInvalid(Invalid):
    """A field cannot have this value."""

    code = "facility_field_invalid"
    en = "This value is not valid: {field}."
    zh = "此项内容有误: {field}。"


class CodeMalformed(Invalid):
    """The check character does not fit: misread or mistyped."""

    code = "slot_code_malformed"
    en = "The slot code {slot_code} was misread: its check character is wrong."
    zh = "库位码 {slot_code} 校验位不符, 请重新扫描。"


class EntryTooLong(Invalid):
    """An entry lasts at most a shift."""

    code = "room_entry_too_long"
    en = "An entry must end after it begins and within {hours} hours."
    zh = "入库时间必须大于零且不超过 {hours} 小时。"


class CodeTaken(Refused):
    """The code or name is in use."""

    code = "facility_code_taken"
    en = "{taken} is already in use."
    zh = "{taken} 已被使用。"


class RoomEventRefused(Refused):
    """The event does not follow from the room's state."""

    code = "room_event_refused"
    en = "A room ({storage_type}) that is {state} cannot {event}."
    zh = "库房 ({storage_type}) 处于 {state} 状态, 不能执行 {event}。"


class RoomSealed(Refused):
    """Nothing moves in or out of a sealed room without a logged entry."""

    code = "room_sealed"
    en = "Room {room} is {state}: log an entry before anything moves in or out."
    zh = "库房 {room} 处于 {state} 状态: 货物进出前须登记入库。"


class RoomNotSealed(Refused):
    """Only sealed rooms need entries."""

    code = "room_not_sealed"
    en = "Room {room} is {state}; only a sealed room needs an entry."
    zh = "库房 {room} 处于 {state} 状态, 只有封库后才需登记入库。"


class EntryEnded(Refused):
    """The entry has ended already, or another stands open."""

    code = "room_entry_ended"
    en = "This entry has ended already."
    zh = "此次入库登记已结束。"


class SlotNotInUse(Refused):
    """The slot was taken out of use."""

    code = "slot_not_in_use"
    en = "Slot {slot} is out of use."
    zh = "库位 {slot} 已停用。"


class InstrumentNotInUse(Refused):
    """The instrument was retired."""

    code = "instrument_not_in_use"
    en = "Instrument {instrument} has been retired."
    zh = "仪器 {instrument} 已停用。"


class PolicyCancelled(Refused):
    """The policy was cancelled before, or would not end earlier."""

    code = "policy_cancelled"
    en = "Policy {number} ends on {until_on} already and cannot be ended on that day."
    zh = "保险单 {number} 已于 {until_on} 终止, 不能改为该日。"


class SlotSheetWrong(Invalid):
    """The sheet names rooms that are not there, or nothing."""

    code = "slot_sheet_wrong"
    en = "The sheet has {bad} rows that cannot be taken, the first on line {line}: {why}. Nothing was changed."
    zh = "表格有 {bad} 行不能导入, 首个在第 {line} 行: {why}。未作任何更改。"
