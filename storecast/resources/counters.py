"""What a show comes to while it is on."""

from msgspec import Struct

from storecast.domains.audience.figures import of_shows, watching
from storecast.domains.channels.access import Act
from storecast.domains.channels.models import Channel
from storecast.kit.clock import iso
from storecast.resources.channel import counts_of
from storecast.wiring.unit import Unit


class CountersView(Struct):
    viewers: int
    """How many watch, or wait for the show; 0 for strangers where the channel does not say."""
    peak_viewers: int
    """How many watched the show that is on at once, at most; 0 without one, and likewise."""
    messages: int
    """How many messages the chat has."""
    questions: int
    """How many questions were asked."""
    subscribers: int | None
    """How many are told by mail or SMS when a show begins; null for who may not see figures."""
    is_live: bool
    """Whether a show is on."""
    started_at: str | None
    """When it began."""


async def show_counters(unit: Unit, channel: Channel) -> CountersView:
    session = (await unit.streams.open_sessions([channel.id])).get(channel.id)
    began = session.started_at if session is not None else None
    counts = await counts_of(unit, channel)
    sees = Act.SEE_STATS in await unit.access.acts(channel, unit.caller)
    viewers = peak = 0
    if channel.show_viewers or sees:
        viewers = await watching(unit.db, channel.id, unit.now)
        if session is not None and began is not None:
            peak = (await of_shows(unit.db, [session.id]))[session.id].peak
    return CountersView(
        viewers=viewers,
        peak_viewers=peak,
        messages=counts.messages,
        questions=counts.questions,
        subscribers=(await unit.subscribers.counts([channel.id])).get(channel.id, 0) if sees else None,
        is_live=began is not None,
        started_at=None if began is None else iso(began),
    )
