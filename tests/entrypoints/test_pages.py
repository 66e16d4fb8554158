"""The web pages' addresses, and what browsers are told about them."""

from pathlib import Path

import pytest
from litestar import Litestar
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.testing import TestClient

from storecast.entrypoints.pages import PAGES, home, missing_page, watch
from storecast.kit.errors import ApiError
from storecast.kit.http.failures import answer_api_error
from storecast.kit.settings import Settings
from storecast.kit.storage import Storage

ADDRESSES = {
    "/studio": "studio",
    "/studio/abc/settings": "studio",
    "/account": "account",
    "/account/security": "account",
    "/oauth/authorize?client_id=x": "consent",
    "/verify?email=a&hash=b": "mailed",
    "/reset?email=a&token=b": "mailed",
    "/docs": "reference",
}


@pytest.fixture
def browser(tmp_path: Path) -> TestClient[Litestar]:
    for page in {*ADDRESSES.values(), "index", "missing"}:
        (tmp_path / f"{page}.html").write_text(f"<title>{page}</title>")
    settings = Settings(data_dir=tmp_path, web_dist=tmp_path, public_url="https://shop.test")
    pages = [page for page in PAGES if page not in (home, watch)]  # they ask for more than a folder
    app = Litestar(
        pages,
        dependencies={
            "settings": Provide(lambda: settings, sync_to_thread=False),
            "storage": Provide(lambda: Storage.of(settings), sync_to_thread=False),
        },
        exception_handlers={ApiError: answer_api_error, NotFoundException: missing_page(lambda _: settings)},
    )
    return TestClient(app)


def policy(headers: dict[str, str]) -> dict[str, list[str]]:
    parts = (directive.split() for directive in headers["content-security-policy"].split(";"))
    return {name: sources for name, *sources in parts}


@pytest.mark.parametrize(("address", "page"), ADDRESSES.items())
def test_each_address_shows_its_page(browser: TestClient[Litestar], address: str, page: str) -> None:
    answer = browser.get(address)
    assert (answer.status_code, answer.text) == (200, f"<title>{page}</title>")
    assert answer.headers["x-content-type-options"] == "nosniff"
    allowed = policy(dict(answer.headers))
    assert allowed["script-src"] == allowed["style-src"] == ["'self'"], "nothing inline, nothing from elsewhere"
    assert allowed["base-uri"] == ["'none'"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_other_site_frames_a_page_where_clicks_decide(browser: TestClient[Litestar], address: str) -> None:
    assert policy(dict(browser.get(address).headers))["frame-ancestors"] == ["'none'"]


@pytest.mark.parametrize("address", [address for address, page in ADDRESSES.items() if page in ("consent", "mailed")])
def test_secrets_in_an_address_are_told_to_nobody(browser: TestClient[Litestar], address: str) -> None:
    answer = browser.get(address)
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert policy(dict(answer.headers))["connect-src"] == ["'self'"]


def test_an_account_page_shows_pictures_of_the_public_address(browser: TestClient[Litestar]) -> None:
    assert policy(dict(browser.get("/account").headers))["img-src"] == ["'self'", "data:", "blob:", "https://shop.test"]


def test_what_pages_are_made_of_is_kept_a_year(browser: TestClient[Litestar], tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "watch-1a2b.js").write_text("play()")
    answer = browser.get("/assets/watch-1a2b.js")
    assert (answer.status_code, answer.text) == (200, "play()")
    assert answer.headers["content-type"].startswith(("text/javascript", "application/javascript"))
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize(
    ("accepted", "coding"), [("gzip, br", "br"), ("gzip;q=1.0, deflate", "gzip"), ("deflate", None), ("", None)]
)
def test_what_pages_are_made_of_is_sent_compressed_to_who_takes_it(
    browser: TestClient[Litestar], tmp_path: Path, accepted: str, coding: str | None
) -> None:
    (tmp_path / "assets").mkdir()
    file = tmp_path / "assets" / "watch-1a2b.js"
    file.write_text("play()")
    for packed in (".br", ".gz"):
        file.with_name(f"{file.name}{packed}").write_bytes(b"packed")
    with browser.stream("GET", "/assets/watch-1a2b.js", headers={"Accept-Encoding": accepted}) as answer:
        assert (answer.headers.get("content-encoding"), answer.headers["vary"]) == (coding, "Accept-Encoding")
        assert answer.headers["content-type"].startswith(("text/javascript", "application/javascript"))
        assert b"".join(answer.iter_raw()) == (b"packed" if coding else b"play()")


@pytest.mark.parametrize("folder", ["/assets", "/files/images", "/files/defaults"])
def test_nothing_beside_the_public_folders_is_served(
    browser: TestClient[Litestar], tmp_path: Path, folder: str
) -> None:
    (tmp_path / "secret").write_text("of nobody's business")
    for step in ("..", "%2e%2e", "..%2f..", "%2e%2e%2f%2e%2e"):
        assert browser.get(f"{folder}/{step}/secret").status_code == 404
    assert browser.get(f"{folder}/{tmp_path}/secret").status_code == 404


def test_who_has_no_picture_gets_one(browser: TestClient[Litestar]) -> None:
    answer = browser.get("/files/defaults/avatar.svg")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")


def test_a_person_at_an_address_that_leads_nowhere_sees_a_page(browser: TestClient[Litestar]) -> None:
    answer = browser.get("/stduio", headers={"Accept": "text/html,*/*"})
    assert (answer.status_code, answer.text) == (404, "<title>missing</title>")
    assert policy(dict(answer.headers))["script-src"] == ["'self'"]


@pytest.mark.parametrize(
    ("method", "address", "accept"),
    [
        ("GET", "/stduio", "*/*"),
        ("POST", "/stduio", "text/html"),
        ("GET", "/api/v1/stduio", "text/html"),
        ("GET", "/files/images/none.webp", "text/html"),
    ],
)
def test_a_program_is_answered_in_its_own_words(
    browser: TestClient[Litestar], method: str, address: str, accept: str
) -> None:
    answer = browser.request(method, address, headers={"Accept": accept})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, 404)
