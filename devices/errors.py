"""What can go wrong between an instrument and the gateway.

::

    DeviceError
    ├── UnknownProtocol     the configuration names a protocol nobody speaks
    ├── BadOption           an option's value makes no sense for that protocol
    ├── LinkLost            the port is gone or cannot be opened; opening it again may help
    ├── NoReply             the instrument did not answer in time
    ├── CommandRefused      the instrument answered, and said no
    └── CommandUnknown      the protocol has no such command

Each leaf has a stable ``code`` and a sentence in English and in Chinese with its values filled in.
"""


class DeviceError(Exception):
    """Base of the tree: a code, two sentences and the values that fill them."""

    code = "device_error"
    en = "The device failed."
    zh = "设备故障。"

    def __init__(self, **values: object) -> None:
        self.values = values
        self.sentence_en = self.en.format(**values)
        self.sentence_zh = self.zh.format(**values)
        super().__init__(self.sentence_en)


class UnknownProtocol(DeviceError):
    """No framer exists under that name."""

    code = "unknown_protocol"
    en = "Unknown protocol {protocol!r}. Known: {known}."
    zh = "没有名为 {protocol!r} 的协议。可用的有：{known}。"


class BadOption(DeviceError):
    """An option's value cannot be used."""

    code = "bad_option"
    en = "Option {option} cannot be {value!r}; it must be {allowed}."
    zh = "选项 {option} 的值 {value!r} 不可用；应为：{allowed}。"


class LinkLost(DeviceError):
    """The port could not be opened, or broke while in use."""

    code = "link_lost"
    en = "The link to {address} is lost: {reason}."
    zh = "与 {address} 的连接已断开：{reason}。"


class NoReply(DeviceError):
    """A command was sent and nothing that answers it came back in time."""

    code = "no_reply"
    en = "The instrument did not answer {command!r} within {timeout_ms} ms."
    zh = "仪表在 {timeout_ms} 毫秒内没有回应 {command!r}。"


class CommandRefused(DeviceError):
    """The instrument answered that it will not do this now."""

    code = "command_refused"
    en = "The instrument refused {command!r}: {reply}."
    zh = "仪表拒绝执行 {command!r}：{reply}。"


class CommandUnknown(DeviceError):
    """The protocol, as configured, offers no such command."""

    code = "command_unknown"
    en = "Protocol {protocol} has no command to {command}."
    zh = "协议 {protocol} 没有“{command}”命令。"
