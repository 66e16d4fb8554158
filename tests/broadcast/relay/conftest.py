from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storecast.contracts import hooks
from storecast.contracts.hooks import RelayState, RelayTarget, SessionTargets, Simulcast
from storecast.kit.seals import Seal
from tests.broadcast.hook_peer import SECRET
from tests.broadcast.node import Node, running_node
from tests.broadcast.relay.receivers import Receiver


class Director:
    """The API's side of simulcast: what it tells the node, and what it hears of targets."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self._revision = 0

    def to(self, **receivers: tuple[Receiver | str, str]) -> Simulcast:
        """What is answered from now on: targets by id, each a receiver or an address, and a key."""
        self._revision += 1
        seal = Seal(SECRET)
        targets = [
            RelayTarget(name, to if isinstance(to, str) else to.url, seal.close(key))
            for name, (to, key) in receivers.items()
        ]
        self.node.peer.simulcast = Simulcast(self._revision, targets)
        return self.node.peer.simulcast

    def push(self, **receivers: tuple[Receiver | str, str]) -> None:
        """Tell the node at once, as the hook does."""
        session_id = self.node.peer.grants["right"].session_id
        self.node.server.sessions.direct(SessionTargets(session_id, self.to(**receivers)))

    def reports(self) -> dict[str, hooks.RelayReport]:
        told = self.node.peer.of(hooks.SessionRelays)
        return {report.id: report for report in told[-1].relays} if told else {}

    def code(self, name: str) -> str | None:
        report = self.reports().get(name)
        return report.code if report else None

    def history(self, name: str) -> list[RelayState]:
        told = [r.state for each in self.node.peer.of(hooks.SessionRelays) for r in each.relays if r.id == name]
        return [state for at, state in enumerate(told) if not at or told[at - 1] != state]

    def is_(self, name: str, state: RelayState) -> bool:
        report = self.reports().get(name)
        return report is not None and report.state is state


@pytest.fixture
async def node(tmp_path: Path, clip: Path) -> AsyncIterator[Node]:
    async with running_node(tmp_path, clip, simulcast_private="true") as node:
        yield node


@pytest.fixture
def director(node: Node) -> Director:
    return Director(node)


@pytest.fixture
async def receivers() -> AsyncIterator[list[Receiver]]:
    """Three."""
    made = [Receiver() for _ in range(3)]
    for receiver in made:
        await receiver.start()
    yield made
    for receiver in made:
        await receiver.stop()
