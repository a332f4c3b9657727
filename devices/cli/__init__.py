"""The gateway's commands, one file each: a file here named like its command holds it under the name ``command``."""

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec

import click

from devices.cli.complaints import complain

COMMANDS = ("run", "status", "simulate", "decode", "scan")


class CommandFiles(click.Group):
    """A group whose commands are loaded when they are asked for: ``decode`` needs neither MQTT nor Modbus."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands whose files are there."""
        return [name for name in COMMANDS if find_spec(f"devices.cli.{name}")]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, loaded from its file."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = import_module(f"devices.cli.{cmd_name}").command
        return command


@click.command(cls=CommandFiles)
def group() -> None:
    """Read scales and probes, and carry what they say to the server. 读取衡器与探头，并把数据送往服务器。"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and leave the process: 0 done, 1 the device failed, 2 asked for wrongly, 130 interrupted."""
    try:
        outcome = group.main(args=arguments, prog_name="python -m devices", standalone_mode=False)
    except Exception as error:  # the outermost loop: said in both languages, or raised again when it is a bug
        sys.exit(complain(error))
    sys.exit(outcome if isinstance(outcome, int) else 0)
