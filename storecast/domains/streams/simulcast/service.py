"""The rules of where a channel's shows go. One call is one transaction."""

import re
from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from storecast.contracts.hooks import RelayReport, RelayTarget, Simulcast
from storecast.domains.channels.models import Channel
from storecast.domains.channels.service import ChannelService
from storecast.domains.streams.repository import StreamRepository
from storecast.domains.streams.simulcast.address import normal
from storecast.domains.streams.simulcast.errors import TargetNotFound, TooManyTargets
from storecast.domains.streams.simulcast.events import SimulcastChanged
from storecast.domains.streams.simulcast.jobs import PushTargets
from storecast.domains.streams.simulcast.models import SimulcastTarget
from storecast.domains.streams.simulcast.repository import SimulcastRepository
from storecast.domains.streams.simulcast.schemas import HIDDEN, NewTarget, TargetChanges, told_of
from storecast.kit.database import Database
from storecast.kit.errors import Unprocessable
from storecast.kit.events import Events
from storecast.kit.jobs import defer
from storecast.kit.seals import Seal

MOST_TARGETS = 10  # of a channel
SHOWN = 4  # signs of a key
LONG_ENOUGH = 12  # signs; of a shorter key none are shown
_KEY = re.compile(r"[\x21-\x7e]+")


class SimulcastService:
    """`seal` keeps keys in the database, `hook_seal` on their way to a node; `private` allows networks of ours."""

    def __init__(
        self, db: Database, channels: ChannelService, events: Events, seal: Seal, hook_seal: Seal, *, private: bool
    ) -> None:
        self._db = db
        self._repository = SimulcastRepository(db)
        self._channels = channels
        self._events = events
        self._seal = seal
        self._hook_seal = hook_seal
        self._private = private

    # What is set.

    async def of_channels(self, channel_ids: Collection[int]) -> dict[int, list[SimulcastTarget]]:
        """By channel, in the order they were added."""
        return await self._repository.of_channels(channel_ids)

    async def of_channel(self, channel: Channel) -> Sequence[SimulcastTarget]:
        return (await self._repository.of_channels([channel.id])).get(channel.id, [])

    async def add(self, channel: Channel, data: NewTarget, now: datetime) -> SimulcastTarget:
        """Raises `Unprocessable`, `TooManyTargets`."""
        url, key = normal(data.url, private=self._private), _checked(data.key)
        await self._channels.change_simulcast(channel)
        if len(await self._repository.of_channel(channel.id)) >= MOST_TARGETS:
            raise TooManyTargets(MOST_TARGETS)
        target = SimulcastTarget(
            channel_id=channel.id,
            name=data.name,
            url=url,
            key_sealed=self._seal.close(key),
            key_shown=_end_of(key),
            created_at=now,
            updated_at=now,
        )
        await self._repository.add(target)
        await self._tell(channel, now)
        return target

    async def change(self, channel: Channel, ref: str, data: TargetChanges, now: datetime) -> SimulcastTarget:
        """Raises `TargetNotFound`, `Unprocessable`."""
        url = normal(data.url, private=self._private)
        target = await self._held(channel, ref)
        given = None if data.key in ("", HIDDEN + target.key_shown) else data.key
        if given is None and url != target.url:  # else whoever may not read a key could have it sent to themselves
            raise Unprocessable.field("key", "must be given again where the address changes")
        target.name, target.url, target.updated_at = data.name, url, now
        if given is not None:
            key = _checked(given)
            target.key_sealed, target.key_shown = self._seal.close(key), _end_of(key)
        await self._db.flush()
        await self._tell(channel, now)
        return target

    async def delete(self, channel: Channel, ref: str, now: datetime) -> None:
        """Raises `TargetNotFound`."""
        await self._repository.delete(await self._held(channel, ref))
        await self._tell(channel, now)

    async def switch(self, channel: Channel, ref: str, *, on: bool, now: datetime) -> SimulcastTarget:
        """Raises `TargetNotFound`."""
        target = await self._held(channel, ref)
        if target.enabled != on:
            target.enabled, target.updated_at = on, now
            target.state, target.code, target.reason, target.since = None, "", "", None
            await self._db.flush()
            await self._tell(channel, now)
        return target

    async def switch_all(self, channel: Channel, *, on: bool, now: datetime) -> None:
        if channel.simulcast_enabled != on:
            await self._channels.change_simulcast(channel, enabled=on)
            await self._tell(channel, now)

    async def switched(self, channel: Channel, now: datetime) -> None:
        """Simulcast as a whole was switched with the channel's settings."""
        await self._tell(channel, now)

    async def drop_all(self, channels: Collection[Channel], now: datetime) -> None:
        """Their shows go nowhere else."""
        for channel in channels:
            if await self.of_channel(channel):
                await self._channels.change_simulcast(channel)
                await self._repository.delete_all([channel.id])
                await self._tell(channel, now)

    # What nodes hear and say.

    async def told(self, channel: Channel) -> Simulcast:
        """Where the channel's shows go, as a node is told it."""
        targets = await self.of_channel(channel) if channel.simulcast_enabled else []
        return Simulcast(channel.simulcast_revision, [self._sealed(target) for target in targets if target.enabled])

    async def told_of(self, channel_id: int) -> Simulcast | None:
        """As `told`; None where the channel is gone."""
        channel = (await self._channels.by_ids([channel_id])).get(channel_id)
        return None if channel is None else await self.told(channel)

    async def note(self, channel: Channel, reports: Collection[RelayReport], now: datetime) -> None:
        """Keep how it goes with each target, and tell who runs the show where that has changed."""
        known = {report.id: report for report in reports}
        changed = False
        for target in await self._repository.of_channel(channel.id):
            report = known.get(target.hash_id) if _is_on(channel, target) else None
            if _said(report) != _kept(target):
                target.state, target.code, target.reason = _said(report)
                target.since = min(datetime.fromtimestamp(report.since, UTC), now) if report else None
                changed = True
        if changed:
            await self._db.flush()
            await self._say(channel, now)

    def is_news(self, channel: Channel, targets: Collection[SimulcastTarget], reports: Collection[RelayReport]) -> bool:
        """Whether there is something to `note`, as far as `targets` tell."""
        known = {report.id: report for report in reports}
        shown = ((target, known.get(target.hash_id) if _is_on(channel, target) else None) for target in targets)
        return any(_said(report) != _kept(target) for target, report in shown)

    # Inside.

    async def _held(self, channel: Channel, ref: str) -> SimulcastTarget:
        await self._channels.change_simulcast(channel)
        for target in await self._repository.of_channel(channel.id):
            if target.hash_id == ref:
                return target
        raise TargetNotFound

    async def _tell(self, channel: Channel, now: datetime) -> None:
        """Tell the node that has the channel's show, and who runs it."""
        session = (await StreamRepository(self._db).open_sessions([channel.id])).get(channel.id)
        if session is not None:
            await defer(self._db, PushTargets(session.node, session.id, channel.id))
        await self._say(channel, now)

    async def _say(self, channel: Channel, now: datetime) -> None:
        told = [told_of(channel, target) for target in await self.of_channel(channel)]
        await self._events.happened(channel, SimulcastChanged(channel.simulcast_enabled, told), now)

    def _sealed(self, target: SimulcastTarget) -> RelayTarget:
        key = self._seal.open_once(target.key_sealed)
        return RelayTarget(target.hash_id, target.url, self._hook_seal.close(key))


def _is_on(channel: Channel, target: SimulcastTarget) -> bool:
    return channel.simulcast_enabled and target.enabled


def _said(report: RelayReport | None) -> tuple[str | None, str, str]:
    return (report.state.value, report.code, report.reason) if report else (None, "", "")


def _kept(target: SimulcastTarget) -> tuple[str | None, str, str]:
    return target.state, target.code, target.reason


def _checked(given: str) -> str:
    """Raises `Unprocessable`."""
    key = given.strip()
    if not _KEY.fullmatch(key):
        raise Unprocessable.field("key", "must be one word of letters, digits and signs")
    return key


def _end_of(key: str) -> str:
    return key[-SHOWN:] if len(key) >= LONG_ENOUGH else ""
