"""A sheet of slots, as people keep it in a spreadsheet: read row by row, every bad row named with its reason. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from uuid import UUID

from wms.facility.rules.places import MOST_SLOTS, ROOM_CODE, slot_code
from wms.kernel.sheets import named_lines

SLOT_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "room": ("room", "库房"),
    "row": ("row", "排"),
    "bay": ("bay", "列"),
    "level": ("level", "层"),
    "capacity_kg": ("capacity_kg", "承重公斤"),
    "capacity_units": ("capacity_units", "件数"),
    "in_use": ("in_use", "启用"),
}
NEEDED = ("room", "row", "bay", "level", "capacity_kg", "capacity_units")
YES, NO = ("yes", "1", "true", "是", ""), ("no", "0", "false", "否")
MOST_NUMBER = 99
GRAMS_PER_KG = 1000
MOST_GRAMS, MOST_UNITS = 10**9, 10**6


@dataclass(frozen=True, slots=True)
class SlotRow:
    """One slot of a sheet; `line` is its line there, the heading being line 1."""

    line: int
    room: str
    row: int
    bay: int
    level: int
    capacity_grams: int
    capacity_units: int
    in_use: bool = True

    @property
    def code(self) -> str:
        """The slot's code with its check character."""
        return slot_code(self.room, self.row, self.bay, self.level)


@dataclass(frozen=True, slots=True)
class BadRow:
    """A line that cannot be taken: `why` is a column's name, or `twice` or `no_room`, `value` what stands there."""

    line: int
    why: str
    value: str


@dataclass(frozen=True, slots=True)
class SlotSheet:
    """A sheet as read: good rows and bad ones, each by line."""

    rows: tuple[SlotRow, ...]
    bad: tuple[BadRow, ...]


@dataclass(frozen=True, slots=True)
class ImportSlots:
    """Take a sheet's rows into a site: new slots are made, known ones get the capacity and use the sheet says."""

    id: UUID
    site_id: UUID
    rows: tuple[SlotRow, ...]


def read_slot_sheet(cells: Sequence[Sequence[str]]) -> SlotSheet:
    """Return what a sheet says, its first line being headings in Chinese or English, in any order; empty lines pass."""
    if not cells:
        return SlotSheet((), (BadRow(1, "room", ""),))
    places = _columns(cells[0])
    missing = [BadRow(1, name, "") for name in NEEDED if name not in places]
    if missing or len(cells) - 1 > MOST_SLOTS:
        return SlotSheet((), tuple(missing) or (BadRow(MOST_SLOTS + 2, "row", str(len(cells) - 1)),))
    rows: dict[str, SlotRow] = {}
    bad: list[BadRow] = []
    for line, said in named_lines(cells, places):
        wrong = list(_wrong(line, said))
        if wrong:
            bad += wrong
            continue
        row = _row(line, said)
        if row.code in rows:
            bad.append(BadRow(line, "twice", row.code))
        rows.setdefault(row.code, row)
    return SlotSheet(tuple(rows.values()), tuple(bad))


def is_right(row: SlotRow) -> bool:
    """Tell whether a row made without a sheet is one a sheet could have held."""
    places = all(1 <= number <= MOST_NUMBER for number in (row.row, row.bay, row.level))
    holds = 1 <= row.capacity_grams <= MOST_GRAMS and 1 <= row.capacity_units <= MOST_UNITS
    return bool(ROOM_CODE.fullmatch(row.room)) and places and holds


def _columns(headings: Sequence[str]) -> dict[str, int]:
    found = [heading.strip().lower() for heading in headings]
    return {name: found.index(word) for name, words in SLOT_HEADINGS.items() for word in words if word in found}


def _wrong(line: int, said: Mapping[str, str]) -> Iterator[BadRow]:
    if not ROOM_CODE.fullmatch(said["room"].upper()):
        yield BadRow(line, "room", said["room"][:40])
    for name, most in (
        ("row", MOST_NUMBER),
        ("bay", MOST_NUMBER),
        ("level", MOST_NUMBER),
        ("capacity_units", MOST_UNITS),
    ):
        if not 1 <= (_whole(said[name], 1) or 0) <= most:
            yield BadRow(line, name, said[name][:40])
    if not 1 <= (_whole(said["capacity_kg"], GRAMS_PER_KG) or 0) <= MOST_GRAMS:
        yield BadRow(line, "capacity_kg", said["capacity_kg"][:40])
    if said.get("in_use", "").lower() not in (*YES, *NO):
        yield BadRow(line, "in_use", said["in_use"][:40])


def _row(line: int, said: Mapping[str, str]) -> SlotRow:
    row, bay, level, units = (_whole(said[name], 1) or 0 for name in ("row", "bay", "level", "capacity_units"))
    grams = _whole(said["capacity_kg"], GRAMS_PER_KG) or 0
    return SlotRow(line, said["room"].upper(), row, bay, level, grams, units, said.get("in_use", "").lower() in YES)


def _whole(text: str, scale: int) -> int | None:
    """Return a cell as a whole number of 1/scale; spreadsheets write 3 as 3.0 too."""
    try:
        number = Decimal(text.replace(",", "")) * scale
    except InvalidOperation:
        return None
    if not number.is_finite() or number != number.to_integral_value():
        return None
    return int(number)
