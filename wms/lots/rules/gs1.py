"""What a scanner reads: GS1 element strings (GS1 General Specifications, section 3) and the store's own codes. Pure."""

import re
from dataclasses import dataclass

from wms.kernel.check_sign import check_character
from wms.lots.errors import ScanMisread
from wms.lots.rules.labels import check_digit

FNC1 = "\x1d"
SYMBOLOGY = re.compile(r"\][A-Za-z][0-9]")  # ]C1 GS1-128, ]d2 GS1 DataMatrix, ]Q3 GS1 QR
BRACKETED = re.compile(r"\((\d{2,4})\)([^()]*)")
LOT_CODE = re.compile(r"(L\d{6}-\d{4,})(?:-([0-9A-Z]))?")
# Identifier: (length, None for variable; most digits). Weights 310n/330n carry their places in the fourth digit.
FIXED = {"00": 18, "01": 14, "02": 14, "11": 6, "12": 6, "13": 6, "15": 6, "16": 6, "17": 6, "20": 2}
FIXED |= {f"41{last}": 13 for last in range(8)}
VARIABLE = {"10": 20, "21": 20, "22": 20, "30": 8, "37": 8, "240": 30, "241": 30, "400": 30, "403": 30, "7003": 10}
CHECKED = ("00", "01", "02", "410", "411", "412", "413", "414", "415", "416", "417")
NET_KG, GROSS_KG = "310", "330"
GRAM_PLACES = 3
MEASURE_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Scan:
    """What a scanned code says; None where it does not speak of it. `lot_code` is ours, without its check character."""

    sscc: str | None = None
    gtin: str | None = None
    batch: str | None = None
    lot_code: str | None = None
    units: int | None = None
    net_grams: int | None = None
    gross_grams: int | None = None


def parse_scan(text: str) -> Scan:
    """Return what a scanned or typed code says: element strings in brackets or as a scanner sends them, a bare SSCC,
    or a lot's number with or without its check character. Anything else is a batch of somebody else's.

    Raises ScanMisread where a check digit, a length or an identifier is wrong.
    """
    wanted = text.strip()
    mark = SYMBOLOGY.match(wanted)
    body = (wanted[3:] if mark else wanted).lstrip(FNC1)
    if body.startswith("("):
        return _scan(_bracketed(body, text))
    if mark or FNC1 in body or (len(body) == 20 and body.isdigit() and body.startswith("00")):
        return _scan(_elements(body, text))
    if len(body) == 18 and body.isdigit():
        return _scan({"00": _right("00", body)})
    return _own(body)


def lot_label_code(code: str) -> str:
    """Return a lot's number with its ISO 7064 check character, as labels carry it: L261020-0001-K."""
    return f"{code}-{check_character(code)}"


def _own(body: str) -> Scan:
    found = LOT_CODE.fullmatch(body.upper())
    if found is None:
        return Scan(batch=body)
    if found[2] is not None and check_character(found[1]) != found[2]:
        raise ScanMisread(scanned=body[:40])
    return Scan(lot_code=found[1])


def _bracketed(body: str, text: str) -> dict[str, str]:
    found = BRACKETED.findall(body)
    if "".join(f"({name}){value}" for name, value in found) != body:
        raise ScanMisread(scanned=text[:40])
    return {name: _right(name, value.strip()) for name, value in found}


def _elements(body: str, text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    rest = body
    while rest:
        name = _identifier(rest, text)
        length = _length(name)
        if length is None:
            value, _, after = rest[len(name) :].partition(FNC1)
        else:
            value, after = rest[len(name) : len(name) + length], rest[len(name) + length :].lstrip(FNC1)
        found[name], rest = _right(name, value), after
    return found


def _identifier(rest: str, text: str) -> str:
    for width in (2, 3, 4):
        name = rest[:width]
        if name in FIXED or name in VARIABLE or (width == 4 and name[:3] in (NET_KG, GROSS_KG) and name[3:].isdigit()):
            return name
    raise ScanMisread(scanned=text[:40])


def _length(name: str) -> int | None:
    if len(name) == 4 and name[:3] in (NET_KG, GROSS_KG):
        return MEASURE_DIGITS
    return FIXED.get(name)


def _right(name: str, value: str) -> str:
    """Return an element's value if its length, its digits and its check digit fit. Raises ScanMisread."""
    length = _length(name)
    good = len(value) == length and value.isdigit() if length is not None else 1 <= len(value) <= VARIABLE.get(name, 90)
    if good and name in CHECKED:
        good = check_digit(value[:-1]) == value[-1]
    if not good or (name in ("30", "37") and not value.isdigit()):
        raise ScanMisread(scanned=f"({name}){value}"[:40])
    return value


def _scan(found: dict[str, str]) -> Scan:
    batch = found.get("10")
    count = found.get("37") or found.get("30")
    own = None if batch is None else LOT_CODE.fullmatch(batch.upper())
    return Scan(
        sscc=found.get("00"),
        gtin=found.get("01") or found.get("02"),
        batch=batch,
        lot_code=None if own is None or batch is None else _own(batch).lot_code,
        units=None if count is None else int(count),
        net_grams=_grams(found, NET_KG),
        gross_grams=_grams(found, GROSS_KG),
    )


def _grams(found: dict[str, str], measure: str) -> int | None:
    """Return a weight in grams: six digits of kg with as many places as the identifier's last digit says."""
    for name, value in found.items():
        if len(name) == 4 and name.startswith(measure):
            places = int(name[3])
            scaled = int(value) * 10**GRAM_PLACES
            return scaled // 10**places if scaled % 10**places == 0 else None
    return None
