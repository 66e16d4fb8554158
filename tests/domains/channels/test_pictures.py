"""A channel's cover and background: taken from its editors, shown in the sizes pages ask for, gone when they are."""

import io
from pathlib import Path

import pytest
from PIL import Image

from storecast.domains.channels.models import Role
from storecast.domains.channels.pictures import service
from storecast.kit.images import SizedImage
from storecast.kit.settings import Settings
from tests.factories.accounts import Member
from tests.factories.channels import Json, channel
from tests.factories.platform import BASE, Client, do_jobs, settings_for
from tests.factories.products import picture, upload
from tests.factories.seats import give_seat
from tests.waiting import eventually

ORIENTATION, GPS = 0x0112, 0x8825
PLACES = ("cover", "background")
CHANGE = {"cover": "banners", "background": "change-background"}
CLEAR = {"cover": "banners/clear", "background": "background/clear"}
SIZES = {"cover": "banner_sizes", "background": "background_sizes"}
LARGE = picture(2400, 1200, kind="JPEG")


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return settings_for(tmp_path, database_url)


@pytest.fixture
async def lamps(owner: Member) -> Json:
    return await channel(owner.client, slug="lamps")


async def change(
    client: Client, ref: object, place: str = "cover", content: bytes = LARGE, field: str = "image"
) -> Json:
    answer = await client.post(f"events/media/{ref}/{CHANGE[place]}", files={field: upload(content)})
    assert answer.status_code == 200, answer.text
    changed: Json = answer.json()["data"]
    return changed


def url_of(shown: Json, place: str) -> str | None:
    """Null where it has none of its own."""
    url: str = shown["banner_top" if place == "cover" else "background_url"] or ""
    return None if "/defaults/" in url else url or None


async def opened(anyone: Client, url: str) -> Image.Image:
    answer = await anyone.get(url.removeprefix(BASE))
    assert answer.status_code == 200, url
    shown = Image.open(io.BytesIO(answer.content))
    assert answer.headers["content-type"] == f"image/{(shown.format or '').lower()}"
    assert not {"exif", "icc_profile", "xmp"} & set(shown.info)
    return shown


def files(settings: Settings) -> set[str]:
    return {path.name for path in (settings.data_dir / "storage").rglob("*") if path.is_file()}


@pytest.mark.parametrize("place", PLACES)
async def test_picture_is_shown_in_the_sizes_there_are_of_it(
    owner: Member, anyone: Client, lamps: Json, place: str
) -> None:
    assert (url_of(lamps, place), lamps[SIZES[place]]) == (None, [])
    shown = await change(owner.client, lamps["id"], place)
    assert [size["width"] for size in shown[SIZES[place]]] == [480, 960, 1920]
    assert url_of(shown, place) == shown[SIZES[place]][-1]["url"]
    for size in shown[SIZES[place]]:
        made = await opened(anyone, size["url"])
        assert (made.format, made.size) == ("WEBP", (size["width"], size["width"] // 2))
    assert [url_of(shown, other) for other in PLACES if other != place] == [None]


@pytest.mark.parametrize(
    ("size", "widths"), [((700, 400), [480, 700]), ((480, 200), [480]), ((1, 1), [1]), ((2000, 4000), [480, 960])]
)
async def test_picture_is_not_made_larger_than_it_is(
    owner: Member, anyone: Client, lamps: Json, size: tuple[int, int], widths: list[int]
) -> None:
    shown = await change(owner.client, lamps["id"], content=picture(*size))
    assert [each["width"] for each in shown["banner_sizes"]] == widths
    for each in shown["banner_sizes"]:
        assert (await opened(anyone, each["url"])).width == each["width"]


async def test_channel_is_named_by_id_number_or_slug_and_the_file_by_either_name(owner: Member, lamps: Json) -> None:
    seen = set()
    for ref in (lamps["id"], lamps["thread_id"], "lamps"):
        for field in ("image", "file"):
            seen.add(url_of(await change(owner.client, ref, field=field), "cover"))
    assert len(seen) == 6


async def test_viewers_are_shown_the_new_one_at_once(owner: Member, anyone: Client, lamps: Json) -> None:
    async def seen() -> list[str | None]:
        kept = [(await anyone.get(f"events/{path}")).json()["data"] for path in ("playback/lamps", "products/lamps")]
        return [url_of(shown, place) for shown in kept for place in PLACES]

    assert await seen() == [None] * 4
    await change(owner.client, lamps["id"])
    both = await change(owner.client, lamps["id"], "background")
    wanted = [url_of(both, place) for place in PLACES] * 2

    async def are_shown() -> bool:
        return await seen() == wanted

    await eventually(are_shown)


@pytest.mark.parametrize("place", PLACES)
async def test_former_files_are_gone_once_another_is_shown_or_none(
    owner: Member, settings: Settings, lamps: Json, place: str
) -> None:
    await change(owner.client, lamps["id"], place)
    first = files(settings)
    assert first == {"480.webp", "960.webp", "1920.webp", "preview.jpg"}
    await change(owner.client, lamps["id"], place, picture(300, 200))
    await do_jobs(settings)
    assert files(settings) == {"300.webp", "preview.jpg"}
    for _ in range(2):
        answer = await owner.client.delete(f"events/media/{lamps['id']}/{CLEAR[place]}")
        assert answer.status_code == 200, answer.text
        cleared = answer.json()["data"]
        assert (url_of(cleared, place), cleared[SIZES[place]]) == (None, [])
    await do_jobs(settings)
    assert files(settings) == set()


async def test_of_two_at_once_none_leaves_files_behind(
    owner: Member, settings: Settings, lamps: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = service.image_in_widths

    async def slowly(content: bytes, widths: tuple[int, ...]) -> SizedImage:
        monkeypatch.setattr(service, "image_in_widths", made)
        await change(owner.client, lamps["id"])  # another, from beginning to end
        return await made(content, widths)

    monkeypatch.setattr(service, "image_in_widths", slowly)
    shown = await change(owner.client, lamps["id"], content=picture(300, 200))
    await do_jobs(settings)
    assert [size["width"] for size in shown["banner_sizes"]] == [300]
    assert files(settings) == {"300.webp", "preview.jpg"}


async def test_cover_of_a_channel_deleted_meanwhile_is_not_kept(
    owner: Member, settings: Settings, lamps: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = service.image_in_widths

    async def slowly(content: bytes, widths: tuple[int, ...]) -> SizedImage:
        await owner.client.delete(f"events/{lamps['id']}")
        return await made(content, widths)

    monkeypatch.setattr(service, "image_in_widths", slowly)
    answer = await owner.client.post(f"events/media/{lamps['id']}/banners", files={"image": upload()})
    assert answer.status_code == 404
    assert files(settings) == set()


async def test_photo_of_a_phone_is_upright_and_tells_nothing_of_where_it_was_taken(
    owner: Member, anyone: Client, lamps: Json, settings: Settings
) -> None:
    photo = Image.new("RGB", (1600, 800), "black")
    photo.paste("white", (0, 0, 400, 200))  # as stored: in the first corner of the first row
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # to be turned to the right
    exif[0x010E] = "My kitchen"
    exif.get_ifd(GPS)[1] = "N"
    out = io.BytesIO()
    photo.save(out, "JPEG", exif=exif, comment=b"My kitchen")
    shown = await change(owner.client, lamps["id"], content=out.getvalue())
    assert [size["width"] for size in shown["banner_sizes"]] == [480, 800]
    for size in shown["banner_sizes"]:
        made = (await opened(anyone, size["url"])).convert("L")
        assert made.height == 2 * made.width
        assert [made.getpixel((x, 3)) for x in (3, made.width - 3)] == [0, 255]
    for path in (settings.data_dir / "storage").rglob("*.*"):
        assert b"kitchen" not in path.read_bytes()


async def test_an_animation_is_shown_by_its_beginning(owner: Member, anyone: Client, lamps: Json) -> None:
    frames = [Image.new("RGB", (600, 300), colour) for colour in ("red", "lime", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=40, loop=0)
    shown = await change(owner.client, lamps["id"], content=out.getvalue())
    made = await opened(anyone, shown["banner_top"])
    assert getattr(made, "n_frames", 1) == 1
    pixel = made.convert("RGB").getpixel((300, 150))
    assert isinstance(pixel, tuple)
    assert pixel[0] > 200 > 60 > pixel[1]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"no picture", "must be a JPEG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "must be a JPEG"),
        (LARGE[: len(LARGE) // 2], "damaged"),
        (picture(8000, 5001), "40 megapixels"),
        (b"\0" * (12 * 1024 * 1024 + 1), "12 MB"),
        (b"", "must be a JPEG"),
    ],
)
async def test_what_is_no_good_picture_is_refused_with_its_reason_and_changes_nothing(
    owner: Member, settings: Settings, lamps: Json, place: str, content: bytes, words: str
) -> None:
    before = await change(owner.client, lamps["id"], place, picture(200, 100))
    kept = files(settings)
    answer = await owner.client.post(f"events/media/lamps/{CHANGE[place]}", files={"image": upload(content)})
    assert answer.status_code == 422, answer.text
    [message] = answer.json()["error"]["messages"]
    assert (message["field"], words in message["message"]) == ("image", True), message
    after = (await owner.client.get(f"events/{lamps['id']}")).json()["data"]
    assert (url_of(after, place), files(settings)) == (url_of(before, place), kept)


@pytest.mark.parametrize("place", PLACES)
async def test_a_body_without_a_picture_is_refused(owner: Member, lamps: Json, place: str) -> None:
    for body in ({"files": {"other": upload()}}, {"json": {}}, {"data": {"image": "lamp.png"}}):
        answer = await owner.client.post(f"events/media/{lamps['id']}/{CHANGE[place]}", **body)  # type: ignore[arg-type]
        assert answer.status_code == 422, answer.text
        assert answer.json()["error"]["messages"][0]["field"] == "image"


@pytest.mark.parametrize("place", PLACES)
async def test_only_who_edits_a_channel_changes_its_pictures(
    owner: Member, stranger: Member, anyone: Client, lamps: Json, place: str, database_url: str
) -> None:
    async def tried(client: Client) -> list[int]:
        changed = await client.post(f"events/media/lamps/{CHANGE[place]}", files={"image": upload()})
        return [changed.status_code, (await client.delete(f"events/media/lamps/{CLEAR[place]}")).status_code]

    assert await tried(anyone) == [401, 401]
    assert await tried(stranger.client) == [403, 403]
    give_seat(database_url, owner, stranger, Role.MODERATOR, lamps)
    assert await tried(stranger.client) == [403, 403]
    give_seat(database_url, owner, stranger, Role.EDITOR)
    assert await tried(stranger.client) == [200, 200]
