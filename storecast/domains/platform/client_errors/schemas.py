"""What a page says went wrong in it."""

from typing import Annotated

from msgspec import Meta, Struct

MOST_MESSAGE, MOST_STACK = 2_000, 8_000  # characters


class ClientReport(Struct):
    """An error of a program that calls the API. What is not known here is ignored; say nothing of persons."""

    message: Annotated[str, Meta(min_length=1, max_length=MOST_MESSAGE)]
    """What the error says."""
    stack: Annotated[str, Meta(max_length=MOST_STACK)] = ""
    """Where it happened, a line a call."""
    url: Annotated[str, Meta(max_length=2_000)] = ""
    """The page's address; what follows a question mark is not kept."""
    version: Annotated[str, Meta(max_length=60)] = ""
    """The program's own version."""


class ReportTaken(Struct):
    taken: bool
    """Always true."""
