"""A show from the studio's page: a real recorder with devices that are not there, watched and kept."""

import statistics
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Locator, Page, WebSocketRoute, async_playwright, expect

from tests.broadcast.recording.takes import decode_errors, seen
from tests.e2e.installation import CHROMIUM, LAN_NAME, Installation, Merchant
from tests.e2e.test_show import open_studio
from tests.waiting import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.timeout(240)]

APART = 0.040  # seconds of sound and picture; of one flash it may be more: a page draws them, when it has the time
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}

# A camera and a microphone on one clock: each second a white flash and a beep of 0.1 s.
FLASHING = """() => {
    navigator.mediaDevices.getUserMedia = async ({video}) => {
        window.began ??= performance.now() + 500;
        if (video) {
            const canvas = Object.assign(document.createElement("canvas"), {width: 320, height: 180});
            const context = canvas.getContext("2d");
            setInterval(() => {
                const bright = (performance.now() - window.began + 100000) % 1000 < 100;
                context.fillStyle = bright ? "white" : "black";
                context.fillRect(0, 0, 320, 180);
            }, 10);
            return canvas.captureStream(60);
        }
        const sound = new AudioContext();
        const out = sound.createMediaStreamDestination();
        const {contextTime, performanceTime} = await new Promise((found) => {
            const look = () => {
                const stamp = sound.getOutputTimestamp();
                if (stamp.contextTime > 0) found(stamp); else setTimeout(look, 10);
            };
            look();
        });
        const first = contextTime + (window.began - performanceTime) / 1000;
        const tone = new OscillatorNode(sound, {frequency: 1000});
        const gain = new GainNode(sound, {gain: 0});
        tone.connect(gain).connect(out);
        for (let beep = 1; beep < 120; beep++) {
            gain.gain.setValueAtTime(1, first + beep);
            gain.gain.setValueAtTime(0, first + beep + 0.1);
        }
        tone.start();
        return out.stream;
    };
}"""

HIDDEN = """() => {
    const {setTimeout, setInterval} = window;
    window.requestAnimationFrame = () => 0;
    window.setTimeout = (call, ms = 0, ...more) => setTimeout(call, Math.max(ms, 1000), ...more);
    window.setInterval = (call, ms = 0, ...more) => setInterval(call, Math.max(ms, 1000), ...more);
}"""


@pytest.fixture(scope="session")
async def filming() -> AsyncIterator[Browser]:
    """A browser with a camera, a microphone and a screen to share, all of which may be used."""
    if CHROMIUM is None:
        pytest.skip("no chromium: `apt-get install chromium-headless-shell` to run the browser tests")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--no-first-run", "--autoplay-policy=no-user-gesture-required",
                  "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"],
        )  # fmt: skip
        yield browser
        await browser.close()


@pytest.fixture
async def context(filming: Browser) -> AsyncIterator[BrowserContext]:
    async with await filming.new_context(**DESKTOP) as context:
        yield context


async def open_dialog(page: Page) -> Locator:
    await page.get_by_role("button", name="Go live from this browser").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_role("button", name="Go live", exact=True)).to_be_enabled()
    return dialog


async def go_live(page: Page, merchant: Merchant) -> None:
    await (await open_dialog(page)).get_by_role("button", name="Go live", exact=True).click()
    await expect(page.get_by_text("You are live from this browser")).to_be_visible()
    await eventually(merchant.is_live, 30)


async def end(page: Page, merchant: Merchant) -> None:
    await page.get_by_role("region", name="Go live").get_by_role("button", name="End show").click()
    await page.get_by_role("dialog").get_by_role("button", name="End show").click()

    async def over() -> bool:
        return not await merchant.is_live()

    await eventually(over, 20)


async def session(merchant: Merchant) -> dict[str, Any]:
    stream: dict[str, Any] = (await merchant.call("GET", "streams"))["data"][0]
    return stream


async def measured(merchant: Merchant) -> bool:
    """Picture included, which a change of it is without for a moment."""
    health = (await session(merchant))["health"]
    return bool(health and health["width"])


def in_step(film: Path) -> None:
    found = seen(film)
    assert found.flashes
    beeps = [beep for beep in found.beeps if beep > 3]  # by then sound is turned into AAC as it comes
    apart = [min((abs(beep - flash), beep - flash) for flash in found.flashes)[1] for beep in beeps]
    assert len(apart) >= 3
    assert abs(statistics.median(apart)) < APART, apart


async def recordings(installation: Installation, session_id: str) -> list[Path]:
    """The session's files, once there are any."""
    folder = installation.folder / "data/storage/recordings"
    await eventually(lambda: list(folder.glob(f"{session_id}*.mp4")), 60)
    return sorted(folder.glob(f"{session_id}*.mp4"))


@pytest.mark.parametrize(
    "size", [pytest.param(DESKTOP, id="desktop"), pytest.param(PHONE, id="phone", marks=pytest.mark.soak)]
)
async def test_a_show_from_this_browser_is_watched_and_kept(
    size: dict[str, Any], filming: Browser, installation: Installation, merchant: Merchant
) -> None:
    async with await filming.new_context(**size) as context, await filming.new_context() as other:
        page = await open_studio(context, merchant)
        dialog = await open_dialog(page)
        await expect(dialog.get_by_label("Camera", exact=True).last).to_contain_text("fake_device")
        await expect(dialog.get_by_label("Microphone", exact=True)).not_to_have_value("")
        meter = dialog.get_by_role("meter", name="Microphone level")
        await eventually(lambda: meter.evaluate("(meter) => meter.value > 0"))
        await dialog.get_by_text("Screen and camera").click()
        await dialog.get_by_role("button", name="Go live", exact=True).click()
        await expect(dialog.get_by_role("timer")).to_be_visible()
        await expect(page.get_by_text("You are live from this browser")).to_be_visible()
        viewer = await other.new_page()
        await viewer.goto(f"{installation.url}/watch/{merchant.slug}")
        await viewer.wait_for_function("() => document.querySelector('video')?.currentTime > 2", timeout=60_000)
        await eventually(lambda: measured(merchant))
        stream = await session(merchant)
        assert (stream["health"]["width"], stream["health"]["troubles"]) == (1280, [])
        await page.get_by_role("button", name="Mute the microphone").click()
        await expect(page.get_by_role("button", name="Unmute the microphone")).to_be_visible()
        await page.get_by_label("What viewers see").select_option("Camera")
        await end(page, merchant)
        await expect(page.get_by_role("button", name="Go live from this browser")).to_be_visible()
    (film,) = await recordings(installation, stream["session_id"])
    assert await decode_errors(film) == ""


async def test_a_cut_line_is_made_again_and_the_show_stays_the_same(
    context: BrowserContext, installation: Installation, merchant: Merchant
) -> None:
    lines: list[WebSocketRoute] = []

    def connect(line: WebSocketRoute) -> None:
        lines.append(line.connect_to_server())

    page = await open_studio(context, merchant)
    await page.route_web_socket("**/publish", connect)
    await go_live(page, merchant)
    before = (await session(merchant))["session_id"]
    await lines[0].close(code=3000)
    await eventually(lambda: len(lines) == 2)
    await expect(page.get_by_text("You are live from this browser")).to_be_visible()

    async def resumed() -> bool:
        stream = await session(merchant)
        return stream["interrupted_until"] is None and bool(stream["health"] and stream["health"]["frame_rate"])

    await eventually(resumed, 30)
    assert (await session(merchant))["session_id"] == before
    await end(page, merchant)
    for film in await recordings(installation, before):
        assert await decode_errors(film) == ""


async def test_picture_and_sound_are_in_step(
    context: BrowserContext, installation: Installation, merchant: Merchant
) -> None:
    await context.add_init_script(f"({FLASHING})()")
    page = await open_studio(context, merchant)
    await go_live(page, merchant)
    viewer = await context.new_page()
    await viewer.goto(f"{installation.url}/watch/{merchant.slug}")
    await viewer.wait_for_function("() => document.querySelector('video')?.currentTime > 8", timeout=90_000)
    stream = await session(merchant)
    await end(page, merchant)
    (film,) = await recordings(installation, stream["session_id"])
    in_step(film)


async def test_a_page_that_gets_no_frames_and_a_timer_a_second_goes_on(
    context: BrowserContext, merchant: Merchant
) -> None:
    """As browsers treat one that is hidden; without a window none can be hidden."""
    await context.add_init_script(f"({HIDDEN})()")
    page = await open_studio(context, merchant)
    await go_live(page, merchant)
    rates: list[float] = []

    async def measured_often() -> bool:
        health = (await session(merchant))["health"]
        if health and health["frame_rate"] not in (None, *rates[-1:]):
            rates.append(health["frame_rate"])
        return len(rates) >= 3

    await eventually(measured_often, 60)
    assert min(rates) > 5, rates
    await end(page, merchant)


async def test_who_leaves_the_page_while_live_is_asked_first(context: BrowserContext, merchant: Merchant) -> None:
    page = await open_studio(context, merchant)
    await go_live(page, merchant)
    await page.get_by_role("link", name="All channels").click()
    asked = page.get_by_role("dialog")
    await expect(asked.get_by_text("your picture and sound stop")).to_be_visible()
    await asked.get_by_role("button", name="Cancel").click()
    await expect(page.get_by_text("You are live from this browser")).to_be_visible()
    await end(page, merchant)


async def test_without_devices_or_a_secure_page_it_says_what_to_do(browser: Browser, merchant: Merchant) -> None:
    async with await browser.new_context() as context:
        page = await open_studio(context, merchant)
        await page.get_by_role("button", name="Go live from this browser").click()
        told = page.get_by_role("dialog").get_by_role("alert")
        await expect(told).to_contain_text("camera")
        await page.keyboard.press("Escape")
        address = page.url.replace("127.0.0.1", LAN_NAME)
        await page.goto(address)
        await page.get_by_label("Email").fill(f"{merchant.slug}@example.com")
        await page.get_by_label("Password", exact=True).fill("a long password")
        await page.get_by_role("button", name="Sign in", exact=True).click()
        await page.get_by_role("button", name="Go live from this browser").click()
        await expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("https://")


async def test_a_browser_that_cannot_put_a_picture_together_goes_live_by_whip(
    filming: Browser, installation: Installation, merchant: Merchant
) -> None:
    async with await filming.new_context(**PHONE) as context, await filming.new_context() as other:
        await context.add_init_script("delete window.MediaStreamTrackGenerator")
        await context.add_init_script(f"({FLASHING})()")
        page = await open_studio(context, merchant)
        sockets: list[str] = []
        page.on("websocket", lambda socket: sockets.append(socket.url))
        dialog = await open_dialog(page)
        await expect(dialog.get_by_text("Keep this page in front")).to_be_visible()
        await expect(dialog.get_by_text("Screen and camera")).to_have_count(0)
        await dialog.get_by_role("button", name="Go live", exact=True).click()
        await expect(page.get_by_text("You are live from this browser")).to_be_visible()
        await eventually(merchant.is_live, 30)
        viewer = await other.new_page()
        await viewer.goto(f"{installation.url}/watch/{merchant.slug}")
        await viewer.wait_for_function("() => document.querySelector('video')?.currentTime > 8", timeout=90_000)
        stream = await session(merchant)
        assert (stream["health"]["width"], stream["health"]["troubles"]) == (320, [])
        await end(page, merchant)
        await expect(page.get_by_role("button", name="Go live from this browser")).to_be_visible()
        assert not any(url.endswith("/publish") for url in sockets)
    (film,) = await recordings(installation, stream["session_id"])
    assert await decode_errors(film) == ""
    in_step(film)
