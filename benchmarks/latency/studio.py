"""A show from the studio's page: its camera draws the clock, and the browser's own recorder sends it."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, expect

from benchmarks.latency.camera import FRAMES
from benchmarks.latency.clock import BLOCK, BLOCKS, HEIGHT, MODULUS, ROWS, WIDTH
from tests.e2e.installation import Merchant
from tests.e2e.test_show import open_studio
from tests.waiting import eventually

# Stands for the camera, and a tone for the microphone.
_CAMERA = f"""(([width, height, rows, block, blocks, modulus, frames]) => {{
    navigator.mediaDevices.getUserMedia = async ({{video}}) => {{
        if (!video) {{
            const sound = new AudioContext();
            const out = sound.createMediaStreamDestination();
            const tone = new OscillatorNode(sound);
            tone.connect(out);
            tone.start();
            return out.stream;
        }}
        const canvas = Object.assign(document.createElement("canvas"), {{width, height}});
        const context = canvas.getContext("2d");
        let number = 0;
        setInterval(() => {{
            const coded = Date.now() % modulus;
            const check = (coded ^ (coded >> 8) ^ (coded >> 16) ^ 0x5a) & 0xff;
            const bits = (coded.toString(2).padStart(24, "0") + check.toString(2).padStart(8, "0"));
            for (let at = 0; at < blocks; at++) {{
                context.fillStyle = bits[at] === "1" ? "#fff" : "#000";
                context.fillRect(at * block, 0, block, rows);
            }}
            context.fillStyle = `hsl(${{(number += 4) % 360}} 60% 50%)`;
            context.fillRect(number % width, rows, block, height - rows);
        }}, 1000 / frames);
        return canvas.captureStream(frames);
    }};
}})({[WIDTH, HEIGHT, ROWS, BLOCK, BLOCKS, MODULUS, FRAMES]})"""


@asynccontextmanager
async def live_from(browser: Browser, merchant: Merchant) -> AsyncGenerator[None]:
    """`merchant` is live from `browser` until the block ends."""
    async with await browser.new_context() as context:
        await context.add_init_script(_CAMERA)
        page = await open_studio(context, merchant)
        await page.get_by_role("button", name="Go live from this browser").click()
        await page.get_by_role("dialog").get_by_role("button", name="Go live", exact=True).click(timeout=30_000)
        await expect(page.get_by_text("You are live from this browser")).to_be_visible(timeout=30_000)
        await eventually(merchant.is_live, 30)
        yield
