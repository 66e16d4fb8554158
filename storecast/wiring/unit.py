"""What handlers, jobs, subscriptions and commands work with."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime

from storecast.domains.accounts.callers import (
    TOKEN_OF,
    Caller,
    ClientCaller,
    Device,
    Need,
    Scope,
    SignedIn,
    Who,
    permit,
)
from storecast.domains.accounts.models import DEFAULT_CURRENCY, Newcomer, User
from storecast.domains.channels.access import Act, Seat
from storecast.kit import currencies
from storecast.kit.clock import utcnow
from storecast.kit.database import Database, transaction
from storecast.kit.errors import TokenNeeded
from storecast.kit.http.signed import SignedBody
from storecast.kit.lazy import cached_property
from storecast.kit.networks import network
from storecast.wiring.origin import Origin
from storecast.wiring.process import Process
from storecast.wiring.selling import Selling
from storecast.wiring.services import NOWHERE
from storecast.wiring.talking import Talking


class Unit(Selling, Talking):
    """One transaction's services, and who asks for what they do."""

    def __init__(self, process: Process, db: Database, now: datetime, origin: Origin = NOWHERE) -> None:
        super().__init__(process, db, now, origin)
        self.caller: Caller | None = None
        self.client: ClientCaller | None = None
        self.signed = SignedBody(b"null")

    async def authenticate(self, token: str | None, need: Need, who: Who) -> None:
        """Take for the caller whoever holds `token`. Raises `TokenNeeded` where `who` asks for more, `Forbidden`.

        A client that speaks for itself sees what nobody sees.
        """
        if token is not None:
            found = await self.tokens.caller(token, self.now)
            permit(found, need)
            await self.factors.require_set_up(found, need)
            if isinstance(found, ClientCaller):
                self.client = found
            else:
                self.caller = found
        if who is Who.USER and not isinstance(self.caller, SignedIn):
            raise TokenNeeded(TOKEN_OF[Who.USER])
        if who is Who.GUEST and self.caller is None:
            raise TokenNeeded(TOKEN_OF[Who.GUEST])
        if who is Who.CLIENT and self.client is None and not isinstance(self.caller, SignedIn):
            raise TokenNeeded(TOKEN_OF[Who.CLIENT])

    @property
    def user(self) -> SignedIn:
        """Of an operation for users. Raises `TokenNeeded`."""
        if not isinstance(self.caller, SignedIn):
            raise TokenNeeded(TOKEN_OF[Who.USER])
        return self.caller

    @property
    def program(self) -> Caller:
        """A client that speaks for itself, or a user. Raises `TokenNeeded`."""
        return self.client or self.user

    def is_meant_for(self, scope: Scope) -> bool:
        """Whether the caller's token may be used for this, too: an answer shows no more than its operation would."""
        return isinstance(self.caller, SignedIn) and scope in self.caller.scopes

    @property
    def account(self) -> User:
        """The user's row."""
        return self.user.user

    @property
    def participant(self) -> Caller:
        """A user or a guest. Raises `TokenNeeded`."""
        if self.caller is None:
            raise TokenNeeded(TOKEN_OF[Who.GUEST])
        return self.caller

    async def seat(self, ref: str, act: Act) -> Seat:
        """As `ChannelAccess.seat`, of the caller."""
        return await self.access.seat(ref, act, self.user, self.now)

    @property
    def address(self) -> str:
        return self.origin.address

    @cached_property
    def network(self) -> str:
        """What limits go by: whoever has one address of it has them all."""
        return network(self.origin.address)

    @cached_property
    def device(self) -> Device:
        return Device(self.origin.address, self.origin.user_agent)

    @cached_property
    def locale(self) -> str:
        """The caller's language as their browser says."""
        return self.languages.preferred(self.origin.accept_language)

    @property
    def newcomer(self) -> Newcomer:
        """What the caller goes by, should they be new here."""
        return Newcomer(self.locale, currencies.of_reader(self.origin.accept_language) or DEFAULT_CURRENCY)


@asynccontextmanager
async def unit_of_work(
    process: Process, now: datetime | None = None, origin: Origin = NOWHERE
) -> AsyncGenerator[Unit, None]:
    """A unit outside the framework's requests, whose work is committed when the block ends well, else undone."""
    async with transaction(process.databases) as db:
        yield Unit(process, db, now or utcnow(), origin)
