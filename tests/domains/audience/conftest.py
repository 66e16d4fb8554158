"""An audience whose time is the test's: nothing is written or counted before it says so."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storecast.domains.audience import heartbeats
from storecast.entrypoints import dependencies, hot_paths
from storecast.entrypoints.hot_paths import work as hot_work
from storecast.kit.clock import utcnow
from storecast.wiring.process import process_of
from tests.clock import Clock
from tests.factories.platform import Client, running_app, settings_for
from tests.waiting import eventually


class Audience:
    """Viewers of `lamps`, at the clock's time."""

    def __init__(self, client: Client, clock: Clock) -> None:
        self.client = client
        self.clock = clock

    async def beat(self, view: str, viewer: str | None = None, media: str | None = None) -> int:
        """Each view is somebody else's unless `viewer` says whose."""
        body = {"eventId": "lamps", "viewerHash": viewer or view, "viewHash": view, "date": "now"}
        answer = await self.client.post("events/heartbeat", body if media is None else {**body, "mediaId": media})
        assert answer.status_code == 200, answer.text
        return int(answer.json()["data"]["viewers"])

    async def flush(self) -> None:
        await process_of(self.client.app).heartbeats.flush(self.clock())

    async def watch(self, *views: str, seconds: int, every: int = 10, media: str | None = None) -> None:
        """They beat from now on for so long, and all is written as it comes."""
        for second in range(0, seconds + 1, every):
            for view in views:
                await self.beat(view, media=media)
            await self.flush()
            if second < seconds:
                self.clock.move(seconds=every)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Noon in the middle of a month, for all that asks the time here. Ask for it before people."""
    clock = Clock(utcnow().replace(day=15, hour=12, minute=0, second=0, microsecond=0))
    for module in (dependencies, hot_paths, hot_work, heartbeats):
        monkeypatch.setattr(module, "utcnow", clock)
    return clock


@pytest.fixture
def by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """No process writes by itself."""
    monkeypatch.setattr(heartbeats, "FLUSH_SECONDS", 3600.0)


@pytest.fixture
async def audience(clock: Clock, by_hand: None, anyone: Client) -> Audience:
    return Audience(anyone, clock)


@pytest.fixture
async def elsewhere(audience: Audience, tmp_path: Path, database_url: str) -> AsyncIterator[Audience]:
    """The same viewers at another process of the installation."""
    async with running_app(settings_for(tmp_path, database_url)) as other:
        for each in (audience.client, other):  # what one tells before the other hears it never knows
            keeper = process_of(each.app).keeper
            await eventually(lambda keeper=keeper: keeper.listening)
        yield Audience(other, audience.clock)
