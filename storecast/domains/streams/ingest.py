"""The media plane's questions and reports: who may publish, and how sessions go."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import structlog

from storecast.contracts.hooks import (
    PublishGrant,
    PublishRequest,
    ReplayState,
    SessionDropped,
    SessionEnded,
    SessionHealth,
    SessionRecorded,
    SessionRelays,
    SessionsAlive,
    SessionStarted,
    SessionState,
    SessionStates,
    StreamHealth,
)
from storecast.domains.accounts.models import User
from storecast.domains.accounts.service import AccountService
from storecast.domains.billing.minutes.service import MinuteWarningService
from storecast.domains.billing.minutes.values import Minutes
from storecast.domains.billing.service import PlanService
from storecast.domains.channels.access import is_open
from storecast.domains.channels.models import Channel
from storecast.domains.channels.service import ChannelService
from storecast.domains.products.promotions.service import PromotionService
from storecast.domains.streams.errors import AlreadyLive, WrongStreamKey
from storecast.domains.streams.events import (
    WITH_STREAM,
    SessionFilesStored,
    SessionOver,
    StreamHealthChanged,
    StreamInterrupted,
    StreamMinutesChanged,
    StreamResumed,
    StreamStarted,
    WentLive,
)
from storecast.domains.streams.holds import StreamHolds
from storecast.domains.streams.keys import key_digest
from storecast.domains.streams.models import Stream, StreamRecording, StreamSession
from storecast.domains.streams.playouts.service import PlayoutService
from storecast.domains.streams.repository import StreamRepository
from storecast.domains.streams.service import end_session
from storecast.domains.streams.simulcast.service import SimulcastService
from storecast.kit.clock import iso
from storecast.kit.database import Database
from storecast.kit.errors import PaymentRequired
from storecast.kit.events import Events
from storecast.kit.ids import public_id, random_text

log = structlog.get_logger()

# A claim without a first frame blocks the key this long; then the encoder is taken for gone.
CLAIM_KEPT = timedelta(seconds=15)
NO_MINUTES = "This month's streaming minutes are used up."


class IngestService:
    def __init__(
        self,
        db: Database,
        accounts: AccountService,
        channels: ChannelService,
        plans: PlanService,
        events: Events,
        promotions: PromotionService,
        warnings: MinuteWarningService,
        simulcast: SimulcastService,
        playouts: PlayoutService,
        grace: timedelta,
    ) -> None:
        self._db = db
        self._repository = StreamRepository(db)
        self._accounts = accounts
        self._channels = channels
        self._plans = plans
        self._events = events
        self._promotions = promotions
        self._warnings = warnings
        self._simulcast = simulcast
        self._playouts = playouts
        self._grace = grace

    async def grant(self, request: PublishRequest, now: datetime) -> PublishGrant:
        """Let a publisher in. Raises `WrongStreamKey`, `ShowStopped`, `AlreadyLive`, `PaymentRequired`."""
        digest = key_digest(request.stream_key)
        stream, plays_out = await self._repository.by_key(digest), False
        if stream is None:
            stream = await self._played_out(digest)
            plays_out = stream is not None
        channel = (await self._channels.by_ids([stream.channel_id])).get(stream.channel_id) if stream else None
        if stream is None or channel is None or channel.deleted_at is not None:
            raise WrongStreamKey
        if not plays_out:
            await StreamHolds(self._db).pass_by(stream, now)
        _, minutes = await self._minutes(channel, now)
        session = await self._repository.open_session(channel.id)
        if session is not None and self._is_over(session, now):
            await end_session(
                self._db, self._events, self._promotions, session, channel, session.dropped_at or session.seen_at
            )
            session = None
        on = session is not None and session.started_at is not None
        if not (plays_out or (minutes.may_go_on if on else minutes.may_begin)):
            raise PaymentRequired(NO_MINUTES)
        if session is None:
            session = self._new_session(channel, stream.playback_id, request.node, now)
            session.played_out = plays_out
            await self._repository.add(session)
        elif session.played_out != plays_out or self._is_taken(session, request, now):
            raise AlreadyLive
        else:
            session.take += 0 if session.started_at is None else 1
            session.node, session.claim = request.node, random_text(16)
            session.claimed_at = session.seen_at = now
            session.dropped_at = None if session.started_at is None else (session.dropped_at or now)
        if plays_out:
            await self._playouts.note_session(channel.id, session.id)
        return PublishGrant(
            stream_id=stream.hash_id,
            session_id=session.id,
            playback_id=session.playback_id,
            claim=session.claim,
            take=session.take,
            started_at=session.started_at.timestamp() if session.started_at else None,
            token_required=not is_open(channel),
            simulcast=await self._simulcast.told(channel),
            recorded=not session.played_out,
        )

    async def _played_out(self, digest: str) -> Stream | None:
        """The stream, locked, whose channel's playout has this key and is on."""
        channel_id = await self._playouts.channel_of(digest)
        stream = await self._repository.locked(channel_id) if channel_id is not None else None
        return stream if stream is not None and await self._playouts.is_on(stream.channel_id, digest) else None

    async def started(self, report: SessionStarted, now: datetime) -> None:
        """First frame of a take: the channel is live."""
        session = await self._repository.session(report.session_id)
        if session is None or session.claim != report.claim or session.ended_at is not None:
            return
        first = session.started_at is None
        session.started_at = session.started_at or _moment(report.at, now)
        interrupted = session.interrupted_until is not None
        session.dropped_at = session.interrupted_until = None
        session.seen_at = now
        session.video_codec, session.audio_codec = report.video_codec, report.audio_codec
        session.width, session.height = report.width, report.height
        await self._db.flush()
        channel = await self._channel(session)
        if first:
            await self._events.happened(channel, StreamStarted(session.id), now)
            await self._events.happened(channel, WentLive(channel.id), now)
        elif interrupted:
            await self._events.happened(channel, StreamResumed(session.id), now)
        else:
            await self._events.stale(channel, *WITH_STREAM)

    async def alive(self, report: SessionsAlive, now: datetime) -> SessionStates:
        """Hear which sessions a node holds; answer which of them are over, for it at least."""
        known = {session.id: session for session in await self._repository.sessions(report.session_ids)}
        channels = await self._channels.by_ids({session.channel_id for session in known.values()})
        owners = await self._accounts.by_ids({channel.owner_id for channel in channels.values()})
        minutes = await self._plans.minutes(owners.values(), now)
        for owner_id, theirs in sorted(minutes.items()):
            await self._warnings.warn(owners[owner_id], theirs, now)
        targets = await self._simulcast.of_channels(channels)
        states = []
        for session_id in report.session_ids:
            session = known.get(session_id)
            if session is None or session.ended_at is not None or session.node != report.node:
                states.append(SessionState(session_id, ended=True, token_required=True))
                continue
            session.seen_at = now
            channel, simulcast = channels[session.channel_id], None
            theirs = minutes[channel.owner_id]
            await self._note_minutes(session, channel, theirs, now)
            why = ""
            if theirs.may_go_on or session.played_out:
                await self._note_health(session, channel, report.health.get(session_id), now)
                relays = report.relays.get(session_id, [])
                if self._simulcast.is_news(channel, targets.get(channel.id, ()), relays):
                    await self._simulcast.note(channel, relays, now)
                if report.revisions.get(session_id, channel.simulcast_revision) != channel.simulcast_revision:
                    simulcast = await self._simulcast.told(channel)
            else:
                await end_session(self._db, self._events, self._promotions, session, channel, now)
                why = NO_MINUTES
            over = session.ended_at is not None
            states.append(SessionState(session_id, over, not is_open(channel), why, simulcast))
        return SessionStates(states, await self._replays(report.replays))

    async def _replays(self, session_ids: Sequence[str]) -> list[ReplayState]:
        """Who may watch these shows now. What nobody knows any more, nobody may."""
        if not session_ids:
            return []
        known = await self._repository.sessions_by_id(session_ids)
        channels = await self._channels.by_ids({session.channel_id for session in known.values()})
        opened = {channel.id for channel in channels.values() if channel.deleted_at is None and is_open(channel)}
        return [
            ReplayState(each, token_required=each not in known or known[each].channel_id not in opened)
            for each in session_ids
        ]

    async def note_health(self, report: SessionHealth, now: datetime) -> None:
        session = await self._repository.session(report.session_id)
        if session is None or session.claim != report.claim or session.ended_at is not None:
            return
        session.seen_at = now
        await self._note_health(session, await self._channel(session), report.health, now)

    async def note_relays(self, report: SessionRelays, now: datetime) -> None:
        session = await self._repository.session(report.session_id)
        if session is None or session.claim != report.claim or session.ended_at is not None:
            return
        session.seen_at = now
        await self._simulcast.note(await self._channel(session), report.relays, now)

    async def dropped(self, report: SessionDropped, now: datetime) -> None:
        session = await self._repository.session(report.session_id)
        if session is None or session.claim != report.claim or session.ended_at is not None:
            return
        session.dropped_at = _moment(report.at, now)
        session.seen_at = now
        channel = await self._channel(session)
        await self._note_health(session, channel, None, now)
        if session.started_at is not None:
            left = self._grace if report.until is None else datetime.fromtimestamp(report.until, UTC) - now
            until = now + min(max(left, timedelta()), self._grace)
            session.interrupted_until = until
            await self._db.flush()
            await self._events.happened(channel, StreamInterrupted(session.id, iso(until)), now)

    async def ended(self, report: SessionEnded, now: datetime) -> None:
        """The session is over, and what was recorded of it plays. Repeating it changes nothing."""
        session = await self._repository.session(report.session_id)
        if session is None:
            return
        if session.claim == report.claim:
            if report.reason == "unpublished":  # who says goodbye does not come back by itself
                await self._repository.end_hold_of(session.id)
            if session.ended_at is None:
                channel = await self._channel(session)
                await end_session(self._db, self._events, self._promotions, session, channel, now)
                ended = _moment(report.at, now)
                session.ended_at = max(ended, session.started_at or ended)  # the clock may have been set back
                await self._db.flush()
                await self._warnings.warn(*await self._minutes(channel, now), now)
        # It may have ended before, as one whose node was silent for long, or by a later claim.
        if report.runs and session.ended_at is not None:
            channel = await self._channel(session)
            await self._events.happened(channel, SessionOver(session.id, channel.id, report.runs), now)

    async def recorded(self, report: SessionRecorded, now: datetime) -> None:
        """Files of the session are in storage. Repeating it changes nothing."""
        session = await self._repository.session(report.session_id)
        if session is None:
            return
        session.seen_at = now
        files = {
            file.number: StreamRecording(
                session_id=session.id,
                number=file.number,
                key=file.key,
                size=file.size,
                duration=file.duration,
                started_at=None if file.started_at is None else _moment(file.started_at, now),
                video_codec=file.video_codec,
                audio_codec=file.audio_codec,
                width=file.width,
                height=file.height,
            )
            for file in report.files
        }
        await self._repository.keep_recordings(session.id, files.values())
        if report.files:
            channel = await self._channel(session)
            await self._events.happened(channel, SessionFilesStored(session.id, channel.id, report.files), now)

    async def end_abandoned(self, now: datetime) -> int:
        """End sessions whose node went silent and did not come back in time. Answers how many."""
        abandoned = await self._repository.abandoned(now - self._grace - CLAIM_KEPT)
        for session in abandoned:
            channel = await self._channel(session)
            await end_session(self._db, self._events, self._promotions, session, channel, now)
            session.ended_at = max(session.dropped_at or session.seen_at, session.started_at or session.seen_at)
            log.info("session ended: its node went silent", session=session.id, node=session.node)
        return len(abandoned)

    async def _note_health(
        self, session: StreamSession, channel: Channel, health: StreamHealth | None, now: datetime
    ) -> None:
        """Keep how the stream is, and tell who runs the show where other things are wrong with it than before."""
        before = session.health
        session.health = health
        if _codes(health) != _codes(before):
            troubles = health.troubles if health else []
            await self._events.happened(channel, StreamHealthChanged(session.id, troubles), now)

    async def _note_minutes(self, session: StreamSession, channel: Channel, minutes: Minutes, now: datetime) -> None:
        """Tell who runs the show where its owner's minutes have come to another stage, or are granted anew."""
        if session.started_at is None or session.played_out or session.minutes_told == minutes.stage:
            return
        session.minutes_told = minutes.stage
        told = StreamMinutesChanged(session.id, minutes.stage, minutes.left or 0, minutes.grace_left)
        await self._events.happened(channel, told, now)

    async def _minutes(self, channel: Channel, now: datetime) -> tuple[User, Minutes]:
        owner = (await self._accounts.by_ids([channel.owner_id]))[channel.owner_id]
        return owner, (await self._plans.minutes([owner], now))[owner.id]

    def _is_over(self, session: StreamSession, now: datetime) -> bool:
        """Whether the time to come back is over, though nobody has said so yet."""
        if session.started_at is None or (session.interrupted_until or now) > now:
            return False
        away_since = session.dropped_at or session.seen_at
        return now - away_since > self._grace + CLAIM_KEPT

    def _is_taken(self, session: StreamSession, request: PublishRequest, now: datetime) -> bool:
        """Whether another publisher is on it. A node knows its own, whatever it said before it crashed."""
        if session.node == request.node:
            return session.id in request.live
        if session.started_at is None:
            return now - session.claimed_at < CLAIM_KEPT
        return session.dropped_at is None and now - session.seen_at < CLAIM_KEPT

    def _new_session(self, channel: Channel, playback_id: str, node: str, now: datetime) -> StreamSession:
        return StreamSession(
            id=public_id(),
            channel_id=channel.id,
            playback_id=playback_id,
            node=node,
            claim=random_text(16),
            take=1,
            claimed_at=now,
            seen_at=now,
        )

    async def _channel(self, session: StreamSession) -> Channel:
        return (await self._channels.by_ids([session.channel_id]))[session.channel_id]


def _codes(health: StreamHealth | None) -> set[str]:
    return {trouble.code for trouble in health.troubles} if health else set()


def _moment(at: float, now: datetime) -> datetime:
    """`at` as a moment no later than `now`: nodes' clocks may run ahead."""
    return min(datetime.fromtimestamp(at, UTC), now)
