"""What an instrument can show is read back as it was: encoders written from the manuals, apart from the decoders."""

from decimal import ROUND_HALF_UP, Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.devices.frames.reading_of import readings, said

KG = Decimal(1000)
HEAVIEST_GRAMS = 10**9  # 1000 t: digits beyond it are not a weight
UNITS = {"kg": KG, "g": Decimal(1), "t": Decimal(1_000_000), "lb": Decimal("453.59237")}

patient = settings(deadline=None)  # a busy machine is no finding

signs = st.sampled_from("+-")
six_digits = st.integers(0, 999_999)
places_to_4 = st.integers(0, 4)


def in_grams(value: Decimal, unit: str = "kg") -> int:
    return int((value * UNITS[unit]).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def hex_nibbles(value: int, base: str) -> str:
    return base[value >> 4] + base[value & 15]


def xor_of(text: str) -> int:
    total = 0
    for letter in text:
        total ^= ord(letter)
    return total


@patient
@given(signs, six_digits, places_to_4, st.sampled_from(("0123456789ABCDEF", "0123456789:;<=>?")))
def test_yaohua_continuous(sign: str, number: int, places: int, base: str) -> None:
    body = f"{sign}{number:06d}{places}"
    value = Decimal(number).scaleb(-places) * (-1 if sign == "-" else 1)
    found = readings("yaohua-continuous", f"\x02{body}{hex_nibbles(xor_of(body), base)}\x03" * 2)
    assert [said(one) for one in found] == [(in_grams(value), None, None, None, ())] * 2


@patient
@given(st.sampled_from("ABZ"), st.sampled_from("BCD"), signs, six_digits, places_to_4)
def test_yaohua_command(address: str, command: str, sign: str, number: int, places: int) -> None:
    body = f"{address}{command}{sign}{number:06d}{places}"
    weight = in_grams(Decimal(number).scaleb(-places) * (-1 if sign == "-" else 1))
    (found,) = readings("yaohua-command", f"\x02{body}{xor_of(body):02X}\x03")
    expected = (None, None, None, weight, ()) if command == "C" else (weight, None, command == "D", None, ())
    assert said(found) == expected


@patient
@given(
    st.integers(0, 99_999),
    st.integers(0, 4),
    st.booleans(),
    st.sampled_from(("reversed", "forward")),
    st.integers(8, 9),
)
def test_yaohua_equals(number: int, places: int, negative: bool, direction: str, length: int) -> None:
    size = Decimal(number).scaleb(-places)
    digits = f"{size:.{places}f}" if places else f"{number}."
    width = length - 1 - negative
    shown = ("-" if negative else "") + digits.rjust(width, "0")
    if len(shown) != length - 1:
        return
    frame = "=" + (shown[::-1] if direction == "reversed" else shown)
    found = readings("yaohua-equals", frame * 3, direction=direction, length=length)
    assert [one.weight_grams for one in found] == [in_grams(-size if negative else size)] * 3


@patient
@given(st.sampled_from("GN"), st.integers(0, 99_999), st.integers(1, 4), st.booleans(), st.sampled_from(("kg", "lb")))
def test_yaohua_a12(kind: str, number: int, places: int, negative: bool, unit: str) -> None:
    size = Decimal(number).scaleb(-places)
    shown = f"{size:.{places}f}"
    shown = "-" + shown.rjust(6, "0") if negative else shown.rjust(7, "0")
    body = f"W{kind}{shown}{unit}"
    (found,) = readings("yaohua-a12", f"{body}{xor_of(body):02X}\r\n")
    assert said(found) == (in_grams(-size if negative else size, unit), None, kind == "N", None, ())


@patient
@given(st.sampled_from("SD"), st.integers(-999_999, 999_999), st.integers(0, 5), st.sampled_from(tuple(UNITS)))
def test_mt_sics(status: str, number: int, places: int, unit: str) -> None:
    value = Decimal(number).scaleb(-places)
    found = readings("mt-sics", f"S {status} {value:>10.{places}f} {unit}\r\n")
    flags = ("moving",) if status == "D" else ()
    weight = in_grams(value, unit)
    expected = [(weight, status == "S", None, None, flags)] if abs(weight) <= HEAVIEST_GRAMS else []
    assert [said(one) for one in found] == expected


@patient
@given(st.integers(0, 99_999), st.booleans(), st.sampled_from(("kg", "lb")))
def test_toledo_8217(number: int, net: bool, unit: str) -> None:
    value = Decimal(number).scaleb(-3) if unit == "kg" else Decimal(number // 10).scaleb(-2)
    digits = f"{value:06.3f}" if unit == "kg" else f"{value:05.2f}"
    (found,) = readings("toledo-8217", f"\x02{digits}{'N' if net else ''}\r", unit=unit)
    assert said(found) == (in_grams(value, unit), True, net, None, ())


@patient
@given(six_digits, six_digits, st.integers(2, 7), st.integers(0, 31), st.integers(0, 3), st.booleans())
def test_toledo_continuous(weight: int, tare: int, places_code: int, b_bits: int, increment: int, zeros: bool) -> None:
    net, negative, out, motion, kilograms = ((b_bits >> bit) & 1 for bit in range(5))
    a = places_code | increment << 3 | 0x20
    b = b_bits | 0x20
    fields = f"{weight:06d}{tare:06d}" if zeros else f"{weight:6d}{tare:6d}"
    body = bytes((2, a, b, 0x20)) + fields.encode() + b"\r"
    frame = body + bytes(((128 - sum(byte % 128 for byte in body) % 128) % 128,))
    assert sum(byte % 128 for byte in frame) % 128 == 0
    (found,) = readings("toledo-continuous", frame)
    flags = tuple(flag for flag, is_set in (("moving", motion), ("out_of_range", out)) if is_set)
    if out:
        assert said(found) == (None, False if motion else None, None, None, flags)
        return
    unit = "kg" if kilograms else "lb"
    value = Decimal(weight).scaleb(2 - places_code) * (-1 if negative else 1)
    tare_grams = in_grams(Decimal(tare).scaleb(2 - places_code), unit)
    expected_tare = tare_grams if net or tare_grams else None
    assert said(found) == (in_grams(value, unit), not motion, bool(net), expected_tare, flags)


@patient
@given(
    st.sampled_from(("ST", "US", "OL")),
    st.sampled_from(("GS", "NT")),
    st.integers(0, 99_999),
    st.integers(0, 127),
    st.integers(0, 255),
)
def test_cas_22(head: str, kind: str, number: int, lamp: int, device: int) -> None:
    value = Decimal(number).scaleb(-1)
    data = f"{value:08.1f}".encode() if head != "OL" else b" " * 8
    frame = f"{head},{kind},".encode() + bytes((device, lamp | 0x80)) + b"," + data + b" kg\r\n"
    (found,) = readings("cas-22", frame)
    if head == "OL":
        assert said(found) == (None, None, None, None, ("overload",))
        return
    flags = tuple(flag for flag, is_set in (("moving", head == "US"), ("zero", lamp & 1)) if is_set)
    assert said(found) == (in_grams(value), head == "ST", kind == "NT", None, flags)


@patient
@given(
    st.sampled_from(("ST", "US")),
    st.integers(-9_999_999, 9_999_999),
    st.integers(0, 6),
    st.sampled_from((" kg", "  g", " lb")),
)
def test_and_standard(head: str, number: int, places: int, unit: str) -> None:
    value = Decimal(number).scaleb(-places)
    shown = f"{abs(value):0{8}.{places}f}"
    sign = "-" if value < 0 else "+"
    found = readings("and-standard", f"{head},{sign}{shown}{unit}\r\n")
    flags = ("moving",) if head == "US" else ()
    weight = in_grams(value, unit.strip())
    expected = [(weight, head == "ST", None, None, flags)] if abs(weight) <= HEAVIEST_GRAMS else []
    assert [said(one) for one in found] == expected


@patient
@given(st.integers(0, 99_999), st.integers(1, 3), st.booleans(), st.booleans(), st.sampled_from(("G", "NET", "")))
def test_ohaus(number: int, places: int, negative: bool, moving: bool, legend: str) -> None:
    value = Decimal(number).scaleb(-places)
    frame = f"{'-' if negative else ' '} {value:7.{places}f} {'kg':5}{'?' if moving else ' '}{legend:3}\r\n"
    assert len(frame) == 21
    (found,) = readings("ohaus", frame)
    net = {"G": False, "NET": True, "": None}[legend]
    flags = ("moving",) if moving else ()
    assert said(found) == (in_grams(-value if negative else value), not moving, net, None, flags)


@patient
@given(
    st.integers(0, 99_999), st.integers(0, 3), st.booleans(), st.sampled_from(("kg", "KG", "lb", "LB")), st.booleans()
)
def test_nci(number: int, first: int, letter: bool, unit: str, three: bool) -> None:
    value = Decimal(number).scaleb(-3)
    status = ("S" if letter else "") + chr(0x30 + first) + ("p4" if three else "0")
    (found,) = readings("nci", f"\n{value:06.3f}{unit}\r\n{status}\r\x03")
    flags = tuple(flag for flag, is_set in (("moving", first & 1), ("zero", first & 2)) if is_set)
    expected = (in_grams(value, unit.lower()), not first & 1, True if three else None, None, flags)
    assert said(found) == expected
