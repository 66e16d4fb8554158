"""Sign in with Google: https://developers.google.com/identity/gsi/web/guides/verify-google-id-token"""

from collections.abc import Sequence

from storecast.adapters.identity.id_tokens import IdTokens
from storecast.adapters.identity.keys import ProviderKeys
from storecast.adapters.identity.web import Web

ISSUERS = ("https://accounts.google.com", "accounts.google.com")  # both are documented
KEYS = "https://www.googleapis.com/oauth2/v3/certs"


def google(client_ids: Sequence[str], web: Web) -> IdTokens:
    return IdTokens(ISSUERS, client_ids, ProviderKeys(KEYS, web))
