"""The rules of signed-in devices. One call is one transaction."""

from datetime import datetime
from ipaddress import ip_address, ip_network

from storecast.domains.accounts.audit import SecurityEventKind, record
from storecast.domains.accounts.callers import Device, SignedIn
from storecast.domains.accounts.jobs import tell_new_device
from storecast.domains.accounts.models import GrantKind, User
from storecast.domains.accounts.repository import AccountRepository
from storecast.domains.accounts.tokens import TokenService
from storecast.domains.sign_ins.devices.errors import DeviceNotFound
from storecast.domains.sign_ins.devices.schemas import DeviceView
from storecast.kit.browsers import browser_and_system, device_name
from storecast.kit.clock import iso
from storecast.kit.database import Database
from storecast.kit.settings import Settings

MOST_SHOWN = 100
NETWORK_BITS = {4: 16, 6: 32}  # about what one provider gives its customers addresses of


class DeviceService:
    def __init__(self, db: Database, settings: Settings, tokens: TokenService) -> None:
        self._db = db
        self._settings = settings
        self._repository = AccountRepository(db)
        self._tokens = tokens

    async def list(self, caller: SignedIn, now: datetime) -> list[DeviceView]:
        """The last used first."""
        grants = await self._tokens.grants_of(caller.id, GrantKind.SIGN_IN, now, MOST_SHOWN)
        return [
            DeviceView(
                id=grant.id,
                device=device_name(grant.user_agent),
                address=grant.address,
                created_at=iso(grant.created_at),
                last_used_at=iso(grant.last_used_at) if grant.last_used_at else None,
                current=grant.id == caller.grant_id,
            )
            for grant in sorted(grants, key=lambda grant: grant.last_used_at or grant.created_at, reverse=True)
        ]

    async def sign_out(self, caller: SignedIn, grant_id: str, device: Device, now: datetime) -> None:
        """End one sign-in, everywhere at once. Raises `DeviceNotFound`."""
        grant = await self._tokens.grant_of(caller.id, GrantKind.SIGN_IN, grant_id, now)
        if grant is None:
            raise DeviceNotFound
        await self._tokens.revoke(grant.id, now)
        await self._record(SecurityEventKind.GRANT_REVOKED, caller.user, device, now, device_name(grant.user_agent))

    async def sign_out_others(self, caller: SignedIn, device: Device, now: datetime) -> None:
        """End every sign-in but the caller's own."""
        await self._tokens.revoke_all(caller.id, now, kind=GrantKind.SIGN_IN, but=caller.grant_id)
        await self._record(SecurityEventKind.GRANT_REVOKED, caller.user, device, now, "every other device")

    async def meet(self, user: User, device: Device, now: datetime) -> None:
        """A sign-in begins: tell its owner when it comes from where none came before."""
        known = {_whereabouts(agent, address) for agent, address in await self._repository.sign_in_places(user.id)}
        if known and _whereabouts(device.user_agent, device.address) not in known:
            await self._record(SecurityEventKind.NEW_DEVICE, user, device, now, device_name(device.user_agent))
            browser, system = browser_and_system(device.user_agent)
            await tell_new_device(self._db, self._settings, user, browser, system, device.address, now)

    async def _record(self, kind: SecurityEventKind, user: User, device: Device, now: datetime, detail: str) -> None:
        await record(self._db, kind, user_id=user.id, address=device.address, now=now, detail=detail)


def _whereabouts(user_agent: str, address: str) -> tuple[str, str]:
    """Two sign-ins with the same are taken for one device: browser, system and network."""
    try:
        bits = NETWORK_BITS[ip_address(address).version]
        return device_name(user_agent), str(ip_network(f"{address}/{bits}", strict=False))
    except ValueError:
        return device_name(user_agent), address
