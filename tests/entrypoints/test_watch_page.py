"""What the watch page's address says to who runs no scripts: link previews, search engines, the status."""

import io
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager
from html.parser import HTMLParser
from pathlib import Path

import pytest
import stripe
from PIL import Image

from tests.domains.conftest import count_queries  # noqa: F401
from tests.factories.accounts import Member, member
from tests.factories.channels import channel
from tests.factories.media import processed, show_video
from tests.factories.platform import BASE, Client, running_app, settings_for
from tests.factories.products import picture, upload
from tests.waiting import eventually

ROOT = Path(__file__).parents[2]
OWN_TITLE = "Live show"
PAGE = f'<head><title>{OWN_TITLE}</title>\n<meta name="description" content="Watch." /></head><body>the page</body>'


class Head(HTMLParser):
    """Title, and what its meta elements say, by name or property."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.meta: dict[str, str] = {}
        self.title = ""
        self._in_title = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self._in_title = tag == "title"
        if tag == "meta" and (name := found.get("name") or found.get("property")):
            assert name not in self.meta, f"{name} is said twice"
            self.meta[name] = found["content"] or ""
        assert tag in ("head", "title", "meta", "link", "body"), f"{tag} is none of ours"

    def handle_endtag(self, tag: str) -> None:
        self._in_title = False

    def handle_data(self, data: str) -> None:
        self.title += data if self._in_title else ""


@pytest.fixture
async def anyone(tmp_path: Path, database_url: str) -> AsyncIterator[Client]:
    (tmp_path / "watch.html").write_text(PAGE)
    async with running_app(settings_for(tmp_path, database_url, web_dist=tmp_path)) as client:
        yield client


@pytest.fixture
async def owner(anyone: Client) -> Member:
    return await member(anyone, full_name="Mara Pop")


async def head(anyone: Client, ref: str, status: int = 200) -> Head:
    answer = await anyone.get(f"/watch/{ref}")
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert "the page" in answer.text
    return Head(answer.text)


async def test_a_public_show_has_title_description_and_picture(anyone: Client, owner: Member) -> None:
    text = "  Three lamps,\n\n made by hand.  "
    made = await channel(owner.client, "Evening lamps", slug="lamps", description=text)
    for ref in ("lamps", "LAMPS", made["id"], str(made["thread_id"])):
        shown = await head(anyone, ref)
        assert shown.title.startswith("Evening lamps · ")
        assert shown.meta["description"] == shown.meta["og:description"] == "Three lamps, made by hand."
        assert shown.meta["og:title"] == shown.meta["twitter:title"] == "Evening lamps"
        assert shown.meta["og:url"] == f"{BASE}/watch/lamps"
        assert shown.meta["twitter:card"] == "summary_large_image"
        assert "robots" not in shown.meta
    picture = shown.meta["og:image"]
    assert shown.meta["twitter:image"] == picture
    assert picture.startswith(f"{BASE}/files/")
    seen = await anyone.get(picture.removeprefix(BASE))
    assert (seen.status_code, seen.headers["content-type"]) == (200, "image/png")


async def test_a_link_preview_shows_the_cover_as_they_all_take_it(anyone: Client, owner: Member) -> None:
    made = await channel(owner.client, slug="lamps")
    await owner.client.post(f"events/media/{made['id']}/banners", files={"image": upload(picture(2000, 2000))})

    meta = (await head(anyone, "lamps")).meta
    seen = await anyone.get(meta["og:image"].removeprefix(BASE))
    assert seen.headers["content-type"] == "image/jpeg"
    assert Image.open(io.BytesIO(seen.content)).size == (1200, 630)
    assert (meta["og:image:width"], meta["og:image:height"]) == ("1200", "630")


async def test_a_show_named_as_its_host_says_the_name_once(anyone: Client, owner: Member) -> None:
    host = (await owner.client.get("profile")).json()["data"]["nickname"]
    await channel(owner.client, host, slug="lamps")
    assert (await head(anyone, "lamps")).title == host


async def test_an_address_without_a_show_is_not_found_and_shows_the_page(anyone: Client, owner: Member) -> None:
    hidden = await channel(owner.client, privacy=2)
    gone = await channel(owner.client, "Gone soon", slug="gone")
    await owner.client.delete(f"events/{gone['id']}")
    for ref in ("nosuch", "gone", "0", "9" * 40, "%00", "a" * 5000, str(hidden["thread_id"])):
        shown = await head(anyone, ref, status=404)
        assert shown.title == OWN_TITLE
    assert (await anyone.call("HEAD", "/watch/nosuch")).status_code == 404


async def test_a_private_show_tells_nothing_but_that_it_is_there(anyone: Client, owner: Member) -> None:
    made = await channel(owner.client, "Secret lamps", slug="secret", description="For friends", privacy=2)
    for ref in ("secret", made["id"]):
        answer = await owner.client.get(f"/watch/{ref}")
        shown = await head(anyone, ref)
        assert answer.text.count("Secret") == answer.text.count("friends") == answer.text.count("Mara") == 0
        assert (shown.title, shown.meta["robots"]) == (OWN_TITLE, "noindex")
        assert not any(name.startswith(("og:", "twitter:")) for name in shown.meta)


async def test_an_unlisted_show_is_previewed_and_not_indexed(anyone: Client, owner: Member) -> None:
    await channel(owner.client, "Lamps for friends", slug="friends", privacy=1)
    shown = await head(anyone, "friends")
    assert (shown.meta["og:title"], shown.meta["robots"]) == ("Lamps for friends", "noindex")


@pytest.mark.parametrize("text", ["</title><script>alert(1)</script>", '" onload="alert(1)', "&lt;b&gt; \\g<0> \\1"])
async def test_words_of_a_host_are_words(anyone: Client, owner: Member, text: str) -> None:
    await channel(owner.client, slug="lamps", description=f"Hand made {text}")
    shown = await head(anyone, "lamps")
    assert shown.meta["description"] == f"Hand made {text}"
    named = await owner.client.put("events/lamps", {"name": text})
    if named.status_code == 200:
        assert (await head(anyone, "lamps")).meta["og:title"] == text


async def test_shops_show_it_in_a_frame_and_nothing_inline_runs(anyone: Client, owner: Member) -> None:
    await channel(owner.client, slug="lamps")
    policy = (await anyone.get("/watch/lamps")).headers["content-security-policy"]
    assert "style-src 'self';" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors" not in policy


async def test_stripes_script_and_frames_run_there_and_nobody_elses(anyone: Client, owner: Member) -> None:
    await channel(owner.client, slug="lamps")
    answer = await anyone.get("/watch/lamps")
    parts = (directive.split() for directive in answer.headers["content-security-policy"].split(";"))
    policy = {name: sources for name, *sources in parts}
    assert policy["script-src"][0] == policy["frame-src"][0] == "'self'"
    assert all(source.endswith("stripe.com") for part in ("script-src", "frame-src") for source in policy[part][1:])
    # The release of the script is that of the API, by the library that speaks it.
    named = stripe.api_version.rpartition(".")[2]
    assert f'<meta name="storecast-stripe-js" content="https://js.stripe.com/{named}/stripe.js" />' in answer.text


async def test_what_stands_in_for_stripe_runs_in_its_place(tmp_path: Path, database_url: str) -> None:
    (tmp_path / "watch.html").write_text(PAGE)
    stands_in = {"web_dist": tmp_path, "stripe_js_url": "http://127.0.0.1:9/v/stripe.js"}
    async with running_app(settings_for(tmp_path, database_url, **stands_in)) as anyone:
        answer = await anyone.get("/watch/nobodys")
    assert (
        "script-src 'self' http://127.0.0.1:9; frame-src 'self' http://127.0.0.1:9;"
        in (answer.headers["content-security-policy"])
    )
    assert 'content="http://127.0.0.1:9/v/stripe.js"' in answer.text


async def test_a_change_is_seen_at_once_and_nothing_is_asked_twice(
    anyone: Client,
    owner: Member,
    count_queries: Callable[[], AbstractContextManager[list[str]]],  # noqa: F811
) -> None:
    await channel(owner.client, "Evening lamps", slug="lamps")

    async def kept() -> bool:
        with count_queries() as queries:
            await head(anyone, "lamps")
        return queries == []

    await eventually(kept)
    await owner.client.put("events/lamps", {"name": "Morning lamps"})
    assert (await head(anyone, "lamps")).meta["og:title"] == "Morning lamps"
    await owner.client.put("events/lamps", {"privacy": 2})
    assert (await head(anyone, "lamps")).title == OWN_TITLE


@pytest.mark.parametrize("page", sorted((ROOT / "web").glob("*.html")), ids=lambda path: path.name)
def test_every_page_says_what_it_is_before_its_scripts_run(page: Path) -> None:
    html = page.read_text()
    assert re.search(r"<title>[^<]+</title>", html)
    assert re.search(r'<meta name="description" content="[^"]{10,200}" />', html)
    assert ("noindex" in html) == (page.stem not in ("index", "watch", "reference"))


async def test_numbers_list_no_shows_that_are_for_who_has_the_link(anyone: Client, owner: Member) -> None:
    made = await channel(owner.client, privacy=1)
    answer = await anyone.get(f"/watch/{made['thread_id']}")
    assert (answer.status_code, made["slug"] in answer.text, made["name"] in answer.text) == (404, False, False)
    assert made["slug"] in (await anyone.get(f"/watch/{made['id']}")).text


async def test_a_link_to_a_video_speaks_of_the_video(anyone: Client, owner: Member) -> None:
    made = await channel(owner.client, "Evening lamps", slug="lamps")
    video = await processed(owner.client, await show_video(owner.client, made["id"]))
    await owner.client.put(f"events/media/{video['id']}", {"name": 'Vases "of May"'})
    shown = await head(anyone, f"lamps?replay={video['id']}")
    assert shown.meta["og:title"] == 'Vases "of May"'
    assert shown.meta["og:url"] == f"{BASE}/watch/lamps?replay={video['id']}"
    assert shown.meta["og:image"].endswith("/poster.webp")


async def test_a_link_to_a_video_not_everybody_may_see_speaks_of_the_channel(anyone: Client, owner: Member) -> None:
    made = await channel(owner.client, "Evening lamps", slug="lamps")
    other = await channel(owner.client, "Vases", slug="vases")
    video = await processed(owner.client, await show_video(owner.client, made["id"]))
    strange = await show_video(owner.client, other["id"])
    await owner.client.put(f"events/media/{video['id']}", {"in_playlist": False, "name": "Secret"})
    for replay in (video["id"], strange["id"], "nosuch", "9" * 5000, "%00"):
        shown = await head(anyone, f"lamps?replay={replay}")
        assert (shown.meta["og:title"], shown.meta["og:url"]) == ("Evening lamps", f"{BASE}/watch/lamps")
    await owner.client.put(f"events/media/{video['id']}", {"in_playlist": True})
    await owner.client.put(f"events/{made['id']}", {"privacy": 2})
    assert (await head(anyone, f"lamps?replay={video['id']}")).title == OWN_TITLE
