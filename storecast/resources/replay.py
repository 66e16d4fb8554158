"""What a page that plays a video needs besides: what was pinned and said at its moments."""

from datetime import UTC, datetime

from msgspec import Struct

from storecast.domains.channels.access import Act
from storecast.domains.channels.models import Channel
from storecast.domains.chat.schemas import MessageView
from storecast.domains.media import pieces
from storecast.domains.media.errors import MediaNotFound
from storecast.domains.media.models import Media, MediaVersion
from storecast.domains.media.schemas import Chapter
from storecast.kit.envelope import Data
from storecast.resources.media import PlaylistEntry, show_entry
from storecast.wiring.unit import Unit


class QuestionChapter(Struct):
    """From when until when the host answered a question, in seconds of the video."""

    at: float
    """From."""
    until: float
    """To."""
    question_id: str
    """Which question."""
    question: str
    """What was asked."""


class ReplayResource(PlaylistEntry):
    chapters: Data[list[Chapter]]
    """What was pinned, in order."""
    questions: Data[list[QuestionChapter]]
    """What was answered, in order."""
    chat: bool
    """Whether something was said in the channel's chat while it was recorded, and viewers may read it."""


class ReplayedMessage(Struct):
    at: float
    """When it was said, in seconds of the video."""
    message: Data[MessageView]
    """What was said."""


async def show_replay(unit: Unit, channel: Channel, media_id: str) -> ReplayResource:
    """Raises `MediaNotFound`."""
    media, version = await watchable(unit, channel, media_id)
    shown = await show_entry(unit, channel, media, version)
    duration = version.duration or 0.0
    chapters: list[Chapter] = []
    questions: list[QuestionChapter] = []
    times = list(pieces.stretches(version.pieces, duration))
    if times:
        first, last = min(since for _, since, _ in times), max(until for _, _, until in times)
        between = (channel, _moment(first), _moment(last))
        for pin in await unit.promotions.between(*between):
            spans = pieces.during(version.pieces, duration, pin.since.timestamp(), pin.until.timestamp())
            chapters.extend(
                Chapter(round(at, 3), round(until, 3), pin.product_id, pin.name, pin.size) for at, until in spans
            )
        for told in await unit.questions.answered_between(*between):
            spans = pieces.during(version.pieces, duration, told.since.timestamp(), told.until.timestamp())
            questions.extend(
                QuestionChapter(round(at, 3), round(until, 3), told.question_id, told.question) for at, until in spans
            )
    chapters.sort(key=lambda chapter: chapter.at)
    questions.sort(key=lambda chapter: chapter.at)
    return ReplayResource(
        id=shown.id,
        name=shown.name,
        duration=shown.duration,
        poster=shown.poster,
        storyboard=shown.storyboard,
        hls_url=shown.hls_url,
        session_id=shown.session_id,
        started_at=shown.started_at,
        chapters=Data(chapters),
        questions=Data(questions),
        chat=channel.chat_enabled and bool(times),
    )


async def show_chat(unit: Unit, channel: Channel, media_id: str, start: float, end: float) -> list[ReplayedMessage]:
    """What was said from second `start` up to `end`. Raises `MediaNotFound`."""
    _, version = await watchable(unit, channel, media_id)
    if not channel.chat_enabled:
        return []
    duration = version.duration or 0.0
    times = []
    for at, since, until in pieces.stretches(version.pieces, duration):
        first, last = max(since, since + start - at), min(until, since + end - at)
        if first < last:
            times.append((_moment(first), _moment(last)))
    said = []
    for moment, message in await unit.threads.during(channel, times, unit.urls):
        at_second = pieces.seconds(version.pieces, duration, moment.timestamp())
        if at_second is not None:
            said.append(ReplayedMessage(round(at_second, 3), Data(message)))
    return said


async def watchable(unit: Unit, channel: Channel, media_id: str) -> tuple[Media, MediaVersion]:
    """A video of the channel that viewers see, or whom it is shown to may edit it."""
    media = await unit.media.find(media_id)
    if media.channel_id != channel.id:
        raise MediaNotFound
    if not media.in_playlist and Act.EDIT not in await unit.access.acts(channel, unit.caller):
        raise MediaNotFound
    return media, await unit.media.watched(media)


def _moment(wall: float) -> datetime:
    return datetime.fromtimestamp(wall, UTC)
