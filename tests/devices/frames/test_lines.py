"""The formats of lines: MT-SICS, A&D, CAS, Ohaus, NCI."""

import pytest

from devices.errors import BadOption, UnknownProtocol
from devices.frames import PROTOCOLS, FrameOptions, make_framer
from tests.devices.frames.reading_of import reading, readings, said

# ---------------------------------------------------------------- MT-SICS


@pytest.mark.parametrize(
    ("line", "tare", "flags"),
    (
        ("TA A      50.00 g", 50, ()),
        ("T S      1.250 kg", 1250, ()),
        ("TA I", None, ("error",)),
        ("TA L", None, ("error",)),
        ("T I", None, ("error",)),
        ("T +", None, ("overload",)),
        ("T -", None, ("underload",)),
        ("Z A", None, ()),
        ("Z I", None, ("error",)),
        ("Z +", None, ("overload",)),
        ("Z -", None, ("underload",)),
        ('I4 A "0123456789"', None, ("power_up",)),
        ("I4 I", None, ("error",)),
        ("ES", None, ("error",)),
        ("ET", None, ("error",)),
        ("EL", None, ("error",)),
        ("S S    Error 1b", None, ("error",)),
    ),
)
def test_mt_sics_answers_without_a_weight(line: str, tare: int | None, flags: tuple[str, ...]) -> None:
    assert said(reading("mt-sics", line + "\r\n")) == (None, None, None, tare, flags)


@pytest.mark.parametrize(
    "line",
    (
        "S S    100.00 g",  # nine characters
        "S S      100.00 g",  # eleven
        "S S   - 100.00 g",  # the sign stands before the first digit
        "S S    1.00.00 g",
        "S S          . g",
        "S S     100.00 G",  # units keep their case
        "S S     100.00 oz",
        "S X     100.00 g",
        "s s     100.00 g",
        "S A",
        "S L",
        "Z L",
        "T L",
        "I4 A 0123",
        "EX",
    ),
)
def test_mt_sics_out_of_form(line: str) -> None:
    assert readings("mt-sics", line + "\r\n") == []


def test_mt_sics_wants_both_line_ends() -> None:
    assert readings("mt-sics", "S S     100.00 g\n") == []


# ---------------------------------------------------------------- A&D


@pytest.mark.parametrize(
    ("line", "expected"),
    (
        ("ST,+00123.45  kg", (123_450, True, None, None, ())),
        ("ST,OK,+00123.45  kg", (123_450, True, None, None, ())),
        ("US,LO,+00000.45  kg", (450, False, None, None, ("moving",))),
        ("ST,GS,+0012.34kg", (12_340, True, False, None, ())),
        ("ST,NT,+  1.234kg", (1234, True, True, None, ())),
        ("ST,TR,+  0.500kg", (None, None, None, 500, ())),
        ("QT,+00000123 PC", (None, True, None, None, ())),
        ("ST,-00000.50   g", (-1, True, None, None, ())),
        ("OL,-9999999E+19", (None, None, None, None, ("underload",))),
        ("OL,+999999.9", (None, None, None, None, ("overload",))),
        ("OL,NT,        kg", (None, None, None, None, ("overload",))),
        ("LO,GS,+      kg", (None, None, None, None, ("out_of_range",))),
    ),
)
def test_and_lines(line: str, expected: tuple) -> None:
    assert said(reading("and-standard", line + "\r\n")) == expected


@pytest.mark.parametrize(
    "line",
    (
        "ST,+00123.45  oz",
        "ST,+00123,45  kg",
        "ST+00123.45  kg",
        "XX,+00123.45  kg",
        "QT,+00123.45  kg",
        "ST,++0012.34 kg",
    ),
)
def test_and_out_of_form(line: str) -> None:
    assert readings("and-standard", line + "\r\n") == []


def test_and_lines_may_end_in_a_cr_alone() -> None:
    stream = "ST,+00123.45  kg\rUS,+00123.40  kg\r"
    assert [one.weight_grams for one in readings("and-standard", stream, terminator="cr")] == [123_450, 123_400]
    assert readings("and-standard", stream) == []


def test_either_line_end_is_read_where_the_menu_is_not_known() -> None:
    stream = "ST,+00123.45  kg\rUS,+00123.40  kg\r\nOL,+9999999E+19\rST,NT,+0012.34kg\r"
    found = readings("and-standard", stream, terminator="auto")
    assert [one.weight_grams for one in found] == [123_450, 123_400, None, 12_340]
    assert [one.raw[-2:] for one in found] == [b"g\r", b"\r\n", b"9\r", b"g\r"]


def test_a_line_waits_for_the_byte_that_may_be_its_end() -> None:
    framer = make_framer("and-standard", FrameOptions(terminator="auto"))
    assert framer.feed(b"ST,+00123.45  kg\r") == []
    assert [one.raw for one in framer.feed(b"\n")] == [b"ST,+00123.45  kg\r\n"]
    assert framer.feed(b"ST,+00123.45  kg\r") == []
    assert [one.raw for one in framer.feed(b"S")] == [b"ST,+00123.45  kg\r"]


def test_a_configured_length_refuses_a_line_that_lost_a_digit() -> None:
    assert readings("and-standard", "ST,+0013.45  kg\r\n", length=18) == []
    assert len(readings("and-standard", "ST,+00123.45  kg\r\n", length=18)) == 1


# ---------------------------------------------------------------- CAS


def cas(data: str, *, head: str = "ST,GS", device: int = 0x31, lamp: int = 0xE4, unit: str = "kg") -> bytes:
    return head.encode() + b"," + bytes((device, lamp)) + b"," + data.encode() + b" " + unit.encode() + b"\r\n"


def test_the_zero_lamp_is_taken() -> None:
    assert said(reading("cas-22", cas("000000.0", lamp=0xE5))) == (0, True, False, None, ("zero",))


@pytest.mark.parametrize("device", (0x00, 0x02, 0x0A, 0x0D, 0x3D, 0xFF))
def test_a_device_id_may_be_any_byte(device: int) -> None:
    assert [one.weight_grams for one in readings("cas-22", cas("000013.5", device=device) * 2)] == [13_500] * 2


def test_a_lamp_without_its_top_bit_is_a_line_set_to_seven_bits() -> None:
    assert readings("cas-22", cas("000013.5", lamp=0x64)) == []


@pytest.mark.parametrize(
    ("data", "expected"), (("    13.5", 13_500), ("-   12.3", -12_300), ("   -12.3", -12_300), ("+00012.3", 12_300))
)
def test_cas_values(data: str, expected: int) -> None:
    assert reading("cas-22", cas(data)).weight_grams == expected


@pytest.mark.parametrize("data", ("        ", "00 013.5", "0013.5.0", "0000135k"))
def test_cas_out_of_form(data: str) -> None:
    assert readings("cas-22", cas(data)) == []


def test_cas_units_and_errors() -> None:
    assert reading("cas-22", cas("000013.5", unit=" t")).weight_grams == 13_500_000
    assert reading("cas-22", "ERR08\r\n").flags == ("error",)


def test_the_ten_byte_form() -> None:
    assert [one.weight_grams for one in readings("cas-22", "   13.50\r\n-  12.30\r\n", length=10)] == [13_500, -12_300]


def test_the_eighteen_byte_form_is_a_line_like_a_and_ds() -> None:
    stream = "ST,NT,+0012.34kg\r\nUS,GS,-0000.50kg\r\nOL,GS,        kg\r\nST,GS,+0012.3kg\r\n"
    found = readings("cas-22", stream, length=18)
    assert {one.protocol for one in found} == {"cas-22"}
    assert [said(one) for one in found] == [
        (12_340, True, True, None, ()),
        (-500, False, False, None, ("moving",)),
        (None, None, None, None, ("overload",)),
    ]


# ---------------------------------------------------------------- Ohaus


@pytest.mark.parametrize(
    ("line", "expected"),
    (
        ("   150.05 kg    NET", (150_050, True, True, None, ())),
        ("     1.00 kg   ?   ", (1000, False, None, None, ("moving",))),
        ("    0.500 kg    T  ", (None, None, None, 500, ())),
        ("-    12.34 kg ? NET", (-12_340, False, True, None, ("moving",))),
        ("      12.34 kg   B/G", (12_340, True, False, None, ())),
        ("    123.45 g ?", (123, False, None, None, ("moving",))),
        ("-0.50 kg", (-500, True, None, None, ())),
        ("ES", (None, None, None, None, ("error",))),
    ),
)
def test_ohaus_layouts(line: str, expected: tuple) -> None:
    assert said(reading("ohaus", line + "\r\n")) == expected


@pytest.mark.parametrize(
    "line", ("    12.34 xx    G  ", "    12.34 kg    X  ", "    1 .34 kg    G  ", "    12.34kg     G  ")
)
def test_ohaus_out_of_form(line: str) -> None:
    assert readings("ohaus", line + "\r\n") == []


@pytest.mark.parametrize("lost", range(21))
def test_a_line_in_columns_that_lost_a_byte_is_not_an_older_line(lost: int) -> None:
    line = b"   150.05 kg    NET\r\n"
    assert readings("ohaus", line[:lost] + line[lost + 1 :]) == []


def test_a_damaged_digit_of_a_free_line_leaves_no_smaller_weight() -> None:
    assert readings("ohaus", "1\xb22.34 kg\r\n") == []
    assert [one.weight_grams for one in readings("ohaus", "1\xb22.34 kg\r\n12.34 kg\r\n")] == [12_340]


# ---------------------------------------------------------------- NCI


@pytest.mark.parametrize(
    ("frame", "expected"),
    (
        ("\n012.34KG\r\nS00\r\x03", (12_340, True, None, None, ())),
        ("\n  2.50lb\r\n00\r\x03", (1134, True, None, None, ())),
        ("\n12.345 t\r\n00\r\x03", (12_345_000, True, None, None, ())),
        ("\n12.345kg\r\n0p4\r\x03", (12_345, True, True, None, ())),
        ("\n12.345kg\r\n0p0\r\x03", (12_345, True, False, None, ())),
        ("\n12.345kg\r\n0pp0\r\x03", (12_345, True, False, None, ())),
        ("\n12.345kg\r\n10\r\x03", (12_345, False, None, None, ("moving",))),
        ("\n00.000kg\r\n20\r\x03", (0, True, None, None, ("zero",))),
        ("\n12.345kg\r\n02\r\x03", (None, None, None, None, ("overload",))),
        ("\n12.345kg\r\n40\r\x03", (None, None, None, None, ("error",))),
        ("\nS20\r\x03", (None, None, None, None, ("zero",))),
        ("\nS08\r\x03", (None, None, None, None, ("error",))),
        ("\n?\r\x03", (None, None, None, None, ("error",))),
    ),
)
def test_nci_replies(frame: str, expected: tuple) -> None:
    assert said(reading("nci", frame)) == expected


@pytest.mark.parametrize(
    ("frame", "expected"),
    (
        ("\n12.345kg\r30\r\x03", (12_345, True, None, None, ())),
        ("\n12.345kg\r20\r\x03", (12_345, False, None, None, ("moving",))),
        ("S10\r\x03", (None, None, None, None, ("zero",))),
        ("20\r\x03", (None, False, None, None, ("moving",))),
    ),
)
def test_nci_with_an_inverted_first_status(frame: str, expected: tuple) -> None:
    assert said(reading("nci", frame, status_inverted=True)) == expected


def test_the_tail_of_a_damaged_weight_reply_is_not_a_status() -> None:
    assert readings("nci", "\n12.X45kg\r\n00\r\x03") == []
    assert readings("nci", "\n12.X45kg\r300\r\x03", status_inverted=True) == []


def test_a_status_is_heard_behind_the_echo_of_its_request() -> None:
    assert reading("nci", "W\r\nS10\r\x03").flags == ("moving",)


@pytest.mark.parametrize(
    "frame",
    (
        "\n12.34kg\r\n00\r\x03",
        "\n12.3455kg\r\n00\r\x03",
        "\n1.2.45kg\r\n00\r\x03",
        "\n12.345Kg\r\n00\r\x03",
        "\n12.345kg\r\n0\r\x03",
    ),
)
def test_nci_out_of_form(frame: str) -> None:
    assert [one for one in readings("nci", frame) if one.weight_grams is not None] == []


# ---------------------------------------------------------------- all


def test_an_unknown_protocol_is_named_with_those_that_exist() -> None:
    with pytest.raises(UnknownProtocol) as refused:
        make_framer("modbus")
    assert "mt-sics" in refused.value.sentence_en
    assert "mt-sics" in refused.value.sentence_zh


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_unit_must_exist(protocol: str) -> None:
    with pytest.raises(BadOption):
        make_framer(protocol, FrameOptions(unit="stone"))


@pytest.mark.parametrize("protocol", ("mt-sics", "ohaus", "nci", "yaohua-a12", "yaohua-continuous", "toledo-8217"))
def test_a_length_is_refused_where_there_is_no_choice(protocol: str) -> None:
    with pytest.raises(BadOption):
        make_framer(protocol, FrameOptions(length=12))


@pytest.mark.parametrize("options", ({"terminator": "lf"}, {"length": 5}, {"length": 33}))
def test_and_options_are_checked(options: dict) -> None:
    with pytest.raises(BadOption):
        make_framer("and-standard", FrameOptions(**options))
