"""A stream as editors see it, and as viewers do."""

import asyncio
from collections.abc import Collection, Mapping
from typing import Annotated

from msgspec import Meta, Struct, field

from storecast.contracts.hooks import StreamHealth
from storecast.domains.accounts.callers import Scope
from storecast.domains.channels.access import Act, Seat, is_open
from storecast.domains.channels.models import Channel
from storecast.domains.streams.models import Stream, StreamSession
from storecast.kit.clock import iso
from storecast.kit.envelope import Absent, Data
from storecast.wiring.unit import Unit


class Playback(Struct):
    id: str
    """The stream's id."""
    playback_id: str
    """Names the stream in the addresses of its video."""
    hls_url: Annotated[str, Meta(description="Signed where the channel needs it.")]


class Ingest(Struct):
    rtmp_url: str
    """Where an encoder sends to, without the key; empty for whoever may not see it."""
    browser_url: str | None
    """Where a browser sends what it records, a WebSocket; null for whoever may not see the key."""


class StreamResource(Struct):
    id: str
    """Names the stream."""
    event_id: str
    """The channel's id."""
    is_live_manual: bool
    """Kept, and changes nothing."""
    is_live: bool
    """Whether a show is on; true for 30 s after its encoder was lost."""
    room_id: str | None = field(name="roomId")
    """Always null."""
    autojoin: bool
    """Kept, and changes nothing."""
    channel: Annotated[str, Meta(description="The channel's slug.")]
    token: Annotated[str, Meta(description="Playback token (RS256); it opens only what not everybody may watch.")]
    stream_key: Annotated[str, Meta(description="Empty for whoever may not see it.")]
    playback: Data[Playback]
    """What to play."""
    space: str | None
    """Always null."""
    jwt: Absent
    """Always empty."""
    ingest: Ingest
    """Where one goes live."""
    session_id: str | None
    """Names the show that is on."""
    started_at: Annotated[str | None, Meta(description="Since when it is live.")]
    interrupted_until: Annotated[
        str | None,
        Meta(description="Set while its publisher is gone without a goodbye: when the show ends if it stays away."),
    ]
    health: Annotated[
        StreamHealth | None,
        Meta(description="How it arrives; null while nobody publishes, and for whoever may not run the show."),
    ]


async def show_streams(
    unit: Unit, channels: Collection[Channel], acts: Mapping[int, frozenset[Act]]
) -> dict[int, StreamResource]:
    """The streams of these channels for who may do `acts` on them, by channel; two queries however many."""
    ids = [channel.id for channel in channels]
    streams, sessions = await unit.streams.of_channels(ids), await unit.streams.open_sessions(ids)
    shown = {}
    for channel in channels:
        if channel.id in streams:
            session, may = sessions.get(channel.id), acts[channel.id]
            shown[channel.id] = stream_view(unit, streams[channel.id], channel, session, may)
            await asyncio.sleep(0)  # signing and unsealing hundreds at a stretch would make all others wait
    return shown


async def show_stream(unit: Unit, stream: Stream, seat: Seat) -> StreamResource:
    sessions = await unit.streams.open_sessions([seat.channel.id])
    return stream_view(unit, stream, seat.channel, sessions.get(seat.channel.id), seat.acts)


def stream_view(
    unit: Unit, stream: Stream, channel: Channel, session: StreamSession | None, acts: frozenset[Act]
) -> StreamResource:
    """A stream for somebody who may do `acts` on its channel. `session` is the one that has not ended."""
    everybody, meant = is_open(channel), unit.is_meant_for(Scope.STREAMS)
    keyed, runs = meant and Act.SEE_KEY in acts, meant and Act.RUN_SHOW in acts
    live = session if session and session.started_at else None
    token = unit.process.playback_tokens.token(stream.playback_id, unit.now, opens=bool(acts) or not everybody)
    hls = unit.urls.hls(stream.playback_id, None if everybody else token)
    return StreamResource(
        id=stream.hash_id,
        event_id=channel.hash_id,
        is_live_manual=stream.is_live_manual,
        is_live=live is not None,
        room_id=None,
        autojoin=stream.autojoin,
        channel=channel.slug,
        token=token,
        stream_key=unit.streams.key(stream) if keyed else "",
        playback=Data(Playback(stream.hash_id, stream.playback_id, hls)),
        space=None,
        jwt=Absent(),
        ingest=Ingest(unit.urls.rtmp() if keyed else "", unit.urls.publish() if keyed else None),
        session_id=live.id if live else None,
        started_at=iso(live.started_at) if live and live.started_at else None,
        interrupted_until=iso(live.interrupted_until) if live and live.interrupted_until else None,
        health=session.health if session and runs else None,
    )
