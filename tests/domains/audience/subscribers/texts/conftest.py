from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from storecast.kit.settings import Settings
from tests.factories.platform import Client, running_app, settings_for
from tests.factories.sms import SITE
from tests.peers.twilio.peer import TwilioPeer


@pytest.fixture
def twilio() -> Iterator[TwilioPeer]:
    with TwilioPeer().running() as running:
        yield running


@pytest.fixture
def settings(tmp_path: Path, database_url: str, twilio: TwilioPeer) -> Settings:
    more = twilio.settings(public_url=SITE, sms_quiet_hours="", mail_from="Lamp shop <no-reply@shop.test>")
    return settings_for(tmp_path, database_url, **more)


@pytest.fixture
async def anyone(settings: Settings) -> AsyncIterator[Client]:
    async with running_app(settings) as client:
        yield client
