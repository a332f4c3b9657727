"""A real nginx with the configuration that is deployed, on loopback ports and with a certificate of its own."""

import re
import shutil
import signal
import subprocess

from tests.servers import process
from tests.servers.migrated import ROOT

DEPLOYED = ROOT / "deploy" / "nginx" / "coldlot.conf"
NAME = "coldlot.example"


class Nginx:
    """One nginx in front of a web server on `upstream`; clients trust `certificate`."""

    def __init__(self, upstream: int) -> None:
        self.user = process.user_of_servers()
        self.folder = process.private_folder("coldlot-nginx-", self.user)
        self.log = self.folder / "log"
        self.port, self.plain_port = process.free_port(), process.free_port()
        self.certificate = self.folder / "fullchain.pem"
        self._make_certificate()
        configuration = self.folder / "nginx.conf"
        configuration.write_text(self._configuration(upstream))
        command = [
            process.program("nginx", "/usr/sbin/nginx", package="nginx-light"),
            "-p", str(self.folder), "-e", "stderr", "-c", str(configuration),
        ]  # fmt: skip
        # As root, so that it may read its folder; its workers give that up by themselves.
        self._server: subprocess.Popen[bytes] = process.start(command, log=self.log)
        process.wait_until(lambda: process.answers(self.port), self._server, self.log)

    def close(self) -> None:
        """End the server and remove what it kept."""
        process.stop(self._server, signal.SIGTERM)
        shutil.rmtree(self.folder)

    def _configuration(self, upstream: int) -> str:
        text = DEPLOYED.read_text()
        for pattern, ours in (
            (r"listen 443 ssl;", f"listen 127.0.0.1:{self.port} ssl;"),
            (r"listen 80;", f"listen 127.0.0.1:{self.plain_port};"),
            (r"127\.0\.0\.1:8080", f"127.0.0.1:{upstream}"),
            (r"/etc/ssl/coldlot", str(self.folder)),
        ):
            text, changed = re.subn(pattern, ours, text)
            assert changed, f"{DEPLOYED} says nothing of {pattern}"
        kept = [
            f"{kind}_temp_path {self.folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        ]
        own = "\n".join(["access_log off;", *kept])
        return f"daemon off;\npid {self.folder}/pid;\nevents {{}}\nhttp {{\n{own}\n{text}\n}}\n"

    def _make_certificate(self) -> None:
        subprocess.run(
            ["openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-x509", "-days", "1",
             "-keyout", "key.pem", "-out", self.certificate.name, "-subj", f"/CN={NAME}",
             "-addext", "subjectAltName=IP:127.0.0.1"],
            cwd=self.folder, check=True, capture_output=True,
        )  # fmt: skip
