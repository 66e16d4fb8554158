"""What somebody new goes by, however they come: the language and the money of where their browser is from."""

from pathlib import Path

import pytest

from storecast.kit.settings import Settings
from tests.factories.accounts import PASSWORD
from tests.factories.mails import link_in, mails_in, query_of
from tests.factories.platform import Client, do_jobs, settings_for


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return settings_for(tmp_path, database_url)


@pytest.mark.parametrize(
    ("accepted", "locale", "currency"),
    [
        ("de-AT,de;q=0.9,en;q=0.5", "de", "EUR"),
        ("de", "de", "EUR"),
        ("en-GB,en;q=0.7", "en-GB", "GBP"),
        ("en", "en", "USD"),
        ("ja", "en", "JPY"),
        ("zh-Hant-TW", "zh", "TWD"),
        ("ar", "ar", "EGP"),
        ("*, xx-419, ;q=1, ro;q=0.1", "en", "RON"),
        ("", "en", "USD"),
    ],
)
async def test_language_and_currency_are_the_browser_s(
    anyone: Client, accepted: str, locale: str, currency: str
) -> None:
    signing_up = {"email": "ana@example.com", "password": PASSWORD}
    answer = await anyone.post("auth/register", signing_up, headers={"Accept-Language": accepted})
    [person] = answer.json()["data"]
    assert (person["locale"], person["currency"]["data"]["iso_code"]) == (locale, currency)


async def test_whoever_signs_up_by_mail_goes_by_the_same(anyone: Client, settings: Settings) -> None:
    german = {"Accept-Language": "de-DE"}
    await anyone.call("PUT", "auth/register", json={"email": "ana@example.com"}, headers=german)
    await do_jobs(settings)
    [mail] = mails_in(settings.data_dir, "ana@example.com")
    assert mail["Subject"] == "Schließen Sie Ihre Anmeldung ab"
    body = {"token": query_of(link_in(mail))["token"], "userEmail": "ana@example.com", "password": PASSWORD}
    assert (await anyone.post("auth/password/reset", body, headers=german)).status_code == 200
    tokens = (await anyone.post("auth/login", {"email": "ana@example.com", "password": PASSWORD})).json()
    person = (await anyone.with_token(tokens["access_token"]).get("profile")).json()["data"]
    assert (person["locale"], person["currency"]["data"]["iso_code"]) == ("de", "EUR")
