"""What the watch page says of its channel to who runs no scripts: link previews and search engines.

It is the same for everybody, so a private channel is not spoken of, whoever asks.
"""

from html import escape

from storecast.contracts.bus import Kind
from storecast.domains.accounts.models import User
from storecast.domains.channels.access import is_open
from storecast.domains.channels.models import Channel, Privacy
from storecast.domains.channels.pictures.sizes import preview_of
from storecast.domains.media.errors import MediaNotFound
from storecast.kit.kept import Kept, key_of
from storecast.kit.urls import Urls
from storecast.resources.media import PlaylistEntry, show_entry
from storecast.resources.user import avatar_url
from storecast.wiring.unit import Unit

LONGEST_DESCRIPTION = 200  # characters; what shows previews cuts them about there
STAND_IN = "defaults/sharing.png"  # link previews take no SVG
HIDDEN = '<meta name="robots" content="noindex" />'


async def watch_head(unit: Unit, ref: str) -> bytes:
    """Elements for the page's head, its title among them; empty where there is nothing to say but the page's own.

    Raises `ChannelNotFound`.
    """

    async def find() -> tuple[str, Channel]:
        channel = await unit.access.find(ref, None, unit.now)
        return channel.hash_id, channel

    async def make(channel: Channel) -> Kept:
        owner = (await unit.accounts.by_ids([channel.owner_id]))[channel.owner_id]
        head = _head(channel, owner, unit.urls).encode()
        return Kept.of(channel.hash_id, channel.owner_id, is_open(channel), head)

    key = key_of(Kind.PAGE, unit.urls.seen_at, ref)
    return (await unit.process.keeper.get(key, find, make, waits=not unit.db.holds)).body


async def video_head(unit: Unit, ref: str, media_id: str) -> bytes:
    """The same where a link leads to one video: its name and picture in place of the channel's.

    Raises `ChannelNotFound`, and `MediaNotFound` for what not everybody may see.
    """
    channel = await unit.access.find(ref, None, unit.now)
    media = await unit.media.find(media_id)
    if media.channel_id != channel.id or not media.in_playlist or not is_open(channel):
        raise MediaNotFound
    video = await show_entry(unit, channel, media, await unit.media.watched(media))
    owner = (await unit.accounts.by_ids([channel.owner_id]))[channel.owner_id]
    return _head(channel, owner, unit.urls, video).encode()


def _head(channel: Channel, owner: User, urls: Urls, video: PlaylistEntry | None = None) -> str:
    if channel.privacy == Privacy.PRIVATE:
        return ""
    name = channel.name if video is None else video.name
    title = name if name == owner.nickname else f"{name} · {owner.nickname}"
    description = " ".join((channel.description or title).split())[:LONGEST_DESCRIPTION]
    address = f"{urls.base}/watch/{channel.slug}" + (f"?replay={video.id}" if video is not None else "")
    shape = []
    if video is not None and video.poster is not None:
        picture = video.poster
    elif channel.cover_key is not None:
        key, (width, height) = preview_of(channel.cover_key)
        picture = urls.file(key)
        # Without it, who shares the page first is shown it without its picture.
        shape = [_meta("property", f"og:image:{side}", str(at)) for side, at in (("width", width), ("height", height))]
    else:
        picture = avatar_url(owner, urls) if owner.avatar_key else urls.file(STAND_IN)
    lines = [
        f"<title>{escape(title)}</title>",
        f'<link rel="canonical" href="{escape(address)}" />',
        _meta("name", "description", description),
        _meta("property", "og:type", "video.other"),
        _meta("property", "og:title", name),
        _meta("property", "og:description", description),
        _meta("property", "og:url", address),
        _meta("property", "og:image", picture),
        *shape,
        _meta("name", "twitter:card", "summary_large_image"),
        _meta("name", "twitter:title", name),
        _meta("name", "twitter:description", description),
        _meta("name", "twitter:image", picture),
    ]
    if channel.privacy == Privacy.UNLISTED:
        lines.append(HIDDEN)
    return "\n    ".join(lines)


def _meta(kind: str, key: str, content: str) -> str:
    return f'<meta {kind}="{key}" content="{escape(content)}" />'
