"""Codes, plates and weights at the gate. Pure."""

# No 0 O 1 I L U: a code is read aloud and typed in the cold. 12 of 30 signs are 59 bits, too many to try.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 12
GROUP = 4


def normal_code(code: str) -> str:
    """Return a code without spaces, dashes and cases."""
    return "".join(sign for sign in code.upper() if sign.isalnum())


def printed_code(code: str) -> str:
    """Return a code in groups of four, as it is printed."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def normal_plate(plate: str) -> str:
    """Return a number plate without the spaces, dots and cases people write differently."""
    return "".join(sign for sign in plate.upper() if sign.isalnum())


def within(gate_grams: int, out_grams: int, tolerance_permille: int) -> bool:
    """Tell whether the load at the gate is what was weighed out, to the permille, the limit itself included."""
    return abs(gate_grams - out_grams) * 1000 <= tolerance_permille * out_grams
