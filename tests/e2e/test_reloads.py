"""Nobody is signed out by reloading: several tabs at once, in the middle of an answer, after one that got lost."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from itertools import count

import pytest
from playwright.async_api import APIResponse, Browser, Error, Page, Route, expect

from tests.e2e.installation import LAN_NAME, Installation
from tests.e2e.person import Person

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.timeout(180)]

TABS = 3
REFRESH = "**/auth/login/refresh"
EXPIRED = """() => {
    const access = JSON.parse(localStorage.getItem("storecast.access"));
    localStorage.setItem("storecast.access", JSON.stringify({ ...access, endsAt: 0 }));
}"""
_numbers = count(1)


@pytest.fixture(params=["localhost", LAN_NAME], scope="module")
async def tabs(
    request: pytest.FixtureRequest, browser: Browser, installation: Installation
) -> AsyncIterator[list[Page]]:
    """Tabs of one person who is signed in, by a name with locks and by one without, and stays it in all tests."""
    name: str = request.param
    async with await browser.new_context() as context:
        ada = Person(installation, await context.new_page(), f"tabs{next(_numbers)}@example.com")
        ada.site = f"http://{name}:{installation.port}"
        await ada.sign_up()
        assert await ada.page.evaluate("() => 'locks' in navigator") is (name == "localhost")
        pages = [ada.page, *[await context.new_page() for _ in range(TABS - 1)]]
        for page in pages[1:]:
            await page.goto(f"{ada.site}/account")
        yield pages


async def answer_of(route: Route) -> APIResponse:
    """What the server answers; only the browser knows its name."""
    return await route.fetch(url=route.request.url.replace(LAN_NAME, "127.0.0.1"))


async def state(page: Page) -> str:
    """Whether a tab shows its person's account, or asks who they are."""
    profile, asked = page.get_by_role("heading", name="Profile"), page.get_by_label("Password", exact=True)
    await expect(profile.or_(asked)).to_be_visible(timeout=30_000)
    return "signed in" if await profile.is_visible() else "signed out"


async def reloaded_together(tabs: list[Page], rounds: int) -> Counter[str]:
    """How the tabs were after each of so many reloads, each with a token to be traded first."""
    seen: Counter[str] = Counter()
    for _ in range(rounds):
        await tabs[0].evaluate(EXPIRED)
        await asyncio.gather(*(tab.reload(wait_until="commit") for tab in tabs))
        seen.update(await asyncio.gather(*map(state, tabs)))
        if seen["signed out"]:
            break
    return seen


async def test_tabs_reloaded_together_stay_signed_in(tabs: list[Page]) -> None:
    assert await reloaded_together(tabs, 3) == {"signed in": 3 * TABS}


@pytest.mark.soak
@pytest.mark.timeout(1800)
async def test_tabs_reloaded_together_a_hundred_times_stay_signed_in(tabs: list[Page]) -> None:
    assert await reloaded_together(tabs, 100) == {"signed in": 100 * TABS}


async def test_reload_during_a_slow_answer_signs_nobody_out(tabs: list[Page]) -> None:
    answered, go_on = asyncio.Event(), asyncio.Event()

    async def late(route: Route) -> None:
        answer = await answer_of(route)
        answered.set()
        await go_on.wait()
        with suppress(Error):  # the page is gone
            await route.fulfill(response=answer)

    await tabs[0].context.route(REFRESH, late, times=1)
    await tabs[0].evaluate(EXPIRED)
    await tabs[0].reload(wait_until="commit")
    await asyncio.wait_for(answered.wait(), 20)
    try:
        assert await reloaded_together(tabs, 1) == {"signed in": TABS}
    finally:
        go_on.set()


async def test_lost_answer_signs_nobody_out(tabs: list[Page]) -> None:
    lost: list[int] = []

    async def lose(route: Route) -> None:
        lost.append((await answer_of(route)).status)
        await route.abort()

    await tabs[0].context.route(REFRESH, lose, times=1)
    assert await reloaded_together(tabs, 1) == {"signed in": TABS}
    assert lost == [200]
    assert await reloaded_together(tabs, 1) == {"signed in": TABS}
