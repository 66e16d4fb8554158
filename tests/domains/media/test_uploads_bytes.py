"""The bytes of uploads, sent to a server as clients send them: by tus 1.0.0, and by PUT."""

import contextlib
from collections.abc import AsyncIterator
from datetime import datetime
from email.utils import parsedate_to_datetime

import httpx
import pytest

from storecast.kit.settings import Settings
from tests.domains.media.conftest import Uploading
from tests.domains.media.sending import FILM, lying, patch_head, sending, unlocked
from tests.factories.accounts import Member
from tests.factories.platform import do_jobs
from tests.factories.uploads import TUS, TusClient, checksum
from tests.waiting import eventually


async def test_an_upload_is_sent_in_chunks(installed: Settings, uploading: Uploading) -> None:
    _, tus = await uploading(FILM)
    head = await tus.head()
    assert (head.status_code, head.headers["Upload-Offset"], head.headers["Upload-Length"]) == (200, "0", "3000000")
    assert head.headers["Cache-Control"] == "no-store"
    assert parsedate_to_datetime(head.headers["Upload-Expires"]) > datetime.now().astimezone()
    for offset in range(0, len(FILM), 1_000_000):
        answer = await tus.patch(offset, FILM[offset : offset + 1_000_000])
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, str(offset + 1_000_000))
        assert answer.headers["Tus-Resumable"] == "1.0.0"
    assert lying(installed, tus) == FILM


async def test_bytes_of_no_told_length_are_taken(installed: Settings, uploading: Uploading) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for at in range(0, len(FILM), 70_000):
            yield FILM[at : at + 70_000]

    _, tus = await uploading(FILM)
    assert (await tus.patch(0, pieces())).status_code == 204
    assert lying(installed, tus) == FILM


async def test_a_wrong_offset_is_told_the_right_one(uploading: Uploading) -> None:
    _, tus = await uploading(FILM)
    await tus.patch(0, FILM[:10])
    for offset in (0, 11):
        answer = await tus.patch(offset, b"x")
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (409, "10")


async def test_more_than_was_announced_is_refused_without_harm(installed: Settings, uploading: Uploading) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(5):
            yield FILM

    _, tus = await uploading(FILM)
    assert (await tus.patch(0, FILM + b"x")).status_code == 413
    assert await tus.offset() == 0
    with contextlib.suppress(httpx.HTTPError):  # the answer may come before all is sent
        assert (await tus.patch(0, endless())).status_code == 413
    await eventually(lambda: unlocked(installed, tus))
    here = await tus.offset()
    assert here < len(FILM)
    assert (await tus.patch(here, FILM[here:])).status_code == 204
    assert lying(installed, tus) == FILM


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("PATCH", {"Upload-Offset": "0", "Content-Type": "video/mp4"}, 415),
        ("PATCH", {"Content-Type": "application/offset+octet-stream"}, 400),
        ("PATCH", {"Content-Type": "application/offset+octet-stream", "Upload-Offset": "-1"}, 400),
        ("PATCH", {"Tus-Resumable": "0.2.2"}, 412),
        ("HEAD", {"Tus-Resumable": "2.0.0"}, 412),
        ("GET", {}, 405),
        ("POST", {}, 405),
        ("PUT", {"Content-Range": "bytes 0-3/5"}, 400),
        ("PUT", {"Content-Range": "bytes 5-1/3000000"}, 400),
        ("PUT", {"Content-Range": "items 0-1/3000000"}, 400),
    ],
    ids=str,
)
async def test_what_is_said_wrongly_is_refused_in_words(
    uploading: Uploading, method: str, headers: dict[str, str], status: int
) -> None:
    _, tus = await uploading(FILM)
    answer = await tus.call(method, headers, None if method in ("GET", "HEAD") else b"abcd")
    assert answer.status_code == status
    assert answer.headers["X-Request-Id"]
    if method != "HEAD":
        assert answer.json()["error"]["code"] == status
        assert answer.json()["error"]["message"]
    if status == 412:
        assert answer.headers["Tus-Version"] == "1.0.0"
    assert await tus.offset() == 0


async def test_an_address_that_nobody_gave_leads_nowhere(http: httpx.AsyncClient, uploading: Uploading) -> None:
    _, tus = await uploading(FILM)
    _, first, upload_id, signature = tus.path.split("/")
    for path in (f"/{first}/{upload_id}/{'0' * 64}", f"/{first}/{'x' * 32}/{signature}", f"/{first}/", "/uploads/../x"):
        answer = await TusClient(http, path).put(b"x")
        assert answer.status_code == 404, path


async def test_a_network_that_lets_post_alone_through_says_which_method_it_means(uploading: Uploading) -> None:
    _, tus = await uploading(FILM)
    headers = {"X-HTTP-Method-Override": "PATCH", "Content-Type": "application/offset+octet-stream"}
    answer = await tus.call("POST", headers | {"Upload-Offset": "0"}, FILM[:5])
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, "5")


async def test_options_say_what_is_spoken(uploading: Uploading) -> None:
    _, tus = await uploading(FILM)
    answer = await tus.call("OPTIONS", {})
    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert answer.headers["Tus-Extension"] == "creation,termination,expiration,checksum"
    assert answer.headers["Tus-Checksum-Algorithm"] == "sha1,sha256"
    assert int(answer.headers["Tus-Max-Size"]) == 50 * 1024**3


async def test_pages_of_other_origins_may_upload(uploading: Uploading) -> None:
    _, tus = await uploading(FILM)
    origin = {"Origin": "https://shop.test"}
    asked = origin | {"Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "upload-offset"}
    preflight = (await tus.call("OPTIONS", asked)).headers
    assert preflight["Access-Control-Allow-Origin"] == "*"
    assert "PATCH" in preflight["Access-Control-Allow-Methods"]
    assert "Upload-Offset" in preflight["Access-Control-Allow-Headers"]
    head = await tus.call("HEAD", TUS | origin)
    assert "Upload-Offset" in head.headers["Access-Control-Expose-Headers"]
    refused = await tus.call("PATCH", origin, b"x")
    assert refused.headers["Access-Control-Allow-Origin"] == "*"


async def test_a_cancelled_upload_is_gone_and_its_video_with_it(
    owner: Member, installed: Settings, uploading: Uploading
) -> None:
    begun, tus = await uploading(FILM)
    await tus.patch(0, FILM[:100])
    assert (await tus.delete()).status_code == 204
    assert (await tus.head()).status_code == 404
    assert (await tus.delete()).status_code == 404
    assert (await owner.client.get(f"media/{begun['id']}/uploads")).status_code == 404
    assert list((installed.data_dir / "uploads").iterdir()) == []


# tus: checksum


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
async def test_a_chunk_that_is_not_what_was_announced_is_not_kept(
    installed: Settings, uploading: Uploading, algorithm: str
) -> None:
    _, tus = await uploading(FILM)
    await tus.patch(0, FILM[:100])
    chunk = FILM[100:1_000_000]
    wrong = await tus.patch(100, chunk, Upload_Checksum=checksum(b"other", algorithm))
    assert wrong.status_code == 460
    assert await tus.offset() == 100
    right = await tus.patch(100, chunk, Upload_Checksum=checksum(chunk, algorithm))
    assert right.status_code == 204
    assert lying(installed, tus) == FILM[:1_000_000]
    assert len(list((installed.data_dir / "uploads").iterdir())) == 1


@pytest.mark.parametrize("said", ["md5 rL0Y20zC+Fzt72VPzMSk2A==", "sha1 !", "sha1 YQ==", "sha1"])
async def test_a_checksum_that_is_none_is_refused(uploading: Uploading, said: str) -> None:
    _, tus = await uploading(FILM)
    assert (await tus.patch(0, b"x", Upload_Checksum=said)).status_code == 400


async def test_of_a_chunk_with_a_checksum_that_is_cut_nothing_is_kept(
    port: int, installed: Settings, uploading: Uploading
) -> None:
    _, tus = await uploading(FILM)
    head = patch_head(tus.path, 0, 1_000_000).replace(
        b"\r\n\r\n", b"\r\nUpload-Checksum: sha1 " + b"A" * 27 + b"=\r\n\r\n"
    )
    async with sending(port, head + FILM[:500_000]):
        await eventually(lambda: not unlocked(installed, tus))
    await eventually(lambda: unlocked(installed, tus))
    assert await tus.offset() == 0
    assert len(list((installed.data_dir / "uploads").iterdir())) == 1


# PUT


async def test_a_file_is_put_whole(installed: Settings, uploading: Uploading) -> None:
    _, tus = await uploading(FILM)
    answer = await tus.put(FILM)
    assert (answer.status_code, answer.json()["data"]) == (200, {"offset": 3_000_000, "length": 3_000_000})
    await do_jobs(installed)
    assert (await tus.put(b"", "bytes */3000000")).status_code == 200


async def test_a_file_is_put_in_pieces(installed: Settings, uploading: Uploading) -> None:
    _, tus = await uploading(FILM)
    asked = await tus.put(b"", "bytes */3000000")
    assert (asked.status_code, asked.headers.get("Range")) == (308, None)
    part = await tus.put(FILM[:1_000_000], "bytes 0-999999/3000000")
    assert (part.status_code, part.headers["Range"]) == (308, "bytes=0-999999")
    asked = await tus.put(b"", "bytes */*")
    assert (asked.status_code, asked.headers["Range"]) == (308, "bytes=0-999999")
    gap = await tus.put(b"x", "bytes 1000001-1000001/3000000")
    assert (gap.status_code, gap.headers["Range"], gap.headers["Upload-Offset"]) == (409, "bytes=0-999999", "1000000")
    assert (await tus.put(FILM)).status_code == 409
    rest = await tus.put(FILM[1_000_000:], "bytes 1000000-2999999/3000000")
    assert rest.status_code == 200
    assert lying(installed, tus) == FILM


# cuts and locks
