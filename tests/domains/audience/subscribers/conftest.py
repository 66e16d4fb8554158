from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storecast.entrypoints import dependencies
from storecast.kit.clock import utcnow
from storecast.kit.settings import Settings
from storecast.wiring import unit
from tests.clock import Clock
from tests.factories.accounts import Member
from tests.factories.channels import Json, channel
from tests.factories.platform import Client, running_app, settings_for
from tests.factories.subscribers import OFFERED, verify_everybody


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return settings_for(tmp_path, database_url, sms_quiet_hours="")


@pytest.fixture
async def anyone(settings: Settings) -> AsyncIterator[Client]:
    async with running_app(settings) as client:
        yield client


@pytest.fixture
async def show(owner: Member, settings: Settings) -> Json:
    """Of a host who is known, with all reminders on."""
    await verify_everybody(settings)
    return await channel(owner.client, name="Lamp night", slug="lamps", **OFFERED)


@pytest.fixture
def moving(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """What requests and jobs take for the time: it is now, until it is moved."""
    clock = Clock(utcnow().replace(microsecond=0))
    for module in (dependencies, unit):
        monkeypatch.setattr(module, "utcnow", clock)
    return clock
