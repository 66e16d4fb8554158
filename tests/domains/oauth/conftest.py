from pathlib import Path

import pytest

from storecast.kit.settings import Settings
from tests.factories.accounts import Member
from tests.factories.oauth import OAuthClient, first_party_client, oauth_client
from tests.factories.platform import settings_for


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return settings_for(tmp_path, database_url)


@pytest.fixture
async def app(stranger: Member) -> OAuthClient:
    """A confidential client of somebody else's."""
    return await oauth_client(stranger.client)


@pytest.fixture
async def phone_app(stranger: Member) -> OAuthClient:
    """A public client of somebody else's."""
    return await oauth_client(stranger.client, confidential=False)


@pytest.fixture
async def own_app(settings: Settings) -> OAuthClient:
    """A client of the installation's own."""
    return await first_party_client(settings)
