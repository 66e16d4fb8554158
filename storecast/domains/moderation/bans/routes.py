"""Bans over HTTP."""

from litestar import Controller, Request, delete, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from storecast.domains.accounts.callers import Scope
from storecast.domains.channels.access import Act, Seat
from storecast.domains.moderation.bans.schemas import BanView, NewBan, show_ban
from storecast.kit.envelope import Data, Page
from storecast.kit.http.paging import PageNumber
from storecast.kit.pagination import paged
from storecast.wiring.unit import Unit


class BanController(Controller):
    path = "/events/{channel_ref:str}/chat/bans"
    tags = ("Moderation",)
    opt = {"scope": Scope.CHAT, "may": Act.MODERATE}  # noqa: RUF012

    @get("/", operation_id="listBans")
    async def list_bans(
        self,
        request: Request[object, object, State],
        seat: NamedDependency[Seat],
        unit: NamedDependency[Unit],
        page: PageNumber = 1,
    ) -> Page[BanView]:
        """Who is banned on the channel, newest first."""
        found, cut = await unit.bans.page_of(seat.channel, page, unit.now)
        users = await unit.accounts.by_ids({ban.by_id for ban in found if ban.by_id is not None})
        return paged([show_ban(ban, users, unit.now) for ban in found], cut, request.url.path, request.url.query)

    @post("/", operation_id="ban", status_code=200)
    async def ban(
        self, data: JSONBody[NewBan], seat: NamedDependency[Seat], unit: NamedDependency[Unit]
    ) -> Data[BanView]:
        """Ban somebody from chat, questions and polls, or time them out. They can go on watching."""
        ban = await unit.bans.ban(seat.channel, data, unit.user, unit.now)
        return Data(show_ban(ban, {unit.user.id: unit.account}, unit.now))

    @delete("/{id:str}", operation_id="undoBan", status_code=204)
    async def undo_ban(self, id: FromPath[str], seat: NamedDependency[Seat], unit: NamedDependency[Unit]) -> None:
        """Undo a ban: they may speak again at once, and so may their network."""
        await unit.bans.undo(seat.channel, id, unit.user, unit.now)
