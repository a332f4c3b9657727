"""DS18B20 probes as the Linux kernel shows them: one file each, whose reading starts a conversion."""

import re
from decimal import Decimal
from pathlib import Path
from typing import Final

from devices.drivers.probes.quality import Measured

FOLDER: Final = Path("/sys/bus/w1/devices")
ROM: Final = re.compile(r"28-[0-9a-f]{12}")
KIND: Final = "temperature"

# 85 °C is the power-on value; 127.94 (07FF) and -127 are a weak supply and an absent probe, all with a good CRC.
POWER_ON: Final = 85_000
NOT_A_TEMPERATURE: Final = {127_937: "open", 127_940: "open", -127_000: "open"}
LOWEST, HIGHEST = -55_000, 125_000


def read_rom(rom: str, folder: Path = FOLDER) -> Measured:
    """One probe, now: takes about 0.75 s. A missing file is a lost probe, not an error."""
    try:
        text = (folder / rom / "w1_slave").read_text()
    except OSError:  # pulled off, or the conversion failed
        return Measured(KIND, None, "open")
    return measured_in(text)


def measured_in(text: str) -> Measured:
    """The reading in a `w1_slave` file; where the CRC failed, the second line still shows the OLD value."""
    lines = text.splitlines()
    if len(lines) < 2 or not lines[0].endswith("YES"):
        return Measured(KIND, None, "crc")
    found = re.search(r"t=(-?\d+)$", lines[1])
    if found is None:
        return Measured(KIND, None, "crc")
    millidegrees = int(found.group(1))
    if millidegrees == POWER_ON:
        return Measured(KIND, None, "powerup")
    if millidegrees in NOT_A_TEMPERATURE:
        return Measured(KIND, None, NOT_A_TEMPERATURE[millidegrees])
    if not LOWEST <= millidegrees <= HIGHEST:
        return Measured(KIND, None, "range")
    return Measured(KIND, Decimal(millidegrees) / 1000, None)
