"""What pages owe whoever is on them: their language, and that nothing they wrote is lost."""

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.person import PASSWORD, Person

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.timeout(120)]


async def choose_language(page: Page, name: str) -> None:
    await page.get_by_role("button", name="Language").click()
    await page.get_by_role("dialog", name="Language").get_by_role("button", name=name).click()


async def test_a_language_chosen_on_a_page_is_the_accounts_and_that_of_its_other_browsers(
    ada: Person, browser: Browser
) -> None:
    page = ada.page
    await ada.sign_up()
    await choose_language(page, "Français")
    await expect(page.get_by_role("heading", name="Profil", exact=True)).to_be_visible()

    async with await browser.new_context(locale="es-MX") as context:
        elsewhere = await context.new_page()
        await elsewhere.goto(f"{ada.site}/account")
        await elsewhere.get_by_label("Correo electrónico").fill(ada.address)
        await elsewhere.get_by_label("Contraseña", exact=True).fill(PASSWORD)
        await elsewhere.get_by_role("button", name="Iniciar sesión", exact=True).click()
        await expect(elsewhere.get_by_role("heading", name="Profil", exact=True)).to_be_visible()


async def test_arabic_runs_from_right_to_left_and_speaks_of_what_is_wrong(ada: Person) -> None:
    page = ada.page
    await ada.open("/account")
    await choose_language(page, "العربية")
    await expect(page.get_by_role("heading", name="حسابك")).to_be_visible()
    await expect(page.locator("body")).to_have_css("direction", "rtl")
    await page.get_by_label("البريد الإلكتروني").fill(ada.address)
    await page.get_by_label("كلمة المرور").fill("wrong")
    await page.get_by_role("button", name="تسجيل الدخول").click()
    await expect(page.get_by_role("alert")).to_have_text("البريد الإلكتروني أو كلمة المرور غير صحيحة.")


async def test_no_language_is_chosen_before_it_is_agreed_to_lose_what_is_typed(ada: Person) -> None:
    page = ada.page
    await ada.sign_up()
    await page.get_by_label("About you").fill("Lamps, mostly.")
    await choose_language(page, "Deutsch")
    question = page.get_by_role("dialog", name="Discard your changes?")
    await question.get_by_role("button", name="Cancel").click()
    await page.keyboard.press("Escape")
    await expect(page.get_by_label("About you")).to_have_value("Lamps, mostly.")
    assert await page.evaluate("() => localStorage.getItem('storecast.language')") == "en"
    await choose_language(page, "Deutsch")
    await question.get_by_role("button", name="Discard").click()
    await expect(page.get_by_role("heading", name="Profil", exact=True)).to_be_visible()


async def test_saving_the_profile_leaves_the_language_chosen_on_the_page(ada: Person) -> None:
    page = ada.page
    await ada.sign_up()
    await page.evaluate("() => localStorage.setItem('storecast.language', 'de')")
    await page.reload()
    await page.get_by_label("Über Sie").fill("Lampen.")
    await page.get_by_role("button", name="Speichern").click()
    await expect(page.get_by_text("Profil gespeichert")).to_be_visible()
    await page.reload()
    await expect(page.get_by_label("Über Sie")).to_have_value("Lampen.")


async def test_nothing_is_saved_onto_the_account_of_who_signed_in_in_another_tab(ada: Person) -> None:
    page = ada.page
    await ada.sign_up()
    bob = Person(ada.installation, await page.context.new_page(), f"bob-{ada.address}")
    await bob.open("/account")
    await bob.sign_out()
    await bob.sign_up()
    await page.get_by_label("Name").fill("Ada, Countess of Lovelace")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("dialog", name="You are signed out")).to_be_visible()
    await bob.page.reload()
    await expect(bob.page.get_by_label("Name")).to_have_value("Ada Lovelace")
    await expect(bob.page.get_by_text(bob.address)).to_be_visible()


async def test_who_is_signed_out_elsewhere_signs_in_again_in_place_and_keeps_what_they_wrote(ada: Person) -> None:
    page = ada.page
    await ada.sign_up()
    await page.get_by_label("About you").fill("Lamps, mostly.")
    http = ada.installation.http
    body = {"email": ada.address, "password": PASSWORD}
    token = (await http.post("auth/login", json=body)).json()["access_token"]
    await http.delete("profile/sessions", headers={"Authorization": f"Bearer {token}"})

    await page.get_by_role("button", name="Save").click()
    dialog = page.get_by_role("dialog", name="You are signed out")
    await expect(dialog).to_be_visible()
    await expect(page.get_by_text("You are signed out. Sign in to go on; what you wrote is kept.")).to_be_visible()
    await dialog.get_by_role("button", name="Close").click()
    await page.get_by_role("dialog", name="Discard your changes?").get_by_role("button", name="Cancel").click()
    await dialog.get_by_label("Email").fill(ada.address)
    await dialog.get_by_label("Password", exact=True).fill(PASSWORD)
    await dialog.get_by_role("button", name="Sign in", exact=True).click()
    await expect(dialog).to_be_hidden()
    await expect(page.get_by_label("About you")).to_have_value("Lamps, mostly.")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Profile saved")).to_be_visible()


async def test_what_is_typed_and_not_saved_is_not_left_without_a_question(ada: Person) -> None:
    page = ada.page
    await ada.sign_up()
    await page.get_by_label("About you").fill("Lamps, mostly.")
    question = page.get_by_role("dialog", name="Discard your changes?")
    await ada.section("Security")
    await question.get_by_role("button", name="Cancel").click()
    await expect(page.get_by_label("About you")).to_have_value("Lamps, mostly.")
    await page.get_by_role("navigation", name="You").get_by_role("button", name="Sign out").click()
    await question.get_by_role("button", name="Cancel").click()
    await ada.section("Security")
    await question.get_by_role("button", name="Discard").click()
    await expect(page.get_by_role("heading", name="Security", exact=True)).to_be_visible()

    await ada.section("Developer")
    await page.get_by_role("button", name="New token").click()
    await page.get_by_role("dialog").get_by_role("textbox", name="Name").fill("Backup")
    await page.keyboard.press("Escape")
    await question.get_by_role("button", name="Cancel").click()
    await expect(page.get_by_role("dialog").get_by_role("textbox", name="Name")).to_have_value("Backup")
