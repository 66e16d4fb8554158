"""The demo as a whole, against a stand-in for the platform; the picture is not rendered and not pushed."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from itertools import chain, cycle
from pathlib import Path

import pytest

from storecast.demo.merchant import EMAIL, STOCK, DemoImpossible
from storecast.demo.products import PRODUCTS
from storecast.demo.publisher import Turned
from storecast.demo.reel import Reel
from storecast.demo.script import GUESTS
from storecast.demo.show import Fill, run_demo
from storecast.demo.showfile import ShowNotMade
from storecast.kit.settings import Settings
from tests.demo.peer import KEY, RTMP, Call, Platform, serve
from tests.waiting import eventually

SLOT_SECONDS = 0.4
DEADLINE = 60.0


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

    def __init__(self, settings: Settings, platform: Platform, fill: Fill | None = None) -> None:
        self.stop = asyncio.Event()
        self.said: list[str] = []
        self.pushed_to: list[str] = []
        self.parts: tuple[int, ...] = ()  # shown before the products come in turn
        self.filled = False
        self._fill = fill or self._draw_nothing
        self._settings, self._platform = settings, platform

    async def run_until(self, reached: Callable[[], bool]) -> None:
        demo = asyncio.create_task(
            run_demo(self._settings, self.stop, fill=self._fill, publish=self._publish, tell=self.said.append)
        )
        async with asyncio.timeout(DEADLINE):
            while not reached() and not demo.done():
                await asyncio.sleep(0.01)
            self.stop.set()
            await demo
        assert reached()

    async def _draw_nothing(self, reel: Reel, settings: Settings) -> None:
        """There is nothing to be sent."""
        self.filled = True

    async def _publish(self, ffmpeg: str, reel: Reel, address: str, turned: Turned) -> None:
        self.pushed_to.append(address)
        self._platform.live = True
        await eventually(lambda: self.said)
        clock = asyncio.get_running_loop().time
        began = clock()
        try:
            for count, part in enumerate(chain(self.parts, cycle(range(len(PRODUCTS))))):
                begins = began + count * SLOT_SECONDS
                await asyncio.sleep(begins - clock())
                turned(part, begins, SLOT_SECONDS)
        finally:
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


async def test_a_product_the_picture_shows_again_stays_promoted(settings: Settings, platform: Platform) -> None:
    demo = Demo(settings, platform)
    demo.parts = (0, 0, 1)
    await demo.run_until(lambda: len(platform.promoted) >= 4)
    assert platform.promoted[:4] == [40, 40, 41, 40]


async def test_the_channel_is_set_up_while_the_film_is_drawn(settings: Settings, platform: Platform) -> None:
    drawn = asyncio.Event()

    async def fill(reel: Reel, settings: Settings) -> None:
        await eventually(lambda: len(platform.shelf) == len(PRODUCTS))
        drawn.set()

    await Demo(settings, platform, fill).run_until(drawn.is_set)


async def test_a_film_that_cannot_be_drawn_ends_the_demo_and_its_show(settings: Settings, platform: Platform) -> None:
    async def fill(reel: Reel, settings: Settings) -> None:
        await eventually(lambda: platform.promoted)
        raise ShowNotMade("no such encoder")

    with pytest.raises(ShowNotMade):
        await Demo(settings, platform, fill).run_until(lambda: False)
    assert platform.completed == 1
    assert not platform.live


async def test_it_waits_for_a_platform_that_is_still_starting(tmp_path: Path, platform: Platform) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    demo = Demo(Settings(data_dir=tmp_path, port=port), platform)
    running = asyncio.create_task(demo.run_until(lambda: bool(demo.said)))
    await eventually(lambda: demo.filled)
    server = serve(platform, port)
    try:
        await running
    finally:
        server.shutdown()
        server.server_close()


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


async def test_the_whole_sale_is_shown(settings: Settings, platform: Platform, tmp_path: Path) -> None:
    mail = EmailMessage()
    mail["To"] = EMAIL
    mail.set_content(f"Confirm: http://localhost/verify?email={EMAIL}&hash=proof\n")
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "1.eml").write_bytes(mail.as_bytes())

    def dressed() -> bool:
        pictures = [len(product["images"]) for product in platform.shelf]  # type: ignore[arg-type]
        return pictures == [len(product.stills) for product in PRODUCTS]

    await Demo(settings, platform).run_until(
        lambda: bool(platform.verified and platform.deals and platform.redeemed and dressed())
    )
    assert platform.pinned == platform.redeemed[:1]
    dune, _, orbit = platform.shelf
    assert set(platform.deals) == {orbit["id"]}
    shown_by = [variant["image"] for variant in dune["variants"]["data"]]  # type: ignore[index]
    assert shown_by == dune["images"][: len(shown_by)]  # type: ignore[index]
    deals = len(platform.deals)
    await Demo(settings, platform).run_until(lambda: len(platform.deals) > deals)
    assert len(platform.coupons) == 1
    assert dressed()


async def test_guests_buy_what_is_shown_and_the_studio_makes_more_of_what_runs_low(
    settings: Settings, platform: Platform
) -> None:
    def restocked() -> bool:
        return any(product["quantity"]["total"] > STOCK for product in platform.shelf)  # type: ignore[index]

    await Demo(settings, platform).run_until(restocked)
    assert {product for product, _ in platform.ordered} <= {product["id"] for product in platform.shelf}
    assert all(product["quantity"]["available"] >= 0 for product in platform.shelf)  # type: ignore[index]
