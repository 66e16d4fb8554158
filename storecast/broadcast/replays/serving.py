"""What is asked of a replay over HTTP: its playlists, and byte ranges of its takes."""

import re

from storecast.broadcast.ranges import answer_of_range
from storecast.broadcast.replays.replays import Replay
from storecast.broadcast.responses import Answer, FileAnswer, refused

READY_SECONDS = 4.0  # a player that comes while takes are read is kept waiting

PLAYLIST_TYPE = b"application/vnd.apple.mpegurl"
_INDEX = re.compile(r"index(?:-(\d{1,6}))?\.m3u8")
_MEDIA = re.compile(r"media(?:-(\d{1,6}))?\.m3u8")
_TAKE = re.compile(r"take-(\d{3,9})\.mp4")

NO_REPLAY = refused(404, "Not Found", "There is no such replay here.")
_NOT_READY = refused(503, "Service Unavailable", "The replay is being made ready; try again.")


async def serve_replay(replay: Replay, name: str, folder: str, byte_range: str | None) -> Answer | FileAnswer:
    """`folder` is where the playlists are that a playlist names, as it is written there."""
    if not await replay.is_ready(READY_SECONDS):
        return _NOT_READY
    kept = b"private, max-age=60" if replay.state.token_required else b"public, max-age=60"
    if found := _INDEX.fullmatch(name):
        return _playlist(replay.multivariant(_run(found), folder), kept)
    if found := _MEDIA.fullmatch(name):
        return _playlist(replay.media(_run(found)), kept)
    if (found := _TAKE.fullmatch(name)) and (take := replay.take(int(found[1]))) is not None:
        path, size = take
        lasting = b"private, max-age=60" if replay.state.token_required else b"public, max-age=3600, immutable"
        return answer_of_range(path, size, byte_range, b"video/mp4", lasting)
    return NO_REPLAY


def _run(found: re.Match[str]) -> int | None:
    return int(found[1]) if found[1] else None


def _playlist(text: bytes | None, kept: bytes) -> Answer:
    return NO_REPLAY if text is None else Answer(200, text, PLAYLIST_TYPE, kept)
