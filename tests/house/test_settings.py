"""config.example.toml is complete and true."""

import tomllib
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.house import source
from wms.config import Config, ConfigInvalid, load_config

EXAMPLE = source.ROOT / "config.example.toml"


def test_the_example_says_every_setting_with_its_default() -> None:
    assert load_config(EXAMPLE, {}) == Config()
    said = tomllib.loads(EXAMPLE.read_text("utf-8"))
    assert {name: set(values) for name, values in said.items()} == {
        name: set(values) for name, values in asdict(Config()).items()
    }


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    wrong = tmp_path / "config.toml"
    wrong.write_text('[site]\nzone = "Mars/Olympus"\n[web]\nport = 99999\ncolour = "red"\n[shoes]\n')
    with pytest.raises(ConfigInvalid) as caught:
        load_config(wrong, {"WMS__WEB__THREADS": "many"})
    for word in ("Mars/Olympus", "port", "colour", "shoes", "threads"):
        assert word in str(caught.value)


def test_the_environment_overrides_a_setting() -> None:
    config = load_config(EXAMPLE, {"WMS__DATABASE__URL": "postgresql+psycopg:///other", "WMS__WEB__PORT": "81"})
    assert (config.database.url, config.web.port) == ("postgresql+psycopg:///other", 81)


def test_secrets_are_not_shown() -> None:
    config = load_config(None, {"WMS__DATABASE__URL": "postgresql+psycopg://me:secret@/coldlot"})
    assert "secret" not in repr(config)
