"""Which statements a request sends to PostgreSQL, so that another program can send the same."""

import re
from collections.abc import Callable, Generator, Iterable
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from unittest.mock import patch

from asyncpg import Connection
from asyncpg.prepared_stmt import PreparedStatement
from msgspec import Struct

# What a transaction, and a look at whether the connection is alive, costs is the asker's own.
_LEFT_OUT = re.compile(r"\s*(BEGIN|START TRANSACTION|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|;|$)", re.IGNORECASE)
_ONCE = ("fetch", "fetchrow", "fetchval", "cursor")
_MANY = ("fetchmany", "executemany")  # a statement with several sets of parameters


class Statement(Struct, frozen=True):
    """As asyncpg is given it: `$1` is the first parameter."""

    sql: str
    parameters: tuple[object, ...] = ()


Method = Callable[..., object]
Note = Callable[[str, tuple[object, ...]], None]


@contextmanager
def recording() -> Generator[list[Statement]]:
    """What this task, and those it begins, send meanwhile, be it by SQLAlchemy or by asyncpg itself."""
    sent: list[Statement] = []
    ours = ContextVar("ours", default=False)
    token = ours.set(True)

    def note(sql: str, parameters: tuple[object, ...]) -> None:
        if ours.get() and not _LEFT_OUT.match(sql):
            sent.append(Statement(sql, tuple(parameters)))

    with ExitStack() as patched:
        for kind, names in ((Connection, ("execute", *_ONCE, *_MANY)), (PreparedStatement, (*_ONCE, *_MANY))):
            for name in names:
                noted = _noted(getattr(kind, name), note, many=name in _MANY)
                patched.enter_context(patch.object(kind, name, noted))
        try:
            yield sent
        finally:
            ours.reset(token)


def _noted(method: Method, note: Note, *, many: bool) -> Method:
    def noted(sender: Connection | PreparedStatement, *arguments: object, **options: object) -> object:
        sql, parameters = _parts(sender, arguments)
        for each in _sets(parameters) if many else [parameters]:
            note(sql, each)
        return method(sender, *arguments, **options)

    return noted


def _parts(sender: Connection | PreparedStatement, arguments: tuple[object, ...]) -> tuple[str, tuple[object, ...]]:
    if isinstance(sender, PreparedStatement):
        return sender.get_query(), arguments
    return str(arguments[0]), arguments[1:]


def _sets(parameters: tuple[object, ...]) -> Iterable[tuple[object, ...]]:
    [sets] = parameters
    assert isinstance(sets, (list, tuple))
    return sets
