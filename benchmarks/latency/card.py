"""The featured card beside the picture it belongs to, read from the clock in that picture."""

from datetime import datetime
from typing import Any

from msgspec import Struct
from playwright.async_api import Page

from benchmarks.latency.clock import BLOCK, BLOCKS, MODULUS, ROWS, WIDTH, read
from tests.e2e.installation import Merchant
from tests.waiting import eventually

# Looks at the picture the moment a product's name comes into the card, and notes when the first picture is there.
OBSERVE = f"""(([width, row, block, blocks]) => {{
    const context = new OffscreenCanvas(width, 1).getContext("2d", {{willReadFrequently: true}});
    const look = () => {{
        const video = document.querySelector("video");
        if (!video?.videoWidth) return [];
        context.drawImage(video, 0, row, width, 1, 0, 0, width, 1);
        const {{data}} = context.getImageData(0, 0, width, 1);
        return Array.from({{length: blocks}}, (_, at) => data[(at * block + block / 2) * 4]);
    }};
    window.seen = {{first: null, cards: {{}}}};
    new MutationObserver(() => {{
        const name = document.querySelector('[role="status"] .promoted .name')?.textContent.trim();
        if (name && !(name in window.seen.cards)) window.seen.cards[name] = {{levels: look(), at: Date.now()}};
    }}).observe(document, {{childList: true, subtree: true, characterData: true}});
    const wait = () => {{
        const video = document.querySelector("video");
        if (video && video.currentTime > 0 && video.readyState > 2) window.seen.first = Date.now();
        else requestAnimationFrame(wait);
    }};
    wait();
}})({[WIDTH, ROWS // 2, BLOCK, BLOCKS]})"""


class Card(Struct):
    """When a card came: by the clock in the picture beside it, and by the viewer's own (ms, a round of `MODULUS`)."""

    picture: int
    viewer: int


async def promote(merchant: Merchant, product: int) -> int:
    """The moment the host did, by the picture's clock."""
    answer = await merchant.call("POST", f"events/{merchant.slug}/products/{product}/promote")
    return round(datetime.fromisoformat(answer["data"]["bumped_at"]).timestamp() * 1000) % MODULUS


async def card(page: Page, name: str) -> Card:
    """Of the product of this name, on a page that observes."""
    found: list[Any] = []

    async def came() -> bool:
        found[:] = [await page.evaluate("(name) => window.seen.cards[name] ?? null", name)]
        return found[0] is not None

    await eventually(came, 30)
    clock = read(found[0]["levels"])
    if clock is None:
        raise RuntimeError("the card came without a picture")
    return Card(clock, int(found[0]["at"]) % MODULUS)


def apart(one: int, other: int) -> int:
    """Milliseconds `one` is later than `other`; less than nothing where it is earlier."""
    return (one - other + MODULUS // 2) % MODULUS - MODULUS // 2
