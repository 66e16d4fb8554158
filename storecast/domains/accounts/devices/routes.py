"""Signed-in devices and security events over HTTP."""

from datetime import datetime
from typing import Annotated

from litestar import Controller, Request, delete, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from storecast.domains.accounts.access import Access, Device, SignedIn
from storecast.domains.accounts.audit import events_of
from storecast.domains.accounts.devices.schemas import DeviceView, SecurityEventView
from storecast.domains.accounts.devices.service import DeviceService
from storecast.kit.clock import iso
from storecast.kit.envelope import Data, Page
from storecast.kit.pagination import MAX_PAGE, PageRequest, paged


class DeviceController(Controller):
    path = "/profile/sessions"
    tags = ("Accounts",)
    opt = {"scope": Access.SIGN_IN}  # noqa: RUF012

    @get("/", operation_id="listDevices")
    async def list_devices(
        self,
        user: NamedDependency[SignedIn],
        devices: NamedDependency[DeviceService],
        now: NamedDependency[datetime],
    ) -> Data[list[DeviceView]]:
        """The devices the caller is signed in on, the last used first; at most 100."""
        return Data(await devices.list(user, now))

    @delete("/", operation_id="signOutOtherDevices")
    async def sign_out_other_devices(
        self,
        user: NamedDependency[SignedIn],
        devices: NamedDependency[DeviceService],
        device: NamedDependency[Device],
        now: NamedDependency[datetime],
    ) -> None:
        """Sign out everywhere but on the device that asks."""
        await devices.sign_out_others(user, device, now)

    @delete("/{id:str}", operation_id="signOutDevice")
    async def sign_out_device(
        self,
        id: FromPath[str],
        user: NamedDependency[SignedIn],
        devices: NamedDependency[DeviceService],
        device: NamedDependency[Device],
        now: NamedDependency[datetime],
    ) -> None:
        """Sign one device out: its tokens and open connections end at once."""
        await devices.sign_out(user, id, device, now)


@get(
    "/profile/security-events",
    operation_id="listSecurityEvents",
    tags=["Accounts"],
    opt={"scope": Access.SIGN_IN},
)
async def list_security_events(
    request: Request[None, None, State],
    user: NamedDependency[SignedIn],
    session: NamedDependency[AsyncSession],
    page: Annotated[int, QueryParameter(ge=1, le=MAX_PAGE)] = 1,
) -> Page[SecurityEventView]:
    """What happened to the security of the caller's account in the last 90 days, newest first."""
    events, cut = await events_of(session, user.id, PageRequest(page))
    shown = [SecurityEventView(each.id, each.kind, each.address, each.detail, iso(each.created_at)) for each in events]
    return paged(shown, cut, request.url.path, request.url.query)
