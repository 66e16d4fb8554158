"""What a request opens, it waits for while everybody else waits, too: what is in a file is read once."""

import sys
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from benchmarks.http import paths
from tests.factories.platform import Client, running_app, settings_for

REQUESTS = 100


class Watch:
    """Notes which files this process opens, while it is on: an audit hook itself is there to stay."""

    def __init__(self) -> None:
        self.on = False
        self.opened: list[str] = []

    def audit(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.on and event == "open":
            self.opened.append(str(arguments[0]))


@cache
def watch() -> Watch:
    watch = Watch()
    sys.addaudithook(watch.audit)
    return watch


@contextmanager
def opening() -> Generator[list[str]]:
    """The files opened meanwhile."""
    watching = watch()
    watching.opened, watching.on = [], True
    try:
        yield watching.opened
    finally:
        watching.on = False


async def test_requests_of_the_hot_paths_open_no_files(tmp_path: Path, database_url: str) -> None:
    opened_by = {}
    async with running_app(settings_for(tmp_path, database_url)) as anyone:
        for path in await paths.build_world(anyone):
            await ask(anyone, path, paths.WARM)
            with opening() as opened:
                await ask(anyone, path, REQUESTS)
            opened_by[path.title] = Counter(opened)
    assert {title: files for title, files in opened_by.items() if files} == {}


def test_a_file_that_is_opened_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with opening() as opened:
        (tmp_path / "file").read_text()
    (tmp_path / "file").read_text()
    assert opened == [str(tmp_path / "file")]


async def ask(anyone: Client, path: paths.Path, requests: int) -> None:
    for _ in range(requests):
        answer = await anyone.call(path.method, path.path, content=path.body, headers=path.headers)
        assert answer.status_code == 200, answer.text
