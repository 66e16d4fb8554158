"""Who may have a video's bytes: everybody where everybody may watch, else who brings a playback token of the video."""

import re
from collections import OrderedDict
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from urllib.parse import quote

from msgspec import Struct

from storecast.domains.channels.models import FreePass, Privacy
from storecast.domains.media.models import Media, MediaVersion
from storecast.domains.media.repository import MediaRepository
from storecast.domains.streams.playback import AUDIENCE
from storecast.kit.database import DatabaseMaker, transaction
from storecast.kit.errors import Forbidden
from storecast.kit.keys import Claim, Claims, InvalidToken, Keyring

DOWNLOADS = "d"  # the audience of a token that opens the file itself
LINK_GOOD = timedelta(hours=1)
KNOWN_FOR = timedelta(seconds=5)  # whether everybody may watch
MOST_KNOWN = 10_000


class PlaybackRefused(Forbidden):
    title = "Playback refused"

    def __init__(self) -> None:
        super().__init__("This video needs a valid link; ask for a new one where you found it.")


def subject_of(media: str, *, deleted: bool) -> str:
    """What a token that opens a video speaks of. Of one that is deleted its editors get others: those that viewers have
    by then open nothing any more."""
    return f"{media}.deleted" if deleted else media


class _Known(Struct):
    open: bool
    deleted: bool
    asked: datetime


class VideoGate:
    """One a process."""

    def __init__(self, databases: DatabaseMaker, keyring: Keyring) -> None:
        self._databases = databases
        self._keyring = keyring
        self._known: OrderedDict[tuple[str, str], _Known] = OrderedDict()
        self._verified = lru_cache(MOST_KNOWN)(self._verify)

    async def open(self, media: str, folder: str, token: str, now: datetime, *, audience: str = AUDIENCE) -> None:
        """Raises `PlaybackRefused` for who may not have a file of this version."""
        known = await self._look(media, folder, now)
        if token and self._allows(token, subject_of(media, deleted=known.deleted), audience, now):
            return
        if audience != AUDIENCE or not known.open:
            raise PlaybackRefused

    def link(self, media: Media, now: datetime) -> str:
        """A token that opens the file itself, `LINK_GOOD` from now."""
        ends = int((now + LINK_GOOD).timestamp())
        claims: dict[str, Claim] = {"sub": media.hash_id, "aud": DOWNLOADS, "exp": ends}
        return self._keyring.sign(claims)

    async def _look(self, media: str, folder: str, now: datetime) -> _Known:
        known = self._known.get((media, folder))
        if known is None or not known.asked <= now < known.asked + KNOWN_FOR:  # a clock may be set back, too
            async with transaction(self._databases) as db:
                found = await MediaRepository(db).is_shown_to(media, folder)
            privacy, free_pass, shown, deleted = found or (Privacy.PRIVATE, FreePass.PASS_NEEDED, False, True)
            everybody = privacy != Privacy.PRIVATE and free_pass == FreePass.FREE
            known = _Known(everybody and shown and not deleted, deleted, now)
            self._known[(media, folder)] = known
            while len(self._known) > MOST_KNOWN:
                self._known.popitem(last=False)
        return known

    def _allows(self, token: str, subject: str, audience: str, now: datetime) -> bool:
        try:
            claims = self._verified(token, audience)
        except InvalidToken:
            return False
        return claims.sub == subject and claims.opens and claims.exp > now.timestamp()

    def _verify(self, token: str, audience: str) -> Claims:
        """Whether it is over is looked at each time. Raises `InvalidToken`, which is not remembered."""
        return self._keyring.verify(token, audience, datetime.fromtimestamp(0, tz=UTC))


def title_of(media: Media, version: MediaVersion) -> str:
    """The file's name for whoever saves it."""
    suffix = (version.key or "").rpartition(".")[2] or "mp4"
    name = "".join(" " if sign in '/\\:*?"<>|' else sign for sign in media.name).strip(". ") or "video"
    day = f" {media.started_at:%Y-%m-%d}" if media.started_at is not None else ""
    return f"{name[:120]}{day}.{suffix}"


def saved_as(name: str) -> str:
    """A `Content-Disposition` with this name (RFC 6266, appendix D): as it is, and in ASCII, as curl reads it."""
    return f"attachment; filename=\"{re.sub('[^ -~]', '_', name)}\"; filename*=UTF-8''{quote(name, safe='')}"
