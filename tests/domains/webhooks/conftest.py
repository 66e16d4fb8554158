from collections.abc import AsyncIterator
from datetime import datetime, tzinfo
from pathlib import Path

import pytest
from standardwebhooks import webhooks

from storecast.kit.settings import Settings
from tests.clock import Clock
from tests.factories.platform import Client, running_app, settings_for
from tests.factories.webhooks import Receiver


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return settings_for(tmp_path, database_url, webhooks_private=True)


@pytest.fixture
async def anyone(settings: Settings) -> AsyncIterator[Client]:
    """An installation that sends webhooks to this machine."""
    async with running_app(settings) as client:
        yield client


@pytest.fixture
def clock(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The receivers' clock, too."""

    class Simulated(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "Simulated":
            return cls.fromtimestamp(clock().timestamp(), tz)

    monkeypatch.setattr(webhooks, "datetime", Simulated)
    return clock


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()
