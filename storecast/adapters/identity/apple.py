"""Sign in with Apple: https://developer.apple.com/documentation/signinwithapple/verifying-a-user

Its tokens carry no names: the client gets those once, on the first sign-in, and sends them along.
"""

from collections.abc import Sequence

from storecast.adapters.identity.id_tokens import IdTokens
from storecast.adapters.identity.keys import ProviderKeys
from storecast.adapters.identity.web import Web

ISSUER = "https://appleid.apple.com"
KEYS = "https://appleid.apple.com/auth/keys"


def apple(client_ids: Sequence[str], web: Web) -> IdTokens:
    return IdTokens((ISSUER,), client_ids, ProviderKeys(KEYS, web))
