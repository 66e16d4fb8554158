"""An app that asks a person for access, in a real browser."""

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.async_api import Page, expect
from playwright.async_api import TimeoutError as NotThere

from tests.e2e.installation import Json
from tests.e2e.person import Person

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.timeout(180)]


class LoopbackApp:
    """A program on the person's own machine that waits for their answer (RFC 8252, 7.3)."""

    def __init__(self, port: int, answers: asyncio.Queue[str]) -> None:
        self.redirect_uri = f"http://127.0.0.1:{port}/callback"
        self.verifier = "v" * 64
        digest = hashlib.sha256(self.verifier.encode()).digest()
        self.challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        self._answers = answers

    def question(self, client_id: str, **changes: str) -> str:
        query = {
            "response_type": "code",
            "client_id": client_id,
            "redirect_uri": self.redirect_uri,
            "scope": "stats profile",
            "state": "a state + sign",
            "code_challenge": self.challenge,
            "code_challenge_method": "S256",
        }
        return "/oauth/authorize?" + urlencode(query | changes)

    async def answer(self, page: Page) -> dict[str, str]:
        try:
            await page.wait_for_url(f"{self.redirect_uri}?**")
        except NotThere:
            pytest.fail(f"not sent back to the app, but at {page.url}: {await page.inner_text('body')}")
        target = self._answers.get_nowait()
        return {name: value for name, [value] in parse_qs(urlsplit(target).query).items()}


@pytest.fixture
async def app() -> AsyncIterator[LoopbackApp]:
    answers: asyncio.Queue[str] = asyncio.Queue()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        target = (await reader.readuntil(b"\r\n\r\n")).split()[1].decode()
        if target.startswith("/callback"):
            answers.put_nowait(target)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nthanks")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(take, "127.0.0.1", 0) as server:
        yield LoopbackApp(server.sockets[0].getsockname()[1], answers)


async def make_app(person: Person, app: LoopbackApp) -> tuple[str, str]:
    """Id and secret of a new OAuth app of this person."""
    page = person.page
    await person.section("Developer")
    await page.get_by_role("button", name="New app").click()
    await page.get_by_label("Name").fill("Overlay for OBS")
    await page.get_by_label("Redirect addresses").fill(app.redirect_uri)
    await page.get_by_role("button", name="Make the app").click()
    client_id = await page.get_by_role("textbox", name="Client ID").input_value()
    secret = await page.get_by_role("textbox", name="Client secret").input_value()
    await page.get_by_role("button", name="I have copied it").click()
    return client_id, secret


async def test_a_person_lets_an_app_in_and_takes_it_back(ada: Person, app: LoopbackApp) -> None:
    page = ada.page
    await ada.sign_up()
    await ada.section("Developer")
    await page.get_by_role("button", name="New app").click()
    await page.get_by_label("Name").fill("Overlay for OBS")
    await page.get_by_label("Redirect addresses").fill(app.redirect_uri)
    await page.get_by_role("switch", name="It keeps a secret").uncheck()
    await page.get_by_role("button", name="Make the app").click()
    await page.get_by_role("button", name="Edit Overlay for OBS").click()
    client_id = await page.get_by_role("textbox", name="Client ID").input_value()
    await page.get_by_role("dialog").get_by_role("button", name="Close").first.click()
    await ada.sign_out()

    await ada.open(app.question(client_id))
    await expect(page.get_by_role("heading", name="Sign in first")).to_be_visible()
    await ada.give_password()
    await expect(page.get_by_role("heading", name="Overlay for OBS asks for access")).to_be_visible()
    await expect(page.get_by_text("See the statistics of your channels")).to_be_visible()
    await page.get_by_role("button", name="Deny").click()
    denied = await app.answer(page)
    assert (denied["error"], denied["state"]) == ("access_denied", "a state + sign")

    await ada.open(app.question(client_id))
    await page.get_by_role("button", name="Allow").click()
    allowed = await app.answer(page)
    assert allowed["state"] == "a state + sign"
    exchange = {
        "grant_type": "authorization_code",
        "client_id": client_id,
        "code": allowed["code"],
        "redirect_uri": app.redirect_uri,
        "code_verifier": app.verifier,
    }
    http = ada.installation.http
    tokens: Json = (await http.post("oauth/token", data=exchange)).raise_for_status().json()
    bearing = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert (await http.get("profile", headers=bearing)).json()["data"]["email"] == ada.address
    assert (await http.get("events", headers=bearing)).status_code == 403

    await ada.open("/account/apps")
    await page.get_by_role("button", name="Withdraw the access of Overlay for OBS").click()
    await page.get_by_role("dialog").get_by_role("button", name="Withdraw").click()
    await expect(page.get_by_role("heading", name="No app has access")).to_be_visible()
    assert (await http.get("profile", headers=bearing)).status_code == 401


async def test_an_app_that_keeps_a_secret_is_let_in_again_without_asking(ada: Person, app: LoopbackApp) -> None:
    page = ada.page
    await ada.sign_up()
    client_id, secret = await make_app(ada, app)
    await ada.open(app.question(client_id))
    await page.get_by_role("button", name="Allow").click()
    exchange = {
        "grant_type": "authorization_code",
        "client_id": client_id,
        "client_secret": secret,
        "code": (await app.answer(page))["code"],
        "redirect_uri": app.redirect_uri,
        "code_verifier": app.verifier,
    }
    (await ada.installation.http.post("oauth/token", data=exchange)).raise_for_status()

    await page.goto(ada.site)
    await page.evaluate("address => { location.href = address }", app.question(client_id))
    assert (await app.answer(page))["code"] != exchange["code"]

    await page.goto(ada.site)
    await ada.open(app.question(client_id, scope="stats profile billing"))
    await expect(page.get_by_text("See and change your plan")).to_be_visible()


async def test_a_question_that_is_not_in_order_leads_nowhere_or_to_the_app(ada: Person, app: LoopbackApp) -> None:
    page = ada.page
    await ada.sign_up()
    client_id, _ = await make_app(ada, app)

    elsewhere = app.redirect_uri.replace("/callback", "/elsewhere")
    for wrong in (app.question("nobody"), app.question(client_id, redirect_uri=elsewhere), "/oauth/authorize"):
        await ada.open(wrong)
        await expect(page.get_by_role("heading", name="Nothing was shared")).to_be_visible()
        assert page.url == ada.site + wrong

    await ada.open(app.question(client_id, scope="the moon"))
    assert (await app.answer(page))["error"] == "invalid_scope"


async def test_an_app_that_wants_no_page_shown_hears_why_there_would_be_one(ada: Person, app: LoopbackApp) -> None:
    page = ada.page
    await ada.sign_up()
    client_id, secret = await make_app(ada, app)
    silent, asking = app.question(client_id, prompt="none"), app.question(client_id, prompt="consent")
    await ada.open(silent)
    assert (await app.answer(page))["error"] == "consent_required"

    await ada.open(asking)
    await page.get_by_role("button", name="Allow").click()
    exchange = {
        "grant_type": "authorization_code",
        "client_id": client_id,
        "client_secret": secret,
        "code": (await app.answer(page))["code"],
        "redirect_uri": app.redirect_uri,
        "code_verifier": app.verifier,
    }
    (await ada.installation.http.post("oauth/token", data=exchange)).raise_for_status()
    await ada.open(silent)
    assert (await app.answer(page))["code"]
    await ada.open(asking)
    await expect(page.get_by_role("button", name="Allow")).to_be_visible()

    await page.evaluate("() => localStorage.clear()")
    await ada.open(silent)
    answer = await app.answer(page)
    assert (answer["error"], answer["state"]) == ("login_required", "a state + sign")
