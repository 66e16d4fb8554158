"""A stream as editors see it, and as viewers do."""

import asyncio
from collections.abc import Collection
from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct, field

from storecast.domains.channels.access import is_open
from storecast.domains.channels.models import Channel
from storecast.domains.streams.models import Stream, StreamSession
from storecast.domains.streams.playback import PlaybackTokens
from storecast.domains.streams.service import StreamService
from storecast.kit.clock import iso
from storecast.kit.envelope import Absent, Data
from storecast.kit.urls import Urls


class Playback(Struct):
    id: str
    playback_id: str
    hls_url: Annotated[str, Meta(description="Signed where the channel needs it.")]


class Ingest(Struct):
    rtmp_url: str
    browser_url: str | None


class StreamResource(Struct):
    id: str
    event_id: str
    is_live_manual: bool
    is_live: bool
    room_id: str | None = field(name="roomId")
    autojoin: bool
    channel: Annotated[str, Meta(description="The channel's slug.")]
    token: Annotated[str, Meta(description="Playback token (RS256); it opens only what not everybody may watch.")]
    stream_key: Annotated[str, Meta(description="Empty for viewers.")]
    playback: Data[Playback]
    space: str | None
    jwt: Absent
    ingest: Ingest
    session_id: str | None
    started_at: Annotated[str | None, Meta(description="Since when it is live.")]


class StreamResources:
    def __init__(self, streams: StreamService, tokens: PlaybackTokens, urls: Urls, now: datetime) -> None:
        self._streams = streams
        self._tokens = tokens
        self._urls = urls
        self._now = now

    async def one(self, stream: Stream, channel: Channel) -> StreamResource:
        live = await self._streams.live([channel.id])
        return self.show(stream, channel, live.get(channel.id), editor=True)

    async def many(self, channels: Collection[Channel]) -> list[StreamResource]:
        """Streams of these channels, for their editors; two queries however many."""
        ids = [channel.id for channel in channels]
        streams, live = await self._streams.of_channels(ids), await self._streams.live(ids)
        shown = []
        for channel in channels:
            if channel.id in streams:
                shown.append(self.show(streams[channel.id], channel, live.get(channel.id), editor=True))
                await asyncio.sleep(0)  # signing and unsealing hundreds at a stretch would make all others wait
        return shown

    def show(self, stream: Stream, channel: Channel, live: StreamSession | None, *, editor: bool) -> StreamResource:
        everybody = is_open(channel)
        token = self._tokens.token(stream.playback_id, self._now, opens=editor or not everybody)
        hls = self._urls.hls(stream.playback_id, None if everybody else token)
        return StreamResource(
            id=stream.hash_id,
            event_id=channel.hash_id,
            is_live_manual=stream.is_live_manual,
            is_live=live is not None,
            room_id=None,
            autojoin=stream.autojoin,
            channel=channel.slug,
            token=token,
            stream_key=self._streams.key(stream) if editor else "",
            playback=Data(Playback(stream.hash_id, stream.playback_id, hls)),
            space=None,
            jwt=Absent(),
            ingest=Ingest(self._urls.rtmp() if editor else "", None),
            session_id=live.id if live else None,
            started_at=iso(live.started_at) if live and live.started_at else None,
        )
