"""The register of what handlers can ask for by name."""

from collections.abc import Callable
from inspect import iscoroutinefunction
from typing import ParamSpec, TypeVar

from litestar import Request
from litestar.datastructures import State
from litestar.di import Provide

AnyRequest = Request[None, None, State]

P = ParamSpec("P")
T = TypeVar("T")

DEPENDENCIES: dict[str, Provide] = {}
"""By the name a handler asks with."""


def provide(function: Callable[P, T]) -> Callable[P, T]:
    """Let handlers ask for what `function` makes, by its name."""
    DEPENDENCIES[function.__name__] = Provide(function, sync_to_thread=None if iscoroutinefunction(function) else False)
    return function
