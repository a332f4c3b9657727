"""What secrets look like, how they are kept, and which are too weak. Pure, but for chance."""

import base64
import hashlib
import hmac
import re
import secrets
from itertools import pairwise
from uuid import UUID

from wms.users.errors import FieldInvalid, KeyRefused, PasswordWeak, PinWeak

ACCOUNT_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
TOPIC_NAME = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,30}[a-z0-9])?")  # as devices.messages.NAME
PHONE = re.compile(r"\+?[0-9]{6,18}")
PASSWORD_SHORTEST, PASSWORD_LONGEST = 10, 128
PIN = re.compile(r"[0-9]{6}")
PIN_TRIES = 5
CODE_TRIES = 5
BADGE_BYTES = 15  # 24 letters of base32: a short Code 128
MOSQUITTO_ITERATIONS = 101  # Mosquitto 2's own number; the secret is 256 random bits, so more would add nothing
KEY_MARK = "cl"
COMMON = frozenset(
    {
        "1234567890", "12345678910", "0123456789", "1111111111", "qwertyuiop", "qwerty12345", "1q2w3e4r5t",
        "password123", "password1234", "administrator", "iloveyou1314", "woaini1314520", "a1234567890", "abcdefghij",
        "1qaz2wsx3edc", "coldlot123", "lengku12345",
    }
)  # fmt: skip


def new_token() -> str:
    """Return a fresh 256-bit secret for a cookie, link or key."""
    return secrets.token_urlsafe(32)


def kept(token: str) -> str:
    """Return what is kept of a secret with 100 random bits or more: its SHA-256. Slow hashing would add nothing."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_phone_code() -> str:
    """Return six random digits."""
    return f"{secrets.randbelow(1_000_000):06d}"


def phone_code_mac(challenge: str, code: str) -> str:
    """Return what is kept of a code: useless without the challenge, which only the asking browser has."""
    return hmac.new(challenge.encode(), code.encode(), hashlib.sha256).hexdigest()


def same(one: str, other: str) -> bool:
    """Compare two texts in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())


def new_badge() -> str:
    """Return the text of a badge's barcode."""
    return base64.b32encode(secrets.token_bytes(BADGE_BYTES)).decode()


def new_api_key() -> tuple[str, str, str]:
    """Return a key's public prefix, its secret, and the text its user gets: `cl_{prefix}_{secret}`."""
    prefix, secret = secrets.token_hex(6), secrets.token_hex(32)
    return prefix, secret, f"{KEY_MARK}_{prefix}_{secret}"


def parse_api_key(text: str) -> tuple[str, str]:
    """Return a key's prefix and secret. Raises KeyRefused when it is no key."""
    mark, _, rest = text.partition("_")
    prefix, _, secret = rest.partition("_")
    if mark != KEY_MARK or len(prefix) != 12 or len(secret) != 64:
        raise KeyRefused
    return prefix, secret


def mosquitto_hash(secret: str, salt: bytes | None = None) -> str:
    """Return a password as Mosquitto's password file keeps it: `$7$`, PBKDF2-HMAC-SHA512, 64 bytes."""
    salt = secrets.token_bytes(12) if salt is None else salt
    key = hashlib.pbkdf2_hmac("sha512", secret.encode(), salt, MOSQUITTO_ITERATIONS, 64)
    return f"$7${MOSQUITTO_ITERATIONS}${base64.b64encode(salt).decode()}${base64.b64encode(key).decode()}"


def mosquitto_fits(secret: str, hashed: str) -> bool:
    """Tell whether a secret is the one of a `$7$` hash of ours."""
    salt = base64.b64decode(hashed.split("$")[3])
    return same(mosquitto_hash(secret, salt), hashed)


def mosquitto_acl(gateways: list[tuple[str, str]], servers: list[str]) -> str:
    """Return Mosquitto's ACL: each gateway writes and reads only its own topics, servers read all and answer.

    `gateways` are (site, name). Nobody else is named, so nobody else may anything.
    """
    lines: list[str] = []
    for name in servers:
        lines += [f"user {name}", "topic read cw/v1/#", "topic write cw/v1/+/+/down/#", "topic read $SYS/#", ""]
    for site, name in gateways:
        own = f"cw/v1/{site}/{name}"
        lines += [f"user {name}", *[f"topic write {own}/{part}" for part in ("up/#", "live/#", "state", "meta")]]
        lines += [f"topic read {own}/down/#", ""]
    return "\n".join(lines)


def check_account_name(name: str) -> None:
    """Refuse what cannot be typed at a terminal. Raises FieldInvalid."""
    if not ACCOUNT_NAME.fullmatch(name):
        raise FieldInvalid(field="name")


def check_topic_name(field: str, name: str) -> None:
    """Refuse what cannot be one level of an MQTT topic. Raises FieldInvalid."""
    if not TOPIC_NAME.fullmatch(name):
        raise FieldInvalid(field=field)


def check_language(language: str) -> None:
    """Refuse a language without a catalogue. Raises FieldInvalid."""
    if language not in ("zh", "en"):
        raise FieldInvalid(field="language")


def normal_phone(phone: str) -> str:
    """Return a number as it is kept: digits without spaces, mainland numbers without 86. Raises FieldInvalid."""
    digits = re.sub(r"[ -]", "", phone)
    if re.fullmatch(r"(\+86|86|0086)1[0-9]{10}", digits):
        digits = digits[-11:]
    if not PHONE.fullmatch(digits):
        raise FieldInvalid(field="phone")
    return digits


def check_password(password: str, names: tuple[str, ...]) -> None:
    """Refuse a password that is short, long, common, one letter repeated, or holds a name. Raises PasswordWeak."""
    lower = password.lower()
    weak = (
        not PASSWORD_SHORTEST <= len(password) <= PASSWORD_LONGEST
        or lower in COMMON
        or len(set(password)) < 4
        or any(len(name) >= 3 and name.lower() in lower for name in names)
    )
    if weak:
        raise PasswordWeak(shortest=PASSWORD_SHORTEST, longest=PASSWORD_LONGEST)


def check_pin(pin: str) -> None:
    """Refuse a PIN that is not six digits, all one digit, a run up or down, or three digits twice. Raises PinWeak."""
    if not PIN.fullmatch(pin):
        raise PinWeak
    steps = {int(after) - int(before) for before, after in pairwise(pin)}
    if steps in ({0}, {1}, {-1}) or pin[:3] == pin[3:]:
        raise PinWeak


def pin_material(account_id: UUID, pin: str) -> str:
    """Return what is hashed of a PIN, so that a PIN's hash is of no use as a password's."""
    return f"pin:{account_id.hex}:{pin}"
