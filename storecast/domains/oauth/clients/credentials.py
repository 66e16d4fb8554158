"""How a client says which it is: HTTP Basic, fields of the body, or its id alone (RFC 6749, 2.3.1)."""

import base64
import binascii
from urllib.parse import unquote_plus

from msgspec import Struct

from storecast.domains.oauth.errors import InvalidClient, InvalidRequest

LONGEST = 500  # characters of an id or a secret


class ClientCredentials(Struct, frozen=True):
    client_id: str
    secret: str | None  # None: a public client


def sent_credentials(header: str | None, client_id: str | None, secret: str | None) -> ClientCredentials:
    """From the Authorization header, else the body. Raises `InvalidClient`; `InvalidRequest` for both at once."""
    scheme, _, encoded = (header or "").partition(" ")
    if scheme.lower() != "basic":
        if not client_id:
            raise InvalidClient
        return ClientCredentials(client_id, secret or None)
    found = _basic(encoded.strip())
    if secret or (client_id and client_id != found.client_id):
        raise InvalidRequest("Send the client's credentials once: in the header or in the body")
    return found


def _basic(encoded: str) -> ClientCredentials:
    """Authlib's reader of this header raises on bytes that are not UTF-8, and takes a + as it stands."""
    try:
        client_id, colon, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, ValueError) as error:
        raise InvalidClient from error
    if not colon or not client_id or len(encoded) > 4 * LONGEST:
        raise InvalidClient
    found = ClientCredentials(unquote_plus(client_id), unquote_plus(secret) or None)
    if "\x00" in found.client_id:  # PostgreSQL's text cannot hold it
        raise InvalidClient
    return found
