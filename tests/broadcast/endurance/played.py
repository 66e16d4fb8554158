"""What became of a numbered show: its frames as they lie in a file, and when they are shown."""

import io
from bisect import bisect_right
from pathlib import Path

import av
from msgspec import Struct, field

from tests.broadcast.endurance.numbered import NumberedShow, picture_number, sound_number


class Played(Struct):
    """Numbers of the frames in order, and the seconds at which they are shown."""

    pictures: list[int] = field(default_factory=list)
    pictures_at: list[float] = field(default_factory=list)
    sounds: list[int] = field(default_factory=list)
    sounds_at: list[float] = field(default_factory=list)
    put_in: int = 0  # frames of sound that nobody sent

    @classmethod
    def of(cls, film: Path | bytes) -> "Played":
        """Of a whole file or of a take."""
        played = cls()
        with av.open(str(film) if isinstance(film, Path) else io.BytesIO(film)) as container:
            for packet in container.demux():
                if packet.pts is None:
                    continue
                at = float(packet.pts * packet.time_base)
                if packet.stream.type == "video":
                    played.pictures.append(picture_number(bytes(packet)))
                    played.pictures_at.append(at)
                elif (number := sound_number(bytes(packet))) is None:
                    played.put_in += 1
                else:
                    played.sounds.append(number)
                    played.sounds_at.append(at)
        return played

    def apart(self, show: NumberedShow, sound_ppm: float = 0) -> list[float]:
        """Seconds by which sound is heard after the picture it belongs to, at each picture in order."""
        taken = [show.sound_at(number, sound_ppm) for number in self.sounds]
        late = [at - wanted for at, wanted in zip(self.sounds_at, taken, strict=True)]
        found = []
        for number, at in zip(self.pictures, self.pictures_at, strict=True):
            beside = max(bisect_right(taken, show.picture_at(number)) - 1, 0)
            found.append(late[beside] - (at - show.picture_shown(number)))
        return found
