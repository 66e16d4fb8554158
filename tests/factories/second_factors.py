"""People with second factors."""

import time
from dataclasses import dataclass

import pyotp

from tests.factories.accounts import PASSWORD, Member
from tests.factories.passkeys import Authenticator
from tests.factories.platform import Client

STEP = 30  # seconds


@dataclass
class App:
    """An authenticator app. Each code is good once: `spent` confirmed it, `next_code` is of the step after."""

    secret: str
    spent: str
    recovery_codes: list[str]

    def next_code(self) -> str:
        return pyotp.TOTP(self.secret).at(int(time.time()) + STEP)


async def with_app(member: Member) -> App:
    """Set an authenticator app up for them; its present code is spent by that."""
    begun = await member.client.post("profile/second-factors/totp", {"password": PASSWORD})
    assert begun.status_code == 200, begun.text
    secret = begun.json()["data"]["secret"]
    code = pyotp.TOTP(secret).at(int(time.time()))
    confirmed = await member.client.post("profile/second-factors/totp/confirm", {"code": code})
    assert confirmed.status_code == 200, confirmed.text
    return App(secret, code, confirmed.json()["data"]["recovery_codes"])


async def with_passkey(member: Member, authenticator: Authenticator | None = None, code: str = "") -> Authenticator:
    """Register a passkey for them; `code` where the password alone is not to prove it."""
    authenticator = authenticator or Authenticator()
    proof = {"code": code} if code else {"password": PASSWORD}
    begun = (await member.client.post("profile/passkeys/options", proof)).json()["data"]
    credential = authenticator.create(begun["options"])
    body = {"challenge_id": begun["challenge_id"], "credential": credential, "name": "Phone"}
    added = await member.client.post("profile/passkeys", body)
    assert added.status_code == 200, added.text
    return authenticator


async def ticket(anyone: Client, member: Member) -> str:
    """What a sign-in by password alone gets from an account with a second factor."""
    answer = await anyone.post("auth/login", {"email": member.email, "password": PASSWORD})
    assert answer.status_code == 401, answer.text
    waiting: str = answer.json()["error"]["second_factor"]["ticket"]
    return waiting


async def kinds(member: Member) -> list[str]:
    """The kinds of their latest security events, newest first."""
    answer = await member.client.get("profile/security-events")
    return [event["kind"] for event in answer.json()["data"]]
