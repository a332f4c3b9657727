"""``scan``: listen on a port at each speed and character format, and say which protocol explains what comes."""

import click

from devices.clock import Clock, SystemClock
from devices.drivers.talk import Manner, talk_of
from devices.errors import LinkLost
from devices.frames import PROTOCOLS, FrameOptions
from devices.frames.guess import Guess, guess
from devices.links import LineSettings, Link, SerialLink

BAUDS = "9600,4800,2400,1200,19200,38400,57600,115200"
FORMATS = "8N1,7E1,8E1,7O1"
READ_S = 0.1
ASK_EVERY_MS = 500
STRETCH_BYTES_MAX = 65_536
SHOWN_MAX = 3


@click.command()
@click.argument("port")
@click.option("--bauds", default=BAUDS, show_default=True, help="Speeds to try, in this order. 依次尝试的波特率。")
@click.option("--formats", default=FORMATS, show_default=True, help="Bits, parity, stop bits. 依次尝试的字符格式。")
@click.option("--seconds", default=3.0, show_default=True, help="How long to listen at each. 每种设置监听的秒数。")
@click.option("--ask", is_flag=True, help="Also send each protocol's weight request. 同时发送各协议的读数命令。")
@click.option("--all", "try_all", is_flag=True, help="Go on after a certain answer. 找到后仍继续尝试。")
def command(port: str, bauds: str, formats: str, seconds: float, *, ask: bool, try_all: bool) -> None:
    """Find out what the scale on PORT speaks. 识别 PORT 上的衡器所用的协议和串口参数。"""
    best: tuple[LineSettings, Guess] | None = None
    for turn, line in enumerate(settings_to_try(port, bauds, formats)):
        try:
            stretch = listen(SerialLink(port, line), SystemClock(), seconds, requests() if ask else [])
        except LinkLost:  # a port that cannot do the first setting is not there; the others are for real ports only
            if turn == 0:
                raise
            click.echo(f"{line}: not possible on this port 此端口不支持")
            continue
        guesses = guess(stretch)
        _print(line, len(stretch), guesses)
        if guesses and (best is None or guesses[0].score > best[1].score):
            best = (line, guesses[0])
        if best and best[1].is_certain and not try_all:
            break
    _conclude(best)


def settings_to_try(port: str, bauds: str, formats: str) -> list[LineSettings]:
    """Every speed with every format, the common formats first; a raw socket has neither. Raises BadParameter."""
    if port.startswith("socket://"):
        return [LineSettings()]
    try:
        speeds = [int(baud) for baud in bauds.split(",")]
        shapes = [(int(text[0]), text[1].upper(), int(text[2:])) for text in formats.split(",")]
    except (ValueError, IndexError) as error:
        raise click.BadParameter(f"{bauds} {formats}", param_hint="--bauds/--formats") from error
    return [LineSettings(baud, bits, parity, stop) for bits, parity, stop in shapes for baud in speeds]


def requests() -> list[bytes]:
    """The requests that only read: none of them moves a zero or a tare. Numbered instruments are asked as number 1."""
    asked = [command.request for name in PROTOCOLS for command in talk_of(name, Manner(device=1)).requests]
    return list(dict.fromkeys(asked))


def listen(link: Link, clock: Clock, seconds: float, asked: list[bytes]) -> bytes:
    """What comes within ``seconds``, at most 64 KB, asking now and then if told what. Raises LinkLost."""
    stretch = bytearray()
    link.open()
    try:
        link.discard_input()  # what came at the speed tried before
        end_tick = clock.tick_ms() + round(seconds * 1000)
        ask_tick, turn = clock.tick_ms(), 0
        while clock.tick_ms() < end_tick and len(stretch) < STRETCH_BYTES_MAX:
            if asked and clock.tick_ms() >= ask_tick:
                link.write(asked[turn % len(asked)])
                turn += 1
                ask_tick = clock.tick_ms() + ASK_EVERY_MS
            stretch += link.read(READ_S)
    finally:
        link.close()
    return bytes(stretch[:STRETCH_BYTES_MAX])


def _print(line: LineSettings, count: int, guesses: list[Guess]) -> None:
    click.echo(
        f"{line}: {count} bytes" + ("" if guesses else ", nothing known 无法识别" if count else ", silence 无数据")
    )
    for one in guesses[:SHOWN_MAX]:
        weight = "" if one.last is None or one.last.weight_grams is None else f", last 最近 {one.last.weight_grams} g"
        click.echo(f"    {one.score:3d}  {_name(one)}: {one.frames} frames 帧, {one.covered_percent} %{weight}")


def _name(one: Guess) -> str:
    usual = FrameOptions()
    shown = [f"--{name} {getattr(one.options, name)}" for name in ("length", "unit", "terminator", "direction")
             if getattr(one.options, name) != getattr(usual, name)]  # fmt: skip
    shown += [f"--{name.replace('_', '-')}" for name in ("unchecked", "status_inverted") if getattr(one.options, name)]
    return " ".join([one.protocol, *shown])


def _conclude(best: tuple[LineSettings, Guess] | None) -> None:
    if best is None:
        click.echo("No protocol recognised. Is the scale on, and does it send by itself? Try --ask.")
        click.echo("未识别到协议。请确认衡器已开机并会主动发送；可尝试 --ask。")
        return
    line, one = best
    click.echo(f"Most likely 最可能: {line}, {_name(one)} (score 得分 {one.score})")
    if one.protocol == "yaohua-equals":
        click.echo("The digits' direction cannot be seen from the bytes: compare with the display.")
        click.echo("数字方向无法从数据判断：请与显示屏对照。")
