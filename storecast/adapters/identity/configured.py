"""The providers this installation has keys for."""

from collections.abc import Mapping

from storecast.adapters.identity.apple import apple
from storecast.adapters.identity.facebook import Facebook
from storecast.adapters.identity.google import google
from storecast.adapters.identity.provider import IdentityProvider, ProviderName
from storecast.adapters.identity.shopify import Shopify
from storecast.adapters.identity.web import Web
from storecast.kit.settings import Settings


def configured_providers(settings: Settings, web: Web) -> Mapping[ProviderName, IdentityProvider]:
    providers: dict[ProviderName, IdentityProvider] = {}
    if google_ids := _listed(settings.google_client_ids):
        providers[ProviderName.GOOGLE] = google(google_ids, web)
    if apple_ids := _listed(settings.apple_client_ids):
        providers[ProviderName.APPLE] = apple(apple_ids, web)
    if settings.facebook_app_id and settings.facebook_app_secret:
        secret = settings.facebook_app_secret.get_secret_value()
        trusted = settings.facebook_emails_verified
        providers[ProviderName.FACEBOOK] = Facebook(settings.facebook_app_id, secret, web, emails_verified=trusted)
    if settings.shopify_api_key and settings.shopify_api_secret:
        secret = settings.shopify_api_secret.get_secret_value()
        providers[ProviderName.SHOPIFY] = Shopify(settings.shopify_api_key, secret, web)
    return providers


def _listed(text: str | None) -> list[str]:
    return [part.strip() for part in (text or "").split(",") if part.strip()]
