"""`storecast client create`."""

from storecast.domains.oauth.clients.schemas import NewClient
from storecast.domains.oauth.clients.service import NewSecret
from storecast.kit.errors import Unprocessable
from storecast.kit.http.failures import struct_messages
from storecast.kit.settings import Settings
from storecast.wiring.assembly import command


async def create_client(settings: Settings, name: str, redirect: str, *, confidential: bool) -> NewSecret:
    """A client of the installation's own, which may take people's passwords. Raises `Unprocessable`."""
    if wrong := struct_messages({"name": name, "redirect": redirect}, NewClient):
        raise Unprocessable("; ".join(f"--{entry.field} {entry.message}" for entry in wrong), messages=wrong)
    asked = NewClient(name, redirect, confidential)
    async with command(settings) as unit:
        return await unit.clients.create(
            None, asked.name, asked.redirect, "", unit.now, confidential=asked.confidential, first_party=True
        )
