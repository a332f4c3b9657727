from decimal import Decimal
from pathlib import Path

import pytest

from devices.clock import ManualClock
from devices.drivers.probes.ascii_read import read_ascii
from devices.drivers.probes.onewire import measured_in, read_rom
from devices.drivers.probes.profile import UnknownProfile, load_profile, profile_names, read_profile
from devices.drivers.probes.quality import STUCK_MS, TWIN_MATCHES, Doubt, Measured, Twins, read_values
from devices.errors import BadOption, NoReply
from devices.links import ScriptedLink
from devices.messages import QUALITIES

XY = load_profile("xy-md02")
TEMPERATURE = XY.values[0]


def xy(temperature: int, humidity: int) -> list[tuple[str | None, str | None]]:
    read = read_values(XY, {0: [temperature, humidity]})
    return [(None if one.value is None else str(one.value), one.quality) for one in read]


@pytest.mark.parametrize(
    ("words", "expected"),
    (
        ((305, 546), [("30.5", None), ("54.6", None)]),
        ((0xFFF4, 923), [("-1.2", None), ("92.3", None)]),
        ((0x8000, 923), [(None, "open"), ("92.3", None)]),
        ((0x7FFF, 0x7FFF), [(None, "open"), (None, "open")]),
        ((0xFFFF, 0xFFFF), [(None, "open"), (None, "open")]),  # -0.1 on a floating line
        ((0xFFFF, 900), [("-0.1", None), ("90.0", None)]),  # the same number, honestly
        ((0, 0), [(None, "open"), (None, "open")]),
        ((0, 900), [("0.0", None), ("90.0", None)]),
        ((801, 900), [(None, "range"), ("90.0", None)]),
        ((800, 900), [("80.0", None), ("90.0", None)]),
        ((5, 1001), [("0.5", None), (None, "range")]),
        ((5, 999), [("0.5", None), ("99.9", "range")]),
        ((5, 998), [("0.5", None), ("99.8", None)]),
    ),
)
def test_failure_values_are_told_from_values(words: tuple[int, int], expected: list[object]) -> None:
    assert xy(*words) == expected


def test_a_float_with_its_low_word_first_is_read() -> None:
    vaisala = load_profile("vaisala-gmp252")
    [co2] = read_values(vaisala, {0: [0xD47A, 0x43E8], 1: [0]})
    assert co2 == Measured("co2", Decimal("465.66"), None)  # the manual's own example
    assert read_values(vaisala, {0: [0xD47A, 0x43E8], 1: [256]}) == [Measured("co2", None, "powerup")]
    assert read_values(vaisala, {0: [0, 0x7FC0], 1: [0]}) == [Measured("co2", None, "open")]


def test_a_transmitter_that_keeps_its_last_value_is_judged_by_its_status() -> None:
    simex = load_profile("simex-trs-02a")
    assert read_values(simex, {0: [5, 0]}) == [Measured("temperature", Decimal("0.5"), None)]
    assert read_values(simex, {0: [5, 0xA0]}) == [Measured("temperature", None, "open")]


def test_coils_and_bits_are_read() -> None:
    carel = load_profile("carel-ir33")
    coils = [0] * 13
    coils[31 - 25] = 1
    found = {one.name: one.value for one in read_values(carel, {0: [5, 6, 0x8000], 1: coils})}
    assert (found["defrost"], found["door"], found["probe2"]) == (Decimal(1), Decimal(0), None)
    penn = {one.name: one.value for one in read_values(load_profile("penn-tc3"), {0: [0x0100, 20]})}
    assert (penn["defrost"], penn["set-point"]) == (Decimal(1), Decimal("2.0"))


def test_carbon_dioxide_of_zero_is_a_sensor_warming_up() -> None:
    assert read_values(load_profile("senseair-s8"), {0: [0]}) == [Measured("co2", None, "powerup")]
    assert read_values(load_profile("senseair-s8"), {0: [904]}) == [Measured("co2", Decimal(904), None)]


@pytest.mark.parametrize("name", profile_names())
def test_every_profile_is_whole_and_uses_the_contracts_words(name: str) -> None:
    profile = load_profile(name)
    assert profile.values
    for block in profile.blocks:
        for value in block.values:
            assert set(value.invalid.values()) | set(value.guards.values()) <= QUALITIES


def test_a_profile_of_ones_own_goes_before_the_products(tmp_path: Path) -> None:
    (tmp_path / "xy-md02.toml").write_text((Path(__file__).parent / "own.toml").read_text())
    assert load_profile("xy-md02", tmp_path).title == "ours"
    assert load_profile("pta8c04", tmp_path).name == "pta8c04"
    assert load_profile("xy-md02").title != "ours"


@pytest.mark.parametrize("name", ("nobody", "../config", ""))
def test_an_unknown_profile_is_refused(name: str) -> None:
    with pytest.raises(UnknownProfile):
        load_profile(name)


@pytest.mark.parametrize(
    ("before", "after"),
    (
        ("fc = 4", "fc = 7"),
        ("count = 2", "count = 0"),
        ("at = 2", "at = 3"),
        ('scale = "0.1"', 'scale = "x"'),
        ('title = "ours"', ""),
        ('unit = "Cel"', 'unit = "Cel"\nspeed = 3'),
        ('name = "humidity"', 'name = "temperature"'),
        ('unit = "Cel"', 'unit = "Cel"\nguard = "nobody"'),
        ("[[block]]", "[[block"),
    ),
)
def test_a_wrong_profile_is_refused(before: str, after: str) -> None:
    text = (Path(__file__).parent / "own.toml").read_text()
    assert before in text
    read_profile("own", text.encode())
    with pytest.raises(BadOption):
        read_profile("own", text.replace(before, after, 1).encode())


def test_a_jump_is_doubted_once() -> None:
    doubt = Doubt(TEMPERATURE)
    seen = [doubt.judge(Measured("temperature", Decimal(text), None), tick * 60_000).quality
            for tick, text in enumerate(("0.5", "4.5", "8.6", "8.6"))]  # fmt: skip
    assert seen == [None, None, "jump", None]


def test_a_jump_over_a_long_gap_is_no_jump() -> None:
    doubt = Doubt(TEMPERATURE)
    doubt.judge(Measured("temperature", Decimal(0), None), 0)
    assert doubt.judge(Measured("temperature", Decimal(20), None), 3_600_000).quality is None


def test_a_number_that_never_moves_is_stuck_after_a_day() -> None:
    doubt = Doubt(TEMPERATURE)
    same = Measured("temperature", Decimal("0.5"), None)
    assert [doubt.judge(same, tick).quality for tick in (0, STUCK_MS - 1, STUCK_MS)] == [None, None, "stuck"]
    assert doubt.judge(Measured("temperature", Decimal("0.6"), None), STUCK_MS + 1).quality is None


@pytest.mark.parametrize("moving", (True, False))
def test_two_addresses_that_always_agree_are_one_probe(moving: bool) -> None:
    twins = Twins()
    seen = []
    for poll in range(TWIN_MATCHES):
        pair = [Measured("temperature", Decimal(poll * moving), None), Measured("humidity", Decimal(90), None)]
        seen += [twins.mark(address, pair)[0].quality for address in (1, 2)]
    assert seen[: TWIN_MATCHES // 2] == [None] * (TWIN_MATCHES // 2)
    assert seen[-1] == "twin"


def test_two_probes_that_agree_now_and_then_are_two() -> None:
    twins = Twins()
    for poll in range(10 * TWIN_MATCHES):
        for address in (1, 2):
            value = Decimal(0 if poll % 3 else poll * address)
            pair = [
                Measured("temperature", value, None),
                Measured("humidity", Decimal(90 + address * (poll % 3 == 0)), None),
            ]
            assert twins.mark(address, pair)[0].quality is None


def test_the_ascii_probe_is_read_however_its_bytes_come() -> None:
    profile = load_profile("md02-ascii")
    link = ScriptedLink(replies={b"READ": [b"16.0", b"2C,55.8", b"5%\r\n"]})
    link.open()
    assert read_ascii(link, ManualClock(), profile) == [
        Measured("temperature", Decimal("16.02"), None),
        Measured("humidity", Decimal("55.85"), None),
    ]


def test_the_ascii_probe_that_talks_nonsense_gives_nothing() -> None:
    profile = load_profile("md02-ascii")
    link = ScriptedLink(replies={b"READ": [b"x" * 70]})
    link.open()
    with pytest.raises(NoReply):
        read_ascii(link, ManualClock(), profile)


@pytest.mark.parametrize(
    ("text", "expected"),
    (
        ("f8 ff 4b 46 7f ff 08 10 f8 : crc=f8 YES\nf8 ff 4b 46 7f ff 08 10 f8 t=-500\n", ("-0.5", None)),
        ("08 00 4b 46 7f ff 08 10 d9 : crc=d9 YES\n08 00 4b 46 7f ff 08 10 d9 t=500\n", ("0.5", None)),
        ("50 05 4b 46 7f ff 0c 10 1c : crc=1c YES\n50 05 4b 46 7f ff 0c 10 1c t=85000\n", (None, "powerup")),
        ("08 00 4b 46 7f ff 08 10 d8 : crc=d9 NO\n08 00 4b 46 7f ff 08 10 d9 t=500\n", (None, "crc")),
        ("ff 07 4b 46 7f ff 08 10 d9 : crc=d9 YES\nff 07 t=127937\n", (None, "open")),
        ("", (None, "crc")),
        ("YES\nt=banana", (None, "crc")),
    ),
)
def test_the_kernels_probe_files_are_read_with_suspicion(text: str, expected: tuple[str | None, str | None]) -> None:
    found = measured_in(text)
    assert (None if found.value is None else str(found.value), found.quality) == expected


def test_a_probe_that_was_pulled_off_has_no_value(tmp_path: Path) -> None:
    assert read_rom("28-000000000000", tmp_path) == Measured("temperature", None, "open")
