"""Where a person can go from a page: each workplace writes its own entries down, the layouts draw them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Flask, request, url_for

WORKPLACES = ("terminal", "portal", "board", "desk", "control")


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry: its message id, the endpoint it opens, an icon's name, the key that opens it at the terminal.

    `visible` and `count` are asked while the page is drawn: who may not go there does not see it; a count above zero
    is shown beside the label. `group` is the heading it stands under where there are many; `under` are the paths of
    pages that belong to it besides those below its own. `tucked` entries stand on the workplace's page of further
    ones, not in its bar.
    """

    label: str
    endpoint: str
    icon: str
    key: str = ""
    visible: Callable[[], bool] = _always
    count: Callable[[], int] | None = None
    group: str = ""
    under: tuple[str, ...] = ()
    tucked: bool = False


@dataclass(frozen=True, slots=True)
class NavLink:
    """An entry as one reader sees it; `current` is "page" on its own page, "true" on one that belongs to it."""

    label: str
    url: str
    icon: str
    key: str
    current: str
    count: int
    group: str = ""


def register_navigation(app: Flask, workplace: str, items: Sequence[NavItem]) -> None:
    """Write down a workplace's entries in their order. Raises ValueError for a workplace that does not exist."""
    if workplace not in WORKPLACES:
        raise ValueError(f"no such workplace: {workplace}")
    _entries(app)[workplace] = tuple(items)


def navigation(app: Flask, workplace: str, *, tucked: bool = False) -> list[NavLink]:
    """Return the entries of a workplace this reader may open; the one whose page is being answered is current."""
    return [
        NavLink(
            label=item.label,
            url=url_for(item.endpoint),
            icon=item.icon,
            key=item.key,
            current=_current(item, workplace),
            count=item.count() if item.count else 0,
            group=item.group,
        )
        for item in _entries(app).get(workplace, ())
        if item.tucked == tucked and item.visible()
    ]


def _current(item: NavItem, workplace: str) -> str:
    if request.endpoint == item.endpoint:
        return "page"
    return "true" if covers(item, workplace, request.path) else ""


def covers(item: NavItem, workplace: str, path: str) -> bool:
    """Tell whether a page stands under an entry; under a workplace's first page only what the entry names."""
    own = url_for(item.endpoint)
    above = (*item.under, *([] if own.strip("/") == workplace else [own]))
    return any(f"{path}/".startswith(f"{each}/") for each in above)


def _entries(app: Flask) -> dict[str, tuple[NavItem, ...]]:
    kept: dict[str, tuple[NavItem, ...]] = app.extensions.setdefault("coldlot_navigation", {})
    return kept
