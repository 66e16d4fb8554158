"""A take as it lies on disk, cut where its boxes end."""

from msgspec import Struct


class Fragments(Struct, frozen=True):
    init: bytes
    parts: list[bytes]  # each a `moof` and its `mdat`
    torn: bytes  # what lies behind the last whole one

    @property
    def whole(self) -> bytes:
        return b"".join((self.init, *self.parts))


def fragments_of(take: bytes) -> Fragments:
    """Walk the boxes of a take, the last of which may be torn. Fails where one is of another kind than is due."""
    boxes: list[bytes] = []
    at = 0
    while at + 8 <= len(take) and (end := at + int.from_bytes(take[at : at + 4], "big")) <= len(take):
        due = (b"ftyp", b"moov")[len(boxes)] if len(boxes) < 2 else (b"moof", b"mdat")[len(boxes) % 2]
        assert take[at + 4 : at + 8] == due, f"{take[at + 4 : at + 8]!r} at byte {at}"
        boxes.append(take[at:end])
        at = end
    pairs = boxes[2:]
    parts = [moof + mdat for moof, mdat in zip(pairs[::2], pairs[1::2], strict=False)]
    init = b"".join(boxes[:2])
    return Fragments(init, parts, take[len(init) + sum(map(len, parts)) :])
