"""What a media file holds. Run as a process of its own: PyAV costs 40 MB that the media plane should not keep."""

import asyncio
import sys
from pathlib import Path

import av
import msgspec


class MediaFile(msgspec.Struct):
    duration: float  # seconds of its longest track; 0 when nothing can be read
    codecs: list[str]  # ffmpeg's names, video first
    sample_rate: int = 0  # Hz; 0 without sound
    channels: int = 0


async def probe(path: Path) -> MediaFile:
    """Read every packet of `path`, so that a truncated file tells how far it goes."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "storecast.broadcast.recording.probe", str(path)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    output, _ = await output_of(process)
    if process.returncode:
        return MediaFile(0.0, [])
    return msgspec.json.decode(output, type=MediaFile)


async def output_of(process: asyncio.subprocess.Process) -> tuple[bytes, bytes]:
    """Wait until `process` ends. It does not outlive a wait that is given up."""
    try:
        return await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def read(path: str) -> MediaFile:
    try:
        with av.open(path) as container:
            video, audio = container.streams.video, container.streams.audio
            codecs = [stream.codec_context.name for stream in (*video, *audio)]
            rate, channels = (audio[0].rate, audio[0].channels) if audio else (0, 0)
            return MediaFile(_seconds(container), codecs, rate, channels)
    except (av.FFmpegError, OSError):
        return MediaFile(0.0, [])


def _seconds(container: av.container.InputContainer) -> float:
    first: dict[int, float] = {}
    last: dict[int, float] = {}
    try:
        for packet in container.demux():
            if packet.pts is None:
                continue
            start = float(packet.pts * packet.time_base)
            end = start + float((packet.duration or 0) * packet.time_base)
            first[packet.stream_index] = min(first.get(packet.stream_index, start), start)
            last[packet.stream_index] = max(last.get(packet.stream_index, end), end)
    except av.FFmpegError:
        pass  # the end of what can be read is the answer
    return max((last[index] - first[index] for index in first), default=0.0)


if __name__ == "__main__":
    found = read(sys.argv[1])
    sys.stdout.buffer.write(msgspec.json.encode(found))
