"""One tree of errors, five kinds by what the caller can do.

    WmsError
    ├── NotFound      it is not there, or not yours: look elsewhere
    ├── Invalid       the request itself is wrong: correct it
    ├── Refused       the request is fine, the state of things is not: see the reason
    ├── Forbidden     you may not: ask somebody who may
    └── Unavailable   not now: the same request may succeed later

A leaf lives in its room's errors.py with a stable `code`, one sentence in each language, and its values.
"""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Spoken:
    """A value of a sentence that is words itself, in both languages; as plain text it is the English."""

    en: str
    zh: str

    def __str__(self) -> str:
        return self.en


class WmsError(Exception):
    """Something the caller must know: a stable code, a sentence in the reader's language, and the values in it."""

    code: ClassVar[str] = "error"
    en: ClassVar[str] = "Something went wrong."
    zh: ClassVar[str] = "出错了。"

    def __init__(self, **values: object) -> None:
        self.values = values
        super().__init__(self.sentence("en"))

    def sentence(self, language: str) -> str:
        """Return the sentence in `language` ("zh" or "en"), values with a unit in their name shown in that unit."""
        chinese = language.startswith("zh")
        template = self.zh if chinese else self.en
        return template.format(**{name: _shown(name, value, chinese) for name, value in self.values.items()})


class NotFound(WmsError):
    """It is not there, or not yours, which must look the same."""

    code = "not_found"
    en = "This does not exist, or is not yours to see."
    zh = "不存在, 或您无权查看。"


class Invalid(WmsError):
    """The request is wrong in itself."""

    code = "invalid"
    en = "The request is not valid."
    zh = "请求内容有误。"


class Refused(WmsError):
    """The request is well formed but the state of things does not allow it."""

    code = "refused"
    en = "This cannot be done now."
    zh = "现在不能这样做。"


class Forbidden(WmsError):
    """The actor lacks the permission."""

    code = "forbidden"
    en = "You may not do this: it needs the permission {permission}."
    zh = "您没有权限执行此操作: 需要 {permission} 权限。"


class Unavailable(WmsError):
    """Something needed is out of reach; the same request may succeed later."""

    code = "unavailable"
    en = "The service is busy. Please try again."
    zh = "系统正忙, 请稍后再试。"


def _shown(name: str, value: object, chinese: bool) -> str:
    if isinstance(value, Spoken):
        return value.zh if chinese else value.en
    if isinstance(value, int) and not isinstance(value, bool):
        if name.endswith("_fen"):
            return f"{'-' if value < 0 else ''}{abs(value) // 100:,}.{abs(value) % 100:02d}"
        if name.endswith("_grams"):
            return f"{'-' if value < 0 else ''}{abs(value) // 1000:,}.{abs(value) % 1000:03d}"
    return str(value)
