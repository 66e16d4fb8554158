"""`storecast routes`: where each operation is, so that anyone finds its code at once."""

import inspect
from pathlib import Path

import msgspec
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from msgspec import Struct

from storecast.entrypoints.commands.description import unstarted_app

ROOT = Path(__file__).parents[3]


class RouteRow(Struct):
    method: str
    path: str
    operation: str
    scope: str | None
    may: str | None
    file: str
    line: int


def printed_routes(*, as_json: bool) -> str:
    rows = route_table()
    if as_json:
        return msgspec.json.format(msgspec.json.encode(rows)).decode() + "\n"
    lines = [
        (row.method, row.path, row.operation, row.scope or "-", row.may or "-", f"{row.file}:{row.line}")
        for row in rows
    ]
    widths = [max(len(line[column]) for line in lines) for column in range(5)]
    return "".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(line, widths, strict=False)), line[5]]) + "\n"
        for line in lines
    )


def route_table() -> list[RouteRow]:
    """Every operation of the API in the order of paths; hooks and pages are left out."""
    with unstarted_app() as app:
        return _rows(app)


def _rows(app: Litestar) -> list[RouteRow]:
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
    scope, may = handler.opt.get("scope"), handler.opt.get("may")
    return RouteRow(
        method=method,
        path=route.path,
        operation=str(handler.operation_id),
        scope=str(scope) if scope else None,
        may=str(may) if may else None,
        file=str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path),
        line=inspect.getsourcelines(function)[1],
    )
