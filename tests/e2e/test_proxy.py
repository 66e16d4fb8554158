"""Callers behind a proxy, as the processes see them once they run by themselves."""

import pytest

from tests.e2e.installation import Installation, Merchant

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize(
    ("forwarded_for", "address"),
    [
        ("203.0.113.9, 198.51.100.1", "198.51.100.1"),
        ("somebody", "127.0.0.1"),  # the server's own reading of proxies, which is off, would believe it
    ],
)
async def test_a_proxy_on_this_machine_says_who_calls(
    installation: Installation, merchant: Merchant, forwarded_for: str, address: str
) -> None:
    body = {"email": f"{merchant.slug}@example.com", "password": "a long password"}
    answer = await installation.http.post("auth/login", json=body, headers={"X-Forwarded-For": forwarded_for})
    assert answer.status_code == 200, answer.text
    devices = (await merchant.call("GET", "profile/sessions"))["data"]
    assert [device["address"] for device in devices if not device["current"]] == [address]
