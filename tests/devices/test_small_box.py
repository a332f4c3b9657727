"""A gateway's box has no web stack: `devices` runs on the standard library and the few packages the project names."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
IMPORTED_AS = {"paho-mqtt": "paho", "pyserial": "serial", "tzdata": None}
USED_IF_THERE = {"typing_extensions"}  # msgspec looks for it and does without

IMPORT_ALL = """
import importlib, json, pkgutil, sys
import devices
for module in pkgutil.walk_packages(devices.__path__, "devices."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
tops = {name.partition(".")[0] for name, module in sys.modules.items() if getattr(module, "__file__", None)}
print(json.dumps(sorted(tops - set(sys.stdlib_module_names) - {"__main__", "devices"})))
"""


def small_set() -> set[str]:
    """The packages a box installs, by the names they are imported under."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["devices"]]
    names = [re.split(r"[<>=]", line)[0] for line in asked]
    return {imported for name in names if (imported := IMPORTED_AS.get(name, name)) is not None}


def test_devices_imports_nothing_that_the_small_box_has_not() -> None:
    done = subprocess.run([sys.executable, "-c", IMPORT_ALL], cwd=ROOT, capture_output=True, text=True, check=True)
    found = {name for name in json.loads(done.stdout) if not name.startswith(("_", "sitecustomize"))}
    assert found - USED_IF_THERE == small_set()


def test_the_small_boxs_lock_holds_just_that() -> None:
    lines = (ROOT / "requirements" / "devices.txt").read_text().splitlines()
    locked = {line.partition("==")[0] for line in lines if "==" in line}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert {re.split(r"[<>=]", line)[0] for line in project["dependencies"]} <= locked
    assert locked <= {re.split(r"[<>=]", line)[0] for line in project["dependencies"]} | {
        "colorama",
        "typing-extensions",
    }
