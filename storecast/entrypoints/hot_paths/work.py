"""What a unit of work answers without the framework: the same errors, headers and transaction as with it."""

from collections.abc import Awaitable, Callable, Iterable

import msgspec
from litestar.types import HTTPScope, Receive, Send
from structlog.contextvars import bound_contextvars

from storecast.domains.accounts.callers import Need, Who
from storecast.entrypoints.hot_paths.plain import Answers
from storecast.kit.clock import utcnow
from storecast.kit.envelope import ErrorEnvelope
from storecast.kit.errors import ApiError
from storecast.kit.http.failures import database_failure
from storecast.kit.http.trace import REQUEST_ID, request_id
from storecast.kit.kept import JSON, Header
from storecast.wiring.origin import Origin
from storecast.wiring.process import Process
from storecast.wiring.unit import Unit, unit_of_work

Done = tuple[int, Iterable[Header], bytes]
"""Status, headers that are the answer's own, body."""


class Work:
    def __init__(self, process: Process, answers: Answers) -> None:
        self._process = process
        self._answers = answers

    async def answer(
        self,
        scope: HTTPScope,
        headers: dict[bytes, bytes],
        again: Receive,
        send: Send,
        who: tuple[str | None, Need, Who],
        do: Callable[[Unit], Awaitable[Done]],
    ) -> Receive | None:
        """What `do` answers to the holder of a token; None once it is sent, else what the framework is to read from.

        `who` is the token, what it must be for, and who may come without one.
        """
        name = headers[REQUEST_ID] = request_id(headers.get(REQUEST_ID))
        with bound_contextvars(request_id=name.decode()):
            try:
                async with unit_of_work(self._process, utcnow(), Origin.of(scope)) as unit:
                    await unit.authenticate(*who)
                    done = await do(unit)
            except ApiError as error:
                if error.keeps_work:
                    return again
                done = _refusal(error)
            except Exception as error:
                # Where the database is away it is not asked twice: what was to be written may be there already.
                failure = database_failure(error, scope["path"])
                if failure is None:
                    return again  # the framework's way says what is wrong
                done = _refusal(failure)
        status, about, body = done
        await send(self._answers.start(status, headers, about))
        await send({"type": "http.response.body", "body": body, "more_body": False})
        return None


def as_json(status: int, content: bytes, headers: Iterable[Header] = ()) -> Done:
    return status, [JSON, (b"content-length", b"%d" % len(content)), *headers], content


def _refusal(error: ApiError) -> Done:
    headers = ((name.lower().encode(), value.encode()) for name, value in error.headers.items())
    return as_json(error.status, msgspec.json.encode(ErrorEnvelope(error.body())), headers)
