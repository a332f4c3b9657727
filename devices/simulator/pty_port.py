"""One end of a pseudo-terminal under a stable name; the other end is opened by whoever reads the instrument."""

import errno
import os
import select
import tty
from pathlib import Path
from typing import Final

READ_BYTES: Final = 4096


class PtyPort:
    """A port that can be pulled out. Reads and writes never block; what nobody hears is lost, as on a real line."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.path = folder / name
        self.lost_bytes = 0
        self._master: int | None = None
        self.plug()

    @property
    def is_plugged(self) -> bool:
        """Whether the device exists."""
        return self._master is not None

    def plug(self) -> None:
        """Makes the device under its name."""
        if self._master is not None:
            return
        master, slave = os.openpty()
        tty.setraw(slave)
        os.set_blocking(master, False)
        name = os.ttyname(slave)
        os.close(slave)
        self._master = master
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.path.with_name(f".{self.name}.new")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(name)
        fresh.replace(self.path)

    def unplug(self) -> None:
        """Takes the device away from whoever has it open."""
        if self._master is None:
            return
        self.path.unlink(missing_ok=True)
        os.close(self._master)
        self._master = None

    @property
    def is_watched(self) -> bool:
        """Whether somebody has the other end open."""
        if self._master is None:
            return False
        poll = select.poll()
        poll.register(self._master, select.POLLIN)
        return not any(event & select.POLLHUP for _fd, event in poll.poll(0))

    def read(self) -> bytes:
        """What was sent to the instrument."""
        if self._master is None:
            return b""
        try:
            return os.read(self._master, READ_BYTES)
        except BlockingIOError:
            return b""
        except OSError as error:
            if error.errno == errno.EIO:  # nobody has the other end open
                return b""
            raise

    def write(self, frame: bytes) -> bool:
        """What the instrument says; false if nobody listened."""
        if self._master is None or not self.is_watched:
            self.lost_bytes += len(frame)
            return False
        try:
            written = os.write(self._master, frame)
        except BlockingIOError:  # the reader hangs and the line's buffer is full
            written = 0
        self.lost_bytes += len(frame) - written
        return written == len(frame)

    def fileno(self) -> int:
        """For select."""
        return -1 if self._master is None else self._master
