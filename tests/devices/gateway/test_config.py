from pathlib import Path

import pytest

from devices.config import BadConfig, load_config
from devices.meta import meta_of

GOOD = """
[gateway]
site = "yantai"
name = "gw-a1"

[broker]
host = "broker.example"

[[port]]
name = "dock"
device = "/dev/serial/by-id/usb-dock"

[port.scale]
instrument = "dock-1"
protocol = "mt-sics"
e_grams = 500

[[port]]
name = "rooms"
device = "/dev/serial/by-id/usb-rooms"

[[port.probe]]
profile = "xy-md02"
address = 11
sensors = { temperature = "room1.t1", humidity = "room1.rh1" }

[[onewire]]
rom = "28-0123456789ab"
sensor = "room1.t9"
"""


def problems(folder: Path, text: str) -> list[str]:
    path = folder / "gateway.toml"
    path.write_text(text)
    with pytest.raises(BadConfig) as raised:
        load_config(path)
    assert all(problem in str(raised.value) for problem in raised.value.problems)
    return raised.value.problems


def test_a_file_is_read_with_its_defaults(tmp_path: Path) -> None:
    path = tmp_path / "gateway.toml"
    path.write_text(GOOD)
    config = load_config(path)
    assert (config.spool, config.flush_s, config.broker.port, config.dock) == (tmp_path / "spool.db", 10, 1883, None)
    assert [port.name for port in config.ports] == ["dock", "rooms"]
    assert config.ports[1].line.baud == 9600
    meta = meta_of(config)
    assert [one.id for one in meta.sensors] == ["room1.t1", "room1.rh1", "room1.t9"]
    assert meta.instruments[0].e_grams == 500


def test_the_example_in_the_manual_is_right() -> None:
    root = Path(__file__).parents[3]
    config = load_config(root / "deploy/gateway.example.toml")
    assert config.ports
    assert config.dock is not None


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    text = (
        GOOD.replace('site = "yantai"', 'site = "Yan Tai"')
        .replace('host = "broker.example"', "port = 70000")
        .replace('protocol = "mt-sics"', 'protocol = "mt-sixs"')
        .replace("e_grams = 500", 'e_grams = "half a kilo"\nspeed = 9')
        .replace('"xy-md02"', '"xy-md03"')
    )
    found = problems(tmp_path, text)
    for start in (
        "gateway.site:",
        "broker.host: is missing",
        "broker.port: 70000",
        "port[1].scale: Unknown protocol",
        "port[1].scale.e_grams: must be a whole number",
        "port[1].scale.speed: is not a setting",
        "port[2].probe[1].profile: Unknown probe profile",
    ):
        assert any(problem.startswith(start) for problem in found), (start, found)


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    (
        ('name = "rooms"', 'name = "dock"', "port name 'dock' is used 2 times"),
        ("usb-rooms", "usb-dock", "device '/dev/serial/by-id/usb-dock' is used 2 times"),
        ('"room1.t9"', '"room1.t1"', "sensor 'room1.t1' is used 2 times"),
        ('humidity = "room1.rh1"', 'wind = "room1.w1"', "has no 'wind'"),
        ("address = 11", "address = 0", "not between 1 and 254"),
        ("address = 11", 'address = 11\nsensors2 = "x"', "is not a setting"),
        ("28-0123456789ab", "28-XYZ", "does not look like"),
        ('device = "/dev/serial/by-id/usb-dock"', 'device = "/dev/x"\nformat = "9X9"', "does not look like"),
        ('device = "/dev/serial/by-id/usb-dock"', 'device = "/dev/x"\nformat = "abc"', "does not look like"),
        ('device = "/dev/serial/by-id/usb-dock"', 'device = "/dev/x"\nbaud = 1201', "Option baud cannot be"),
        ('device = "/dev/serial/by-id/usb-dock"', 'device = "carrier://pigeon"', "Option port cannot be"),
        ("e_grams = 500", 'e_grams = 500\nmode = "shout"', "is none of"),
        ("e_grams = 500", "e_grams = true", "must be a whole number"),
        ('profile = "xy-md02"', 'profile = "ds18b20"', "write it as [[onewire]]"),
        ('host = "broker.example"', 'host = "b"\npassword_file = "nowhere"', "cannot be read"),
        ('host = "broker.example"', 'host = "b"\ncert_file = "gateway.toml"', "is needed with a certificate"),
    ),
)
def test_one_mistake_is_told_with_its_place(tmp_path: Path, before: str, after: str, problem: str) -> None:
    assert before in GOOD
    found = problems(tmp_path, GOOD.replace(before, after))
    assert any(problem in one for one in found), found


def test_a_gateway_with_nothing_to_read_is_refused(tmp_path: Path) -> None:
    assert problems(tmp_path, GOOD[: GOOD.index("[[port]]")]) == [
        "there is nothing to read: no [[port]] and no [[onewire]]"
    ]


def test_a_port_needs_a_scale_or_probes(tmp_path: Path) -> None:
    text = GOOD[: GOOD.index("[port.scale]")]
    assert problems(tmp_path, text) == ["port[1]: needs either one [port.scale] or at least one [[port.probe]]"]


def test_an_ascii_probe_is_alone_on_its_line(tmp_path: Path) -> None:
    more = GOOD.replace(
        "[[onewire]]",
        """[[port.probe]]
profile = "md02-ascii"
address = 2
sensors = { temperature = "room1.t2" }

[[onewire]]""",
    )
    assert any("must be alone" in problem for problem in problems(tmp_path, more))


def test_the_password_is_read_from_its_file_or_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "gateway.toml"
    path.write_text(GOOD)
    monkeypatch.setenv("COLDLOT_MQTT_PASSWORD", "from the environment")
    assert load_config(path).broker.password == "from the environment"
    (tmp_path / "secret").write_text("from the file\n")
    path.write_text(GOOD.replace('host = "broker.example"', 'host = "b"\npassword_file = "secret"'))
    config = load_config(path)
    assert config.broker.password == "from the file"
    assert "from the file" not in repr(config)


def test_what_is_no_toml_is_told(tmp_path: Path) -> None:
    assert "is no TOML" in problems(tmp_path, "[gateway")[0]
    with pytest.raises(BadConfig, match="cannot be read"):
        load_config(tmp_path / "nowhere.toml")
