"""The realtime gateway's hooks over HTTP: who may enter a room, and what happened in it since."""

from litestar import Controller, post
from litestar.di import NamedDependency

from storecast.contracts import hooks
from storecast.domains.channels.access import is_counted_to
from storecast.domains.channels.models import Channel
from storecast.kit import event_log
from storecast.kit.errors import Forbidden, NotFound
from storecast.wiring.unit import Unit


class RealtimeHooks(Controller):
    include_in_schema = False
    opt = {"signed": True}  # noqa: RUF012

    @post(hooks.ENTER, status_code=200)
    async def enter(self, unit: NamedDependency[Unit]) -> hooks.EnterAnswers:
        request = unit.signed.decode(hooks.EnterRequest)
        hall = Hall(unit)
        return hooks.EnterAnswers([await hall.answer(question) for question in request.questions])

    @post(hooks.EVENTS, status_code=200)
    async def events(self, unit: NamedDependency[Unit]) -> hooks.EventsPage:
        request = unit.signed.decode(hooks.EventsRequest)
        return await event_log.since(unit.db, request.room_id, request.since, request.limit, unit.now)


class Hall:
    """Rooms, each looked for once however many ask at once to enter it."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._channels: dict[str, Channel] = {}
        self._newest: dict[str, int] = {}

    async def answer(self, question: hooks.EnterQuestion) -> hooks.EnterAnswer:
        try:
            return hooks.EnterAnswer(await self._enter(question))
        except (Forbidden, NotFound) as error:
            return hooks.EnterAnswer(status=error.status, message=error.message)

    async def _enter(self, question: hooks.EnterQuestion) -> hooks.EnterGrant:
        """Raises `Forbidden`, `NotFound`."""
        unit = self._unit
        caller = await unit.accounts.caller_of(question.subject, question.grant_id, unit.now)
        channel = self._channels.get(question.room)
        if channel is None:
            channel = await unit.access.find(question.room, caller, unit.now)
            if not is_counted_to(question.room, channel):  # else not everybody may find it so
                self._channels[question.room] = channel
        if not await unit.access.watches(channel, caller):
            raise Forbidden("You may not watch this channel.")
        if channel.hash_id not in self._newest:
            self._newest[channel.hash_id] = await event_log.newest(unit.db, channel.hash_id)
        return hooks.EnterGrant(
            room_id=channel.hash_id,
            seq=self._newest[channel.hash_id],
            acts=sorted(await unit.access.acts(channel, caller)),
        )
