"""The file of devices that speak other conventions."""

import tomllib
from pathlib import Path

from wms import telemetry


def load_sources(path: str) -> telemetry.Sources:
    """Return the sources a TOML file names under [[source]]; an empty path names none.

    Raises OSError, tomllib.TOMLDecodeError, SourcesInvalid naming every fault.
    """
    if not path:
        return telemetry.NO_SOURCES
    content = tomllib.loads(Path(path).read_text("utf-8"))
    unknown = sorted(set(content) - {"source"})
    if unknown:
        raise telemetry.SourcesInvalid(faults=f"unknown: {', '.join(unknown)}; every device is a [[source]]")
    return telemetry.parse_sources(content.get("source", []))
