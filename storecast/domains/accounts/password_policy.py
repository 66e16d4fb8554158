"""Which passwords are refused: the known, the trivial, and a person's own name."""

import asyncio
import re
import unicodedata

from storecast.domains.accounts.errors import WeakPassword

# zxcvbn's guesses: 10^6 outlast an attacker who has to ask this server (its authors' "somewhat guessable").
LEAST_SCORE = 2
# Its time explodes with length (seconds from 40 characters on); a password whose start is strong is strong.
LOOKED_AT = 20
LEAST_BESIDES_NAME = 4  # characters


async def require_strong(password: str, *own: str) -> None:
    """`own`: what is known of the person, like name and email. Raises `WeakPassword`."""
    password = unicodedata.normalize("NFKC", password)
    words = [word for text in own for word in _words(text)]
    if _is_own(password, words):
        raise WeakPassword.error("must not be made of your name or email address")
    if await asyncio.to_thread(_score, password[:LOOKED_AT], words) < LEAST_SCORE:
        raise WeakPassword.error("is easy to guess, or known from breaches; choose another")


def _score(password: str, words: list[str]) -> int:
    """From 0 to 4."""
    from zxcvbn import zxcvbn  # 11 MB of lists, for processes in which somebody chooses a password

    score: int = zxcvbn(password, user_inputs=words)["score"]
    return score


def _words(text: str) -> list[str]:
    text = unicodedata.normalize("NFKC", text).casefold()
    return [text, *(word for word in re.split(r"[\W_]+", text) if len(word) >= 3)]


def _is_own(password: str, words: list[str]) -> bool:
    rest = password.casefold()
    for word in sorted(filter(None, words), key=len, reverse=True):
        rest = rest.replace(word, "")
    return rest != password.casefold() and len(re.sub(r"[\W_]", "", rest)) < LEAST_BESIDES_NAME
