"""What docs/webhooks.md tells makers of receivers."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from standardwebhooks import WebhookVerificationError

from storecast.domains.webhooks.events import GROUPS, TEST
from storecast.kit.events import ONE_PERSON, ROOM_EVENTS
from storecast.kit.settings import Settings
from tests.factories.accounts import Member
from tests.factories.platform import do_jobs
from tests.factories.webhooks import Received, Receiver, webhook

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "webhooks.md").read_text()


def block(language: str) -> str:
    [found] = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return str(found)


@pytest.fixture
async def sent(owner: Member, receiver: Receiver, settings: Settings) -> tuple[Received, str]:
    """A request as it comes, and the key."""
    made = await webhook(owner, receiver)
    await owner.client.put(f"webhooks/{made['id']}", {"rotate": True})
    await owner.client.post(f"webhooks/{made['id']}/test")
    async with receiver.up():
        await do_jobs(settings)
    return receiver.received[0], made["secret"]


async def test_python_verifies_as_the_page_says(sent: tuple[Received, str]) -> None:
    received, key = sent
    names: dict[str, object] = {}
    exec(block("python"), names)
    event_of = names["event_of"]
    assert callable(event_of)
    assert event_of(received.body.encode(), received.headers, key)["type"] == TEST
    with pytest.raises(WebhookVerificationError):
        event_of(received.body.encode() + b" ", received.headers, key)


async def test_node_verifies_as_the_page_says(sent: tuple[Received, str], tmp_path: Path) -> None:
    received, key = sent
    folder = subprocess.run(
        [sys.executable, ROOT / "scripts" / "node_path.py"], capture_output=True, text=True, check=True
    ).stdout.strip()
    tries = {
        "good": (received.body, received.headers, key),
        "changed": (received.body + " ", received.headers, key),
        "another key": (received.body, received.headers, "whsec_" + "A" * 44),
        "old": (received.body, received.headers | {"webhook-timestamp": "1000000000"}, key),
        "no time": (received.body, received.headers | {"webhook-timestamp": "soon"}, key),
    }
    script = f"""{block("js")}
const said = {{}};
for (const [name, given] of Object.entries({json.dumps(tries)})) {{
  try {{ said[name] = eventOf(...given).type; }} catch (error) {{ said[name] = error.message; }}
}}
console.log(JSON.stringify(said));
"""
    (tmp_path / "receiver.mjs").write_text(script)
    node = Path(folder) / "node"
    ran = subprocess.run([node, tmp_path / "receiver.mjs"], capture_output=True, text=True, check=True)
    assert json.loads(ran.stdout) == {
        "good": TEST,
        "changed": "not signed with this key",
        "another key": "not signed with this key",
        "old": "not of these minutes",
        "no time": "not of these minutes",
    }


def test_the_page_lists_every_event_that_is_sent() -> None:
    rows = re.findall(r"^\| (`[^|]+`) \|", PAGE, re.MULTILINE)
    listed = {name for row in rows for name in re.findall(r"`([a-z_.]+)`", row)}
    outgoing = {each.name for each in ROOM_EVENTS.values() if each.to is not ONE_PERSON}
    assert listed == {name for name in outgoing if name.partition(".")[0] in GROUPS} | {TEST}
