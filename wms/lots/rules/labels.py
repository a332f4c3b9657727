"""SSCC: the 18-digit number on a unit (GS1 General Specifications, AI 00)."""

SSCC_DIGITS = 18
EXTENSION = "0"


def check_digit(digits: str) -> str:
    """Return the GS1 check digit: weights 3 and 1 from the right, complement to ten."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def sscc(prefix: str, serial: int) -> str:
    """Return the SSCC of a serial number under a company prefix. Raises ValueError when the serials are used up."""
    width = SSCC_DIGITS - 2 - len(prefix)
    if not 0 < serial < 10**width:
        raise ValueError(f"no SSCC serial {serial} under prefix {prefix}")
    body = f"{EXTENSION}{prefix}{serial:0{width}d}"
    return body + check_digit(body)


def day_code(letter: str, day_text: str, number: int) -> str:
    """Return a number as printed: letter, yymmdd, four digits or more."""
    return f"{letter}{day_text}-{number:04d}"
