"""A live show as its viewers see it: a real encoder, the whole platform, a real browser."""

import io
from email.message import EmailMessage

import pytest
from PIL import Image
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.e2e.installation import Installation, Merchant, publishing
from tests.factories.mails import link_in, mails_in, query_of
from tests.waiting import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.timeout(180)]

PLAYBACK = """() => {
    const video = document.querySelector("video");
    if (!video) return null;
    const quality = video.getVideoPlaybackQuality();
    return {time: video.currentTime, frames: quality.totalVideoFrames, error: video.error && video.error.message};
}"""

# One floats by in three seconds.
COUNT_HEARTS = """() => {
    window.hearts = 0;
    const look = () => { hearts = Math.max(hearts, document.querySelectorAll(".hearts span").length); };
    new MutationObserver(look).observe(document.body, {childList: true, subtree: true});
}"""


async def watch(context: BrowserContext, merchant: Merchant) -> Page:
    page = await context.new_page()
    await page.goto(f"{merchant.installation.url}/watch/{merchant.slug}")
    return page


async def plays(page: Page) -> None:
    """The picture moves on, frames are decoded, and nothing is wrong."""

    async def started() -> bool:
        state = await page.evaluate(PLAYBACK)
        return bool(state and state["time"] > 0 and state["frames"] > 5)

    await eventually(started, 30)
    before = await page.evaluate(PLAYBACK)

    async def advanced() -> bool:
        state = await page.evaluate(PLAYBACK)
        return bool(state["time"] > before["time"] + 2 and state["frames"] > before["frames"] + 25)

    await eventually(advanced, 30)
    assert (await page.evaluate(PLAYBACK))["error"] is None


async def put_on_shelf(merchant: Merchant, name: str, price: str = "19.90") -> int:
    picture = io.BytesIO()
    Image.new("RGB", (200, 200), "orange").save(picture, "PNG")
    answer = await merchant.call(
        "POST",
        f"events/{merchant.slug}/products/add",
        data={"name": name, "link": "https://shop.test/lamp", "price": price},
        files={"image": ("lamp.png", picture.getvalue(), "image/png")},
    )
    return int(answer["data"]["id"])


async def say(page: Page, text: str) -> None:
    await page.get_by_role("textbox", name="Message").fill(text)
    await page.get_by_role("button", name="Send").click()


async def test_viewers_watch_chat_and_see_promotions_until_the_show_ends(browser: Browser, merchant: Merchant) -> None:
    lamp = await put_on_shelf(merchant, "Walnut lamp")
    async with (
        await browser.new_context() as one,
        await browser.new_context(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True) as other,
    ):
        async with publishing(merchant):
            await eventually(merchant.is_live, 30)
            desktop, phone = await watch(one, merchant), await watch(other, merchant)
            await plays(desktop)
            await plays(phone)

            await say(desktop, "Does it come <b>in oak</b>?")
            name = desktop.get_by_role("dialog").get_by_role("textbox")
            if await name.count():
                await name.first.fill("Zoe")
                await name.first.press("Enter")
            chat = phone.get_by_role("region", name="Chat")
            await expect(chat.get_by_text("Does it come <b>in oak</b>?")).to_be_visible(timeout=10_000)

            await merchant.call("POST", f"events/{merchant.slug}/products/{lamp}/promote")
            for page in (desktop, phone):
                card = page.get_by_role("status", name="Featured product")
                await expect(card.get_by_text("Walnut lamp", exact=True)).to_be_visible(timeout=10_000)

            await desktop.evaluate(COUNT_HEARTS)
            await phone.get_by_role("button", name="Send a heart").tap()
            await expect(phone.locator(".hearts span")).to_have_count(1)
            await eventually(lambda: desktop.evaluate("hearts"), 10)
        for page in (desktop, phone):
            await expect(page.get_by_text("The show has ended").first).to_be_visible(timeout=20_000)


async def test_page_opened_before_the_show_starts_to_play_with_it(browser: Browser, merchant: Merchant) -> None:
    async with await browser.new_context() as context:
        page = await watch(context, merchant)
        async with publishing(merchant):
            await plays(page)


async def test_viewer_follows_the_host_once_signed_in_and_no_longer(
    browser: Browser, installation: Installation, merchant: Merchant
) -> None:
    viewer = await installation.merchant(f"fan-{merchant.slug[5:]}")
    async with await browser.new_context() as context:
        page = await watch(context, merchant)
        await page.get_by_role("button", name="Follow", exact=True).click()
        dialog = page.get_by_role("dialog")
        await dialog.get_by_label("Email").fill(f"{viewer.slug}@example.com")
        await dialog.get_by_label("Password", exact=True).fill("a long password")
        await dialog.get_by_role("button", name="Sign in", exact=True).click()
        await expect(dialog).to_be_hidden()
        await page.get_by_role("button", name="Follow", exact=True).click()
        followed = page.get_by_role("button", name="Following", exact=True)
        await expect(followed).to_have_attribute("aria-pressed", "true", timeout=10_000)
        await page.reload()
        await followed.click(timeout=10_000)
        await expect(page.get_by_role("button", name="Follow", exact=True)).to_be_visible(timeout=10_000)


async def test_who_comes_between_shows_has_the_next_one_mailed(
    browser: Browser, installation: Installation, merchant: Merchant
) -> None:
    fan = await installation.merchant(f"fan-{merchant.slug}"[:15])
    async with await browser.new_context() as context:
        page = await watch(context, merchant)
        await page.get_by_role("button", name="Mail me when Mara Ionescu is live").click()
        await page.get_by_label("Email").fill(f"{fan.slug}@example.com")
        await page.get_by_label("Password", exact=True).fill("a long password")
        await page.get_by_role("dialog").get_by_role("button", name="Sign in", exact=True).click()
        await expect(
            page.get_by_text("Confirm your address, and we mail you when Mara Ionescu is live.")
        ).to_be_visible()

    def mail(to: str, subject: str) -> EmailMessage | None:
        found = mails_in(installation.folder / "data", f"{to}@example.com")
        return next((mail for mail in found if mail["Subject"] == subject), None)

    async def verify(slug: str) -> None:
        await eventually(lambda: mail(slug, "Verify your email address"), 30)
        proof = mail(slug, "Verify your email address")
        assert proof is not None
        (await installation.http.post("auth/verify", json=query_of(link_in(proof)))).raise_for_status()

    await verify(fan.slug)
    await verify(merchant.slug)  # of a host nobody knows no word is mailed
    async with publishing(merchant):
        await eventually(lambda: mail(fan.slug, "Mara Ionescu is live: Evening show"), 40)


async def open_studio(context: BrowserContext, merchant: Merchant, path: str = "") -> Page:
    """The merchant's channel, or another path of the studio, in a browser that is signed in already."""
    page, site = await context.new_page(), merchant.installation.url
    await page.goto(f"{site}/robots.txt")  # any page of the site, for its storage
    stored = await merchant.signed_in()
    await page.evaluate("stored => Object.assign(localStorage, stored)", stored)
    await page.goto(f"{site}/studio/{path or merchant.channel['id']}")
    return page


async def test_a_price_corrected_in_the_studio_is_corrected_before_viewers(
    browser: Browser, merchant: Merchant
) -> None:
    lamp = await put_on_shelf(merchant, "Walnut lamp")
    await merchant.call("POST", f"events/{merchant.slug}/products/{lamp}/promote")
    async with await browser.new_context() as one, await browser.new_context() as other:
        viewer, studio = await watch(one, merchant), await open_studio(other, merchant)
        shelf = viewer.get_by_role("region", name="Products")
        await expect(shelf.get_by_text("$19.90")).to_be_visible()
        await studio.get_by_role("button", name="Edit Walnut lamp").click()
        await studio.get_by_label("Price", exact=True).fill("about 17")
        await studio.get_by_role("button", name="Save").click()
        await expect(studio.get_by_label("Price", exact=True)).to_be_focused()  # what keeps it from being saved
        await studio.get_by_label("Price", exact=True).fill("17,90")
        await studio.get_by_role("button", name="Save").click()
        await expect(studio.get_by_role("region", name="Products").get_by_text("$17.90")).to_be_visible()
        await expect(shelf.get_by_text("$17.90")).to_be_visible(timeout=10_000)
        await expect(shelf.get_by_text("Featured now")).to_be_visible()
        await expect(studio.get_by_role("button", name="Featured Walnut lamp")).to_be_visible()


async def test_a_product_deleted_from_the_catalogue_leaves_every_shelf(browser: Browser, merchant: Merchant) -> None:
    await put_on_shelf(merchant, "Walnut lamp")
    other = (await merchant.call("POST", "events", {"name": "Morning show"}))["data"]
    async with await browser.new_context() as one, await browser.new_context() as two:
        viewer, studio = await watch(one, merchant), await open_studio(two, merchant, other["id"])
        shelf = viewer.get_by_role("region", name="Products")
        await expect(shelf.get_by_text("Walnut lamp").first).to_be_visible()
        await studio.get_by_role("button", name="Catalogue").click()
        await studio.get_by_role("button", name="Delete Walnut lamp").click()
        await studio.get_by_role("dialog", name="Delete Walnut lamp?").get_by_role("button", name="Delete").click()
        await expect(studio.get_by_text("Walnut lamp deleted")).to_be_visible()
        await expect(shelf.get_by_text("Nothing on the shelf yet")).to_be_visible(timeout=10_000)


async def test_merchant_opens_a_channel_in_the_studio_and_ends_a_show(browser: Browser, merchant: Merchant) -> None:
    async with await browser.new_context() as context, publishing(merchant):
        await eventually(merchant.is_live, 30)
        page = await context.new_page()
        await page.goto(f"{merchant.installation.url}/studio")
        await page.get_by_label("Email").fill(f"{merchant.slug}@example.com")
        await page.get_by_label("Password", exact=True).fill("a long password")
        await page.get_by_role("button", name="Sign in", exact=True).click()
        await page.get_by_text("Evening show").first.click()
        await plays(page)
        await page.get_by_role("button", name="End show").first.click()
        await page.get_by_role("dialog").get_by_role("button", name="End show").click()

        async def over() -> bool:
            return not await merchant.is_live()

        await eventually(over, 20)
