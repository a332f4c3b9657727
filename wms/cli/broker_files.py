"""Everything Mosquitto needs, written into one folder: configuration, users, access list and certificates."""

import grp
import os
import secrets
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from wms import telemetry

AUTHORITY_DAYS, SERVER_DAYS = 3650, 825
SERVER = "coldlot"  # the server's own user
CONFIGURATION = """\
# Mosquitto 2.0 for Coldlot, written by `wms gateway`: include it as /etc/mosquitto/conf.d/coldlot.conf.
# The gateways' spools and the server's acknowledgement repair whatever a broker loses: here is never the last copy.

per_listener_settings false
allow_anonymous false
password_file {folder}/passwords
acl_file {folder}/acl

# Gateways come over TLS; the server beside the broker comes over loopback.
listener {tls_port}{bind}
cafile {folder}/ca.crt
certfile {folder}/server.crt
keyfile {folder}/server.key
tls_version tlsv1.2

listener {port} 127.0.0.1

# The default writes twice an hour; a kill in between loses the sessions.
persistence true
persistence_location {data}/
autosave_interval 60
persistent_client_expiration 14d

# The default keeps 1000 messages for a reader that is away and drops the rest silently. Zero would mean no limit, and
# in some releases loses messages instead; beyond 65,535 waiting for one reader this release stalls.
max_queued_messages 50000
max_queued_bytes 500000000
max_inflight_messages 4000
max_packet_size 1048576
"""


class ToolFailed(Exception):
    """A program this needs is missing or failed; carries what it said."""


def configuration(
    folder: Path, *, tls_port: int = 8883, port: int = 1883, bind: str = "", data: str = "/var/lib/mosquitto"
) -> str:
    """Return mosquitto.conf for files that lie in `folder`."""
    where = f" {bind}" if bind else ""
    return CONFIGURATION.format(folder=folder, tls_port=tls_port, port=port, bind=where, data=data)


def access_list(own: str, sources: telemetry.Sources) -> str:
    """Return the access list: gateways and server as `own` says; other devices may write their topics."""
    lines = [own.rstrip(), ""]
    filters = sources.filters()
    if filters:
        lines += [f"user {SERVER}", *[f"topic read {wanted}" for wanted in filters], ""]
    for source in sources.all:
        lines += [f"user {source.name}", *[f"topic write {wanted}" for wanted in source.topics], ""]
    return "\n".join(lines)


def write_private(path: Path, text: str) -> None:
    """Write a file whole, readable by its owner and by Mosquitto only."""
    new = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640), "w") as out:
        out.write(text)
    give_to_broker(new)
    new.replace(path)


def give_to_broker(path: Path) -> None:
    """Let Mosquitto's group read a file, where there is such a group and we may."""
    try:
        group = grp.getgrnam("mosquitto").gr_gid
    except KeyError:
        return
    if os.geteuid() == 0:
        os.chown(path, -1, group)


def certificates(folder: Path, hosts: Sequence[str]) -> None:
    """Make an authority of our own and the broker's certificate for some host names, unless they are there.

    Raises ToolFailed.
    """
    if not (folder / "ca.crt").exists():
        _openssl(folder, *_KEY, "-x509", "-days", str(AUTHORITY_DAYS), "-subj", "/CN=Coldlot authority",
                 "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign",
                 "-keyout", "ca.key", "-out", "ca.crt")  # fmt: skip
        (folder / "ca.key").chmod(0o600)
    if not (folder / "server.crt").exists():
        names = ",".join(f"{'IP' if _is_address(host) else 'DNS'}:{host}" for host in hosts)
        _openssl(folder, *_KEY, "-subj", f"/CN={hosts[0]}", "-keyout", "server.key", "-out", "server.csr")
        (folder / "server.ext").write_text(f"subjectAltName={names}\nextendedKeyUsage=serverAuth\n")
        _openssl(folder, "x509", "-req", "-in", "server.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial",
                 "-days", str(SERVER_DAYS), "-extfile", "server.ext", "-out", "server.crt")  # fmt: skip
        for name in ("server.csr", "server.ext"):
            (folder / name).unlink()
        (folder / "server.key").chmod(0o640)
    for name in ("ca.crt", "server.crt", "server.key"):
        give_to_broker(folder / name)


_KEY = ("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-sha256")


def _is_address(host: str) -> bool:
    return host.replace(".", "").isdecimal() or ":" in host


def _openssl(folder: Path, *words: str) -> None:
    if shutil.which("openssl") is None:
        raise ToolFailed("openssl is not installed: apt install openssl")
    done = subprocess.run(["openssl", *words], cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise ToolFailed(f"openssl {words[0]}: {done.stderr.strip()[-400:]}")


GATEWAY = """\
# Into the gateway's own gateway.toml; the other two files go beside it.
[gateway]
site = "{site}"
name = "{name}"

[broker]
host = "{host}"
port = {port}
password_file = "mqtt-password"
ca_file = "ca.crt"
"""
