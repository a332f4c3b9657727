"""Which scale a terminal looks at: chosen by the clerk and remembered, else the one that stands there."""

from dataclasses import dataclass

from flask import request
from sqlalchemy.orm import Session

from wms import facility
from wms.delivery.identity import caller
from wms.web.terminal.workplace import site_of

TRUCK, PLATFORM = "truck", "platform"
WAYS = (TRUCK, PLATFORM)
TRUCK_FROM_GRAMS = 10_000_000  # a scale that takes ten tonnes weighs trucks
YEAR_S = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Scale:
    """A scale as a page shows it: `key` is gateway/name, as in live events."""

    key: str
    gateway: str
    name: str
    title: str
    way: str
    places: int


def list_scales(session: Session) -> list[Scale]:
    """Return the scales in service at this site."""
    site = site_of(session)
    return [
        Scale(
            key=f"{row.gateway}/{row.name}",
            gateway=row.gateway,
            name=row.name,
            title=f"{row.place} · {row.name}",
            way=TRUCK if (row.capacity_grams or 0) >= TRUCK_FROM_GRAMS else PLATFORM,
            places=decimals(row.e_grams or 1),
        )
        for row in facility.list_instruments(session, site.id)
        if row.kind == facility.InstrumentKind.SCALE
    ]


def decimals(e_grams: int) -> int:
    """Return how many decimals of a kilogram a scale's division shows."""
    return next((places for places, step in enumerate((1000, 100, 10)) if e_grams % step == 0), 3)


def cookie_of(way: str) -> str:
    """Return the name of the cookie that remembers a terminal's scale of a kind."""
    return f"scale_{way}"


def chosen(scales: list[Scale], way: str) -> Scale | None:
    """Return the scale of a kind this terminal uses: chosen before, standing at this terminal, or the first one."""
    fitting = [scale for scale in scales if scale.way == way] or scales
    remembered = request.cookies.get(cookie_of(way), "")
    found = caller()
    here = found.session.terminal if found and found.session else None
    ranked = sorted(fitting, key=lambda scale: (scale.key != remembered, not here or not scale.title.startswith(here)))
    return ranked[0] if ranked else None
