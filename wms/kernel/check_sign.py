"""The sign at the end of a code that finds a wrong one before it: slots, lots, whatever people type or scan."""

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def check_character(body: str) -> str:
    """Return the ISO 7064 MOD 37,36 check character of letters and digits; anything else in `body` is skipped.

    It finds every single wrong character and nearly all neighbours swapped, as when a label is read aloud or typed.
    """
    product = 36
    for letter in body:
        if letter not in ALPHABET:
            continue
        total = (product + ALPHABET.index(letter)) % 36 or 36
        product = total * 2 % 37
    return ALPHABET[(37 - product) % 36]
