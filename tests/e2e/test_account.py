"""An account in its owner's hands: mails, a real browser with an authenticator, and an app that asks for access."""

import asyncio
import base64
import email.policy
import hashlib
import re
from collections.abc import AsyncIterator
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pyotp
import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.e2e.installation import Installation, Json
from tests.waiting import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.timeout(180)]

PASSWORD = "walnut lamp by the window"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.5 Mobile/15E148 Safari/604.1"
)
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Person:
    """Somebody with an address, a browser and a mailbox."""

    def __init__(self, installation: Installation, page: Page, address: str) -> None:
        self.installation = installation
        self.site = f"http://localhost:{installation.port}"  # passkeys want a name
        self.page = page
        self.address = address

    async def open(self, path: str) -> None:
        await self.page.goto(self.site + path)

    async def sign_up(self) -> None:
        await self.open("/account")
        await self.page.get_by_role("button", name="Create an account").click()
        await self.page.get_by_label("Name").fill("Ada Lovelace")
        await self.page.get_by_label("Email").fill(self.address)
        await self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        await self.page.get_by_role("button", name="Create account").click()
        await expect(self.page.get_by_role("heading", name="Profile")).to_be_visible()

    async def give_password(self, password: str = PASSWORD) -> None:
        await self.page.get_by_label("Email").fill(self.address)
        await self.page.get_by_label("Password", exact=True).fill(password)
        await self.page.get_by_role("button", name="Sign in", exact=True).click()

    async def prove(self) -> None:
        """Answer the question who asks."""
        dialog = self.page.get_by_role("dialog")
        await dialog.get_by_label("Password").fill(PASSWORD)
        await dialog.get_by_role("button", name="Continue").click()

    async def sign_out(self) -> None:
        await self.page.get_by_role("navigation", name="You").get_by_role("button", name="Sign out").click()
        await expect(self.page.get_by_label("Email")).to_be_visible()

    async def section(self, name: str) -> None:
        await self.page.get_by_role("navigation", name="Account").get_by_role("link", name=name).click()

    def panel(self, title: str) -> Locator:
        return self.page.get_by_role("region", name=title)

    async def link_of(self, subject: str) -> str:
        """The address in the newest mail of this subject, as soon as it has come."""
        found: list[str] = []

        async def came() -> bool:
            texts = [
                mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
                for mail in mails(self.installation.folder / "data" / "mail")
                if mail["To"] == self.address and mail["Subject"] == subject
            ]
            found[:] = re.findall(r"https?://\S+", texts[-1]) if texts else []
            return bool(found)

        await eventually(came, 30)
        return found[0]


def mails(folder: Path) -> list[EmailMessage]:
    """Every mail sent so far, the oldest first."""
    parser = BytesParser(policy=email.policy.default)
    paths = sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    return [parser.parsebytes(path.read_bytes()) for path in paths]


@pytest.fixture
async def ada(browser: Browser, installation: Installation, request: pytest.FixtureRequest) -> AsyncIterator[Person]:
    name = request.node.name.removeprefix("test_")[:40]
    async with await browser.new_context() as context:
        yield Person(installation, await context.new_page(), f"{name}@example.com")


async def test_from_sign_up_to_a_second_factor_and_signed_out_devices(ada: Person) -> None:
    page = ada.page
    await ada.sign_up()
    await page.goto(await ada.link_of("Verify your email address"))
    await page.get_by_role("button", name="Confirm this address").press("Enter")
    await expect(page.get_by_role("heading", name="Your address is confirmed")).to_be_visible()
    assert urlsplit(page.url).query == "", "the proof stays out of the history"
    await ada.open("/account")
    await expect(ada.panel("Email").get_by_text("Confirmed")).to_be_visible()

    await ada.section("Security")
    await page.get_by_role("button", name="Set up an authenticator app").click()
    await ada.prove()
    totp = pyotp.TOTP(await page.get_by_role("textbox", name="Key").input_value())
    await page.get_by_label("Code", exact=True).fill(totp.now())
    await page.get_by_role("button", name="Turn on").click()
    shown = page.get_by_role("dialog", name="Keep your recovery codes").get_by_role("listitem")
    await expect(shown).to_have_count(10)
    codes = await shown.all_inner_texts()
    await page.get_by_role("button", name="I have kept them").click()
    await expect(ada.panel("Two-step sign-in").get_by_text("10 left")).to_be_visible()

    await ada.sign_out()
    await ada.give_password()
    await page.get_by_label("Code from your authenticator app").fill("000000")
    await page.get_by_role("button", name="Continue").click()
    await expect(page.get_by_text("Is not right")).to_be_visible()
    await page.get_by_role("button", name="Use a recovery code").click()
    await page.get_by_label("Recovery code").fill(codes[0])
    await page.get_by_role("button", name="Continue").click()
    await expect(ada.panel("Two-step sign-in").get_by_text("9 left")).to_be_visible()

    phone = await sign_in_elsewhere(ada, codes[1])
    assert (await phone.get("profile")).is_success
    await ada.section("Devices")
    await expect(ada.panel("Signed-in devices").get_by_text("This device")).to_have_count(1)
    await page.get_by_role("button", name="Sign out Mobile Safari on iOS").click()
    await expect(page.get_by_text("Mobile Safari on iOS is signed out")).to_be_visible()
    assert (await phone.get("profile")).status_code == 401
    await phone.aclose()
    await expect(ada.panel("What happened").get_by_text("Recovery code used")).to_have_count(2)


async def test_a_link_opened_by_a_scanner_of_mail_confirms_nothing(ada: Person) -> None:
    page = ada.page
    await ada.sign_up()
    link = await ada.link_of("Verify your email address")
    await page.goto(link, wait_until="networkidle")
    await expect(page.get_by_role("button", name="Confirm this address")).to_be_visible()
    await ada.open("/account")
    await expect(ada.panel("Email").get_by_text("Not confirmed yet")).to_be_visible()

    await page.goto(link[:-1] + ("0" if link[-1] != "0" else "1"))
    await page.get_by_role("button", name="Confirm this address").click()
    await expect(page.get_by_role("heading", name="This link does not work")).to_be_visible()
    await page.get_by_role("link", name="Open your account").click()
    await expect(ada.panel("Email").get_by_role("button", name="Send the link again")).to_be_visible()


async def test_a_copy_of_ones_data_takes_the_password_twice(ada: Person) -> None:
    page = ada.page
    await ada.sign_up()
    await page.get_by_role("button", name="Make a copy").click()
    await ada.prove()
    await expect(page.get_by_text("We make a copy, and mail you when it is ready")).to_be_visible()
    await ada.link_of("Your data is ready")
    await ada.open("/account")
    await page.get_by_role("button", name="Download").click()
    async with page.expect_download() as downloading:
        await ada.prove()
    assert (await downloading.value).suggested_filename.endswith(".zip")


async def sign_in_elsewhere(person: Person, code: str) -> httpx.AsyncClient:
    """The same account on a phone."""
    client = httpx.AsyncClient(base_url=person.installation.http.base_url, headers={"User-Agent": PHONE}, timeout=10)
    body = {"email": person.address, "password": PASSWORD, "code": code}
    answer = await client.post("auth/login", json=body)
    client.headers["Authorization"] = f"Bearer {answer.raise_for_status().json()['access_token']}"
    return client


async def test_codes_of_an_authenticator_app_sign_in(ada: Person) -> None:
    page = ada.page
    await ada.sign_up()
    await ada.section("Security")
    await page.get_by_role("button", name="Set up an authenticator app").click()
    await ada.prove()
    totp = pyotp.TOTP(await page.get_by_role("textbox", name="Key").input_value())
    used = totp.now()
    await page.get_by_label("Code", exact=True).fill(used)
    await page.get_by_role("button", name="Turn on").click()
    await page.get_by_role("button", name="I have kept them").click()
    await ada.sign_out()
    await ada.give_password()

    async def next_code() -> bool:  # each is good for one sign-in: the one that turned it on is spent
        return totp.now() != used

    await eventually(next_code, 40)
    await page.get_by_label("Code from your authenticator app").fill(totp.now())
    await page.get_by_role("button", name="Continue").click()
    await expect(page.get_by_role("heading", name="Security", exact=True)).to_be_visible()


async def test_a_passkey_signs_in_alone_and_as_second_factor(ada: Person) -> None:
    page = ada.page
    devtools = await page.context.new_cdp_session(page)
    await devtools.send("WebAuthn.enable")
    await devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    await ada.sign_up()
    await ada.section("Security")
    await page.get_by_role("button", name="Add a passkey").click()
    await ada.prove()
    await page.get_by_role("button", name="I have kept them").click()  # the first factor brings recovery codes
    await page.get_by_role("button", name="Rename Passkey").click()
    await page.get_by_role("dialog").get_by_role("textbox", name="Name").fill("Laptop")
    await page.get_by_role("button", name="Save").click()
    await expect(ada.panel("Passkeys").get_by_role("heading", name="Laptop")).to_be_visible()

    await ada.sign_out()
    await page.get_by_role("button", name="Sign in with a passkey").click()
    await expect(page.get_by_role("heading", name="Security", exact=True)).to_be_visible()

    await ada.sign_out()
    await ada.give_password()
    await page.get_by_role("button", name="Use your passkey").click()
    await expect(page.get_by_role("heading", name="Security", exact=True)).to_be_visible()

    await page.get_by_role("button", name="Remove Laptop").click()
    await ada.prove()
    await expect(ada.panel("Passkeys").get_by_text("You have no passkeys yet.")).to_be_visible()


async def test_a_forgotten_password_is_replaced_by_mail(ada: Person) -> None:
    page = ada.page
    await ada.sign_up()
    await ada.sign_out()
    await page.get_by_role("button", name="Forgot your password?").click()
    await page.get_by_label("Email").fill(ada.address)
    await page.get_by_role("button", name="Mail me a link").click()
    await expect(page.get_by_role("status").get_by_text("a mail with a link is on its way")).to_be_visible()

    link = await ada.link_of("Choose a new password")
    for outcome in ("Your password is set", "This link is too old, or was used before."):
        await page.goto(link)
        await page.get_by_label("New password").fill("another lamp, of glass")
        await page.get_by_role("button", name="Set password").click()
        await expect(page.get_by_text(outcome)).to_be_visible()

    await ada.open("/account")
    await ada.give_password()
    await expect(page.get_by_role("alert")).to_have_text("The email or the password is not right.")
    await ada.give_password("another lamp, of glass")
    await expect(page.get_by_role("heading", name="Profile")).to_be_visible()


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
        await page.wait_for_url(f"{self.redirect_uri}?**")
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
    await page.get_by_role("button", name="Close").click()
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
