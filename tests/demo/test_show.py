"""The demo as a whole, against a stand-in for the platform; the picture is not rendered and not pushed."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from storecast.demo.merchant import EMAIL, DemoImpossible
from storecast.demo.products import PRODUCTS
from storecast.demo.script import GUESTS
from storecast.demo.show import run_demo
from storecast.demo.showfile import ShowFile
from storecast.kit.settings import Settings
from tests.demo.peer import KEY, RTMP, Call, Platform, serve

SHOW_SECONDS = 1.2
DEADLINE = 15.0


@pytest.fixture
def platform() -> Platform:
    return Platform()


@pytest.fixture
def settings(platform: Platform, tmp_path: Path) -> Iterator[Settings]:
    server = serve(platform)
    yield Settings(data_dir=tmp_path, port=server.server_address[1])
    server.shutdown()
    server.server_close()


class Demo:
    """Runs the demo with a publisher that only says it is on air."""

    def __init__(self, settings: Settings, platform: Platform) -> None:
        self.stop = asyncio.Event()
        self.said: list[str] = []
        self.pushed_to: list[str] = []
        self._settings, self._platform = settings, platform

    async def run_until(self, reached: Callable[[], bool]) -> None:
        demo = asyncio.create_task(
            run_demo(self._settings, self.stop, prepare=self._prepare, publish=self._publish, tell=self.said.append)
        )
        async with asyncio.timeout(DEADLINE):
            while not reached() and not demo.done():
                await asyncio.sleep(0.01)
            self.stop.set()
            await demo
        assert reached()

    async def _prepare(self, settings: Settings, stop: asyncio.Event, tell: object) -> ShowFile:
        return ShowFile(settings.data_dir / "show.mp4", SHOW_SECONDS)

    async def _publish(
        self, ffmpeg: str, show: Path, address: str, started: Callable[[], None], stop: asyncio.Event
    ) -> None:
        self.pushed_to.append(address)
        self._platform.live = True
        started()
        await stop.wait()
        self._platform.live = False


async def test_first_start_sets_up_a_public_channel_with_three_products(settings: Settings, platform: Platform) -> None:
    demo = Demo(settings, platform)
    await demo.run_until(lambda: bool(demo.said))
    (channel,) = platform.channels
    assert (channel["slug"], channel["privacy"]) == ("demo", 0)
    assert [product["name"] for product in platform.shelf] == [product.title for product in PRODUCTS]
    assert demo.pushed_to == [f"{RTMP}/{KEY}"]


async def test_it_says_where_to_look_only_once_the_show_is_live(settings: Settings, platform: Platform) -> None:
    demo = Demo(settings, platform)
    await demo.run_until(lambda: bool(demo.said))
    (told,) = demo.said
    base = f"http://localhost:{settings.port}"
    assert f"{base}/watch/demo" in told
    assert f"{base}/studio" in told
    assert EMAIL in told
    assert platform.accounts[EMAIL] in told
    assert RTMP in told
    assert KEY not in told


async def test_products_are_promoted_in_the_order_of_the_picture(settings: Settings, platform: Platform) -> None:
    await Demo(settings, platform).run_until(lambda: len(platform.promoted) >= 5)
    assert platform.promoted[:4] == [40, 41, 42, 40]


async def test_guests_chat_under_their_names_and_the_host_replies(settings: Settings, platform: Platform) -> None:
    names = {guest.name for guest in GUESTS}
    await Demo(settings, platform).run_until(
        lambda: (
            names <= {message["author"] for message in platform.messages}
            and any(message["author"] == "host" for message in platform.messages)
        )
    )
    replies = [message for message in platform.messages if message["author"] == "host"]
    assert all(reply.get("reply_for") for reply in replies)
    assert set(platform.participants.values()) >= names


async def test_everybody_who_watches_is_counted(settings: Settings, platform: Platform) -> None:
    await Demo(settings, platform).run_until(lambda: len(platform.viewers) > len(GUESTS))


async def test_second_start_finds_account_channel_and_products_again(settings: Settings, platform: Platform) -> None:
    await Demo(settings, platform).run_until(lambda: len(platform.promoted) >= 1)
    await Demo(settings, platform).run_until(lambda: len(platform.promoted) >= 2)
    assert len(platform.accounts) == 1
    assert len(platform.channels) == 1
    assert len(platform.shelf) == len(PRODUCTS)


async def test_the_show_ends_when_the_demo_stops(settings: Settings, platform: Platform) -> None:
    await Demo(settings, platform).run_until(lambda: len(platform.promoted) >= 1)
    assert platform.completed == 1
    assert not platform.live


async def test_a_token_that_ran_out_is_replaced(settings: Settings, platform: Platform) -> None:
    refused: list[str] = []

    def once(call: Call) -> int | None:
        for path in ("/messages/guest", "/events/c1/products/40/promote"):
            if call.path == path and path not in refused:
                refused.append(path)
                return 401
        return None

    platform.refuse = once
    await Demo(settings, platform).run_until(lambda: len(platform.messages) >= 2)
    assert len(refused) == 2
    assert platform.messages[0]["author"] == "Nora"
    assert platform.promoted[0] == 40


async def test_a_failing_call_does_not_end_the_show(settings: Settings, platform: Platform) -> None:
    platform.refuse = lambda call: 503 if call.path == "/events/c1/products/41/promote" else None
    await Demo(settings, platform).run_until(lambda: platform.promoted.count(42) >= 1)
    assert 41 not in platform.promoted


async def test_an_account_with_another_password_is_reported(settings: Settings, platform: Platform) -> None:
    platform.accounts[EMAIL] = "someone else's"
    with pytest.raises(DemoImpossible, match=EMAIL):
        await Demo(settings, platform).run_until(lambda: False)


async def test_an_address_taken_by_another_account_is_reported(settings: Settings, platform: Platform) -> None:
    platform.refuse = lambda call: 409 if call.method == "PUT" else None
    with pytest.raises(DemoImpossible, match="demo"):
        await Demo(settings, platform).run_until(lambda: False)
