"""What handlers can ask for by name: the unit of work, and the caller's seat at the channel their path names."""

from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath

from storecast.domains.accounts.callers import TOKEN_OF, Unscoped, Who
from storecast.domains.channels.access import Seat
from storecast.kit.clock import utcnow
from storecast.kit.errors import TokenNeeded, Unauthenticated
from storecast.kit.hooks import HEADER, verify
from storecast.kit.http.bearer import bearer_token, cookie_token
from storecast.kit.http.signed import SignedBody
from storecast.kit.http.transactions import open_database
from storecast.kit.settings import Settings
from storecast.kit.storage import Storage
from storecast.kit.urls import Urls
from storecast.wiring.origin import Origin
from storecast.wiring.process import process_of
from storecast.wiring.unit import Unit

AnyRequest = Request[None, None, State]
AnyConnection = ASGIConnection[Any, Any, Any, Any]


async def token_before_body(connection: AnyConnection, handler: BaseRouteHandler) -> None:
    """Read no body for who sends no token at all where one is needed. Raises `TokenNeeded`.

    It awaits nothing; but what is no coroutine the framework has a thread do.
    """
    opt, scope = handler.opt, connection.scope
    needed = TOKEN_OF.get(opt.get("who", Who.USER))
    if needed is None or opt.get("signed") or opt.get("scope") is Unscoped.PUBLIC:
        return
    if "data" in handler.parsed_fn_signature.parameters and bearer_token(scope) is None and cookie_token(scope) is None:
        raise TokenNeeded(needed)


async def unit(request: AnyRequest) -> Unit:
    """One transaction's services, and who asks: as the route's `opt` says, `scope` (what a token must be for), `who`.

    A route that states no scope takes a person's own sign-in alone. `signed` stands for another process of the
    installation, `lapsed` for guests whose token is over.
    """
    process, opt, now = process_of(request.app), request.route_handler.opt, utcnow()
    made = Unit(process, open_database(request, process.databases), now, Origin.of(request.scope))
    need = opt.get("scope", Unscoped.SIGN_IN)
    if opt.get("signed"):
        body = await request.body()
        if not verify(process.hook_secret, body, request.headers.get(HEADER), now.timestamp()):
            raise Unauthenticated("The hook's signature is missing or wrong.")
        made.signed = SignedBody(body)
    if opt.get("signed") or need is Unscoped.PUBLIC:
        return made
    who = opt.get("who", Who.USER)
    token = bearer_token(request.scope)
    if token is not None and opt.get("lapsed") and (guest := made.tokens.guest_of_late(token, now)):
        made.caller = guest
    elif token is not None:
        await made.authenticate(token, need, who)
    else:
        await made.authenticate(await _of_cookie(made, cookie_token(request.scope)), need, who)
    return made


async def seat(request: AnyRequest, unit: NamedDependency[Unit], channel_ref: FromPath[str]) -> Seat:
    """The caller at the channel of the path, if they may do what the route states (`may`)."""
    return await unit.seat(channel_ref, request.route_handler.opt["may"])


def settings(request: AnyRequest) -> Settings:
    return process_of(request.app).settings


def storage(request: AnyRequest) -> Storage:
    """For public files, which need no more."""
    return process_of(request.app).storage


def urls(request: AnyRequest) -> Urls:
    """Addresses as the caller should see them, for the pages, which need no more."""
    origin = Origin.of(request.scope)
    return Urls(process_of(request.app).settings, origin.host or None, secure=origin.secure)


async def _of_cookie(unit: Unit, token: str | None) -> str | None:
    """A cookie can outlive the sign-in it came of: then it is nobody's."""
    try:
        if token is not None:
            await unit.tokens.caller(token, unit.now)
    except Unauthenticated:
        return None
    return token


DEPENDENCIES = {
    "unit": Provide(unit),
    "seat": Provide(seat),
    "settings": Provide(settings, sync_to_thread=False),
    "storage": Provide(storage, sync_to_thread=False),
    "urls": Provide(urls, sync_to_thread=False),
}
