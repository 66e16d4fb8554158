"""Runs the demo: sets up the merchant's channel, goes live, promotes, chats and watches until told to stop."""

import asyncio
import random
import sys
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path

import structlog

from storecast.demo import products, publisher, showfile
from storecast.demo.client import Api, Refused, Unreachable
from storecast.demo.guests import BEAT, SILENT, Chatter, Viewer
from storecast.demo.merchant import EMAIL, SLUG, Channel, DemoImpossible, Merchant, Stream
from storecast.demo.programme import Programme, Slot
from storecast.demo.publisher import pause
from storecast.demo.script import GUESTS, Line, take
from storecast.demo.showfile import ShowFile
from storecast.kit.secrets import stored_secret
from storecast.kit.settings import Settings

log = structlog.get_logger()

PATIENCE = 60.0  # seconds the platform has to answer, and the show to be live
LOOK = 0.5  # seconds between two looks
RETRY = 5.0  # seconds after a call that failed

Say = Callable[[str], None]
Prepare = Callable[[Settings, asyncio.Event, Say], Awaitable[ShowFile | None]]
Publish = Callable[[str, Path, str, Callable[[], None], asyncio.Event], Coroutine[None, None, None]]


def say(line: str) -> None:
    """Tell whoever started the demo."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def prepare_show(settings: Settings, stop: asyncio.Event, tell: Say) -> ShowFile | None:
    """The show file, rendered on the first start; None when stopped meanwhile. Raises `ShowNotMade`."""
    told = -1

    def report(percent: int) -> None:
        nonlocal told
        if percent // 10 > told:
            told = percent // 10
            tell(f"preparing the demo show… {percent}%")

    return await asyncio.to_thread(
        showfile.show_file, settings.data_dir / "demo", products.film(), settings.ffmpeg, report, stop.is_set
    )


async def run_demo(
    settings: Settings,
    stop: asyncio.Event,
    *,
    prepare: Prepare = prepare_show,
    publish: Publish = publisher.publish,
    tell: Say = say,
) -> None:
    """Run the demo show against the installation of `settings` until `stop`.

    Raises `DemoImpossible` where the installation has no room for it, `ShowNotMade`, `Refused` and `Unreachable` when
    it cannot be set up. Once on air, failing calls are logged and tried again.
    """
    show = await prepare(settings, stop, tell)
    if show is None:
        return
    api = Api(settings.api_hooks_url)
    password = stored_secret(settings.data_dir, "demo")
    merchant = Merchant(api, password)
    try:
        if not await _signed_in(merchant, stop):
            return
        channel = await merchant.channel()
        stage = Stage(api, merchant, channel, await merchant.shelf(channel), Programme(show.seconds), stop)
        stream = await merchant.new_stream(channel)
        clock = asyncio.get_running_loop().time
        pushing = publish(settings.ffmpeg, show.path, stream.address, lambda: stage.programme.start(clock()), stop)
        tasks = [asyncio.create_task(pushing)]
        try:
            if await _live(merchant, channel, stop):
                tell(_where(settings.public_url or f"http://localhost:{settings.port}", password, stream))
                tasks += [asyncio.create_task(stage.play()), asyncio.create_task(stage.watch())]
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            await _end(merchant, channel)
    finally:
        await api.close()


class Stage:
    """Everybody but the publisher: the host who promotes and answers, the guests, the silent viewers."""

    def __init__(
        self,
        api: Api,
        merchant: Merchant,
        channel: Channel,
        shelf: dict[str, int],
        programme: Programme,
        stop: asyncio.Event,
    ) -> None:
        self.programme = programme
        self._merchant = merchant
        self._channel = channel
        self._shelf = shelf
        self._stop = stop
        self._chatters = {guest: Chatter(api, channel, guest) for guest in GUESTS}
        self._silent = [Viewer(api, channel) for _ in range(SILENT)]

    async def play(self) -> None:
        """Product by product: promote it when the picture turns to it, then talk about it."""
        await self.programme.started()
        clock = asyncio.get_running_loop().time
        while not self._stop.is_set():
            slot = self.programme.slot(clock())
            try:
                await self._merchant.promote(self._channel, self._shelf[slot.product.name])
                await self._talk(slot)
            except (Refused, Unreachable) as error:
                log.warning("The demo could not promote or chat and goes on with the next product", reason=str(error))
                await pause(self._stop, min(RETRY, slot.seconds))
            await pause(self._stop, max(slot.ends - clock(), 0))

    async def watch(self) -> None:
        """Everybody's heartbeat, until the end."""
        while not self._stop.is_set():
            for viewer in (*self._chatters.values(), *self._silent):
                try:
                    await viewer.beat(datetime.now(UTC))
                except (Refused, Unreachable) as error:
                    log.warning("A demo viewer's heartbeat failed", reason=str(error))
                    break
            await pause(self._stop, BEAT)

    async def _talk(self, slot: Slot) -> None:
        clock = asyncio.get_running_loop().time
        said: list[str] = []
        for line in take(slot.product.name, slot.turn):
            # People are never on the second.
            moment = slot.moment(min(line.at + random.uniform(-0.02, 0.03), 0.98))  # noqa: S311
            if clock() > slot.ends:  # we came in late: what is left belongs to a product no longer shown
                return
            if await pause(self._stop, max(moment - clock(), 0)):
                return
            said.append(await self._speak(line, said))

    async def _speak(self, line: Line, said: list[str]) -> str:
        if line.speaker:
            return await self._chatters[line.speaker].say(line.text)
        reply_for = said[line.answers] if line.answers is not None else None
        return await self._merchant.say(self._channel, line.text, reply_for)


async def _signed_in(merchant: Merchant, stop: asyncio.Event) -> bool:
    """Sign in once the platform answers; False when stopped first. Raises `Unreachable` when it never does."""
    clock = asyncio.get_running_loop().time
    until = clock() + PATIENCE
    while True:
        try:
            await merchant.sign_in()
        except Unreachable:
            if clock() > until:
                raise
            if await pause(stop, LOOK):
                return False
        else:
            return True


async def _live(merchant: Merchant, channel: Channel, stop: asyncio.Event) -> bool:
    """Wait until viewers can see the show; False when stopped first. Raises `DemoImpossible`."""
    clock = asyncio.get_running_loop().time
    until = clock() + PATIENCE
    while not (await merchant.stream(channel)).is_live:
        if clock() > until:
            raise DemoImpossible(f"The demo's picture is pushed but did not go live within {PATIENCE:.0f} s.")
        if await pause(stop, LOOK):
            return False
    return True


async def _end(merchant: Merchant, channel: Channel) -> None:
    """End the show at once; where the platform is gone already, its publisher's goodbye has to do."""
    try:
        async with asyncio.timeout(RETRY):
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
