"""Even sound, turned into AAC frames that say when they are heard. Runs in the child."""

from collections import deque

import av

FRAME = 1024  # samples an AAC-LC frame
FORMAT = "fltp"  # what the encoder takes: floats, a plane a channel
_BIT_RATES = {1: 96_000, 2: 160_000}


class AacEncoder:
    """AAC-LC (ISO/IEC 14496-3) of 1 or 2 channels."""

    def __init__(self, rate: int, channels: int) -> None:
        self.rate = rate
        self.layout = "mono" if channels == 1 else "stereo"
        encoder = av.CodecContext.create("aac", "w")
        encoder.sample_rate = rate
        encoder.layout = self.layout
        encoder.format = FORMAT
        encoder.bit_rate = _BIT_RATES[channels]
        encoder.thread_count = 1
        encoder.open()
        self._encoder = encoder
        self.configuration = encoder.extradata or b""  # its AudioSpecificConfig
        self._waiting = av.AudioFifo()
        self._next = 0  # where the first sample that waits is heard
        self._positions: deque[int] = deque()  # of the frames to come
        self.lost = 0  # frames that could not be encoded

    def leap(self, position: int) -> list[tuple[int, bytes]]:
        """What is put from now on is heard at `position`. What waits is filled up with silence first."""
        frames = []
        if rest := self._waiting.samples:
            frames = self.put(_silence(FRAME - rest, self.layout, self.rate))
        elif not self._positions:
            # The first frame is the encoder's priming. Decoders need it; by itself it is silence.
            self._positions.append(position - FRAME)
        self._next = position
        return frames

    def put(self, sound: av.AudioFrame) -> list[tuple[int, bytes]]:
        """AAC frames that are ready, each with its position in samples. Two frames' time stays in the encoder."""
        sound.pts = None
        self._waiting.write(sound)
        frames = []
        for block in self._waiting.read_many(FRAME):
            self._positions.append(self._next)
            self._next += FRAME
            frames += self._encoded(block)
        return frames

    def finish(self) -> list[tuple[int, bytes]]:
        """The last frames. Nothing can be put after that."""
        if not self._positions:
            return []
        frames = self.leap(0)
        return frames + self._encoded(None)

    def _encoded(self, block: av.AudioFrame | None) -> list[tuple[int, bytes]]:
        try:
            packets = self._encoder.encode(block)
        except av.FFmpegError:  # a decoder made numbers that are none, and the frame due now is lost
            self._positions.popleft()
            self.lost += 1
            return []
        # For each frame it lost, the encoder adds an empty one at its end.
        return [(self._positions.popleft(), bytes(packet)) for packet in packets if self._positions]


def _silence(samples: int, layout: str, rate: int) -> av.AudioFrame:
    frame = av.AudioFrame(FORMAT, layout, samples)
    frame.sample_rate = rate
    for plane in frame.planes:
        plane.update(bytes(plane.buffer_size))
    return frame
