"""Private shows: nothing of them is given away without a token of theirs."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storecast.broadcast import sessions
from storecast.broadcast.playback_tokens import PlaybackTokens
from storecast.kit.hooks import HookClient
from storecast.kit.keys import Keyring
from tests.broadcast.node import Node, running_node
from tests.broadcast.viewer import Listed
from tests.waiting import eventually

NAMES = ["index.m3u8", "media.m3u8"]


@pytest.fixture(scope="module")
def keyring(tmp_path_factory: pytest.TempPathFactory) -> Keyring:
    return Keyring(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
async def private(tmp_path_factory: pytest.TempPathFactory, clip: Path, keyring: Keyring) -> AsyncIterator[Node]:
    """A node with a private show."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sessions, "ALIVE_SECONDS", 0.1)  # the API's answer says whether tokens are needed
        async with running_node(tmp_path_factory.mktemp("private"), clip) as node:
            node.peer.jwks = msgspec.json.encode(keyring.public_set())
            node.peer.token_required = True
            node.publishers.start("right")
            await node.viewer(token=token(keyring)).playlist()
            yield node


class ApiKeys:
    """The part of a `HookClient` that tokens need."""

    def __init__(self, keyring: Keyring) -> None:
        self._document = msgspec.json.encode(keyring.public_set())

    async def read(self, path: str) -> bytes:
        assert path == "/.well-known/jwks.json"
        return self._document


def token(keyring: Keyring, *, sub: str = "playback1", aud: str = "v", lasts: float = 60) -> str:
    return keyring.sign({"sub": sub, "aud": aud, "exp": int(time.time() + lasts)})


async def names_of(node: Node, good: str) -> list[str]:
    """Everything there is to fetch of the show, without tokens."""
    listed = await node.viewer(token=good).playlist()
    found = [listed.init, listed.segments[-1], listed.parts[-1]]
    return NAMES + [name.partition("?")[0] for name in found]


async def test_a_good_token_opens_everything(private: Node, keyring: Keyring) -> None:
    good = token(keyring)
    viewer = private.viewer(token=good)
    listed = await viewer.playlist()
    for line in listed.text.splitlines():
        if line and not line.startswith("#"):
            assert line.endswith(f"?token={good}")
    assert listed.text.count("URI=") == listed.text.count(f'?token={good}"')
    for name in await names_of(private, good):
        answer = await viewer.get(name)
        assert answer.status_code == 200
        assert "public" not in answer.headers["cache-control"]
    assert (await viewer.get(listed.hint)).status_code == 200


async def test_a_token_in_the_path_opens_everything_below_it(private: Node, keyring: Keyring) -> None:
    good = token(keyring)
    address = (await private.viewer(token=good).get("index.m3u8")).text.splitlines()[-1]
    assert address == f"{good}/media.m3u8"
    viewer = private.viewer()
    listed = Listed((await viewer.get(address)).text)
    assert "token" not in listed.text
    assert good not in listed.text
    for name in [listed.init, listed.segments[-1], listed.parts[-1], listed.hint]:
        answer = await viewer.get(f"{good}/{name}")
        assert answer.status_code == 200
        assert "public" not in answer.headers["cache-control"]
        for wrong in (token(keyring, sub="playback2"), token(keyring, lasts=-1), token(keyring, aud="api")):
            assert (await viewer.get(f"{wrong}/{name}")).status_code == 403


async def test_nothing_else_opens_anything(private: Node, keyring: Keyring, tmp_path: Path) -> None:
    good = token(keyring)
    head, body, signature = good.split(".")
    bad = {
        "none": "",
        "another show's": token(keyring, sub="playback2"),
        "over": token(keyring, lasts=-1),
        "for something else": token(keyring, aud="api"),
        "of foreign keys": token(Keyring(tmp_path)),
        "unsigned": f"{head}.{body}.",
        "changed": f"{head}.{body[:-2]}AA.{signature}",
        "with more in its signature": f"{good}%0A#EXT-X-MAP",
        "garbage": "a.b.c",
        "too long": "a" * 10_000,
    }
    for name in [*await names_of(private, good), "media.m3u8?_HLS_msn=0", "segment-1.m4s", "init-0.mp4"]:
        for why, wrong in bad.items():
            query = f"{'&' if '?' in name else '?'}token={wrong}" if wrong else ""
            answer = await private.viewer().get(f"{name}{query}" if query else name)
            assert answer.status_code == 403, (name, why)
            assert answer.json()["error"]["code"] == 403


async def test_a_token_ends_while_it_is_remembered(keyring: Keyring) -> None:
    tokens = PlaybackTokens(cast("HookClient", ApiKeys(keyring)))
    now = time.time()
    lasting = token(keyring, lasts=60)
    assert await tokens.allows(lasting, "playback1", now)
    assert await tokens.allows(lasting, "playback1", now + 30)
    assert not await tokens.allows(lasting, "playback1", now + 61)
    assert not await tokens.allows(lasting, "playback2", now)


async def test_a_token_made_while_all_could_watch_opens_no_private_show(private: Node, keyring: Keyring) -> None:
    claims = {"sub": "playback1", "aud": "v", "exp": int(time.time() + 60)}
    viewer = private.viewer(token=keyring.sign(claims | {"opens": False}))
    assert (await viewer.get("index.m3u8")).status_code == 403


async def test_a_show_may_be_opened_and_closed_while_it_runs(private: Node, keyring: Keyring) -> None:
    stranger = private.viewer()

    async def answers(status: int) -> bool:
        return (await stranger.get("media.m3u8")).status_code == status

    private.peer.token_required = False
    await eventually(lambda: answers(200))
    assert "token=" not in (await stranger.playlist()).text
    private.peer.token_required = True
    await eventually(lambda: answers(403))
    assert (await private.viewer(token=token(keyring)).get("media.m3u8")).status_code == 200


async def test_without_the_apis_keys_nobody_is_let_in(node: Node, keyring: Keyring) -> None:
    node.peer.token_required = True
    node.peer.jwks = b'{"keys":3}'
    node.publishers.start("right")
    viewer = node.viewer(token=token(keyring))

    async def cannot_tell() -> bool:
        answer = await viewer.get("media.m3u8")
        assert answer.status_code in (404, 503)  # not live yet, then not to be checked
        return answer.status_code == 503

    await eventually(cannot_tell)


words = st.text(st.characters(codec="ascii"), max_size=40)


@given(words | st.builds("{}.{}.{}".format, words, words, words) | st.sampled_from(["bnVsbA.W10.e30", "W10.e30.e30"]))
def test_no_text_is_an_exception(keyring: Keyring, text: str) -> None:
    tokens = PlaybackTokens(cast("HookClient", ApiKeys(keyring)))
    assert not asyncio.run(tokens.allows(text, "playback1", time.time()))
