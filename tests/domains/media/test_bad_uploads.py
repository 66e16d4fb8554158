"""What people upload that is no video, or a bad one: it is refused in words, and leads nowhere."""

import asyncio
import contextlib
import io
import zipfile
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from storecast.kit.settings import Settings
from tests.domains.media.conftest import Uploading
from tests.factories.accounts import Member
from tests.factories.channels import Json
from tests.factories.platform import do_jobs
from tests.factories.uploads import announced
from tests.processing import films

Processed = Callable[[bytes], Awaitable[Json]]
CANARY = "a-word-that-is-nowhere-else"
SMALL = ("-f", "lavfi", "-i", "testsrc2=s=64x64:r=10:d=4", "-f", "lavfi", "-i", "sine=d=4")


@pytest.fixture
async def asked() -> AsyncIterator[tuple[int, list[bytes]]]:
    """A server nobody is to ask anything, and what it was asked."""
    lines: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines.append(b"")
        with contextlib.suppress(OSError):
            lines.append(await reader.readline())
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], lines


@pytest.fixture
def processed(owner: Member, installed: Settings, uploading: Uploading) -> Processed:
    async def process(content: bytes) -> Json:
        """What the studio shows of an upload in the end."""
        begun, tus = await uploading(content)
        assert (await tus.patch(0, content)).status_code == 204
        await do_jobs(installed)
        shown: Json = (await owner.client.get(f"events/media/{begun['id']}")).json()["data"]
        return shown

    return process


SLICE = {"HLS", "concat", "film.mp4"}  # what is tried each time; in processing's own tests it is all


def soak(value: str, name: str) -> object:
    return pytest.param(value, id=name, marks=() if name in SLICE else pytest.mark.soak)


LISTS = {
    "HLS": "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n{file}\n#EXTINF:4,\n{url}\n#EXT-X-ENDLIST\n",
    "HLS behind white space": "\n \t#EXTM3U\n#EXTINF:4,\n{url}\n",
    "concat": "ffconcat version 1.0\nfile '{file}'\nfile '{url}'\n",
    "SDP": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video {port} RTP/AVP 96\n",
    "SVG": '<svg xmlns="http://www.w3.org/2000/svg"><image href="{url}"/><image href="file://{file}"/></svg>',
    "DASH": '<?xml version="1.0"?><MPD><Period><BaseURL>{url}</BaseURL></Period></MPD>',
    "WPL": '<?wpl version="1.0"?><smil><body><seq><media src="{file}"/></seq></body></smil>',
    "a playlist in MP4's clothes": "\0\0\0\x18ftypisom\0\0\x02\0isommp42\n#EXTM3U\n#EXTINF:4,\n{url}\n",
    "a playlist in Matroska's clothes": "\x1a\x45\u07a3#EXTM3U\n#EXTINF:4,\n{url}\n",
}


@pytest.mark.parametrize("content", [soak(each, name) for name, each in LISTS.items()])
async def test_files_that_name_others_lead_to_none(
    processed: Processed, asked: tuple[int, list[bytes]], installed: Settings, tmp_path: Path, content: str
) -> None:
    port, lines = asked
    secret = films.make(tmp_path / "secret.mp4", *SMALL, "-metadata", f"title={CANARY}")
    named = content.format(file=secret, url=f"http://127.0.0.1:{port}/{CANARY}.ts", port=port)
    shown = await processed(named.encode("latin-1", "replace"))
    assert shown["status"] == "failed"
    assert shown["problem"].startswith("This ")
    assert lines == []
    kept = installed.data_dir / "storage" / "media"
    assert [path.name for path in kept.rglob("*") if path.is_file()] == ["upload"]


def bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("film.mp4", bytes(50_000_000))
    return packed.getvalue()


async def test_an_archive_is_not_unpacked(processed: Processed) -> None:
    shown = await processed(bomb())
    assert (shown["status"], shown["problem"]) == ("failed", "This is not a video: it is a ZIP archive.")


@pytest.mark.parametrize("name", [soak(name, name) for name in ("film.mp4", "film.mov", "film.mkv", "film.webm")])
async def test_half_a_video_is_refused(processed: Processed, tmp_path: Path, name: str) -> None:
    codecs = ("-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libopus") if name.endswith("webm") else ("-g", "10")
    whole = films.make(tmp_path / name, *SMALL, *codecs).read_bytes()
    shown = await processed(whole[: len(whole) // 2])
    assert shown["status"] == "failed"
    assert shown["problem"].startswith("This video is not whole: ")


@pytest.mark.soak
async def test_a_point_is_no_picture(processed: Processed, tmp_path: Path) -> None:
    options = ("-f", "lavfi", "-i", "color=red:s=1x1:r=10:d=1", "-c:v", "rawvideo", "-f", "mov")
    shown = await processed(films.make(tmp_path / "film.mov", *options).read_bytes())
    assert shown["status"] == "failed"
    assert "1x1" in shown["problem"]


@pytest.mark.soak
@pytest.mark.timeout(300)
async def test_ten_hours_in_which_nothing_happens_are_a_video(processed: Processed, tmp_path: Path) -> None:
    options = ("-f", "lavfi", "-i", "color=gray:s=64x64:r=1/5:d=36000", "-c:v", "libx264", "-preset", "ultrafast")
    film = films.make(tmp_path / "film.mp4", *options, "-g", "2", "-movflags", "+faststart")
    shown = await processed(film.read_bytes())
    assert (shown["status"], shown["problem"]) == ("ready", None)
    assert shown["duration"] == pytest.approx(36_000, abs=6)


@pytest.mark.parametrize(
    ("filename", "status"),
    [
        ("../../../etc/cron.d/film.mp4", 422),
        ("..\\..\\film.mp4", 422),
        ("/etc/passwd", 422),
        ("film\0.mp4", 422),
        ("film\r\nX-Header: 1.mp4", 422),
        ("..", 422),
        (" . ", 422),
        ("film.mp4" * 100, 422),
        pytest.param("\u202egpj.mp4", 200, marks=pytest.mark.soak),
        pytest.param("%2e%2e%2ffilm.mp4", 200, marks=pytest.mark.soak),
        pytest.param("\U0001f3a5 e\u0301t\u00e9 \u200f\u05e9.mp4", 200, marks=pytest.mark.soak),
        pytest.param("CON.mp4", 200, marks=pytest.mark.soak),
        ("film.mp4; rm -rf $(HOME) `id`.mp4", 200),
        pytest.param("-i.mp4", 200, marks=pytest.mark.soak),
    ],
)
async def test_names_lead_nowhere(
    owner: Member, show: Json, installed: Settings, uploading: Uploading, tmp_path: Path, filename: str, status: int
) -> None:
    answer = await owner.client.post(f"events/{show['id']}/media/add", announced(10, filename=filename))
    assert answer.status_code == status, answer.text
    if status != 200:
        return
    begun, tus = await uploading(b"no film at all", filename=filename)
    assert (await tus.patch(0, b"no film at all")).status_code == 204
    await do_jobs(installed)
    shown = (await owner.client.get(f"events/media/{begun['id']}")).json()["data"]
    assert shown["status"] == "failed"
    places = {path.relative_to(tmp_path).parts[0] for path in tmp_path.rglob("*") if path.is_file()}
    assert places <= {"storage", "uploads", "keys", "secrets", "mail"}
    named = [path.name for path in tmp_path.rglob("*") if path.is_file() and "film" in path.name]
    assert named == []
