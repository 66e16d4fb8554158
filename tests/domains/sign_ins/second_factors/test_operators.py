"""`STORECAST_OPERATOR_SECOND_FACTOR=required`."""

from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest

from storecast.entrypoints.commands.operators import Invalid, reset_factors
from tests.factories.accounts import PASSWORD, Member, member
from tests.factories.platform import Client, running_app, settings_for
from tests.factories.second_factors import with_app, with_passkey


@pytest.fixture
async def strict(tmp_path: Path, database_url: str) -> AsyncIterator[Client]:
    async with running_app(settings_for(tmp_path, database_url, operator_second_factor="required")) as client:
        yield client


@pytest.fixture
async def operator(strict: Client, worker_database: str) -> Member:
    made = await member(strict)
    with psycopg.connect(worker_database) as connection:
        connection.execute("UPDATE users SET is_operator = true")
    return made


async def test_operator_without_second_factor_can_only_set_one_up(operator: Member) -> None:
    refused = await operator.client.get("profile")
    assert (refused.status_code, "second factor" in refused.json()["error"]["message"]) == (403, True)
    for path in ("events", "jwt"):
        assert (await operator.client.get(path)).status_code == 403
    shown = (await operator.client.get("profile/second-factors")).json()["data"]
    assert (shown["required"], shown["enabled"]) == (True, False)
    await with_app(operator)
    assert (await operator.client.get("profile")).status_code == 200
    assert (await operator.client.get("profile/second-factors")).json()["data"]["required"] is False


async def test_operator_who_removes_the_last_one_is_back_where_they_began(operator: Member) -> None:
    await with_app(operator)
    await operator.client.post("profile/second-factors/totp/remove", {"password": PASSWORD})
    assert (await operator.client.get("profile")).status_code == 403


async def test_others_need_none(strict: Client, operator: Member) -> None:
    merchant = await member(strict)
    assert (await merchant.client.get("profile")).status_code == 200


async def test_operators_need_none_unless_the_setting_says_so(owner: Member, worker_database: str) -> None:
    with psycopg.connect(worker_database) as connection:
        connection.execute("UPDATE users SET is_operator = true")
    assert (await owner.client.get("profile")).status_code == 200


async def test_operator_helps_who_has_lost_every_factor(
    anyone: Client, owner: Member, stranger: Member, tmp_path: Path, database_url: str
) -> None:
    for each in (owner, stranger):
        await with_app(each)
    await with_passkey(owner)
    settings = settings_for(tmp_path, database_url)
    await reset_factors(settings, f" {owner.email.upper()}")
    assert (await owner.client.get("profile")).status_code == 401
    tokens = await anyone.post("auth/login", {"email": owner.email, "password": PASSWORD})
    assert tokens.status_code == 200
    back = anyone.with_token(tokens.json()["access_token"])
    shown = (await back.get("profile/second-factors")).json()["data"]
    assert (shown["methods"], shown["recovery_codes_left"]) == ([], 0)
    events = (await back.get("profile/security-events")).json()["data"]
    assert "second_factor_removed" in [event["kind"] for event in events]
    assert (await stranger.client.get("profile/second-factors")).json()["data"]["enabled"] is True
    with pytest.raises(Invalid, match="nobody's"):
        await reset_factors(settings, "nobody@example.com")
