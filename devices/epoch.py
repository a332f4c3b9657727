"""The small file beside the spool that remembers its epoch when the spool itself is lost."""

import json
import os
from pathlib import Path


class WrongSpool(Exception):
    """The spool belongs to another gateway, or cannot be opened."""


def epoch_beside(spool: Path) -> int:
    """The last epoch begun here; 0 if nobody knows of one. Raises WrongSpool when the file cannot be understood."""
    side = _side(spool)
    try:
        return int(json.loads(side.read_text())["epoch"])
    except FileNotFoundError:
        return 0
    except (ValueError, KeyError, TypeError) as wrong:
        raise WrongSpool(f"{side} does not hold an epoch; write it anew or give --epoch: {wrong}") from wrong


def note_epoch(spool: Path, gw: str, epoch: int) -> None:
    """Writes the epoch so that a power cut leaves the old number or the new one."""
    side = _side(spool)
    fresh = Path(f"{side}.new")
    with fresh.open("w") as file:
        file.write(json.dumps({"gw": gw, "epoch": epoch}))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(side)
    folder = os.open(side.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _side(spool: Path) -> Path:
    return Path(f"{spool}.epoch")
