"""Email addresses as they are compared, and as they are taken for an account's."""

from storecast.adapters.email.mailer import Mailer
from storecast.kit import emails
from storecast.kit.errors import Unprocessable


def compared(email: str) -> str:
    """The form an account with this address has it in. What is no address any more, but was, is as it was kept.

    Raises `Unprocessable` for one that is longer than any.
    """
    try:
        return emails.normal(email)
    except ValueError as error:
        if len(plain := emails.plain(email)) > emails.LONGEST_EMAIL:
            raise Unprocessable.field("email", str(error)) from error
        return plain


def spellings(email: str) -> list[str]:
    """The form compared, and the one that an account may have kept from before there was one form, where it differs.

    Raises as `compared`.
    """
    return list(dict.fromkeys((compared(email), emails.plain(email))))


def taken(email: str) -> str:
    """The form in which a new account keeps it. Raises `Unprocessable`."""
    try:
        return emails.normal(email)
    except ValueError as error:
        raise Unprocessable.field("email", str(error)) from error


async def reached(email: str, mailer: Mailer) -> str:
    """As `taken`, of who is to get mails there. Raises `Unprocessable`, `Unavailable`."""
    email = taken(email)
    if not await mailer.reaches(email):
        raise Unprocessable.field(
            "email", "has letters before the @ that this installation's mail server cannot write to; only a to z can be"
        )
    return email
