"""The realtime gateway's hooks over HTTP: who may enter a room, and what happened in it since."""

from datetime import datetime

from litestar import Controller, post
from litestar.di import NamedDependency
from sqlalchemy.ext.asyncio import AsyncSession

from storecast.contracts import hooks
from storecast.domains.accounts.service import AccountService
from storecast.domains.channels.access import ChannelAccess
from storecast.kit import event_log
from storecast.kit.errors import Forbidden
from storecast.kit.http.signed import SignedBody


class RealtimeHooks(Controller):
    include_in_schema = False

    @post(hooks.ENTER, status_code=200)
    async def enter(
        self,
        signed: NamedDependency[SignedBody],
        accounts: NamedDependency[AccountService],
        channel_access: NamedDependency[ChannelAccess],
        session: NamedDependency[AsyncSession],
        now: NamedDependency[datetime],
    ) -> hooks.EnterGrant:
        request = signed.decode(hooks.EnterRequest)
        caller = await accounts.caller_of(request.subject, request.grant_id, now)
        channel = await channel_access.find(request.room, caller, now)
        if not await channel_access.watches(channel, caller):
            raise Forbidden("You may not watch this channel.")
        return hooks.EnterGrant(
            room_id=channel.hash_id,
            seq=await event_log.newest(session, channel.hash_id),
            editor=channel_access.edits(channel, caller),
        )

    @post(hooks.EVENTS, status_code=200)
    async def events(
        self,
        signed: NamedDependency[SignedBody],
        session: NamedDependency[AsyncSession],
        now: NamedDependency[datetime],
    ) -> hooks.EventsPage:
        request = signed.decode(hooks.EventsRequest)
        return await event_log.since(session, request.room_id, request.since, request.limit, now)
