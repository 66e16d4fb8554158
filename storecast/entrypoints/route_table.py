"""`storecast routes`: where each operation is, so that anyone finds its code at once."""

import inspect
from pathlib import Path
from tempfile import TemporaryDirectory

from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from msgspec import Struct
from pydantic import SecretStr

from storecast.entrypoints.api import create_app
from storecast.kit.settings import Settings

ROOT = Path(__file__).parents[2]


class RouteRow(Struct):
    method: str
    path: str
    operation: str
    scope: str | None
    file: str
    line: int


def route_table() -> list[RouteRow]:
    """Every operation of the API in the order of paths; hooks and pages are left out."""
    with TemporaryDirectory() as folder:
        unused = SecretStr("postgresql://localhost/none")  # the app is put together and never started
        app = create_app(Settings(data_dir=Path(folder), database_url=unused))
    rows = [
        _row(route, handler, method)
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        if handler.operation_id
        for method in sorted(handler.http_methods)
        if method != "OPTIONS"
    ]
    return sorted(rows, key=lambda row: (row.path, row.method))


def _row(route: HTTPRoute, handler: HTTPRouteHandler, method: str) -> RouteRow:
    function = inspect.unwrap(handler.fn)
    path = Path(inspect.getsourcefile(function) or "")
    scope = handler.opt.get("scope")
    return RouteRow(
        method=method,
        path=route.path,
        operation=str(handler.operation_id),
        scope=str(scope) if scope else None,
        file=str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path),
        line=inspect.getsourcelines(function)[1],
    )
