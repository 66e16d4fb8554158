"""The notice of a sign-in from a new device: asked for in the sign-in's transaction, sent by the worker."""

from datetime import datetime

from babel.dates import format_datetime
from sqlalchemy.ext.asyncio import AsyncSession

from storecast.adapters.email.mailer import Mailer
from storecast.adapters.email.messages import MailKind, compose
from storecast.domains.accounts.access import Device
from storecast.domains.accounts.devices.names import device_name
from storecast.domains.accounts.models import User
from storecast.kit.jobs import defer
from storecast.kit.languages import ENGLISH
from storecast.kit.settings import Settings

SEND_NEW_DEVICE = "accounts.send_new_device"


async def request_notice(session: AsyncSession, user: User, device: Device, now: datetime) -> None:
    arguments = {
        "email": user.email,
        "name": user.nickname,
        "device": device_name(device.user_agent),
        "address": device.address,
        "at": now.isoformat(),
    }
    await defer(session, SEND_NEW_DEVICE, arguments, queue="mail")


async def send_notice(
    settings: Settings, mailer: Mailer, email: str, name: str, device: str, address: str, at: str
) -> None:
    time = format_datetime(datetime.fromisoformat(at), "long", locale=ENGLISH)
    link = f"{settings.web_url}/account"
    words = {"name": name, "device": device, "address": address, "time": time}
    await mailer.send(compose(MailKind.NEW_DEVICE, email, ENGLISH, settings.mail_from, link=link, **words))
