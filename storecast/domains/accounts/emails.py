"""Email addresses as they are compared."""

from storecast.kit.errors import Unprocessable

LONGEST_EMAIL = 254  # characters


def compared(email: str) -> str:
    """`email` in lower case, in which a letter may become two. Raises `Unprocessable`."""
    email = email.strip().lower()
    if len(email) > LONGEST_EMAIL:
        raise Unprocessable.field("email", f"must be at most {LONGEST_EMAIL} characters")
    return email
