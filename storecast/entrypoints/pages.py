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
# Pages load scripts of their own only; video, sockets and pictures come from the other processes' ports.
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob: http: https:; "
    "media-src 'self' blob: http: https:; connect-src 'self' http: https: ws: wss:; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'"
)


def page_handlers(settings: Settings) -> list[HTTPRouteHandler | Router]:
    dist = settings.web_dist

    @get("/", operation_id="home", sync_to_thread=False)
    def home(request: AnyRequest, urls: NamedDependency[Urls]) -> Response[object]:
        """The landing page for a browser, a description of the installation for anyone else."""
        if "text/html" in request.headers.get("Accept", "") and (dist / "index.html").is_file():
            return _page(dist / "index.html")
        return Response(Data(describe(urls)), media_type=MediaType.JSON, headers={"Vary": "Accept"})

    @get(["/watch/{slug:str}"], include_in_schema=False, sync_to_thread=False)
    def watch(slug: FromPath[str]) -> Response[object]:
        return _page(dist / "watch.html")

    @get(["/studio", "/studio/{rest:path}"], include_in_schema=False, sync_to_thread=False)
    def studio(rest: FromPath[str] = "") -> Response[object]:
        return _page(dist / "studio.html")

    @get("/verify", include_in_schema=False, sync_to_thread=False)
    def verify() -> Response[object]:
        return _page(dist / "index.html")

    @get("/files/images/{key:path}", include_in_schema=False)
    async def image(key: FromPath[Path]) -> File:
        """A public picture: its name is a random one and its content never changes."""
        root = (settings.data_dir / "storage" / "images").resolve()
        path = (root / str(key).lstrip("/")).resolve()
        if not path.is_relative_to(root) or not path.is_file():
            raise NotFoundException
        headers = {"Cache-Control": A_YEAR, "X-Content-Type-Options": "nosniff"}
        return File(path, media_type="image/webp", content_disposition_type="inline", headers=headers)

    handlers: list[HTTPRouteHandler | Router] = [home, watch, studio, verify, image]
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


def _page(path: Path) -> Response[object]:
    if not path.is_file():
        raise NotFoundException(detail="The web pages are not built: run `make web`.")
    headers = {
        "Cache-Control": "no-cache",
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
    }
    return Response(path.read_bytes(), media_type=MediaType.HTML, headers=headers)
