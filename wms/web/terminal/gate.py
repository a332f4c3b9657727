"""The gate: a code, a plate and a load's weight open it once; a refusal says why in both languages."""

from typing import Any

from flask import request, url_for

from wms import billing, pickup
from wms.delivery.identity import actor, now
from wms.delivery.work import write
from wms.kernel.errors import WmsError
from wms.web.pages import attempt, done, fresh_id, grams_of, kept_input, text_of, uuid_of
from wms.web.shell import say as _
from wms.web.terminal.workplace import blueprint, in_both, page


@blueprint.route("/gate", methods=["GET", "POST"])
def gate() -> Any:
    """Let a truck out on its pass."""
    if request.method == "GET":
        return _page(None)
    passed, error = attempt(_pass)
    if error or passed is None:
        return _page(error)
    return done(_("{plate} may drive out.", plate=passed.plate), url_for("terminal.gate"))


def _pass() -> billing.GatePass:
    wanted = pickup.PassGate(
        uuid_of("id"), code_of(text_of("code")), text_of("plate", most=20), grams_of("load"),
        text_of("card", most=20, needed=False),
    )  # fmt: skip
    return write(lambda session: pickup.pass_gate(session, wanted, by=actor(), at=now()))


def code_of(scanned: str) -> str:
    """Return the code in what was scanned: the code itself, or the last part of an address."""
    return scanned.rstrip("/").rpartition("/")[2]


def _page(error: WmsError | None) -> tuple[str, int]:
    typed = kept_input() if error else {}
    return page("gate", 409 if error else 200, typed=typed, refused=in_both(error) if error else None,
                id=typed.get("id") or fresh_id())  # fmt: skip
