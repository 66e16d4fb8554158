"""Numbers in paths, held to one way of writing each."""

from litestar import Request
from litestar.connection.base import AuthT, StateT, UserT

from storecast.kit.errors import NotFound


async def refuse_odd_numbers(request: Request[UserT, AuthT, StateT]) -> None:
    """Raises `NotFound` where a number is not written as itself: the framework takes 1_0, ١ and +1 for numbers, too.

    It awaits nothing; but what is no coroutine the framework has a thread do.
    """
    segments = request.scope["path"].split("/")
    for value in request.path_params.values():
        if isinstance(value, int) and str(value) not in segments:
            raise NotFound("There is nothing at this address.")
