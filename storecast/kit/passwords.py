"""Passwords, hashed with Argon2id. Hashing takes tens of milliseconds of a core, so it runs off the event loop.

What is hashed is the NFKC form: the same keys typed on another machine may make other code points (RFC 8265).
"""

import asyncio
import unicodedata
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# RFC 9106, second recommended option scaled to OWASP's minimum for small servers: 19 MiB, 2 passes, 1 lane.
HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
LONGEST_PASSWORD = 1_000  # characters


async def hash_password(password: str) -> str:
    return await asyncio.to_thread(HASHER.hash, _normal(password))


async def verify_password(stored: str | None, password: str) -> bool:
    """Whether `password` is the one behind `stored`. Takes as long when there is none, so that nobody can tell."""
    matches = await asyncio.to_thread(_matches, stored or _nobody(), _normal(password))
    return matches and stored is not None


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


def _matches(stored: str, password: str) -> bool:
    try:
        return HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


@lru_cache
def _nobody() -> str:
    return HASHER.hash("nobody has this password")
