"""The lots of a family drawn: one column a generation, lines from what each came from. Whole numbers, no scripts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from wms import insight
from wms.web import format

WIDTH, HEIGHT, GAP_X, GAP_Y, EDGE = 184, 56, 56, 14, 4
MOST_DRAWN = 60


@dataclass(frozen=True, slots=True)
class Box:
    """A lot in the picture: where it stands and what it says."""

    x: int
    y: int
    code: str
    words: str
    asked: bool
    empty: bool
    url: str


@dataclass(frozen=True, slots=True)
class Tree:
    """A block of a page: boxes and the lines between them."""

    block: ClassVar[str] = "tree"
    title: str
    width: int
    height: int
    boxes: Sequence[Box]
    lines: Sequence[str]
    box_width: int = WIDTH
    box_height: int = HEIGHT


def tree(title: str, lots: Sequence[insight.TracedLot], urls: dict[str, str]) -> Tree | None:
    """Return the picture of a family; None of one lot alone, and of more than a picture can show."""
    if not 2 <= len(lots) <= MOST_DRAWN:
        return None
    columns: dict[int, list[insight.TracedLot]] = {}
    for lot in lots:
        columns.setdefault(lot.generation, []).append(lot)
    tallest = max(len(column) for column in columns.values())
    boxes: dict[str, Box] = {}
    for place, generation in enumerate(sorted(columns)):
        column = columns[generation]
        top = EDGE + (tallest - len(column)) * (HEIGHT + GAP_Y) // 2
        for number, lot in enumerate(column):
            x, y = EDGE + place * (WIDTH + GAP_X), top + number * (HEIGHT + GAP_Y)
            kg = format.weight_kg(lot.entry_grams)
            boxes[lot.code] = Box(
                x, y, lot.code, f"{kg} kg", generation == 0, lot.units_on_hand == 0, urls.get(lot.code, "")
            )
    lines = [_line(boxes[parent], boxes[lot.code]) for lot in lots for parent in lot.parents if parent in boxes]
    width = 2 * EDGE + len(columns) * WIDTH + (len(columns) - 1) * GAP_X
    return Tree(title, width, 2 * EDGE + tallest * HEIGHT + (tallest - 1) * GAP_Y, list(boxes.values()), lines)


def _line(parent: Box, child: Box) -> str:
    x1, y1 = parent.x + WIDTH, parent.y + HEIGHT // 2
    x2, y2 = child.x, child.y + HEIGHT // 2
    middle = (x1 + x2) // 2
    return f"M{x1} {y1} C{middle} {y1} {middle} {y2} {x2} {y2}"
