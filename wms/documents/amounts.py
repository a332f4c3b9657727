"""Amounts as papers write them: yuan with two decimals, kilograms to the gram, and yuan in Chinese capitals."""

from wms.kernel.numbers import GRAMS_PER_KG

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿", "万亿")


def yuan(fen: int) -> str:
    """Return whole fen as yuan: -1,234.56."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


def kilograms(grams: int) -> str:
    """Return whole grams as kilograms to the gram: 1,234.560."""
    return f"{'-' if grams < 0 else ''}{abs(grams) // GRAMS_PER_KG:,}.{abs(grams) % GRAMS_PER_KG:03d}"


def capital_yuan(fen: int) -> str:
    """Return an amount in the capitals nobody can alter, 壹仟贰佰叁拾肆元伍角陆分; 负 stands before less than zero."""
    whole, rest = divmod(abs(fen), 100)
    jiao, cents = divmod(rest, 10)
    text = f"{_whole(whole)}元" if whole else ""
    if jiao:
        text += f"{DIGITS[jiao]}角"
    elif cents and whole:
        text += "零"
    text += f"{DIGITS[cents]}分" if cents else "整"
    return ("负" if fen < 0 else "") + (text if whole or rest else "零元整")


def _whole(number: int) -> str:
    text, zero = "", False
    digits = str(number)
    for at, sign in enumerate(digits):
        place = len(digits) - 1 - at
        if sign != "0":
            text += ("零" if zero else "") + DIGITS[int(sign)] + PLACES[place % 4]
            zero = False
        else:
            zero = True
        if place % 4 == 0 and int(digits[max(0, at - 3) : at + 1]):  # this group of four says something
            text += GROUPS[place // 4]
            zero = False
    return text
