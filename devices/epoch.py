"""The small files beside the spool: its epoch, remembered when the spool itself is lost, and the lock of its owner."""

import fcntl
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


class Ownership:
    """Keeps a second gateway off a spool. The kernel lets go of it when the process ends, however it ends."""

    def __init__(self, spool: Path) -> None:
        """Raises WrongSpool when a gateway runs on this spool."""
        spool.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(f"{spool}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as taken:
            self.release()
            raise WrongSpool(f"another gateway is running on {spool}") from taken

    def release(self) -> None:
        """Lets another have it; doing so twice does nothing."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


def _side(spool: Path) -> Path:
    return Path(f"{spool}.epoch")
