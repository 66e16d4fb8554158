"""Anybody can sign up with anybody's address: till it is verified, no mail to it carries a word of theirs."""

from pathlib import Path

import pytest

from storecast.kit.settings import Settings
from tests.factories.accounts import PASSWORD, member
from tests.factories.mails import link_in, mails_in, query_of, text_of
from tests.factories.platform import Client, do_jobs, settings_for

ADDRESS = "stranger@example.com"
NEW = "another good password"
NAME = "WIN $1000: http://evil.example/"


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return settings_for(tmp_path, database_url)


async def mail_all(anyone: Client, settings: Settings) -> list[str]:
    """All that an account can have mailed to its address, whole."""
    signing = {"email": ADDRESS, "password": PASSWORD}
    token = (await anyone.post("auth/login", signing, headers={"User-Agent": f"{NAME}/1.0"})).json()["access_token"]
    me = anyone.with_token(token)
    assert (await anyone.post("auth/password/email", {"email": ADDRESS})).status_code == 200
    assert (await anyone.put("auth/register", {"email": ADDRESS})).status_code == 200
    changed = await me.post("auth/password/change-password", {"old_password": PASSWORD, "password": NEW})
    assert changed.status_code == 200, changed.text
    exporting = await me.post("profile/exports", {"password": NEW})
    assert exporting.status_code == 200, exporting.text
    erasing = await me.post("profile/erasure", {"password": NEW})
    assert erasing.status_code == 200, erasing.text
    await do_jobs(settings)
    mails = mails_in(settings.data_dir, ADDRESS)
    assert {"New sign-in to your account", "Your password was changed"} <= {mail["Subject"] for mail in mails}
    return [f"{mail['Subject']} {text_of(mail)} {text_of(mail, 'html')}" for mail in mails]


async def test_no_word_of_theirs_is_mailed_before_the_address_is_verified(anyone: Client, settings: Settings) -> None:
    await member(anyone, ADDRESS, NAME)
    mails = await mail_all(anyone, settings)
    assert len(mails) >= 6
    for mail in mails:
        assert "WIN" not in mail
        assert "evil" not in mail


async def test_who_has_verified_the_address_is_greeted(anyone: Client, settings: Settings) -> None:
    await member(anyone, ADDRESS, "Ana")
    await do_jobs(settings)
    [verifying] = mails_in(settings.data_dir, ADDRESS)
    assert (await anyone.post("auth/verify", query_of(link_in(verifying)))).status_code == 200
    greeted = [mail for mail in await mail_all(anyone, settings) if "Hello Ana," in mail]
    assert len(greeted) >= 5
