"""A channel's rules of chat, warnings and the audit over HTTP."""

from litestar import Controller, Request, get, post, put
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import JSONBody

from storecast.domains.accounts.callers import Scope
from storecast.domains.channels.access import Act, Seat
from storecast.domains.moderation.schemas import (
    NewWarning,
    NoteView,
    SettingsChanges,
    SettingsView,
    WarningView,
    show_kept,
    show_note,
)
from storecast.kit.clock import iso
from storecast.kit.envelope import Data, Page
from storecast.kit.http.paging import PageNumber
from storecast.kit.pagination import paged
from storecast.wiring.unit import Unit


class ModerationController(Controller):
    path = "/events/{channel_ref:str}/chat"
    tags = ("Moderation",)
    opt = {"scope": Scope.CHAT, "may": Act.MODERATE}  # noqa: RUF012

    @get("/settings", operation_id="showChatSettings")
    async def show_settings(self, seat: NamedDependency[Seat], unit: NamedDependency[Unit]) -> Data[SettingsView]:
        """The rules of what may be said on the channel, as they are kept."""
        return Data(show_kept(await unit.moderation.kept(seat.channel)))

    @put("/settings", operation_id="updateChatSettings")
    async def update_settings(
        self, data: JSONBody[SettingsChanges], seat: NamedDependency[Seat], unit: NamedDependency[Unit]
    ) -> Data[SettingsView]:
        """Change the rules given; they hold at once, for chat, questions and polls."""
        return Data(show_kept(await unit.moderation.change(seat.channel, data, unit.user, unit.now)))

    @post("/warnings", operation_id="warnPerson", status_code=200)
    async def warn_person(
        self, data: JSONBody[NewWarning], seat: NamedDependency[Seat], unit: NamedDependency[Unit]
    ) -> Data[WarningView]:
        """Ask somebody to mind what they say. Only they are told."""
        author = await unit.moderation.warn(seat.channel, data, unit.user, unit.now)
        return Data(WarningView(author.subject, author.name, data.reason, iso(unit.now)))

    @get("/audit", operation_id="listModeration")
    async def list_moderation(
        self,
        request: Request[object, object, State],
        seat: NamedDependency[Seat],
        unit: NamedDependency[Unit],
        page: PageNumber = 1,
    ) -> Page[NoteView]:
        """What was done to moderate the channel and by whom, newest first, for half a year."""
        found, cut = await unit.moderation.audit(seat.channel, page)
        users = await unit.accounts.by_ids({note.by_id for note in found if note.by_id is not None})
        return paged([show_note(note, users) for note in found], cut, request.url.path, request.url.query)
