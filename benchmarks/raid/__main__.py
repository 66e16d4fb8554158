"""A spam raid as viewers and moderators have it: how long scripts keep a page from anything else.

`storecast run` as an operator starts it. 200 guests of 50 networks say 2,000 messages with look-alike evasions of 30
words, as fast as the API takes them: once while these words are blocked, and once while nothing is, so that all of them
reach the pages. Then a moderator bans a guest of each network, which takes away what all of them said. A figure is the
longest task of a page's main thread, by its processor time, the median of the rounds. `python -m benchmarks.raid`.
"""

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from itertools import cycle
from pathlib import Path
from typing import Any

from msgspec import Struct
from playwright.async_api import Browser, Page, expect

from benchmarks.figures import Figure, report
from benchmarks.latency.browsers import browsers
from tests.domains.moderation.raid import BLOCKED, bad
from tests.e2e.installation import CHROMIUM, Installation, Merchant, running
from tests.e2e.tracing import Task, tasks

LONGEST = 50.0  # ms: a task that takes longer is one that people notice (w3.org/TR/longtasks)
AT_ONCE = 20  # requests
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
DESKTOP = {"viewport": {"width": 1280, "height": 800}}


class Raid(Struct):
    """Guests with a token and the header that says of which network they are."""

    guests: list[dict[str, str]]
    thread: int

    @classmethod
    async def gather(cls, merchant: Merchant, count: int, networks: int) -> "Raid":
        addresses = cycle(f"198.51.100.{number + 1}" for number in range(networks))
        guests = []
        for _ in range(count):
            headers = {"X-Forwarded-For": next(addresses)}
            answer = await merchant.installation.http.get("jwt", headers=headers)
            answer.raise_for_status()
            guests.append(headers | {"Authorization": f"Bearer {answer.json()['data']['token']}"})
        return cls(guests, merchant.channel["thread_id"])

    async def say(self, installation: Installation, texts: list[str]) -> list[str]:
        """The ids of what was taken, by the place of who said it."""
        gate = asyncio.Semaphore(AT_ONCE)

        async def say(place: int, text: str) -> str | None:
            async with gate:
                headers = self.guests[place % len(self.guests)]
                body = {"data": text, "thread_id": self.thread}
                answer = await installation.http.post("messages/guest", json=body, headers=headers)
                return str(answer.json()["data"]["id"]) if answer.is_success else None

        said = await asyncio.gather(*(say(place, text) for place, text in enumerate(texts)))
        return [each for each in said if each is not None]


class Pages(Struct):
    """A viewer's phone and the moderator's desk, each in a browser of its own, which is traced by itself."""

    viewer: tuple[Browser, Page]
    desk: tuple[Browser, Page]


async def open_pages(stack: AsyncExitStack, merchant: Merchant) -> Pages:
    one, two = await stack.enter_async_context(browsers(2))
    phone = await (await one.new_context(**PHONE)).new_page()
    await phone.goto(f"{merchant.installation.url}/watch/{merchant.slug}")
    context = await two.new_context(**DESKTOP)
    stored = json.dumps(await merchant.signed_in())
    await context.add_init_script(f"for (const [k, v] of Object.entries({stored})) localStorage.setItem(k, v)")
    desk = await context.new_page()
    await desk.goto(f"{merchant.installation.url}/studio/{merchant.channel['id']}/chat")
    for page in (phone, desk):
        await expect(page.get_by_role("log", name="Messages")).to_be_visible(timeout=30_000)
    return Pages((one, phone), (two, desk))


async def round_of(merchant: Merchant, raid: Raid, pages: Pages, texts: list[str]) -> dict[str, list[Task]]:
    """The tasks of each page in each part of a raid."""
    chat, found = f"events/{merchant.slug}/chat", {}

    async def traced(name: str, run: Any, last: str) -> list[str]:
        async with tasks(*pages.viewer) as viewer, tasks(*pages.desk) as desk:
            done: list[str] = await run
            await _say(merchant, raid.thread, last)
            for _, page in (pages.viewer, pages.desk):
                await expect(page.get_by_role("log").get_by_text(last, exact=True)).to_be_visible(timeout=120_000)
        found[f"{name}, a viewer's phone"], found[f"{name}, the moderator's desk"] = viewer, desk
        return done

    stamp = time.monotonic_ns()
    await merchant.call("PUT", f"{chat}/settings", {"blocked_words": list(BLOCKED)})
    through = await traced("blocked", raid.say(merchant.installation, texts), f"Still here? {stamp}")
    await merchant.call("PUT", f"{chat}/settings", {"blocked_words": []})
    began = time.monotonic()
    said = await traced("not blocked", raid.say(merchant.installation, texts), f"And now? {stamp}")
    rate = len(said) / (time.monotonic() - began)
    print(f"{len(through)} of {len(texts)} came through blocked words, {len(said)} without, {rate:.0f} a second")

    async def ban() -> list[str]:
        bans = []
        for message in said[: len({guest["X-Forwarded-For"] for guest in raid.guests})]:
            bans.append((await merchant.call("POST", f"{chat}/bans", {"message_id": message}))["data"]["id"])
        return bans

    for each in await traced("banned", ban(), f"Done {stamp}"):
        await merchant.call("DELETE", f"{chat}/bans/{each}")
    return found


async def _say(merchant: Merchant, thread: int, text: str) -> None:
    await merchant.call("POST", "messages", {"data": text, "thread_id": thread})


async def main(arguments: argparse.Namespace) -> int:
    texts = [text for text, _ in bad(arguments.messages, 11)]
    rounds: list[dict[str, list[Task]]] = []
    with tempfile.TemporaryDirectory() as folder:
        async with running(Path(folder)) as installation:
            for number in range(arguments.rounds):
                merchant = await installation.merchant(f"raided-{number}")
                raid = await Raid.gather(merchant, arguments.guests, arguments.networks)
                async with AsyncExitStack() as stack:
                    pages = await open_pages(stack, merchant)
                    rounds.append(await round_of(merchant, raid, pages, texts))
    return report([figure(name, [each[name] for each in rounds]) for name in rounds[0]])


def figure(name: str, rounds: list[list[Task]]) -> Figure:
    longest = [max(task.worked for task in each) * 1000 for each in rounds]
    by_clock = statistics.median(max(task.took for task in each) for each in rounds) * 1000
    note = f"{min(longest):.0f} to {max(longest):.0f} in {len(rounds)} rounds; {by_clock:.0f} ms by the clock"
    return Figure(f"a raid, {name}: longest task", statistics.median(longest), "ms", LONGEST, note)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--guests", type=int, default=200)
    parser.add_argument("--networks", type=int, default=50)
    given = parser.parse_args()
    if CHROMIUM is None:
        sys.exit("no Chromium")
    sys.exit(asyncio.run(main(given)))
