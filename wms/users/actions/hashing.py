"""Slow hashing, never inside a transaction and never more at once than the machine has memory and cores for."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from wms.kernel.errors import Unavailable

# RFC 9106, second recommended choice (64 MiB, 3 passes, 4 lanes): about 0.2 s and 64 MiB each.
HASHER = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4, type=Type.ID)
AT_ONCE = 2
PATIENCE_S = 10.0
_PLACES = threading.BoundedSemaphore(AT_ONCE)
_NOBODY = HASHER.hash("nobody's password: the time of a wrong name must be the time of a wrong password")


def hashed(secret: str) -> str:
    """Return the argon2id hash of a secret; waits for a place. Raises Unavailable."""
    with _place():
        return HASHER.hash(secret)


def fits(secret: str, known: str | None) -> bool:
    """Tell whether a secret fits a hash; None takes as long as a wrong one. Waits for a place. Raises Unavailable."""
    with _place():
        try:
            HASHER.verify(known or _NOBODY, secret)
        except (VerificationError, InvalidHashError):
            return False
    return known is not None


@contextmanager
def _place() -> Iterator[None]:
    if not _PLACES.acquire(timeout=PATIENCE_S):
        raise Unavailable
    try:
        yield
    finally:
        _PLACES.release()
