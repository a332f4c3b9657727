"""How much work a stolen hash costs."""

from argon2 import extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY

from wms.users.actions.hashing import HASHER  # bound before the tests' quick one takes its place


def test_passwords_are_hashed_as_rfc_9106_recommends() -> None:
    assert extract_parameters(HASHER.hash("tree and cold store")) == RFC_9106_LOW_MEMORY
