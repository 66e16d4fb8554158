"""Videos over HTTP."""

import re
from typing import Annotated

from litestar import Controller, Request, Response, delete, get, patch, post, put
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from storecast.domains.accounts.callers import Scope, Unscoped, Who
from storecast.domains.channels.access import Act, Seat
from storecast.domains.channels.errors import ChannelNotFound, NotAnEditor
from storecast.domains.media.errors import MediaNotFound
from storecast.domains.media.models import Media
from storecast.domains.media.playing import DOWNLOADS, LINK_GOOD, saved_as, title_of
from storecast.domains.media.schemas import ExpiredMedia, MediaChanges, MediaLink, MediaOrder, NewClip, Trim
from storecast.kit.clock import iso
from storecast.kit.envelope import Data, Page
from storecast.kit.errors import Unprocessable
from storecast.kit.http.stored import stored_file
from storecast.kit.ids import row_id
from storecast.kit.pagination import MAX_PAGE, PageRequest, paged
from storecast.kit.storage import FileMissing
from storecast.resources.media import MediaView, show_media, show_videos
from storecast.resources.replay import ReplayedMessage, ReplayResource, show_chat, show_replay
from storecast.wiring.unit import Unit

LONGEST_STRETCH = 600.0  # seconds
From = Annotated[float, QueryParameter(name="from", ge=0, le=1e6, description="Seconds of the video.")]
Until = Annotated[float, QueryParameter(name="until", ge=0, le=1e6, description="Seconds of the video.")]
Deleted = Annotated[bool, QueryParameter(description="Those that were deleted and can be had back.")]


class ChannelMediaController(Controller):
    path = "/events/{channel_ref:str}/media"
    tags = ("Videos",)
    opt = {"scope": Scope.MEDIA, "may": Act.EDIT}  # noqa: RUF012

    @get("/", operation_id="listMedia")
    async def list_media(
        self, seat: NamedDependency[Seat], unit: NamedDependency[Unit], deleted: Deleted = False
    ) -> Data[list[MediaView]]:
        """A channel's videos in their order: shows that are over, uploads and clips."""
        found = await unit.media.of_channel(seat.channel, deleted=deleted)
        return Data(await show_videos(unit, seat, found))

    @patch("/order", operation_id="orderMedia")
    async def order_media(
        self, data: JSONBody[MediaOrder], seat: NamedDependency[Seat], unit: NamedDependency[Unit]
    ) -> Data[list[MediaView]]:
        """Put a channel's videos in order, all at once."""
        return Data(await show_videos(unit, seat, await unit.media.order(seat.channel, data.order, unit.now)))


class MediaController(Controller):
    path = "/events/media/{media_id:str}"
    tags = ("Videos",)
    opt = {"scope": Scope.MEDIA, "may": Act.EDIT}  # noqa: RUF012

    @get("/", operation_id="showMedia")
    async def show_one(self, media_id: FromPath[str], unit: NamedDependency[Unit]) -> Data[MediaView]:
        """A video, and how far what is done with it is."""
        media, seat = await _at(unit, media_id)
        return Data(await show_media(unit, seat, media))

    @put("/", operation_id="updateMedia")
    async def update_media(
        self, media_id: FromPath[str], data: JSONBody[MediaChanges], unit: NamedDependency[Unit]
    ) -> Data[MediaView]:
        """Rename a video, move it among the others, show it to viewers or not."""
        media, seat = await _at(unit, media_id)
        return Data(await show_media(unit, seat, await unit.media.update(media, seat.channel, data, unit.now)))

    @delete("/", operation_id="deleteMedia", status_code=200)
    async def delete_media(self, media_id: FromPath[str], unit: NamedDependency[Unit]) -> Data[MediaView]:
        """Delete a video. For 7 days it can be had back."""
        media, seat = await _at(unit, media_id)
        await unit.media.delete(media, seat.channel, unit.now)
        return Data(await show_media(unit, seat, media))

    @post("/restore", operation_id="restoreMedia", status_code=200)
    async def restore_media(self, media_id: FromPath[str], unit: NamedDependency[Unit]) -> Data[MediaView]:
        """Have a deleted video back."""
        media, seat = await _at(unit, media_id, deleted=True)
        return Data(await show_media(unit, seat, await unit.media.restore(media, seat, unit.now)))

    @post("/sync", operation_id="syncMedia", status_code=200)
    async def sync_media(self, media_id: FromPath[str], unit: NamedDependency[Unit]) -> Data[MediaView]:
        """Process an upload once its bytes are there, and again what failed. What is processed already stays."""
        media, seat = await _at(unit, media_id)
        return Data(await show_media(unit, seat, await unit.media.sync(media, seat.channel, unit.now)))

    @delete("/problem", operation_id="dismissMediaProblem", status_code=200)
    async def dismiss_problem(self, media_id: FromPath[str], unit: NamedDependency[Unit]) -> Data[MediaView]:
        """Have read why a trim failed: the video is as it was. What is wrong with one that failed itself stays."""
        media, seat = await _at(unit, media_id)
        return Data(await show_media(unit, seat, await unit.media.dismiss_problem(media, seat.channel, unit.now)))

    @patch("/trim", operation_id="trimMedia")
    async def trim_media(
        self, media_id: FromPath[str], data: JSONBody[Trim], unit: NamedDependency[Unit]
    ) -> Data[MediaView]:
        """Keep some of a video, exact to a frame: from `start` up to and without `end`, or several stretches.

        The video stays as it is until that is made, and what it was can be had back for 7 days.
        """
        media, seat = await _at(unit, media_id)
        return Data(await show_media(unit, seat, await unit.media_versions.trim(media, seat.channel, data, unit.now)))

    @post("/trim/undo", operation_id="undoTrim", status_code=200)
    async def undo_trim(self, media_id: FromPath[str], unit: NamedDependency[Unit]) -> Data[MediaView]:
        """Go back to what the video was before it was trimmed, or end a trim that is being made."""
        media, seat = await _at(unit, media_id)
        return Data(await show_media(unit, seat, await unit.media_versions.undo(media, seat.channel, unit.now)))

    @post("/trim/confirm", operation_id="confirmTrim", status_code=200)
    async def confirm_trim(self, media_id: FromPath[str], unit: NamedDependency[Unit]) -> Data[MediaView]:
        """Let go of what the video was before it was trimmed."""
        media, seat = await _at(unit, media_id)
        return Data(await show_media(unit, seat, await unit.media_versions.confirm(media, unit.now)))

    @get("/download", operation_id="downloadMedia")
    async def download_media(self, media_id: FromPath[str], unit: NamedDependency[Unit]) -> Data[MediaLink]:
        """A link to the file, good for an hour, by which parts of it can be had, too."""
        media, _ = await _at(unit, media_id)
        version = await unit.media.current(media)
        token = unit.process.video_gate.link(media, unit.now)
        return Data(
            MediaLink(
                url=unit.urls.video(media.hash_id, version.folder, token, "file"),
                filename=title_of(media, version),
                size=version.file_size,
                expires_at=iso(unit.now + LINK_GOOD),
            )
        )


@post(
    "/media/{media_id:str}/clips",
    operation_id="clipMedia",
    tags=["Videos"],
    status_code=200,
    opt={"scope": Scope.MEDIA, "may": Act.EDIT},
)
async def clip_media(media_id: FromPath[str], data: JSONBody[NewClip], unit: NamedDependency[Unit]) -> Data[MediaView]:
    """Make a video of its own of 15 to 90 seconds of one. What was pinned then can be bought in it, too."""
    media, seat = await _at(unit, media_id)
    return Data(await show_media(unit, seat, await unit.media_versions.clip(media, seat, data, unit.now)))


@get(
    "/media-to-delete/{page:str}",
    operation_id="listExpiredMedia",
    tags=["Videos"],
    opt={"scope": Scope.OPERATOR},
)
async def list_expired_media(
    request: Request[None, None, State], page: FromPath[str], unit: NamedDependency[Unit]
) -> Page[ExpiredMedia]:
    """Videos past what their owners' plans keep, the oldest first. They go two weeks after their owner was told."""
    number = row_id(page)
    if number is None or number > MAX_PAGE:
        raise Unprocessable.field("page", f"must be a number from 1 to {MAX_PAGE}")
    found, cut = await unit.media_expiry.expired(PageRequest(number), unit.now)
    shown = [
        ExpiredMedia(
            id=media.hash_id,
            name=media.name,
            event_id=channel.hash_id,
            owner=owner.hash_id,
            size=size,
            created_at=iso(media.created_at),
            expired_at=iso(over),
            warned_at=iso(media.warned_at) if media.warned_at is not None else None,
        )
        for media, channel, owner, size, over in found
    ]
    listed = paged(shown, cut, request.url.path, "")
    folder = request.url.path.rpartition("/")[0]
    listed.meta.pagination.links = {  # the page stands in the path
        name: f"{folder}/{link.rpartition('=')[2]}" for name, link in listed.meta.pagination.links.items()
    }
    return listed


class ReplayController(Controller):
    path = "/events/{channel_ref:str}/replay/{media_id:str}"
    tags = ("Videos",)
    opt = {"scope": Scope.MEDIA, "who": Who.ANYONE}  # noqa: RUF012

    @get("/", operation_id="showReplay")
    async def show_replay(
        self, channel_ref: FromPath[str], media_id: FromPath[str], unit: NamedDependency[Unit]
    ) -> Data[ReplayResource]:
        """A video as its viewers see it: where to play it, and what was pinned when."""
        channel = await unit.access.watchable(channel_ref, unit.caller, unit.now)
        return Data(await show_replay(unit, channel, media_id))

    @get("/chat", operation_id="replayChat")
    async def replay_chat(
        self,
        channel_ref: FromPath[str],
        media_id: FromPath[str],
        unit: NamedDependency[Unit],
        start: From = 0.0,
        end: Until = 300.0,
    ) -> Data[list[ReplayedMessage]]:
        """What was said in a stretch of the video of 10 minutes at most, and at which moments of it."""
        if not start <= end <= start + LONGEST_STRETCH:
            raise Unprocessable.field("until", f"must be up to {LONGEST_STRETCH:.0f} seconds after `from`")
        channel = await unit.access.watchable(channel_ref, unit.caller, unit.now)
        return Data(await show_chat(unit, channel, media_id, start, end))


_TOKEN = re.compile(r"(?:([A-Za-z0-9_.-]{65,2048})/)?((?:hls/)?[a-z0-9]{1,20}(?:\.[a-z0-9]{1,5})?)")
_IMMUTABLE = "max-age=86400, immutable"


@get("/videos/{media:str}/{folder:str}/{rest:path}", include_in_schema=False, opt={"scope": Unscoped.PUBLIC})
async def video(
    request: Request[None, None, State],
    media: FromPath[str],
    folder: FromPath[str],
    rest: FromPath[str],
    unit: NamedDependency[Unit],
) -> Response[object]:
    """A file of a version, which never changes. A token may stand in the path: what a playlist names follows it."""
    found = _TOKEN.fullmatch(str(rest).lstrip("/"))
    if found is None:
        raise FileMissing
    token, name = found[1] or "", found[2]
    gate = unit.process.video_gate
    if name != "file":
        await gate.open(media, folder, token, unit.now)
        shared = "private" if token else "public"
        return await stored_file(
            request, unit.storage, f"media/{media}/{folder}/{name}", {"Cache-Control": f"{shared}, {_IMMUTABLE}"}
        )
    await gate.open(media, folder, token, unit.now, audience=DOWNLOADS)
    whole = await unit.media.find(media)
    version = await unit.media.current(whole)
    if version.folder != folder or version.key is None:  # it was trimmed meanwhile
        raise FileMissing
    headers = {"Cache-Control": "private, no-store", "Content-Disposition": saved_as(title_of(whole, version))}
    return await stored_file(request, unit.storage, version.key, headers)


async def _at(unit: Unit, media_id: str, *, deleted: bool = False) -> tuple[Media, Seat]:
    """A video, for who may edit its channel; for everybody else it does not exist."""
    media = await unit.media.find(media_id, deleted=deleted)
    try:
        return media, await unit.seat(str(media.channel_id), Act.EDIT)
    except (ChannelNotFound, NotAnEditor) as error:
        raise MediaNotFound from error
