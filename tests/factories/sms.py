"""Who subscribes by SMS, and what they answer."""

from datetime import timedelta

from storecast.kit.settings import Settings
from tests.factories.channels import Json
from tests.factories.platform import Client, do_jobs
from tests.factories.subscribers import code_in, execute
from tests.peers.twilio.peer import TwilioPeer, Webhook

SITE = "https://live.shop.test"
HOOK, STATUS = "/api/v1/sms/twilio", "/api/v1/sms/twilio/status"
ANA, BEA = "+40722000001", "+40733500002"
DIALLED = {"phone": "0722 000 001", "phonePrefix": "+40"}


async def ask(anyone: Client, show: Json, number: str = ANA, **how: object) -> int:
    """Answers the status."""
    body = {"eventId": show["id"], "phone": number, "phonePrefix": "+40", **how}
    return (await anyone.post("events/notification", body)).status_code


async def enter(anyone: Client, show: Json, code: str, number: str = ANA) -> int:
    body = {"eventId": show["id"], "phone": number, "phonePrefix": "40", "code": code}
    return (await anyone.post("events/notification/confirm", body)).status_code


async def subscribe(
    anyone: Client, twilio: TwilioPeer, settings: Settings, show: Json, number: str = ANA, **how: object
) -> None:
    assert await ask(anyone, show, number, **how) == 200
    await do_jobs(settings)
    assert await enter(anyone, show, code_in(twilio.to(number)[-1].body), number) == 200


async def tell(anyone: Client, told: Webhook, path: str = HOOK, **headers: str) -> tuple[int, str]:
    how = told.how
    answer = await anyone.post(path, content=how["content"], headers={**how["headers"], **headers})  # type: ignore[dict-item]
    return answer.status_code, answer.text


async def subscribed(settings: Settings) -> list[str]:
    rows = await execute(settings, "SELECT address FROM subscriptions WHERE stopped_at IS NULL ORDER BY address")
    return [str(row[0]) for row in rows]


async def age(settings: Settings, **by: float) -> None:
    """As if all SMS had been sent so much earlier."""
    seconds = timedelta(**by).total_seconds()
    for older in ("text_messages SET created_at = created_at", "subscription_requests SET code_at = code_at"):
        await execute(settings, f"UPDATE {older} - make_interval(secs => :seconds)", seconds=seconds)
