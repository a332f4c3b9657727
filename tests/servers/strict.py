"""A Mosquitto that answers subscriptions it does not allow with a refusal, as brokers with better access lists do.

Its own access file lets everybody subscribe and then sends nothing; its plugin `dynamic_security` says so at once.
"""

import base64
import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers import process
from tests.servers.broker import Broker

PLUGINS = ("/usr/lib", "/usr/local/lib")
ROUNDS = 101
SALT = b"twelve bytes"  # no more and no less, or the plugin ignores the password


@contextmanager
def strict_broker(users: dict[str, str]) -> Iterator[Broker]:
    """Run a broker that takes everybody's messages and nobody's subscription; without a user it takes anybody."""
    user = process.user_of_servers()
    folder = process.private_folder("coldlot-strict-", user)
    rules = folder / "rules.json"
    rules.write_text(json.dumps(_rules(users)))
    if user is not None:
        shutil.chown(rules, user)
    broker = Broker(extra=(f"plugin {_plugin()}", f"plugin_opt_config_file {rules}"))
    try:
        yield broker
    finally:
        broker.close()
        shutil.rmtree(folder)


def _rules(users: dict[str, str]) -> dict[str, object]:
    allowed = {"publishClientSend": True, "publishClientReceive": True, "subscribe": False, "unsubscribe": True}
    return {"defaultACLAccess": allowed, "clients": [_client(*each) for each in users.items()]}


def _client(name: str, word: str) -> dict[str, object]:
    hashed = hashlib.pbkdf2_hmac("sha512", word.encode(), SALT, ROUNDS, 64)
    secret = {"password": base64.b64encode(hashed).decode(), "salt": base64.b64encode(SALT).decode()}
    return {"username": name, **secret, "iterations": ROUNDS}


def _plugin() -> Path:
    found = [path for folder in PLUGINS for path in Path(folder).rglob("mosquitto_dynamic_security.so")]
    if not found:
        raise process.ServerFailed("Mosquitto's plugin dynamic_security is missing: apt install mosquitto")
    return found[0]
