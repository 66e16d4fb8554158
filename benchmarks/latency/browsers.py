"""Debian's chromium without windows, as each viewer has it."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, Page, async_playwright

from tests.e2e.installation import CHROMIUM

_FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--mute-audio"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "--autoplay-policy=no-user-gesture-required",
]

_PLAYS = "() => (document.querySelector('video')?.currentTime ?? 0) > 0"


@asynccontextmanager
async def browsers(count: int) -> AsyncGenerator[list[Browser]]:
    """So many separate browsers."""
    async with async_playwright() as playwright:
        launched = [await playwright.chromium.launch(executable_path=CHROMIUM, args=_FLAGS) for _ in range(count)]
        try:
            yield launched
        finally:
            for browser in launched:
                await browser.close()


async def open_playing(browser: Browser, url: str) -> Page:
    """A page whose video has begun to play."""
    page = await browser.new_page()
    await page.goto(url)
    await page.wait_for_function(_PLAYS, timeout=60_000)
    return page
