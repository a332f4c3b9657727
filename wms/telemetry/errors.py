"""What the telemetry room refuses."""

from wms.kernel.errors import Invalid, NotFound, Refused, Unavailable


class SensorNotFound(NotFound):
    """No such sensor, or not yours to see."""

    code = "sensor_not_found"
    en = "There is no sensor {sensor_id}."
    zh = "传感器 {sensor_id} 不存在。"


class NothingWaits(NotFound):
    """No reading of this sensor waits for that."""

    code = "quarantine_empty"
    en = "No reading of {name} of gateway {gateway} waits for that."
    zh = "网关 {gateway} 的 {name} 没有此类待处理读数。"


class StampsAhead(Refused):
    """The stamps still lie in the future."""

    code = "quarantine_ahead"
    en = "All stamps still lie in the future: whatever they are, they are not right."
    zh = "所有时间戳仍在未来, 不可能是正确的。"


class InboxInvalid(Invalid):
    """The settings of an inbox are wrong."""

    code = "inbox_invalid"
    en = "What the inbox is to listen to is not right:\n{faults}"
    zh = "收件程序的监听配置有误:\n{faults}"


class InboxNameTaken(Refused):
    """Two processes with one name throw each other off the broker for ever."""

    code = "inbox_name_taken"
    en = "Another inbox has begun under the name {inbox}; this one ends."
    zh = "另一个收件程序已使用名称 {inbox}; 本程序退出。"


class InboxOverlap(Refused):
    """Another inbox hears the same messages, which have nothing to know them by."""

    code = "inbox_overlap"
    en = "The inbox {inbox} listens to {topic} already; with two of them such messages would be stored twice."
    zh = "收件程序 {inbox} 已在监听 {topic}; 两个同时监听会把这些报文存两次。"


class ReadingsBusy(Unavailable):
    """Somebody holds the readings' tables; waiting would make everybody else wait."""

    code = "readings_busy"
    en = "The readings are in use; their months are arranged in a moment."
    zh = "读数表正被使用, 稍后再整理月份分区。"


class AlarmNotFound(NotFound):
    """No such alarm."""

    code = "alarm_not_found"
    en = "There is no alarm {alarm_id}."
    zh = "报警 {alarm_id} 不存在。"


class DeadLetterNotFound(NotFound):
    """No such dead letter."""

    code = "dead_letter_not_found"
    en = "There is no dead letter {letter_id}."
    zh = "死信 {letter_id} 不存在。"


class SensorAdopted(Refused):
    """The sensor has a place already."""

    code = "sensor_already_adopted"
    en = "The sensor {name} of gateway {gateway} is adopted already."
    zh = "网关 {gateway} 的传感器 {name} 已经启用。"


class KindUnknown(Invalid):
    """We do not know how to keep this kind of value."""

    code = "sensor_kind_unknown"
    en = "Values of the kind {kind} cannot be kept; known kinds are {known}."
    zh = "无法保存 {kind} 类数值; 已知类型为 {known}。"


class LimitsInvalid(Invalid):
    """The limits contradict each other."""

    code = "alarm_limits_invalid"
    en = "The low limit must be below the high limit, and delays must not be negative."
    zh = "下限必须低于上限, 延时不能为负。"


class AlarmOver(Refused):
    """The alarm is acknowledged or over."""

    code = "alarm_not_open"
    en = "The alarm is {state}; there is nothing to acknowledge."
    zh = "该报警已处于 {state} 状态, 无需确认。"


class SourcesInvalid(Invalid):
    """The settings of devices that speak other conventions are wrong."""

    code = "sources_invalid"
    en = "The sources are not right:\n{faults}"
    zh = "外部设备配置有误:\n{faults}"


class DeadLetterStands(Refused):
    """The message still cannot be understood."""

    code = "dead_letter_stands"
    en = "The message still cannot be understood; why is written with it ({why})."
    zh = "该报文仍无法识别, 原因见报文页 ({why})。"


class DeadLetterOver(Refused):
    """The letter was understood or set aside before."""

    code = "dead_letter_over"
    en = "The message was dealt with before; there is nothing left to do."
    zh = "该报文此前已处理, 无需再处理。"
