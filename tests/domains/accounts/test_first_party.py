"""Devices and second factors are their owner's alone: no token given away reaches them."""

import psycopg
import pytest

from tests.factories.accounts import PASSWORD, Member

OPERATIONS = [
    ("GET", "profile/sessions", None),
    ("DELETE", "profile/sessions", None),
    ("DELETE", "profile/sessions/some", None),
    ("GET", "profile/security-events", None),
    ("GET", "profile/second-factors", None),
    ("POST", "profile/second-factors/totp", {"password": PASSWORD}),
    ("POST", "profile/second-factors/totp/confirm", {"code": "123456"}),
    ("POST", "profile/second-factors/totp/remove", {"password": PASSWORD}),
    ("POST", "profile/second-factors/recovery-codes", {"password": PASSWORD}),
    ("GET", "profile/passkeys", None),
    ("POST", "profile/passkeys/options", {"password": PASSWORD}),
    ("PUT", "profile/passkeys/some", {"name": "Phone"}),
    ("POST", "profile/passkeys/some/remove", {"password": PASSWORD}),
]


@pytest.mark.parametrize(("method", "path", "body"), OPERATIONS)
async def test_personal_token_with_every_scope_is_refused(
    owner: Member, worker_database: str, method: str, path: str, body: dict[str, str] | None
) -> None:
    with psycopg.connect(worker_database) as connection:
        connection.execute("UPDATE grants SET kind = 'personal'")
    answer = await owner.client.call(method, path, json=body)
    assert answer.status_code == 403, answer.text
    assert (await owner.client.get("profile")).status_code == 200
