"""Whom a party lets fetch its goods, one person on one truck: shared by owners and buyers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import request, url_for

from wms import pickup
from wms.delivery.identity import actor, now
from wms.delivery.work import read, write
from wms.kernel.actor import Permission
from wms.kernel.errors import Forbidden, Invalid, Refused, WmsError
from wms.web.pages import attempt, done, fresh_id, said, text_of, uuid_of, whole_of
from wms.web.pickup_windows import day_of
from wms.web.shell import say as _

DAYS_AHEAD = 6
Draw = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Desk:
    """Where the pages stand: the workplace's name, and how it draws a page of its own."""

    workplace: str
    draw: Draw

    def page(self, error: WmsError | None = None) -> Any:
        """Show whom I let fetch my goods, after an error with its sentence."""
        rows = read(lambda session: pickup.authorities_of(session, _mine()))
        today: date = now().on
        return self.draw(
            "collectors", _status(error), rows=rows, today=today, last=today + timedelta(days=DAYS_AHEAD),
            fresh=fresh_id(), fresh_ids={row.authority.id: fresh_id() for row in rows}, workplace=self.workplace,
            error=said(error) if error else "",
        )  # fmt: skip

    def authorise(self) -> Any:
        """Let somebody fetch my goods on one truck, as the form says."""
        made, error = attempt(_authorised)
        if made is None:
            return self.page(error)
        return done(_("{name} may fetch for you.", name=made.collector_name), self._home())

    def revoke(self, authority_id: UUID) -> Any:
        """Take an authority back."""
        wanted = pickup.RevokeAuthority(uuid_of("id"), authority_id)
        error = attempt(lambda: write(lambda s: pickup.revoke_authority(s, wanted, by=actor(), at=now())))[1]
        if error is not None:
            return self.page(error)
        return done(_("Taken back: the gate lets this person out no more."), self._home())

    def _home(self) -> str:
        return url_for(f"{self.workplace}.collectors")


def _authorised() -> pickup.CollectorAuthority:
    most = whole_of("most") if request.form.get("most", "").strip() else None
    wanted = pickup.AuthoriseCollector(
        uuid_of("id"), _mine(), text_of("name", most=80), text_of("card", most=20), text_of("plate", most=20),
        day_of("first"), day_of("last") + timedelta(days=1), most,
    )  # fmt: skip
    return write(lambda session: pickup.authorise_collector(session, wanted, by=actor(), at=now()))


def _mine() -> UUID:
    by = actor()
    if by.party_id is None or not by.may(Permission.ORDER_EXIT):
        raise Forbidden(permission=Permission.ORDER_EXIT.value)
    return by.party_id


def _status(error: WmsError | None) -> int:
    if error is not None and not isinstance(error, Invalid | Refused):
        raise error
    return 200 if error is None else 422 if isinstance(error, Invalid) else 409
