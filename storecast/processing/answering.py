"""What a module of ours says as a child. It imports little: it starts for each question."""

import sys
from collections.abc import Callable
from typing import TypeVar

import msgspec
from msgspec import Struct

from storecast.processing.facts import Progress, Refused

TOO_MUCH = "This video needs more memory or time than there is for one."
_STEP = 0.005  # of progress that is worth a word

_Question = TypeVar("_Question", bound=Struct)


class Told(Struct):
    """A line of it."""

    progress: float | None = None
    refused: str | None = None
    result: msgspec.Raw = msgspec.Raw(b"null")


def answer(question_kind: type[_Question], work: Callable[[_Question, Progress], object]) -> None:
    """What the module does: its argument is the question."""
    question = msgspec.json.decode(sys.argv[1], type=question_kind)
    told = 0.0

    def progress(part: float) -> None:
        nonlocal told
        if part >= told + _STEP:
            told = part
            _say({"progress": min(part, 1.0)})

    try:
        _say({"result": work(question, progress)})
    except Refused as refusal:
        _say({"refused": str(refusal)})
    except MemoryError:
        _say({"refused": TOO_MUCH})


def _say(words: dict[str, object]) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(words) + b"\n")
    sys.stdout.buffer.flush()
