"""How often one may try, and how long a session lasts. The numbers are defaults the configuration may replace."""

from dataclasses import dataclass
from datetime import timedelta

PHONE_CODE_LIFE = timedelta(minutes=5)
INVITATION_LIFE = timedelta(hours=72)
TOTP_STEP_S = 30


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` attempts in a window that begins with the first one."""

    name: str
    most: int
    window: timedelta


PASSWORD_BY_NAME = Limit("password-name", 50, timedelta(minutes=15))
PASSWORD_BY_NAME_HERE = Limit("password-name-address", 10, timedelta(minutes=15))
PASSWORD_BY_ADDRESS = Limit("password-address", 100, timedelta(minutes=15))
TOTP_BY_ACCOUNT = Limit("totp-account", 5, timedelta(minutes=15))
CODE_SOON = Limit("code-phone-soon", 1, timedelta(seconds=60))
CODE_BY_PHONE = Limit("code-phone", 5, timedelta(hours=1))
CODE_BY_ADDRESS = Limit("code-address", 20, timedelta(hours=1))
FINISH_BY_ADDRESS = Limit("finish-address", 100, timedelta(hours=1))
SWITCH_AT_TERMINAL = Limit("switch-terminal", 30, timedelta(minutes=5))
WITNESS_BY_ASKER = Limit("witness-asker", 30, timedelta(minutes=5))


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """How long sessions last: idle, then in all."""

    desk_idle: timedelta = timedelta(hours=2)
    desk: timedelta = timedelta(hours=12)
    phone_idle: timedelta = timedelta(days=7)
    phone: timedelta = timedelta(days=30)
    terminal_idle: timedelta = timedelta(minutes=10)  # then somebody must show a badge or PIN
    terminal: timedelta = timedelta(hours=16)  # a long day at the dock
    touch_after: timedelta = timedelta(seconds=60)  # a session's last use is written no more often than this


LIFETIMES = Lifetimes()
