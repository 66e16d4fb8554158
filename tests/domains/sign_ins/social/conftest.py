from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import psycopg
import pytest

from storecast.kit.settings import Settings
from tests.factories.platform import Client, running_app, settings_for
from tests.peers import facebook, shopify
from tests.peers.facebook import FacebookPeer
from tests.peers.issuer import Issuer, apple_issuer, google_issuer
from tests.peers.outside import Outside
from tests.peers.shopify import ShopPeer

WEB = "1234.apps.googleusercontent.com"
IOS = "5678.apps.googleusercontent.com"
SERVICE = "com.example.shop.web"
BUNDLE = "com.example.shop"


@pytest.fixture(scope="session")
def keys() -> tuple[Issuer, Issuer]:
    """Made once: making RSA keys takes a while."""
    return google_issuer(WEB), apple_issuer(SERVICE)


@pytest.fixture
def google(keys: tuple[Issuer, Issuer]) -> Issuer:
    return _anew(keys[0])


@pytest.fixture
def apple(keys: tuple[Issuer, Issuer]) -> Issuer:
    return _anew(keys[1])


def _anew(issuer: Issuer) -> Issuer:
    issuer.shown, issuer.answer, issuer.asked = [issuer.key], None, 0
    return issuer


@pytest.fixture
def on_facebook() -> FacebookPeer:
    return FacebookPeer()


@pytest.fixture
def shop() -> ShopPeer:
    return ShopPeer()


@pytest.fixture
def outside(google: Issuer, apple: Issuer, on_facebook: FacebookPeer, shop: ShopPeer) -> Outside:
    return Outside(
        {
            "www.googleapis.com": google,
            "appleid.apple.com": apple,
            "graph.facebook.com": on_facebook,
            shopify.SHOP: shop,
        }
    )


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return settings_for(
        tmp_path,
        database_url,
        google_client_ids=f"{WEB}, {IOS}",
        apple_client_ids=f"{SERVICE},{BUNDLE}",
        facebook_app_id=facebook.APP_ID,
        facebook_app_secret=facebook.APP_SECRET,
        facebook_emails_verified=True,
        shopify_api_key=shopify.API_KEY,
        shopify_api_secret=shopify.API_SECRET,
    )


@pytest.fixture
async def anyone(settings: Settings, outside: Outside) -> AsyncIterator[Client]:
    """The API with every provider set up, called without a token."""
    async with running_app(settings, outside) as client:
        yield client


class Verify:
    """As if the mailed link had been opened."""

    def __init__(self, database_url: str) -> None:
        self._url = database_url

    def __call__(self, email: str) -> None:
        with psycopg.connect(self._url) as connection:
            connection.execute("UPDATE users SET verified_at = now() WHERE email = %s", (email,))


@pytest.fixture
def verify(database_url: str) -> Verify:
    return Verify(database_url)


async def enter(anyone: Client, provider: str, token: str, **more: object) -> httpx.Response:
    return await anyone.post("auth/login/social", {"provider": provider, "access_token": token, **more})


async def profile(anyone: Client, entered: httpx.Response) -> dict[str, object]:
    assert entered.status_code == 200, entered.text
    answer = await anyone.with_token(entered.json()["access_token"]).get("profile")
    data: dict[str, object] = answer.json()["data"]
    return data


def refusal(answer: httpx.Response) -> tuple[int, list[str]]:
    """Status and the fields named."""
    error = answer.json()["error"]
    assert error["code"] == answer.status_code
    return answer.status_code, [message["field"] for message in error["messages"]]
