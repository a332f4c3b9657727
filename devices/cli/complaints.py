"""What went wrong, said on stderr in English and in Chinese."""

import click
from click.exceptions import NoArgsIsHelpError

from devices.errors import BadOption, DeviceError, UnknownProtocol

FAILED, ASKED_WRONGLY, INTERRUPTED = 1, 2, 130


def complain(error: Exception) -> int:
    """Print both sentences and return the exit code. An error of no known kind is raised again."""
    if isinstance(error, click.Abort):
        return INTERRUPTED
    if isinstance(error, DeviceError):
        _print(error.sentence_en, error.sentence_zh)
        return ASKED_WRONGLY if isinstance(error, BadOption | UnknownProtocol) else FAILED
    if isinstance(error, NoArgsIsHelpError):
        error.show()
        return error.exit_code
    if isinstance(error, click.ClickException):
        _print(error.format_message(), _in_chinese(error))
        return error.exit_code
    raise error


def _print(english: str, chinese: str) -> None:
    click.echo(f"Error: {english}\n错误：{chinese}", err=True)


def _in_chinese(error: click.ClickException) -> str:
    if isinstance(error, click.NoSuchOption):
        return f"没有选项 {error.option_name}。"
    if isinstance(error, click.MissingParameter):
        return f"缺少参数 {_name(error)}。"
    if isinstance(error, click.BadParameter):
        return f"参数 {_name(error)} 的值不对（{error.message}）。"
    if isinstance(error, click.UsageError):
        return f"命令的写法不对（{error.message}）。用 --help 查看用法。"
    return error.message


def _name(error: click.BadParameter) -> str:
    if error.param_hint:
        return str(error.param_hint)
    return "/".join(error.param.opts) if error.param else ""
