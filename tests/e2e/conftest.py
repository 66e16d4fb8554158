from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Browser, async_playwright, expect

from tests.e2e.installation import CHROMIUM, LAN_NAME, Installation, Merchant, running
from tests.e2e.person import Person
from tests.peers.stripe.peer import StripePeer

expect.set_options(timeout=20_000)  # four times the usual: what must come comes when the machine has time for it


@pytest.fixture(scope="session")
def stripe() -> Iterator[StripePeer]:
    with StripePeer().running() as peer:
        yield peer


@pytest.fixture(scope="session")
async def installation(tmp_path_factory: pytest.TempPathFactory, stripe: StripePeer) -> AsyncIterator[Installation]:
    """For all tests that need no settings of their own: to start one costs more than most of them.

    Its Stripe, and what it sends webhooks and shows to, are on this machine.
    """
    own = {"webhooks_private": "true", "simulcast_private": "true", **stripe.settings()}
    async with running(tmp_path_factory.mktemp("installation"), **own) as installation:
        yield installation


@pytest.fixture
async def merchant(installation: Installation, request: pytest.FixtureRequest) -> Merchant:
    return await installation.merchant(f"show-{abs(hash(request.node.nodeid)) % 10**9}")


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no chromium: `apt-get install chromium-headless-shell` to run the browser tests")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                  "--disable-background-networking", "--disable-component-update", "--disable-sync",
                  "--autoplay-policy=no-user-gesture-required", f"--host-resolver-rules=MAP {LAN_NAME} 127.0.0.1"],
        )  # fmt: skip
        yield browser
        await browser.close()


@pytest.fixture
async def ada(browser: Browser, installation: Installation, request: pytest.FixtureRequest) -> AsyncIterator[Person]:
    name = request.node.name.removeprefix("test_")[:40]
    async with await browser.new_context() as context:
        yield Person(installation, await context.new_page(), f"{name}@example.com")
