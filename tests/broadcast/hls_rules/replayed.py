"""A replay, as the rules are asked of it: its playlists, and the byte ranges they name."""

from collections.abc import Iterable, Mapping

from tests.broadcast.hls_rules.playlists import read_media
from tests.broadcast.hls_rules.record import Offer, Record, Resource


def addresses(media: str) -> Iterable[str]:
    """Of init segments and segments, with their byte ranges."""
    for segment in read_media(media).segments:
        yield from filter(None, (segment.map, segment.uri))


def ranged(address: str) -> tuple[str, int, int]:
    """Name of the file, where the range begins and ends."""
    name, _, byte_range = address.partition("#")
    size, _, start = byte_range.partition("@")
    return name, int(start or 0), int(start or 0) + int(size)


def replay_record(multivariant: str, media: str, files: Mapping[str, bytes]) -> Record:
    """Of playlists and whole files. A range that goes past the end of its file cannot be had."""
    record = Record([Offer(0.0, media)], [Offer(0.0, multivariant)], late=None, real_time=False)
    for address in addresses(media):
        name, start, end = ranged(address)
        data = files.get(name, b"")
        if end <= len(data):
            record.resources[address] = Resource(data[start:end], 0.0)
    return record
