"""Style sheets, modules and pictures, served under a name that changes when any of them does.

The address is /assets/<digest of the whole tree>/<path>: modules may import each other by relative path, and a browser
may keep everything for a year. The style sheets go out as one file, `coldlot.css`, each built on those before it.
"""

import hashlib
import re
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, send_from_directory, url_for

STATIC = Path(__file__).parent / "static"
SHEETS = (
    "tokens", "base", "shell", "workplaces", "buttons", "forms", "tables", "cards", "instruments", "print",
)  # fmt: skip
BUNDLE = "coldlot.css"
YEAR_S = 365 * 24 * 3600

blueprint = Blueprint("assets", __name__)


@cache
def version() -> str:
    """Return the first ten hex digits of the digest over every file's path and bytes."""
    seen = hashlib.sha256()
    for path in sorted(STATIC.rglob("*")):
        if path.is_file():
            seen.update(str(path.relative_to(STATIC)).encode() + b"\0" + path.read_bytes())
    return seen.hexdigest()[:10]


@cache
def bundle() -> str:
    """Return all style sheets in order as one, without comments and indentation; addresses are from the root."""
    text = "\n".join((STATIC / "css" / f"{name}.css").read_text("utf-8") for name in SHEETS)
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL).replace('url("../', 'url("')
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def url_for_static(name: str) -> str:
    """Return the address of a file below static/ (or of `coldlot.css`), with the digest of the tree in it."""
    return url_for("assets.asset", digest=version(), name=name)


@blueprint.get("/assets/<digest>/<path:name>")
def asset(digest: str, name: str) -> Response:
    """Serve one file: for a year under its own digest, unkept under an older one."""
    answer = Response(bundle(), mimetype="text/css") if name == BUNDLE else send_from_directory(STATIC, name)
    fresh = digest == version()
    answer.headers["Cache-Control"] = f"public, max-age={YEAR_S}, immutable" if fresh else "no-cache"
    return answer
