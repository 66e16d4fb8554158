"""The web pages and the public files: built pages, pictures, defaults. Everything else under `/` is the API."""

from pathlib import Path

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.enums import MediaType
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import File
from litestar.router import Router
from litestar.static_files import create_static_files_router

from storecast.domains.platform.routes import describe
from storecast.kit.envelope import Data
from storecast.kit.settings import Settings
from storecast.kit.urls import Urls

AnyRequest = Request[None, None, State]

STATIC = Path(__file__).with_name("static")
A_YEAR = "public, max-age=31536000, immutable"
# A page that plays: video and sockets come from the other processes' ports, pictures of products from anywhere.
PLAYING = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob: http: https:; "
    "media-src 'self' blob: http: https:; connect-src 'self' http: https: ws: wss:; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'"
)
# A page about an account: it talks to this server alone.
QUIET = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:{pictures}; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'"
)
UNFRAMED = "; frame-ancestors 'none'"  # what a click there does must be seen by who clicks


def page_handlers(settings: Settings) -> list[HTTPRouteHandler | Router]:
    dist = settings.web_dist
    quiet = QUIET.format(pictures=f" {settings.public_url}" if settings.public_url else "") + UNFRAMED

    @get("/", operation_id="home", sync_to_thread=False)
    def home(request: AnyRequest, urls: NamedDependency[Urls]) -> Response[object]:
        """The landing page for a browser, a description of the installation for anyone else."""
        if "text/html" in request.headers.get("Accept", "") and (dist / "index.html").is_file():
            return _page(dist / "index.html", quiet)
        return Response(Data(describe(urls)), media_type=MediaType.JSON, headers={"Vary": "Accept"})

    @get(["/watch/{slug:str}"], include_in_schema=False, sync_to_thread=False)
    def watch(slug: FromPath[str]) -> Response[object]:
        return _page(dist / "watch.html", PLAYING)  # shops show it in a frame

    @get(["/studio", "/studio/{rest:path}"], include_in_schema=False, sync_to_thread=False)
    def studio(rest: FromPath[str] = "") -> Response[object]:
        return _page(dist / "studio.html", PLAYING + UNFRAMED)

    @get(["/account", "/account/{rest:path}"], include_in_schema=False, sync_to_thread=False)
    def account(rest: FromPath[str] = "") -> Response[object]:
        return _page(dist / "account.html", quiet)

    @get("/oauth/authorize", include_in_schema=False, sync_to_thread=False)
    def consent() -> Response[object]:
        """Where OAuth2's clients send people (RFC 6749, 3.1); the API of the same name says what to ask them."""
        return _page(dist / "consent.html", quiet, referrer="no-referrer")

    @get(["/verify", "/reset"], include_in_schema=False, sync_to_thread=False)
    def mailed() -> Response[object]:
        """Where mails lead, with secrets in the address."""
        return _page(dist / "mailed.html", quiet, referrer="no-referrer")

    @get("/files/images/{key:path}", include_in_schema=False)
    async def image(key: FromPath[Path]) -> File:
        """A public picture: its name is a random one and its content never changes."""
        root = (settings.data_dir / "storage" / "images").resolve()
        path = (root / str(key).lstrip("/")).resolve()
        if not path.is_relative_to(root) or not path.is_file():
            raise NotFoundException
        headers = {"Cache-Control": A_YEAR, "X-Content-Type-Options": "nosniff"}
        return File(path, media_type="image/webp", content_disposition_type="inline", headers=headers)

    handlers: list[HTTPRouteHandler | Router] = [home, watch, studio, account, consent, mailed, image]
    handlers.append(
        create_static_files_router("/files/defaults", [STATIC], include_in_schema=False, send_as_attachment=False)
    )
    if (dist / "assets").is_dir():
        handlers.append(
            create_static_files_router(
                "/assets", [dist / "assets"], include_in_schema=False, cache_control=None, name="assets"
            )
        )
    return handlers


def _page(path: Path, policy: str, referrer: str = "strict-origin-when-cross-origin") -> Response[object]:
    if not path.is_file():
        raise NotFoundException(detail="The web pages are not built: run `make web`.")
    headers = {
        "Cache-Control": "no-cache",
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": referrer,
    }
    return Response(path.read_bytes(), media_type=MediaType.HTML, headers=headers)
