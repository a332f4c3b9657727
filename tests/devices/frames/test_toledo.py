"""Toledo: the 8217's replies and the continuous output."""

import pytest

from devices.errors import BadOption
from devices.frames import FrameOptions, make_framer
from tests.devices.frames.reading_of import reading, readings, said

# ---------------------------------------------------------------- 8217


@pytest.mark.parametrize(
    ("status", "stable", "flags"),
    (
        (0x01, False, ("moving",)),
        (0x61, False, ("moving",)),
        (0x44, None, ("underload",)),
        (0x28, None, ("out_of_range",)),
        (0x50, None, ("zero",)),
        (0x13, False, ("moving", "zero", "overload")),
        (0x60, None, ()),
        (0x00, None, ()),
        (0x0D, False, ("moving", "underload", "out_of_range")),
        (0x02, None, ("overload",)),
    ),
)
def test_only_five_bits_of_a_status_count(status: int, stable: bool | None, flags: tuple[str, ...]) -> None:
    assert said(reading("toledo-8217", bytes((0x02, 0x3F, status, 0x0D)))) == (None, stable, None, None, flags)


def test_a_status_has_seven_bits() -> None:
    assert readings("toledo-8217", b"\x02\x3f\xe1\x0d") == []


def test_pounds_and_kilograms_have_their_own_digits() -> None:
    assert reading("toledo-8217", "\x0212.34\r", unit="lb").weight_grams == 5597
    assert reading("toledo-8217", "\x02012.34N\r", unit="lb").weight_grams == 5597
    assert readings("toledo-8217", "\x0212.34\r", unit="kg") == []
    assert readings("toledo-8217", "\x0212.345\r", unit="lb") == []


@pytest.mark.parametrize(
    "frame", ("\x022.345\r", "\x02112.345\r", "\x0202.345X\r", "\x0202.345NN\r", "\x0202.345\n", "\x02-2.345\r")
)
def test_8217_out_of_form(frame: str) -> None:
    assert readings("toledo-8217", frame) == []


def test_8217_knows_two_units() -> None:
    with pytest.raises(BadOption):
        make_framer("toledo-8217", FrameOptions(unit="g"))


# ---------------------------------------------------------------- continuous


def continuous(a: int, b: int, c: int, fields: str, *, checked: bool = True) -> bytes:
    """A frame with its check: the two's complement of the sum of the low seven bits."""
    body = bytes((2, a, b, c)) + fields.encode() + b"\r"
    return body + bytes((-sum(byte & 0x7F for byte in body) & 0x7F,)) if checked else body


GROSS_KG, KG_PLACES_2 = 0x30, 0x2C


@pytest.mark.parametrize(
    ("places_code", "expected"),
    tuple(enumerate((123_400_000, 12_340_000, 1_234_000, 123_400, 12_340, 1_234, 123, 12))),
)
def test_the_point_is_where_a_says(places_code: int, expected: int) -> None:
    frame = continuous(0x28 | places_code, GROSS_KG, 0x20, "  1234     0")
    assert reading("toledo-continuous", frame).weight_grams == expected


def test_digits_beyond_any_scale_are_refused() -> None:
    assert readings("toledo-continuous", continuous(0x28, GROSS_KG, 0x20, "999999     0")) == []


def test_every_byte_value_of_the_check_is_framed() -> None:
    """The check may be a CR, an LF or an STX: a stream of such frames must not lose step."""
    frames = [continuous(KG_PLACES_2, GROSS_KG, 0x20, f"{weight:6d}{weight * 37:6d}") for weight in range(4000)]
    assert {frame[-1] for frame in frames} > {0x02, 0x0A, 0x0D}
    found = readings("toledo-continuous", b"".join(frames))
    assert [one.weight_grams for one in found] == [weight * 10 for weight in range(4000)]


def test_constant_bits_are_not_validated() -> None:
    fairbanks_b = 0x10  # bit 5 is 0 there
    clone_a = 0x50 | 4  # bits 3 to 6 are 0101
    assert reading("toledo-continuous", continuous(clone_a, fairbanks_b, 0x40, "   500     0")).weight_grams == 5000


def test_an_eighth_bit_is_damage() -> None:
    frame = bytearray(continuous(KG_PLACES_2, GROSS_KG, 0x20, "   500     0"))
    frame[1] |= 0x80
    assert readings("toledo-continuous", bytes(frame)) == []


@pytest.mark.parametrize(
    ("b", "c", "expected"),
    (
        (0x30, 0x20, 5000),
        (0x20, 0x20, 2268),
        (0x30, 0x21, 5),
        (0x20, 0x22, 5_000_000),
        (0x30, 0x28, 5000),
    ),
    ids=("kg", "lb", "g", "t", "print-key"),
)
def test_the_unit_is_where_b_and_c_say(b: int, c: int, expected: int) -> None:
    assert reading("toledo-continuous", continuous(KG_PLACES_2, b, c, "   500     0")).weight_grams == expected


@pytest.mark.parametrize("c", (0x23, 0x27, 0x30), ids=("makers-unit", "makers-unit-7", "expanded"))
def test_a_unit_that_makers_use_differently_is_no_weight(c: int) -> None:
    frame = continuous(KG_PLACES_2, GROSS_KG, c, "   500     0")
    assert said(reading("toledo-continuous", frame)) == (None, None, None, None, ("error",))


def test_an_instrument_that_was_switched_on_and_not_zeroed_gives_no_weight() -> None:
    frame = continuous(KG_PLACES_2, 0x70, 0x20, "   500     0")
    assert said(reading("toledo-continuous", frame)) == (None, None, None, None, ("power_up",))


def test_digits_out_of_range_mean_nothing_whatever_they_are() -> None:
    frame = continuous(KG_PLACES_2, 0x34, 0x20, "------      ")
    assert said(reading("toledo-continuous", frame)) == (None, None, None, None, ("out_of_range",))


def test_a_tare_is_said_in_net_and_when_one_stands() -> None:
    gross_without = reading("toledo-continuous", continuous(KG_PLACES_2, 0x30, 0x20, "   500     0"))
    gross_with = reading("toledo-continuous", continuous(KG_PLACES_2, 0x30, 0x20, "   500   210"))
    net_zero = reading("toledo-continuous", continuous(KG_PLACES_2, 0x31, 0x20, "   500     0"))
    assert [one.tare_grams for one in (gross_without, gross_with, net_zero)] == [None, 2100, 0]


def test_a_tare_of_zero_may_be_blanked_as_a_whole() -> None:
    frame = continuous(KG_PLACES_2, GROSS_KG, 0x20, "   500      ")
    assert said(reading("toledo-continuous", frame)) == (5000, True, False, None, ())


@pytest.mark.parametrize(
    "fields", ("5 0 00     0", "      " + "     0", "  -500     0", "  5.00     0", "   500  2 10", "   500     -")
)
def test_fields_are_blanks_then_digits(fields: str) -> None:
    assert readings("toledo-continuous", continuous(KG_PLACES_2, GROSS_KG, 0x20, fields)) == []


@pytest.mark.parametrize(
    ("length", "fields", "checked"), ((17, "   500   210", False), (12, "   500", True), (11, "   500", False))
)
def test_other_lengths_are_read_when_configured(length: int, fields: str, checked: bool) -> None:
    frame = continuous(KG_PLACES_2, 0x30, 0x20, fields, checked=checked)
    assert len(frame) == length
    found = readings("toledo-continuous", frame * 3, length=length)
    assert [one.weight_grams for one in found] == [5000] * 3
    assert found[0].tare_grams == (2100 if length == 17 else None)
    assert make_framer("toledo-continuous", FrameOptions(length=length)).protection == (
        "check" if checked else "syntax"
    )
    assert readings("toledo-continuous", frame * 3) == []


@pytest.mark.parametrize("length", (10, 13, 16, 19))
def test_lengths_that_do_not_exist(length: int) -> None:
    with pytest.raises(BadOption):
        make_framer("toledo-continuous", FrameOptions(length=length))
