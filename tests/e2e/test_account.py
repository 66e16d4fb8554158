"""An account in its owner's hands: mails, and a real browser with an authenticator."""

import time
from urllib.parse import urlsplit

import httpx
import pyotp
import pytest
from playwright.async_api import expect

from tests.e2e.person import PASSWORD, Person

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.timeout(180)]

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


async def test_a_link_confirms_by_its_button_alone_and_says_so_when_it_is_opened_again(ada: Person) -> None:
    """A scanner of mail opens it, too. fxa-content-server 4148, PHP-Auth 265: the second click was told that the link
    is no good."""
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

    await page.goto(link)
    await page.reload()
    await page.get_by_role("button", name="Confirm this address").click()
    await expect(page.get_by_role("heading", name="Your address is confirmed")).to_be_visible()
    already = page.get_by_role("heading", name="Your address is already confirmed")
    for _ in range(2):
        await page.reload()
        await expect(already).to_be_visible()
    await page.goto(link)
    await page.get_by_role("button", name="Confirm this address").click()
    await expect(already).to_be_visible()


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
    await page.get_by_label("Code", exact=True).fill(totp.now())
    await page.get_by_role("button", name="Turn on").click()
    await page.get_by_role("button", name="I have kept them").click()
    await ada.sign_out()
    await ada.give_password()

    # Each is good for one sign-in, and the one that turned it on is spent; the next half minute's is good already.
    await page.get_by_label("Code from your authenticator app").fill(totp.at(int(time.time()) + totp.interval))
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
    await page.goto(link)
    await page.reload()
    await page.get_by_label("New password").fill("another lamp, of glass")
    await page.get_by_role("button", name="Set password").click()
    done = page.get_by_role("heading", name="Your password is set")
    await expect(done).to_be_visible()
    await page.reload()
    await expect(done).to_be_visible()
    await page.goto(link)
    await page.get_by_label("New password").fill("a third lamp, of brass")
    await page.get_by_role("button", name="Set password").click()
    await expect(page.get_by_text("This link was used before")).to_be_visible()

    await ada.open("/account")
    await ada.give_password()
    await expect(page.get_by_role("alert")).to_have_text("The email or the password is not right.")
    await ada.give_password("another lamp, of glass")
    await expect(page.get_by_role("heading", name="Profile")).to_be_visible()
