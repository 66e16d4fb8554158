"""Each operation states the scope it needs, and is closed to tokens without it."""

import pytest
from litestar.routes import HTTPRoute

from storecast.domains.accounts.callers import ALL_SCOPES, Scope, Unscoped
from storecast.entrypoints.api import create_routes
from tests.factories.accounts import Member
from tests.factories.platform import Client


def test_every_route_states_its_scope() -> None:
    app = create_routes()
    handlers = {
        (method, route.path): handler
        for route in app.routes
        if isinstance(route, HTTPRoute) and route.path.startswith("/api/v1")
        for handler in route.route_handlers
        for method in handler.http_methods - {"OPTIONS"}
    }
    silent = [at for at, handler in handlers.items() if not isinstance(handler.opt.get("scope"), Scope | Unscoped)]
    assert len(handlers) > 60
    assert sorted(silent) == []


async def test_scopes_are_described(owner: Member, anyone: Client) -> None:
    scopes = (await owner.client.get("oauth/scopes")).json()
    assert [scope["id"] for scope in scopes] == list(ALL_SCOPES)
    assert all(scope["description"] for scope in scopes)
    assert (await anyone.get("oauth/scopes")).status_code == 401


@pytest.mark.parametrize(
    ("scope", "path"),
    [("profile", "profile"), ("channels", "events"), ("streams", "streams")],
)
async def test_token_reaches_what_its_scope_names_and_nothing_else(
    anyone: Client, owner: Member, scope: str, path: str
) -> None:
    with_it, without = [
        (await owner.client.post("oauth/personal-access-tokens", {"name": "t", "scopes": scopes})).json()["accessToken"]
        for scopes in ([scope], [other for other in ALL_SCOPES if other not in (scope, Scope.OPERATOR)])
    ]
    assert (await anyone.with_token(with_it).get(path)).status_code == 200
    refused = await anyone.with_token(without).get(path)
    assert refused.status_code == 403
    assert refused.headers["WWW-Authenticate"] == f'Bearer error="insufficient_scope", scope="{scope}"'


async def test_realtime_token_needs_the_chat(anyone: Client, owner: Member) -> None:
    made = await owner.client.post("oauth/personal-access-tokens", {"name": "t", "scopes": ["profile"]})
    assert (await anyone.with_token(made.json()["accessToken"]).get("jwt")).status_code == 403
