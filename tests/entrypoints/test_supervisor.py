import asyncio
import errno
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from storecast.entrypoints.supervision import supervisor as supervisor_module
from storecast.entrypoints.supervision.supervisor import NotReady, Service, Supervisor, answers
from tests.ports import free_port
from tests.waiting import eventually

FAKE = Path(__file__).with_name("fake_service.py")


class Journal:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.said: list[str] = []

    def service(self, name: str, *manners: str, port: int = 0, restarted: bool = True, pulses: bool = False) -> Service:
        command = [sys.executable, str(FAKE), name, str(port), str(self.path), *manners]
        health = ("127.0.0.1", port) if port else None
        return Service(name, command, health=health, restarted=restarted, pulses=pulses)

    def lines(self, what: str) -> list[list[str]]:
        entries = [line.split() for line in self.path.read_text().splitlines()] if self.path.exists() else []
        return [entry for entry in entries if entry[0] == what]


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal")


async def test_all_are_ready_when_start_answers_and_stop_in_the_order_asked(journal: Journal) -> None:
    supervisor = Supervisor(dict(os.environ), journal.said.append)
    port = free_port()
    await supervisor.start([journal.service("web", port=port), journal.service("worker"), journal.service("other")])
    assert await answers("127.0.0.1", port)
    assert len(journal.lines("start")) == 3
    await supervisor.stop(["other", "web", "worker"])
    assert [entry[1] for entry in journal.lines("stop")] == ["other", "web", "worker"]
    assert journal.said == []


async def test_killed_service_comes_back(journal: Journal) -> None:
    supervisor = Supervisor(dict(os.environ), journal.said.append)
    port = free_port()
    web = journal.service("web", port=port)
    await supervisor.start([web])
    assert web.process
    os.kill(web.process.pid, signal.SIGKILL)
    await eventually(lambda: len(journal.lines("start")) == 2)
    await eventually(lambda: answers("127.0.0.1", port))
    assert journal.said == ["web ended (signal SIGKILL), starting it again in 0.2 s"]
    await supervisor.stop(["web"])


async def test_service_that_falls_silent_is_killed_and_comes_back(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor_module, "SILENT_SECONDS", 3.0)
    supervisor = Supervisor(dict(os.environ), journal.said.append)
    hung, well, quiet = (
        journal.service("web-1", "silent", pulses=True),
        journal.service("web-2", "pulsing", pulses=True),
        journal.service("worker", "silent"),
    )
    await supervisor.start([hung, well, quiet])
    await eventually(lambda: [line[1] for line in journal.lines("start")].count("web-1") == 2)
    assert journal.said == [
        "web-1 has said nothing for 3 s, killing it",
        "web-1 ended (signal SIGABRT), starting it again in 0.2 s",
    ]
    assert len(journal.lines("start")) == 4
    await supervisor.stop(["web", "worker"])


async def test_several_of_a_kind_stop_at_once_and_before_the_next(journal: Journal) -> None:
    supervisor = Supervisor(dict(os.environ), journal.said.append)
    names = ["web-1", "web-2", "web-3", "worker"]
    await supervisor.start([journal.service(name) for name in names])
    await supervisor.stop(["web", "worker"])
    stopped = [line[1] for line in journal.lines("stop")]
    assert (sorted(stopped), stopped[-1]) == (names, "worker")
    assert journal.said == []


async def test_what_is_handed_to_a_service_is_handed_to_its_successor(journal: Journal, tmp_path: Path) -> None:
    supervisor = Supervisor(dict(os.environ), journal.said.append)
    read, write = os.pipe()
    told = 'echo "$$" >"/proc/self/fd/$GIVEN"; exec sleep 60'
    ready = 'echo ready >"/proc/self/fd/$STORECAST_READY_FD"; '
    web = Service("web", ["sh", "-c", ready + told], hands={"GIVEN": [write]})
    await supervisor.start([web])
    first = os.read(read, 100)
    assert web.process
    assert first == b"%d\n" % web.process.pid
    supervisor.restart()
    assert await asyncio.to_thread(os.read, read, 100) == b"%d\n" % web.process.pid
    await supervisor.stop(["web"])
    for each in (read, write):
        os.close(each)


async def test_service_that_never_starts_is_given_up(journal: Journal) -> None:
    supervisor = Supervisor(dict(os.environ), journal.said.append)
    with pytest.raises(NotReady, match=r"web does not start \(exit code 7\)"):
        await supervisor.start([journal.service("web", "broken"), journal.service("worker")])
    assert len([entry for entry in journal.lines("start") if entry[1] == "web"]) == 4
    await supervisor.stop(["web", "worker"])
    assert [entry[1] for entry in journal.lines("stop")] == ["worker"]


async def test_waits_between_restarts_grow(journal: Journal) -> None:
    supervisor = Supervisor(dict(os.environ), journal.said.append)
    with pytest.raises(NotReady):
        await supervisor.start([journal.service("web", "broken")])
    assert [line.split(" in ")[1] for line in journal.said] == ["0.2 s", "0.4 s", "0.8 s"]
    await supervisor.stop(["web"])


async def test_hurry_kills_who_does_not_stop(journal: Journal) -> None:
    supervisor = Supervisor(dict(os.environ), journal.said.append)
    await supervisor.start([journal.service("web", "stubborn")])
    stopping = asyncio.create_task(supervisor.stop(["web"]))
    await eventually(lambda: journal.lines("stop") != [])
    supervisor.hurry()
    await asyncio.wait_for(stopping, 5)
    assert journal.said == ["web does not stop, killing it"]


async def test_restarted_processes_get_the_new_environment(journal: Journal, tmp_path: Path) -> None:
    environment = os.environ | {"SHOWN": "old"}
    supervisor = Supervisor(environment, journal.said.append)
    shown = tmp_path / "shown"
    await supervisor.start(
        [
            Service(
                "web",
                [
                    "sh",
                    "-c",
                    f'echo "$SHOWN" >> {shown}; echo ready >"/proc/self/fd/$STORECAST_READY_FD"; exec sleep 60',
                ],
            )
        ]
    )
    environment["SHOWN"] = "new"
    supervisor.restart()
    await eventually(lambda: shown.read_text().split() == ["old", "new"])
    await supervisor.stop(["web"])


async def test_service_that_cannot_be_begun_for_a_while_comes_back(
    journal: Journal, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    supervisor = Supervisor(dict(os.environ), journal.said.append)
    web = journal.service("web", port=free_port())
    await supervisor.start([web])
    begin, refused = asyncio.create_subprocess_exec, 2

    async def begin_later(*command: str, **how: Any) -> asyncio.subprocess.Process:
        nonlocal refused
        if refused:
            refused -= 1
            raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")
        return await begin(*command, **how)

    monkeypatch.setattr(asyncio, "create_subprocess_exec", begin_later)
    assert web.process is not None
    web.process.kill()
    await eventually(lambda: len(journal.lines("start")) == 2)
    assert [record.getMessage().partition(" failed")[0] for record in caplog.records] == ["keeping web"] * 2
    await supervisor.stop(["web"])
