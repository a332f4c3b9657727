"""A real Mosquitto on a loopback port, that can be killed and started again where it was."""

import shutil
import signal
import subprocess
from pathlib import Path

from tests.servers import process


class Broker:
    """One Mosquitto. It keeps its port, and with `persistent=True` its sessions and messages, over a restart.

    What it has not yet saved a kill loses, as in production: `save` makes it save now.

    `passwords` maps user names to passwords (none given: anybody may connect); `acl` is the text of an ACL file.
    `extra` are further lines of mosquitto.conf.
    """

    host = "127.0.0.1"

    def __init__(
        self,
        *,
        persistent: bool = False,
        passwords: dict[str, str] | None = None,
        acl: str | None = None,
        extra: tuple[str, ...] = (),
    ) -> None:
        self.user = process.user_of_servers()
        self.folder = process.private_folder("coldlot-mqtt-", self.user)
        self.log = self.folder / "log"
        self.port = process.free_port()
        self._server: subprocess.Popen[bytes] | None = None
        lines = [f"listener {self.port} {self.host}", "log_dest stdout", "connection_messages true", *extra]
        lines.append(f"allow_anonymous {'false' if passwords else 'true'}")
        if persistent:
            lines += ["persistence true", f"persistence_location {self.folder}/"]
        if passwords:
            lines.append(f"password_file {self._write_passwords(passwords)}")
        if acl is not None:
            lines.append(f"acl_file {self._write('acl', acl)}")
        self.configuration = self._write("mosquitto.conf", "\n".join(lines) + "\n")
        self.start()

    def start(self) -> None:
        """Start the broker, again if it was ended."""
        command = [_mosquitto(), "-c", str(self.configuration)]
        self._server = process.start(command, log=self.log, user=self.user)
        process.wait_until(lambda: process.answers(self.port), self._server, self.log)

    def save(self) -> None:
        """Make the broker write what it holds, and wait until it did."""
        if self._server is None:
            return
        path = self.folder / "mosquitto.db"
        before = path.stat().st_ino if path.exists() else None
        self._server.send_signal(signal.SIGUSR1)
        # It writes a new file and renames it into place.
        process.wait_until(lambda: path.exists() and path.stat().st_ino != before, self._server, self.log)

    def kill(self) -> None:
        """End the broker with SIGKILL: it saves nothing more."""
        if self._server is not None:
            process.stop(self._server, signal.SIGKILL)

    def stop(self) -> None:
        """End the broker politely: it saves what it holds."""
        if self._server is not None:
            process.stop(self._server, signal.SIGTERM)

    def close(self) -> None:
        """End the broker and remove all it kept."""
        self.stop()
        shutil.rmtree(self.folder)

    def _write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text)
        if self.user is not None:
            shutil.chown(path, self.user)
        path.chmod(0o600)
        return path

    def _write_passwords(self, passwords: dict[str, str]) -> Path:
        path = self._write("passwords", "".join(f"{name}:{word}\n" for name, word in passwords.items()))
        hasher = process.program("mosquitto_passwd", package="mosquitto")
        subprocess.run([hasher, "-U", str(path)], check=True, capture_output=True)
        if self.user is not None:
            shutil.chown(path, self.user)
        return path


def _mosquitto() -> str:
    return process.program("mosquitto", "/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto", package="mosquitto")
