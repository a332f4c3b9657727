"""`python -m devices run` and `status` before anything runs, and what a small box must have for them."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
# requirements/devices.txt, but for the zone data; the last is taken by msgspec where it happens to be there.
ALLOWED = {"serial", "paho", "msgspec", "minimalmodbus", "click", "typing_extensions"}
LOOK = """
import sys
import devices.cli.run, devices.cli.status, devices.cli.simulate, devices.cli.decode, devices.cli.scan
for name, module in sys.modules.items():
    if name.startswith("wms") or "site-packages" in (getattr(module, "__file__", None) or ""):
        print(name.partition(".")[0])
"""


def devices(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "devices", *arguments], cwd=ROOT, capture_output=True, text=True)


def test_a_wrong_file_is_refused_with_everything_that_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "gateway.toml"
    path.write_text('[gateway]\nsite = "Y"\n\n[broker]\nport = "x"\n')
    for command in ("run", "status"):
        outcome = devices(command, "--config", str(path))
        assert outcome.returncode == 1
        for problem in (
            "gateway.site",
            "gateway.name: is missing",
            "broker.host: is missing",
            "broker.port",
            "nothing to read",
        ):
            assert problem in outcome.stderr
        assert "Traceback" not in outcome.stderr


def test_a_file_can_be_checked_without_running() -> None:
    outcome = devices("run", "--config", "deploy/gateway.example.toml", "--check")
    assert (outcome.returncode, outcome.stdout.strip()) == (0, "deploy/gateway.example.toml: 3 ports, gw-a1 of yantai")


def test_the_commands_are_listed() -> None:
    outcome = devices("--help")
    assert {"run", "status", "simulate", "decode", "scan"} <= set(outcome.stdout.split())


def test_a_small_box_needs_no_web_stack() -> None:
    outcome = subprocess.run([sys.executable, "-c", LOOK], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = {name for name in outcome.stdout.split() if not name.startswith("_")}
    assert loaded <= ALLOWED
    listed = (ROOT / "requirements/devices.txt").read_text()
    assert all(f"{name}==" in listed for name in ("pyserial", "paho-mqtt", "msgspec", "minimalmodbus", "click"))
