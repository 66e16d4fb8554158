"""Secrets that must be shown again: encrypted at rest (Fernet: AES-128-CBC with HMAC-SHA256)."""

import base64
import hashlib
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken

REMEMBERED = 1_024


class Seal:
    def __init__(self, secret: bytes) -> None:
        self._fernet = Fernet(base64.urlsafe_b64encode(hashlib.sha256(secret).digest()))
        self.open = lru_cache(REMEMBERED)(self.open_once)
        """The text of a seal; those opened of late are remembered, as a stream's key, shown with each answer.

        Raises ValueError when it was closed with another secret.
        """

    def close(self, text: str) -> str:
        return self._fernet.encrypt(text.encode()).decode()

    def open_once(self, sealed: str) -> str:
        """The text of a seal, not remembered: a long one, or one hardly opened again. Raises as `open` does."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise ValueError("sealed with another secret") from error
