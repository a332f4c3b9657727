"""Starting and ending server processes."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

CHILD = Path(__file__).with_name("child.py")
PATIENCE_S = 90.0  # a busy machine is slow, not wrong: who ends instead is noticed at once
ENOUGH_BYTES = 2 << 30


class ServerFailed(Exception):
    """A server did not start; carries what it printed."""


def user_of_servers() -> str | None:
    """Return the user that servers run as when we are root, or None when we are not and they run as us."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    raise ServerFailed("running as root, and there is neither a user `postgres` nor a user `nobody` to run servers as")


def memory() -> Path | None:
    """Return where files are kept in memory, if this machine has such a place with room for databases."""
    place = Path("/dev/shm")
    return place if place.is_dir() and shutil.disk_usage(place).free > ENOUGH_BYTES else None


def private_folder(prefix: str, user: str | None, place: Path | None = None) -> Path:
    """Make a folder that only `user` (and root) may enter, on a path short enough for a Unix socket."""
    if place is None and user is not None:
        place = Path("/tmp")  # our own TMPDIR may be closed to the server's user
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=place))
    if user is not None:
        entry = pwd.getpwnam(user)
        os.chown(folder, entry.pw_uid, entry.pw_gid)
    return folder


def start(
    command: list[str],
    *,
    log: Path,
    user: str | None = None,
    dies_by: signal.Signals = signal.SIGTERM,
    environment: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a program in the background, its output in `log`; it gets `dies_by` should this process die first."""
    wrapped = [sys.executable, "-I", "-S", str(CHILD), str(os.getpid()), str(int(dies_by)), user or "-", *command]
    with log.open("ab") as output:
        return subprocess.Popen(
            wrapped,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            env=dict(environment) if environment is not None else None,
        )


def wait_until(ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the server answers. Raises ServerFailed with its last words when it ends or takes too long."""
    deadline = time.monotonic() + PATIENCE_S
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            process.wait()
            raise ServerFailed(f"{process.args!r} did not start:\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.02)  # a process that is coming up has no way to call back


def stop(process: subprocess.Popen[bytes], by: signal.Signals) -> None:
    """End a process by a signal, by SIGKILL if it does not listen, and wait for it."""
    if process.poll() is not None:
        return
    process.send_signal(by)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port() -> int:
    """Return a loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(port: int) -> bool:
    """Tell whether somebody accepts connections on a loopback port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def program(name: str, *elsewhere: str, package: str) -> str:
    """Return the path of an installed program. Raises ServerFailed naming the package that has it."""
    found = shutil.which(name) or next((path for path in elsewhere if os.access(path, os.X_OK)), None)
    if found is None:
        raise ServerFailed(f"{name} is not installed: run `make system`, or install the package {package}")
    return found
