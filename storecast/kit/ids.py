"""Public ids: stored random strings. No key to lose, nothing to decode, no count to read off."""

import hashlib
import secrets
import string

_ALPHABET = string.ascii_letters + string.digits

PUBLIC_ID_LENGTH = 32
MAX_ROW_ID = 2**63 - 1


def public_id() -> str:
    """32 letters and digits: 190 bits."""
    return random_text(PUBLIC_ID_LENGTH)


def random_text(length: int) -> str:
    """`length` random letters and digits, fit for secrets (5.95 bits each)."""
    number, letters = secrets.randbelow(len(_ALPHABET) ** length), []
    for _ in range(length):  # of one number: to draw each letter would be a system call each
        number, letter = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[letter])
    return "".join(letters)


def digest(secret: str) -> str:
    """What is kept of a random secret: its SHA-256 in hex. Nobody guesses 190 bits, so no slow hash is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def row_id(text: str) -> int | None:
    """`text` as a numeric id that a bigint column can hold, or None."""
    if not text.isascii() or not text.isdigit() or len(text) > 19:
        return None
    number = int(text)
    return number if 0 < number <= MAX_ROW_ID else None
