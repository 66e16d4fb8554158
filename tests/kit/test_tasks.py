"""Background work goes on whatever it raises, and says so."""

import ast
import asyncio
import logging
from pathlib import Path

import pytest

import storecast
from storecast.kit import tasks
from storecast.kit.tasks import supervise, watch
from tests.waiting import eventually

PACKAGE = Path(storecast.__file__).parent
THE_PRIMITIVE = "kit/tasks.py"
# Functions that await the tasks they make, and so are told what these raise.
AWAITED = {
    ("broadcast/playout/playing.py", "play"),
    ("broadcast/relay/client.py", "_next"),
    ("broadcast/relay/client.py", "open"),
    ("broadcast/relay/relaying.py", "_publish"),
    ("broadcast/relay/relaying.py", "_try"),
    ("broadcast/relay/relaying.py", "run"),
    ("demo/publisher.py", "publish"),
    ("demo/show.py", "run_demo"),
    ("demo/show.py", "_together"),
    ("entrypoints/supervision/run.py", "run"),
    ("entrypoints/supervision/supervisor.py", "_ended"),
    ("entrypoints/supervision/supervisor.py", "_until_ready"),
    ("entrypoints/supervision/supervisor.py", "start"),
    ("entrypoints/worker.py", "serve"),
    ("processing/child.py", "_run"),
    ("realtime/access.py", "enter"),  # by all who ask the same
}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "FIRST_PAUSE", 0.001)
    monkeypatch.setattr(tasks, "LONGEST_PAUSE", 0.004)


async def test_work_is_begun_anew_until_it_returns_and_each_failure_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    tries = 0

    async def work() -> None:
        nonlocal tries
        tries += 1
        if tries < 5:
            raise RuntimeError(f"try {tries}")

    await supervise(work, "counting viewers")
    assert tries == 5
    said = [record.getMessage() for record in caplog.records]
    assert len(said) == 4
    assert said[0].startswith("counting viewers failed and is begun anew in 0.0 s")
    assert all(record.exc_info for record in caplog.records)


async def test_supervised_work_ends_when_it_is_cancelled() -> None:
    began = asyncio.Event()

    async def work() -> None:
        began.set()
        await asyncio.Event().wait()

    task = supervise(work, "counting viewers")
    await began.wait()
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()


async def test_failure_of_what_is_done_once_is_logged_and_told(caplog: pytest.LogCaptureFixture) -> None:
    told: list[BaseException] = []

    async def work() -> None:
        raise RuntimeError("no")

    watch(work(), "letting a publisher in", told.append)
    await eventually(lambda: told)
    [record] = caplog.records
    assert (record.levelno, record.getMessage()) == (logging.ERROR, "letting a publisher in failed")
    assert record.exc_info is not None
    assert record.exc_info[1] is told[0]


def test_no_task_is_made_that_nobody_hears_of() -> None:
    made = {
        (str(path.relative_to(PACKAGE)), function)
        for path in PACKAGE.rglob("*.py")
        for function in bare_tasks(ast.parse(path.read_text()))
    }
    assert {each for each in made if each[0] != THE_PRIMITIVE} - AWAITED == set(), "use supervise or watch"
    assert made >= AWAITED, "these make none any more: take them off the list"


def bare_tasks(tree: ast.Module) -> list[str]:
    """Names of the functions that make tasks outside of a group, which would raise what they raise."""
    found = []
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        groups = {
            ast.unparse(item.optional_vars)
            for node in ast.walk(function)
            if isinstance(node, ast.AsyncWith)
            for item in node.items
            if item.optional_vars is not None and ast.unparse(item.context_expr) == "asyncio.TaskGroup()"
        }
        for node in ast.walk(function):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in ("create_task", "ensure_future")
                and ast.unparse(node.func.value) not in groups
            ):
                found.append(function.name)
    return found
