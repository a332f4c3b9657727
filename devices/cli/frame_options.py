"""The options that say what a scale's own menu decides; shared by the commands that read frames."""

from collections.abc import Callable
from typing import TypeVar

import click

from devices.frames import PROTOCOLS, FrameOptions

Decorated = TypeVar("Decorated", bound=Callable[..., object])

# Plain strings where a choice would do: make_framer checks them, and says what is wrong in both languages.
_OPTIONS = (
    click.option("--protocol", required=True, help=f"One of: {', '.join(PROTOCOLS)}. 协议。"),
    click.option("--direction", default="reversed", help="yaohua-equals: reversed or forward. 数字顺序。"),
    click.option("--length", type=int, help="Bytes of a frame, where several lengths exist. 帧长（字节）。"),
    click.option("--unit", default="kg", help="Unit where frames name none: kg, g, t, lb. 帧内无单位时的单位。"),
    click.option("--terminator", default="auto", help="and-standard: crlf, cr, or auto for either. 行结束符。"),
    click.option("--device", type=int, help="cas-22 in command mode: its number, 0 to 99. 命令方式下的仪表编号。"),
    click.option("--address", help="yaohua-command: only this instrument, A to Z. 只读此地址的仪表。"),
    click.option("--status-inverted", is_flag=True, help="nci: a 0 says moving and at zero (SCP-12). 状态位取反。"),
    click.option(
        "--unchecked",
        is_flag=True,
        default=None,
        help="yaohua-a12: only the lower-case lines without a check; else both forms. 仅读无校验的小写格式。",
    ),
)


def frame_options(function: Decorated) -> Decorated:
    """Give a command all the options of a framer."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def as_frame_options(values: dict[str, object]) -> FrameOptions:
    """The framer's options out of a command's parameters."""
    return FrameOptions(**{name: values[name] for name in FrameOptions.__slots__})  # type: ignore[arg-type]
