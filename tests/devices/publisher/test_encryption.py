import gc
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from devices.publisher import BrokerAddress
from tests.devices.ends import eventually
from tests.devices.publisher.test_publisher import End
from tests.servers.broker import Broker
from tests.servers.process import free_port

# The library leaves a socket whose handshake failed to the garbage collector; each try of ours has a client of its own.
pytestmark = pytest.mark.filterwarnings("ignore:Exception ignored in. <ssl.SSLSocket")

NEW = ("req", "-newkey", "rsa:2048", "-nodes")
OpenLine = Callable[[str], End]


def openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


def authority(folder: Path, name: str) -> None:
    openssl(
        folder, *NEW, "-x509", "-days", "1", "-keyout", f"{name}.key", "-out", f"{name}.crt", "-subj", f"/CN={name}"
    )


@pytest.fixture
def folder(new_broker: Callable[..., Broker], tmp_path: Path) -> Path:
    """Two authorities, and a broker's certificate for 127.0.0.1 by the first."""
    for name in ("ours", "strangers"):
        authority(tmp_path, name)
    (tmp_path / "san").write_text("subjectAltName=IP:127.0.0.1")
    openssl(tmp_path, *NEW, "-keyout", "broker.key", "-out", "broker.csr", "-subj", "/CN=broker")
    openssl(tmp_path, "x509", "-req", "-in", "broker.csr", "-CA", "ours.crt", "-CAkey", "ours.key", "-CAcreateserial",
            "-days", "1", "-out", "broker.crt", "-extfile", "san")  # fmt: skip
    return tmp_path


@pytest.fixture
def open_line(new_broker: Callable[..., Broker], folder: Path) -> Iterator[OpenLine]:
    """Lines to one broker that speaks TLS; the broker runs as somebody else, so it gets copies of its own."""
    broker = new_broker()
    broker.stop()
    port = free_port()
    lines = [f"listener {port} 127.0.0.1"]
    for key, name in (("cafile", "ours.crt"), ("certfile", "broker.crt"), ("keyfile", "broker.key")):
        lines.append(f"{key} {broker._write(name, (folder / name).read_text())}")
    broker.configuration.write_text(broker.configuration.read_text() + "\n".join(lines) + "\n")
    broker.start()
    ends: list[End] = []

    def opener(ca: str) -> End:
        address = BrokerAddress("127.0.0.1", port, ca_file=str(folder / ca))
        ends.append(End(folder, broker, address=address).start())
        return ends[-1]

    yield opener
    for end in ends:
        end.close()
    ends.clear()
    gc.collect()


def test_the_line_is_encrypted(open_line: OpenLine) -> None:
    end = open_line("ours.crt")
    eventually(lambda: end.publisher.line.connected)


def test_a_broker_with_a_strangers_certificate_is_not_spoken_to(open_line: OpenLine) -> None:
    end = open_line("strangers.crt")
    eventually(lambda: "certificate" in (end.publisher.line.trouble or "").lower())
    assert end.publisher.line.connections == 0
