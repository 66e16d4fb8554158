"""Signed-in devices and security events over HTTP."""

from litestar import Controller, Request, delete, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from storecast.domains.accounts.audit import events_of
from storecast.domains.accounts.callers import Unscoped
from storecast.domains.sign_ins.devices.schemas import DeviceView, SecurityEventView
from storecast.kit.clock import iso
from storecast.kit.envelope import Data, Page
from storecast.kit.http.paging import PageNumber
from storecast.kit.pagination import PageRequest, paged
from storecast.wiring.unit import Unit


class DeviceController(Controller):
    path = "/profile/sessions"
    tags = ("Accounts",)
    opt = {"scope": Unscoped.SIGN_IN}  # noqa: RUF012

    @get("/", operation_id="listDevices")
    async def list_devices(self, unit: NamedDependency[Unit]) -> Data[list[DeviceView]]:
        """The devices the caller is signed in on, the last used first; at most 100."""
        return Data(await unit.devices.list(unit.user, unit.now))

    @delete("/", operation_id="signOutOtherDevices")
    async def sign_out_other_devices(self, unit: NamedDependency[Unit]) -> None:
        """Sign out everywhere but on the device that asks."""
        await unit.devices.sign_out_others(unit.user, unit.device, unit.now)

    @delete("/{id:str}", operation_id="signOutDevice")
    async def sign_out_device(self, id: FromPath[str], unit: NamedDependency[Unit]) -> None:
        """Sign one device out: its tokens and open connections end at once."""
        await unit.devices.sign_out(unit.user, id, unit.device, unit.now)


@get(
    "/profile/security-events",
    operation_id="listSecurityEvents",
    tags=["Accounts"],
    opt={"scope": Unscoped.SIGN_IN},
)
async def list_security_events(
    request: Request[None, None, State],
    unit: NamedDependency[Unit],
    page: PageNumber = 1,
) -> Page[SecurityEventView]:
    """What happened to the security of the caller's account in the last 90 days, newest first."""
    events, cut = await events_of(unit.db, unit.user.id, PageRequest(page))
    shown = [SecurityEventView(each.id, each.kind, each.address, each.detail, iso(each.created_at)) for each in events]
    return paged(shown, cut, request.url.path, request.url.query)
