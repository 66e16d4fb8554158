"""Chat and promotions: from one person's doing until another person's screen shows it."""

import asyncio
import io
from collections.abc import Awaitable, Callable
from itertools import cycle, islice

from PIL import Image
from playwright.async_api import Page

from benchmarks.latency.card import OBSERVE, apart, card, promote
from tests.e2e.installation import Merchant

PAUSE_SECONDS = 0.6  # between messages: a person may send twenty in ten seconds
PRODUCTS = 2

# Notes when each `mark-…` was first on screen: with the frame after it came into the document.
_WATCH = """(selector) => {
    window.shown = {};
    const place = document.querySelector(selector);
    new MutationObserver(() => {
        for (const [mark] of place.textContent.matchAll(/mark-\\d+-/g)) {
            if (mark in window.shown) continue;
            window.shown[mark] = 0;
            requestAnimationFrame(() => (window.shown[mark] = Date.now()));
        }
    }).observe(place, {childList: true, subtree: true, characterData: true});
}"""

# Notes when the sender last pressed Enter.
_LISTEN = """() => document.addEventListener("keydown", (event) => {
    if (event.key === "Enter") window.entered = Date.now();
}, {capture: true})"""


async def chat(sender: Page, receiver: Page, count: int) -> list[int]:
    """Milliseconds from Enter on the sender's page to the message on the receiver's."""
    await sender.evaluate(_LISTEN)
    await receiver.evaluate(_WATCH, "[role=log]")
    box = sender.get_by_role("textbox", name="Message")

    async def say(mark: str) -> float:
        await box.fill(f"{mark} Does it come in oak?")
        await box.press("Enter")
        return float(await sender.evaluate("window.entered"))

    await box.fill("Good evening")
    await box.press("Enter")
    name = sender.get_by_role("dialog").get_by_role("textbox").first  # a guest's first message asks for a name
    await name.fill("Zoe")
    await name.press("Enter")
    return await _until_shown(receiver, say, [f"mark-{number}-" for number in range(count)])


async def promotions(merchant: Merchant, viewer: Page, count: int) -> list[int]:
    """Milliseconds between the picture of the host's promoting a product and the one its card comes with."""
    shelf = {f"mark-{number}-": await _put_on_shelf(merchant, f"mark-{number}-") for number in range(PRODUCTS)}
    await viewer.evaluate(OBSERVE)
    found = []
    for mark in islice(cycle(shelf), count):
        await viewer.evaluate("(mark) => delete window.seen.cards[mark]", mark)
        moment = await promote(merchant, shelf[mark])
        found.append(abs(apart((await card(viewer, mark)).picture, moment)))
        await asyncio.sleep(PAUSE_SECONDS)
    return found


async def _until_shown(viewer: Page, act: Callable[[str], Awaitable[float]], marks: list[str]) -> list[int]:
    """Do `act` for each mark; it answers when it began, in milliseconds since the epoch."""
    found = []
    for mark in marks:
        await viewer.evaluate("(mark) => delete window.shown[mark]", mark)
        began = await act(mark)
        shown = await viewer.wait_for_function("(mark) => window.shown[mark]", arg=mark, timeout=10_000)
        found.append(round(await shown.json_value() - began))
        await asyncio.sleep(PAUSE_SECONDS)
    return found


async def _put_on_shelf(merchant: Merchant, name: str) -> int:
    image = io.BytesIO()
    Image.new("RGB", (200, 200), "orange").save(image, "PNG")
    answer = await merchant.call(
        "POST",
        f"events/{merchant.slug}/products/add",
        data={"name": name, "link": "https://shop.test/lamp", "price": "19.90"},
        files={"image": ("lamp.png", image.getvalue(), "image/png")},
    )
    return int(answer["data"]["id"])
