"""Runs the demo: sets up the merchant's channel, goes live, promotes, chats and watches until told to stop."""

import asyncio
import random
import sys
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import structlog

from storecast.demo import publisher, showfile
from storecast.demo.client import Api, Refused, Unreachable
from storecast.demo.guests import BEAT, SILENT, Chatter, Viewer
from storecast.demo.merchant import COUPON, EMAIL, SLUG, Channel, DemoImpossible, Merchant, ShelfProduct, Stream
from storecast.demo.products import PRODUCTS
from storecast.demo.programme import Programme, Slot
from storecast.demo.publisher import Turned
from storecast.demo.reel import Reel
from storecast.demo.script import GUESTS, Line, take
from storecast.kit.secrets import stored_secret
from storecast.kit.settings import Settings

log = structlog.get_logger()


class Deal(NamedTuple):
    product: str
    price: str
    seconds: int


PATIENCE = 60.0  # seconds the show has to be live
LOOK = 0.2  # seconds between two looks
TAKEN_AT = 0.6  # share of a product's time at which somebody puts it in their cart
DEAL = Deal("Orbit", "168.00", 40)  # every other time it is shown
GOODBYE = 5.0  # seconds the platform has to end the show

Say = Callable[[str], None]
Fill = Callable[[Reel, Settings], Coroutine[None, None, None]]
Publish = Callable[[str, Reel, str, Turned], Coroutine[None, None, None]]


def say(line: str) -> None:
    """Tell whoever started the demo."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def fill_reel(reel: Reel, settings: Settings) -> None:
    """Fill `reel` with the show, drawn on the first start. Raises `ShowNotMade`."""
    await showfile.fill(reel, settings.data_dir / "demo", settings.ffmpeg)


async def run_demo(
    settings: Settings,
    stop: asyncio.Event,
    *,
    fill: Fill = fill_reel,
    publish: Publish = publisher.publish,
    tell: Say = say,
) -> None:
    """Run the demo show against the installation of `settings`, once it answers, until `stop`.

    Raises `DemoImpossible` where the installation has no room for it, `ShowNotMade`, `Refused` and `Unreachable` when
    it cannot be set up. Once on air, failing calls are logged and tried again.
    """
    reel = showfile.new_reel()
    # The film is drawn while the platform is still starting, and goes on being drawn while it is sent.
    showing = asyncio.create_task(_together(fill(reel, settings), _present(settings, reel, publish, tell)))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait((showing, stopping), return_when=asyncio.FIRST_COMPLETED)
    for task in (showing, stopping):
        task.cancel()
    await asyncio.wait((showing, stopping))
    if not showing.cancelled():
        showing.result()


async def _present(settings: Settings, reel: Reel, publish: Publish, tell: Say) -> None:
    """Set the channel up and put the show on air."""
    api = Api(settings.api_hooks_url)
    password = stored_secret(settings.data_dir, "demo")
    merchant = Merchant(api, password)
    try:
        await _sign_in(merchant)
        channel = await merchant.channel()
        stream = await merchant.new_stream(channel)
        programme = Programme()

        async def host() -> None:
            shelf = await merchant.shelf(channel)
            await _live(merchant, channel)
            tell(_where(settings.public_url or f"http://localhost:{settings.port}", password, stream))
            stage = Stage(api, merchant, channel, shelf, programme)
            mail = settings.data_dir / "mail"
            await _together(stage.play(), stage.watch(), stage.open_shop(), stage.verify(mail))

        try:
            await _together(publish(settings.ffmpeg, reel, stream.address, programme.turn), host())
        finally:
            await _end(merchant, channel)
    finally:
        await api.close()


async def _together(*jobs: Coroutine[None, None, None]) -> None:
    """Do the jobs at once; where one fails or we are cancelled, the others are cancelled before this ends."""
    tasks = [asyncio.create_task(job) for job in jobs]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


class Stage:
    """Everybody but the publisher: the host who promotes and answers, guests who chat and buy, silent viewers."""

    def __init__(
        self,
        api: Api,
        merchant: Merchant,
        channel: Channel,
        shelf: dict[str, ShelfProduct],
        programme: Programme,
    ) -> None:
        self._programme = programme
        self._merchant = merchant
        self._channel = channel
        self._shelf = shelf
        self._chatters = {guest: Chatter(api, channel, guest) for guest in GUESTS}
        self._shown = 0  # products so far
        self._silent = [Viewer(api, channel) for _ in range(SILENT)]

    async def play(self) -> None:
        """Product by product: promote it when the picture turns to it, then talk about it and buy it.

        One of them is cheaper for a while, now and then.
        """
        while True:
            slot = await self._programme.next()
            try:
                shown = self._shelf[slot.product.name]
                await self._merchant.restock(self._channel, shown.id)
                await self._merchant.promote(self._channel, shown.id)
                if slot.product.name == DEAL.product and slot.turn % 2 == 0:
                    await self._merchant.start_deal(self._channel, shown.id, DEAL.price, DEAL.seconds)
                await _together(self._talk(slot), self._shop(slot))
            except (Refused, Unreachable) as error:
                log.warning("The demo could not promote or chat and goes on with the next product", reason=str(error))

    async def open_shop(self) -> None:
        """What makes the shop whole and the show need not wait for: a coupon, more pictures."""
        try:
            await self._merchant.pin_coupon(self._channel)
            for product in PRODUCTS:
                self._shelf[product.name] = await self._merchant.dress(product, self._shelf[product.name])
        except (Refused, Unreachable) as error:
            log.warning("The demo's shop lacks a coupon or pictures", reason=str(error))

    async def verify(self, mail: Path) -> None:
        """Confirm the merchant's address, once its mail is in the folder `mail`; with a mail server it never is."""
        try:
            await self._merchant.verify(mail)
        except (Refused, Unreachable) as error:
            log.warning("The demo's merchant could not confirm their address: no orders are mailed", reason=str(error))

    async def watch(self) -> None:
        """Everybody's heartbeat, for ever."""
        while True:
            for viewer in (*self._chatters.values(), *self._silent):
                try:
                    await viewer.beat(datetime.now(UTC))
                except (Refused, Unreachable) as error:
                    log.warning("A demo viewer's heartbeat failed", reason=str(error))
                    break
            await asyncio.sleep(BEAT)

    async def _talk(self, slot: Slot) -> None:
        clock = asyncio.get_running_loop().time
        said: list[str] = []
        for line in take(slot.product.name, slot.turn):
            # People are never on the second.
            moment = slot.moment(min(line.at + random.uniform(-0.02, 0.03), 0.98))  # noqa: S311
            if clock() > slot.ends:  # we came in late: what is left belongs to a product no longer shown
                return
            await asyncio.sleep(moment - clock())
            said.append(await self._speak(line, said))

    async def _shop(self, slot: Slot) -> None:
        """Somebody puts what is shown in their cart, and now and then orders what is in it.

        Two shop by turns, a piece each time, and order at every fourth: all of them are guests of one network, as
        whoever looks at the demo is, and the platform lets those hold but so much.
        """
        turn, lane = divmod(self._shown, 2)
        self._shown += 1
        round_, step = divmod(turn + 3 - 2 * lane, 4)
        chatter = self._chatters[GUESTS[(2 * round_ + lane) % len(GUESTS)]]
        shown = self._shelf[slot.product.name]
        clock = asyncio.get_running_loop().time
        await asyncio.sleep(slot.moment(TAKEN_AT + random.uniform(-0.1, 0.1)) - clock())  # noqa: S311
        try:
            await chatter.take(shown.id, random.choice(shown.ways), 1)  # noqa: S311
            if step == 3:
                await chatter.order(COUPON if round_ % 2 else None)
        except Refused as refusal:  # sold out, or in the wrong currency: the show goes on
            log.info("A demo guest could not buy", reason=str(refusal))

    async def _speak(self, line: Line, said: list[str]) -> str:
        if line.speaker:
            return await self._chatters[line.speaker].say(line.text)
        reply_for = said[line.answers] if line.answers is not None else None
        return await self._merchant.say(self._channel, line.text, reply_for)


async def _sign_in(merchant: Merchant) -> None:
    """Sign in once the platform answers; who started it and us ends us should it never."""
    while True:
        try:
            await merchant.sign_in()
        except Unreachable:
            await asyncio.sleep(LOOK)
        else:
            return


async def _live(merchant: Merchant, channel: Channel) -> None:
    """Wait until viewers can see the show. Raises `DemoImpossible`."""
    try:
        async with asyncio.timeout(PATIENCE):
            while True:
                if (await merchant.stream(channel)).is_live:
                    return
                await asyncio.sleep(LOOK)
    except TimeoutError:
        raise DemoImpossible(f"The demo's picture did not go live within {PATIENCE:.0f} s.") from None


async def _end(merchant: Merchant, channel: Channel) -> None:
    """End the show at once; where the platform is gone already, its publisher's goodbye has to do."""
    try:
        async with asyncio.timeout(GOODBYE):
            await merchant.end(channel)
    except (Refused, Unreachable, TimeoutError) as error:
        log.info("The demo's show was left to end by itself", reason=str(error) or type(error).__name__)


def _where(base: str, password: str, stream: Stream) -> str:
    return "\n".join(
        (
            "",
            "  The demo show is live.",
            f"  Watch    {base}/watch/{SLUG}",
            f"  Studio   {base}/studio   ({EMAIL} / {password})",
            f"  RTMP     {stream.ingest.rtmp_url}",
            "",
        )
    )
