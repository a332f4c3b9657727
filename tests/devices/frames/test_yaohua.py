"""The Yaohua family: continuous, command, "=" and A12."""

import pytest

from devices.errors import BadOption
from devices.frames import FrameOptions, make_framer
from tests.devices.frames.reading_of import reading, readings, said


def xor(body: bytes) -> bytes:
    """The two check characters, computed as the manual words it."""
    total = 0
    for byte in body:
        total = total ^ byte
    return f"{total:02X}".encode()


def continuous(body: bytes) -> bytes:
    return b"\x02" + body + xor(body) + b"\x03"


# ---------------------------------------------------------------- continuous


@pytest.mark.parametrize(("body", "check"), ((b"+0032900", b"13"), (b"+0032600", b"1C"), (b"+0000000", b"1B")))
def test_frames_caught_in_the_field_have_a_check_not_a_status(body: bytes, check: bytes) -> None:
    assert xor(body) == check
    assert reading("yaohua-continuous", b"\x02" + body + check + b"\x03").flags == ()


@pytest.mark.parametrize(
    ("body", "spelled"), ((b"+0032600", b"1<"), (b"+0000000", b"1;"), (b"+0000100", b"1:"), (b"+0000500", b"1>"))
)
def test_check_nibbles_may_be_spelled_with_punctuation(body: bytes, spelled: bytes) -> None:
    assert reading("yaohua-continuous", b"\x02" + body + spelled + b"\x03").weight_grams is not None


@pytest.mark.parametrize(
    "body",
    (b"+0012345", b"+001234/", b" 0012342", b"+00 2342", b"+00.2342", b"-12345:"),
    ids=("5-places", "places", "sign", "blank", "point", "colon"),
)
def test_a_good_check_does_not_make_nonsense_a_weight(body: bytes) -> None:
    assert readings("yaohua-continuous", continuous(body)) == []


def test_a_minus_before_zero_is_zero() -> None:
    assert reading("yaohua-continuous", continuous(b"-0000000")).weight_grams == 0


def test_the_unit_is_the_configured_one() -> None:
    assert reading("yaohua-continuous", continuous(b"+0012342"), unit="t").weight_grams == 12_340_000
    assert reading("yaohua-continuous", continuous(b"+0012342"), unit="lb").weight_grams == 5597


def test_a_lower_case_check_is_one_flipped_bit_and_refused() -> None:
    assert readings("yaohua-continuous", b"\x02+0032600" + b"1c" + b"\x03") == []


# ---------------------------------------------------------------- command


def reply(body: bytes) -> bytes:
    return b"\x02" + body + xor(body) + b"\x03"


def test_a_tare_reply_says_nothing_of_the_load() -> None:
    assert said(reading("yaohua-command", bytes.fromhex("0241432b303030303530303143 03"))) == (
        None, None, None, 50_000, (),
    )  # fmt: skip


@pytest.mark.parametrize("body", (b"AA", b"AB", b"AE12345", b"AF123", b"AF12345678"))
def test_handshakes_echoes_and_texts_are_good_frames_without_a_reading(body: bytes) -> None:
    framer = make_framer("yaohua-command")
    assert framer.feed(reply(body)) == []
    assert (framer.frames_ok, framer.frames_bad) == (1, 0)


def test_other_instruments_on_the_bus_are_passed_over() -> None:
    stream = reply(b"BB+0000500") + reply(b"AB+0000700")
    assert [one.weight_grams for one in readings("yaohua-command", stream, address="A")] == [70_000]
    assert [one.weight_grams for one in readings("yaohua-command", stream)] == [50_000, 70_000]


@pytest.mark.parametrize(
    "body", (b"aB+0000500", b"AG+0000500", b"AB+000050", b"AB+00005000", b"AB 0000500", b"AF1\x1f")
)
def test_a_reply_out_of_form_is_refused(body: bytes) -> None:
    assert readings("yaohua-command", reply(body)) == []


def test_a_new_stx_begins_the_frame_anew() -> None:
    assert reading("yaohua-command", b"\x02AB+00\x02" + reply(b"AB+0000500")[1:]).weight_grams == 50_000


@pytest.mark.parametrize("address", ("a", "AB", "", "1"))
def test_an_address_is_one_capital_letter(address: str) -> None:
    with pytest.raises(BadOption):
        make_framer("yaohua-command", FrameOptions(address=address))


# ---------------------------------------------------------------- "="


@pytest.mark.parametrize(
    ("frame", "direction", "length", "expected"),
    (
        ("=00.1000-", "reversed", 9, -1000),
        ("=00.1000+", "reversed", 9, 1000),
        ("=0000.300", "reversed", 9, 3000),
        ("=0003.000", "forward", 9, 3000),
        ("=-0001.00", "forward", 9, -1000),
        ("=0076840", "reversed", 8, 486_700_000),
    ),
)
def test_both_directions(frame: str, direction: str, length: int, expected: int) -> None:
    assert reading("yaohua-equals", frame, direction=direction, length=length).weight_grams == expected


@pytest.mark.parametrize("frame", ("=00.30.0", "=-0.3000", "=0-.3000", "=00,3000", "=00.30 0", "=.......", "=-------"))
def test_what_is_no_number_is_refused(frame: str) -> None:
    assert readings("yaohua-equals", frame) == []


def test_a_wrong_length_gives_no_weight_beyond_the_first_suspect_frame() -> None:
    nine_bytes = "=00.1000-" * 40
    assert len(readings("yaohua-equals", nine_bytes, length=8)) == 1, "the driver drops the first frame after opening"
    assert readings("yaohua-equals", "=00.3000" * 40, length=9) == []


def test_a_frame_after_damage_waits_for_the_next_equals_sign() -> None:
    framer = make_framer("yaohua-equals")
    assert framer.feed(b"=00.X000=00.3000") == []
    assert [one.weight_grams for one in framer.feed(b"=")] == [3000]


@pytest.mark.parametrize("options", ({"direction": "sideways"}, {"length": 6}, {"length": 13}, {"length": 0}))
def test_equals_options_are_checked(options: dict) -> None:
    with pytest.raises(BadOption):
        make_framer("yaohua-equals", FrameOptions(**options))


# ---------------------------------------------------------------- A12


def a12(body: str) -> bytes:
    return body.encode() + xor(body.encode()) + b"\r\n"


def test_the_manuals_own_frame_has_an_xor() -> None:
    assert a12("WG004.139kg") == bytes.fromhex("57473030342e3133396b6733440d0a")


@pytest.mark.parametrize(
    ("body", "expected"),
    (("WG00123.5kg", 123_500), ("WG001234 kg", 1_234_000), ("WN-01234 kg", -1_234_000), ("WG0012.50lb", 5670)),
)
def test_a12_values(body: str, expected: int) -> None:
    assert reading("yaohua-a12", a12(body)).weight_grams == expected


def test_a12_limits() -> None:
    assert said(reading("yaohua-a12", b" " * 9 + b"LO23\r\n")) == (None, None, None, None, ("underload",))


@pytest.mark.parametrize(
    "body", ("WT004.139kg", "WG004.1.9kg", "WG0041396kg", "WG 04.139kg", "WG004.139KG", "WG004.13 kg")
)
def test_a12_out_of_form(body: str) -> None:
    assert readings("yaohua-a12", a12(body)) == []


def test_the_unchecked_lines_are_read_only_when_asked_for() -> None:
    stream = "ww000.000kg\r\nwn-003.17kg\r\nwt001.200kg\r\n"
    assert readings("yaohua-a12", stream) == []
    assert [said(one) for one in readings("yaohua-a12", stream, unchecked=True)] == [
        (0, None, False, None, ()),
        (-3170, None, True, None, ()),
        (None, None, None, 1200, ()),
    ]
    assert make_framer("yaohua-a12", FrameOptions(unchecked=True)).protection == "none"


def test_both_forms_of_a_12_are_read_where_the_set_up_is_not_known() -> None:
    stream = "WG004.139kg3D\r\nwn-003.17kg\r\n         OL23\r\nww000.500lb\r\nWG004.139kg3E\r\n"
    assert [said(one) for one in readings("yaohua-a12", stream, unchecked=None)] == [
        (4139, None, False, None, ()),
        (-3170, None, True, None, ()),
        (None, None, None, None, ("overload",)),
        (227, None, False, None, ()),
    ]
    assert make_framer("yaohua-a12", FrameOptions(unchecked=None)).protection == "none"


def test_a_flipped_bit_does_not_turn_the_checked_form_into_the_other() -> None:
    frame = b"WG004.139kg3D\r\n"
    for index in range(len(frame)):
        for bit in range(8):
            damaged = frame[:index] + bytes([frame[index] ^ 1 << bit]) + frame[index + 1 :]
            framer = make_framer("yaohua-a12", FrameOptions(unchecked=None))
            assert framer.feed(damaged) + framer.finish() == [], (index, bit)
