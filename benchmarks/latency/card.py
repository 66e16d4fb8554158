"""The featured card beside the picture it belongs to, read from the clock in that picture."""

import io
import re
from datetime import datetime
from typing import Any

import av
import httpx
from msgspec import Struct
from playwright.async_api import Page

from benchmarks.latency.clock import BLOCK, BLOCKS, MODULUS, ROWS, WIDTH, read
from tests.e2e.installation import Merchant
from tests.waiting import eventually

_MAP = re.compile(r'#EXT-X-MAP:URI="([^"]+)"')
_SEGMENT = re.compile(r"^#EXT-X-PROGRAM-DATE-TIME:(\S+)\n(?:#.*\n)*(segment-\S+)$", re.MULTILINE)

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
        // One that leaves is still there while it flies out.
        for (const shown of document.querySelectorAll('[role="status"] .promoted .name')) {{
            const name = shown.textContent.trim();
            if (!name || name in window.seen.cards) continue;
            window.seen.cards[name] = {{levels: look(), at: Date.now()}};
        }}
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
    return _clock(answer["data"]["bumped_at"])


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


async def encoding(merchant: Merchant, moment: int) -> int:
    """Milliseconds from a picture's drawing to its programme time, for the segment of that moment.

    What the encoder takes on a busy machine; the host's preview has it, too.
    """
    base = (await merchant.details())["stream"]["data"]["playback"]["data"]["hls_url"].rpartition("/")[0]
    async with httpx.AsyncClient(base_url=base) as http:
        found: list[tuple[int, str]] = []

        async def listed() -> bool:
            playlist = (await http.get("media.m3u8")).text
            begun = [(_clock(at), name) for at, name in _SEGMENT.findall(playlist)]
            found[:] = [each for each in begun if apart(each[0], moment) <= 0][-1:]
            return bool(found) and any(apart(at, moment) > 0 for at, _ in begun)

        await eventually(listed, 30)
        [(programme_time, name)] = found
        header = _MAP.search((await http.get("media.m3u8")).text)
        assert header
        pieces = [await http.get(piece) for piece in (header[1], name)]
    with av.open(io.BytesIO(b"".join(piece.content for piece in pieces)), "r") as container:
        plane = next(container.decode(video=0)).reformat(format="gray").planes[0]
    row = bytes(plane)[ROWS // 2 * plane.line_size :]
    drawn = read([row[at * BLOCK + BLOCK // 2] for at in range(BLOCKS)])
    if drawn is None:
        raise RuntimeError("the segment begins with no clock")
    return apart(programme_time, drawn)


def _clock(at: str) -> int:
    return round(datetime.fromisoformat(at).timestamp() * 1000) % MODULUS


def apart(one: int, other: int) -> int:
    """Milliseconds `one` is later than `other`; less than nothing where it is earlier."""
    return (one - other + MODULUS // 2) % MODULUS - MODULUS // 2
