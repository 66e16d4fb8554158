"""The web pages and the public files: built pages, pictures, defaults. Everything else under `/` is the API."""

import re
from collections.abc import Callable
from contextlib import suppress
from mimetypes import guess_type
from pathlib import Path
from typing import cast

import structlog
from litestar import Litestar, Request, Response, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.enums import MediaType
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import File
from sqlalchemy.exc import SQLAlchemyError

from storecast.adapters.stripe.pages import script_of, sources_of
from storecast.domains.accounts.callers import Unscoped
from storecast.domains.channels.errors import ChannelNotFound
from storecast.domains.media.errors import MediaNotFound
from storecast.domains.platform.routes import describe
from storecast.domains.platform.schemas import About
from storecast.kit.envelope import Data
from storecast.kit.http.failures import answer_framework_error
from storecast.kit.http.openapi import described
from storecast.kit.http.stored import stored_file
from storecast.kit.ids import PUBLIC_ID_LENGTH
from storecast.kit.settings import Settings
from storecast.kit.storage import Storage
from storecast.kit.urls import Urls
from storecast.resources.watch_page import HIDDEN, video_head, watch_head
from storecast.wiring.unit import Unit

log = structlog.get_logger()

AnyRequest = Request[None, None, State]

STATIC = Path(__file__).with_name("static")
A_DAY = "public, max-age=86400"
A_YEAR = "public, max-age=31536000, immutable"
# A page that plays: video and sockets come from the other processes' ports, pictures of products from anywhere; where
# something is bought, the payment from who takes the money.
PLAYING = (
    "default-src 'self'; script-src 'self'{scripts}; frame-src 'self'{frames}; style-src 'self'; "
    "img-src 'self' data: blob: http: https:; "
    "media-src 'self' blob: http: https:; connect-src 'self' http: https: ws: wss:; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'"
)
# A page about an account: it talks to this server alone.
QUIET = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:{pictures}; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'"
)
FOR_PROGRAMS = ("/api/", "/internal/", "/health/", "/schema", "/files/", "/assets/", "/.well-known/")
_TITLE = re.compile(rb'<title>.*?</title>(\s*<meta name="description"[^>]*>)?', re.DOTALL)
UNFRAMED = "; frame-ancestors 'none'"  # what a click there does must be seen by who clicks


@get(
    "/",
    operation_id="home",
    tags=["Platform"],
    opt={"scope": Unscoped.PUBLIC},
    responses=described(Data[About]),
    sync_to_thread=False,
)
def home(request: AnyRequest, urls: NamedDependency[Urls], settings: NamedDependency[Settings]) -> Response[object]:
    """The landing page for a browser, a description of the installation for anyone else."""
    index = settings.web_dist / "index.html"
    if "text/html" in request.headers.get("Accept", "") and index.is_file():
        return _page(index, _quiet(settings))
    return Response(Data(describe(urls, settings)), media_type=MediaType.JSON, headers={"Vary": "Accept"})


@get(["/watch/{slug:str}"], include_in_schema=False, opt={"scope": Unscoped.PUBLIC})
async def watch(
    request: AnyRequest, slug: FromPath[str], settings: NamedDependency[Settings], unit: NamedDependency[Unit]
) -> Response[object]:
    """The page says itself, in people's words, that there is no such show; the status says it to everybody else."""
    head, status = HIDDEN.encode(), 200
    try:
        head = await _head_of(unit, slug, request.query_params.get("replay", "")) or head
    except ChannelNotFound:
        status = 404
    except (OSError, SQLAlchemyError):
        log.warning("the watch page is shown without its channel's title: the database does not answer")
    scripts, frames = sources_of(settings)
    policy = PLAYING.format(scripts=f" {scripts}", frames=f" {frames}")
    head = b'<meta name="storecast-stripe-js" content="%s" />\n    %s' % (script_of(settings).encode(), head)
    shown = _page(settings.web_dist / "watch.html", policy, head=head)  # shops show it in a frame
    shown.status_code = status
    return shown


async def _head_of(unit: Unit, slug: str, replay: str) -> bytes:
    """Of the video a link leads to, or of the channel. Raises `ChannelNotFound`."""
    if 0 < len(replay) <= PUBLIC_ID_LENGTH:
        with suppress(MediaNotFound):
            return await video_head(unit, slug, replay)
    return await watch_head(unit, slug)


@get(["/studio", "/studio/{rest:path}"], include_in_schema=False, sync_to_thread=False)
def studio(settings: NamedDependency[Settings], rest: FromPath[str] = "") -> Response[object]:
    return _page(settings.web_dist / "studio.html", PLAYING.format(scripts="", frames="") + UNFRAMED)


@get(["/account", "/account/{rest:path}"], include_in_schema=False, sync_to_thread=False)
def account(settings: NamedDependency[Settings], rest: FromPath[str] = "") -> Response[object]:
    return _page(settings.web_dist / "account.html", _quiet(settings))


@get("/oauth/authorize", include_in_schema=False, sync_to_thread=False)
def consent(settings: NamedDependency[Settings]) -> Response[object]:
    """Where OAuth2's clients send people (RFC 6749, 3.1); the API of the same name says what to ask them."""
    return _page(settings.web_dist / "consent.html", _quiet(settings), referrer="no-referrer")


@get(["/verify", "/reset"], include_in_schema=False, sync_to_thread=False)
def mailed(settings: NamedDependency[Settings]) -> Response[object]:
    """Where mails lead, with secrets in the address."""
    return _page(settings.web_dist / "mailed.html", _quiet(settings), referrer="no-referrer")


@get(["/purchases", "/purchases/{token:str}"], include_in_schema=False, sync_to_thread=False)
def purchases(settings: NamedDependency[Settings], token: FromPath[str] = "") -> Response[object]:
    """What somebody bought; mails lead to one order, with a secret in the address."""
    return _page(settings.web_dist / "purchases.html", _quiet(settings), referrer="no-referrer")


@get("/docs", include_in_schema=False, sync_to_thread=False)
def reference(settings: NamedDependency[Settings]) -> Response[object]:
    """The API's description as people read it."""
    return _page(settings.web_dist / "reference.html", QUIET.format(pictures="") + UNFRAMED)


@get("/files/images/{key:path}", include_in_schema=False)
async def image(request: AnyRequest, key: FromPath[Path], storage: NamedDependency[Storage]) -> Response[object]:
    """A public picture: its name is a random one and its content never changes."""
    return await stored_file(request, storage, f"images{key}", {"Cache-Control": A_YEAR})


@get("/assets/{key:path}", include_in_schema=False, sync_to_thread=False)
def asset(request: AnyRequest, key: FromPath[Path], settings: NamedDependency[Settings]) -> File:
    """What the pages are made of: the build names each file by its content, and leaves it compressed beside."""
    file = _file(settings.web_dist / "assets", key)
    file.headers["Vary"] = "Accept-Encoding"
    accepted = {coding.partition(";")[0].strip() for coding in request.headers.get("Accept-Encoding", "").split(",")}
    for coding, suffix in (("br", ".br"), ("gzip", ".gz")):
        packed = Path(f"{file.file_path}{suffix}")
        if coding in accepted and packed.is_file():
            file.file_path, file.headers["Content-Encoding"] = packed, coding
            break
    return file


@get("/files/defaults/{key:path}", include_in_schema=False, sync_to_thread=False)
def default(key: FromPath[Path]) -> File:
    """Pictures of who has none."""
    return _file(STATIC, key, cache=A_DAY)


def missing_page(
    settings_of: Callable[[Litestar], Settings],
) -> Callable[[AnyRequest, NotFoundException], Response[object]]:
    """What answers an address that leads nowhere: a page for a person, the envelope for a program."""

    def answer(request: AnyRequest, error: NotFoundException) -> Response[object]:
        page = settings_of(request.app).web_dist / "missing.html"
        asked = request.method in ("GET", "HEAD") and "text/html" in request.headers.get("Accept", "")
        if not asked or request.url.path.startswith(FOR_PROGRAMS) or not page.is_file():
            return cast("Response[object]", answer_framework_error(request, error))
        shown = _page(page, QUIET.format(pictures="") + UNFRAMED)
        shown.status_code = error.status_code
        return shown

    return answer


def _quiet(settings: Settings) -> str:
    return QUIET.format(pictures=f" {settings.public_url}" if settings.public_url else "") + UNFRAMED


def _file(folder: Path, key: Path, cache: str = A_YEAR) -> File:
    root = folder.resolve()
    path = (root / str(key).lstrip("/")).resolve()
    if not path.is_relative_to(root) or not path.is_file():
        raise NotFoundException
    headers = {"Cache-Control": cache, "X-Content-Type-Options": "nosniff"}
    media_type = guess_type(path)[0] or "application/octet-stream"
    return File(path, media_type=media_type, content_disposition_type="inline", headers=headers)


def _page(
    path: Path, policy: str, referrer: str = "strict-origin-when-cross-origin", head: bytes = b""
) -> Response[object]:
    """The built page, with `head` in its own; a title there stands in place of the page's title and description."""
    if not path.is_file():
        raise NotFoundException(detail="The web pages are not built: run `make web`.")
    content = path.read_bytes()
    if head:
        own = b"" if b"<title>" in head else rb"\g<0>"
        content = _TITLE.sub(lambda found: head + found.expand(own), content, count=1)
    headers = {
        "Cache-Control": "no-cache",
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": referrer,
    }
    return Response(content, media_type=MediaType.HTML, headers=headers)


PAGES = [home, watch, studio, account, consent, mailed, purchases, reference, image, asset, default]
