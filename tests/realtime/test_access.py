"""Who may connect, who may be in a room, and what happens when that changes."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from storecast.contracts.hooks import ENTER
from storecast.kit import jwks
from storecast.kit.keys import Keyring
from tests.realtime.api_peer import KEYS, ApiPeer
from tests.realtime.client import closed_with
from tests.realtime.conftest import Connect
from tests.waiting import eventually


@pytest.mark.parametrize("fault", ["missing", "garbage", "over", "audience", "subject", "foreign"])
async def test_a_wrong_token_is_told_so_and_closed(connect: Connect, api: ApiPeer, fault: str) -> None:
    stranger = api.token("guest:a")
    tokens = {
        "missing": "",
        "garbage": "a.b.c",
        "over": api.token("guest:a", seconds=-1),
        "audience": api.token("guest:a", audience="storecast"),
        "subject": api.token("root"),
        "foreign": stranger[:-20] + "A" * 20,
    }
    async with connect(token=tokens[fault]) as viewer:
        assert (await viewer.hear())["code"] == 401
        assert await closed_with(viewer) == 4401


async def test_one_of_several_audiences_is_enough(connect: Connect, api: ApiPeer) -> None:
    async with connect(token=api.token("guest:a", audience=["realtime", "guest"]), path="/ws") as viewer:
        assert (await viewer.subscribe())["type"] == "subscribed"


async def test_a_token_is_good_until_it_is_over(connect: Connect, api: ApiPeer) -> None:
    token = api.token("guest:a", seconds=2)
    async with connect(token=token) as viewer:
        await viewer.subscribe()
        assert await closed_with(viewer) == 4401


async def test_keys_are_fetched_once(connect: Connect, api: ApiPeer) -> None:
    for _ in range(3):
        async with connect() as viewer:
            await viewer.subscribe()
    assert api.asked[KEYS] == 1


async def test_a_token_of_a_new_key_is_good_and_foreign_keys_do_not_make_us_ask_on_and_on(
    connect: Connect, api: ApiPeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jwks, "REFETCH_SECONDS", 0.0)
    async with connect() as viewer:
        await viewer.subscribe()
    api.keyring = Keyring(tmp_path / "next")
    async with connect() as viewer:
        assert (await viewer.subscribe())["type"] == "subscribed"
    monkeypatch.setattr(jwks, "REFETCH_SECONDS", 60.0)
    fetched = api.asked[KEYS]
    api.keyring = Keyring(tmp_path / "foreign")
    for _ in range(3):
        async with connect() as viewer:
            assert (await viewer.hear())["code"] == 401
    assert api.asked[KEYS] == fetched


@pytest.mark.parametrize("status", [403, 404])
async def test_a_refused_room_is_an_error_and_the_socket_stays(connect: Connect, api: ApiPeer, status: int) -> None:
    api.refused = {"guest:viewer": status}
    async with connect() as viewer:
        answer = await viewer.subscribe()
        assert (answer["type"], answer["code"], answer["room"]) == ("error", status, "show")
        assert (await viewer.subscribe("nowhere"))["code"] == 404
        api.refused = {}
        await api.change_access("guest:viewer")
        while (await viewer.subscribe())["type"] != "subscribed":
            await asyncio.sleep(0.05)


async def test_losing_access_closes_the_subscription_of_that_subject_alone(connect: Connect, api: ApiPeer) -> None:
    async with connect("user:out") as out, connect("user:in") as stays:
        await out.subscribe()
        await stays.subscribe()
        api.refused = {"user:out": 403}
        await api.change_access("user:out")
        frame = await out.hear()
        assert (frame["type"], frame["code"], frame["room"]) == ("error", 403, "show")
        await api.publish()
        assert await stays.hear_until(1) == [1]
        assert (await out.subscribe())["code"] == 403


async def test_everyone_is_asked_again_when_the_room_changes(connect: Connect, api: ApiPeer) -> None:
    async with AsyncExitStack() as stack:
        viewers = [await stack.enter_async_context(connect(f"user:{n}")) for n in range(12)]
        for viewer in viewers:
            await viewer.subscribe()
        api.refused = {f"user:{n}": 404 for n in range(0, 12, 2)}
        await api.change_access()
        for viewer in viewers[::2]:
            assert (await viewer.hear())["code"] == 404
        await api.publish()
        for viewer in viewers[1::2]:
            assert await viewer.hear_until(1) == [1]


async def test_access_withdrawn_while_entering_is_not_granted(connect: Connect, api: ApiPeer) -> None:
    async with connect("user:out") as out, connect("user:in") as other:
        await other.subscribe()
        asked = api.asked[ENTER]
        api.open.clear()
        await out.say(type="subscribe", room="show")
        while api.asked[ENTER] == asked:
            await asyncio.sleep(0.01)
        api.refused = {"user:out": 403}
        await api.change_access("user:out")
        await api.count_viewers(1)
        assert (await other.hear())["event"] == "viewers.counted"  # the gateway has heard of the change
        api.open.set()
        assert (await out.hear())["code"] == 403


async def test_the_same_question_is_asked_once(connect: Connect, api: ApiPeer) -> None:
    async with AsyncExitStack() as stack:
        sockets = [await stack.enter_async_context(connect("user:tabs")) for _ in range(10)]
        answers = await asyncio.gather(*(socket.subscribe() for socket in sockets))
        assert {answer["type"] for answer in answers} == {"subscribed"}
        assert api.asked[ENTER] == 1


async def test_many_who_come_at_once_are_asked_about_together(connect: Connect, api: ApiPeer) -> None:
    api.refused = {"user:3": 403, "user:5": 404}
    async with AsyncExitStack() as stack:
        sockets = [await stack.enter_async_context(connect(f"user:{n}")) for n in range(40)]
        api.open.clear()  # the first are being asked about
        for socket in sockets:
            await socket.say(type="subscribe", room="show")
        await eventually(lambda: api.asked[ENTER] > 0)
        for socket in sockets:
            await asyncio.wait_for(await socket.socket.ping(), 5)  # what it said before has come
        api.open.set()
        answers = [await socket.hear() for socket in sockets]
    assert [answer.get("code", 200) for answer in answers] == [{3: 403, 5: 404}.get(n, 200) for n in range(40)]
    assert sorted(each.subject for each in api.questions) == sorted(f"user:{n}" for n in range(40))
    assert api.asked[ENTER] < 20


async def test_all_of_a_room_are_asked_about_in_a_few_calls_when_it_closes(connect: Connect, api: ApiPeer) -> None:
    async with AsyncExitStack() as stack:
        sockets = [await stack.enter_async_context(connect(f"user:{n}")) for n in range(50)]
        for socket in sockets:
            await socket.subscribe()
        api.refused = {f"user:{n}": 403 for n in range(50)}
        asked = api.asked[ENTER]
        await api.change_access()
        assert [(await socket.hear())["code"] for socket in sockets] == [403] * 50
    assert api.asked[ENTER] - asked <= 4


async def test_a_room_that_cannot_be_asked_about_is_an_error(connect: Connect, api: ApiPeer) -> None:
    api.failing = True
    async with connect() as viewer:
        assert (await viewer.subscribe())["code"] == 503
        api.failing = False
        assert (await viewer.subscribe())["type"] == "subscribed"


async def test_signing_out_closes_what_that_device_holds_open_and_nothing_else(connect: Connect, api: ApiPeer) -> None:
    phone, laptop = [api.token("user:ana", grant_id=name) for name in ("phone", "laptop")]
    async with connect(token=phone) as one, connect(token=laptop) as other, connect() as guest:
        for each in (one, other, guest):
            await each.subscribe()
        await api.revoke("phone")
        assert await closed_with(one) == 4401
        await api.publish()
        for each in (other, guest):
            assert (await each.hear())["event"] == "message.created"


async def test_token_made_before_signing_out_enters_no_room_after(connect: Connect, api: ApiPeer) -> None:
    token = api.token("user:ana", grant_id="phone")
    async with connect(token=token) as client:
        await client.subscribe()
        await api.revoke("phone")
        assert await closed_with(client) == 4401
    async with connect(token=token) as client:
        answer = await client.subscribe()
        assert (answer["type"], answer["code"]) == ("error", 403)


async def test_signing_out_that_nobody_announced_holds_all_the_same(connect: Connect, api: ApiPeer) -> None:
    """As when the bus was away: access is asked for again."""
    async with connect(token=api.token("user:ana", grant_id="phone")) as client:
        await client.subscribe()
        await api.revoke("phone", heard=False)
        await api.change_access()
        answer = await client.hear()
        assert (answer["type"], answer["code"]) == ("error", 403)
