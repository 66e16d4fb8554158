"""What is said in a room reaches everyone in it: all of it, once, in order."""

import asyncio
from contextlib import AsyncExitStack

from storecast.contracts.hooks import EVENTS
from tests.realtime.api_peer import AT, ApiPeer
from tests.realtime.client import Client
from tests.realtime.conftest import Connect
from tests.waiting import eventually


async def test_an_event_is_told_as_documented(connect: Connect, api: ApiPeer) -> None:
    async with connect() as viewer:
        assert await viewer.subscribe() == {"type": "subscribed", "room": "show", "seq": 0, "recovered": True}
        await api.publish()
        assert await viewer.hear() == {
            "type": "event",
            "room": "show",
            "seq": 1,
            "event": "message.created",
            "at": AT,
            "data": {"n": 1},
        }


async def test_everyone_gets_all_events_in_one_order_while_many_are_published(connect: Connect, api: ApiPeer) -> None:
    async with AsyncExitStack() as stack:
        viewers = [await stack.enter_async_context(connect(f"guest:{n}")) for n in range(50)]
        for viewer in viewers:
            await viewer.subscribe()
        for _ in range(20):
            await asyncio.gather(*(publish_some(api, 5) for _ in range(2)))
        heard = await asyncio.gather(*(viewer.hear_until(240) for viewer in viewers))
        assert all(each == list(range(1, 241)) for each in heard)
        assert api.asked[EVENTS] < 100, "not a fetch an event"


async def publish_some(api: ApiPeer, count: int) -> None:
    for _ in range(count):
        api.write()
    await api.publish()


async def test_who_subscribes_during_a_storm_misses_nothing(connect: Connect, api: ApiPeer) -> None:
    async def storm() -> None:
        for _ in range(300):
            await api.publish()

    async def join(viewer: Client) -> list[int]:
        answer = await viewer.subscribe(since=0 if viewer is last else None)
        assert answer["recovered"]
        start = 0 if viewer is last else answer["seq"]
        return [start, *await viewer.hear_until(301)]

    async with AsyncExitStack() as stack:
        viewers = [await stack.enter_async_context(connect(f"guest:{n}")) for n in range(20)]
        last = viewers[-1]
        storming = asyncio.create_task(storm())
        joining = []
        for viewer in viewers:
            joining.append(asyncio.create_task(join(viewer)))
            await asyncio.sleep(0)
        await storming
        await api.publish()
        for heard in await asyncio.gather(*joining):
            assert heard == list(range(heard[0], 302))


async def test_a_room_is_called_what_the_client_calls_it(connect: Connect, api: ApiPeer) -> None:
    async with connect() as by_slug, connect() as by_id:
        await by_slug.subscribe("show")
        await by_id.subscribe("a" * 32)
        await api.publish()
        assert (await by_slug.hear())["room"] == "show"
        assert (await by_id.hear())["room"] == "a" * 32


async def test_an_unsubscribed_room_is_silent(connect: Connect, api: ApiPeer) -> None:
    async with connect() as viewer:
        await viewer.subscribe()
        await viewer.subscribe("other")
        await viewer.say(type="unsubscribe", room="show")
        await viewer.subscribe("nowhere")
        await api.publish("show")
        await api.publish("other")
        assert (await viewer.hear())["room"] == "other"


async def test_events_for_who_may_do_an_act_are_told_to_nobody_else(connect: Connect, api: ApiPeer) -> None:
    api.acts = {"user:host": ["moderate", "see_stats"]}
    async with connect("user:host") as host, connect() as viewer:
        await host.subscribe()
        await viewer.subscribe()
        await api.publish(audience="act:moderate")
        await api.publish()
        assert await host.hear_until(2) == [1, 2]
        assert await viewer.hear_until(2) == [2]


async def test_each_is_told_what_is_meant_for_them_out_of_one_batch(connect: Connect, api: ApiPeer) -> None:
    api.acts = {"user:host": ["moderate", "see_orders"], "user:packer": ["see_orders"]}
    audiences = ["act:moderate", "user:packer", "", "act:see_orders", "guest:viewer", "user:host", "act:bill"]
    heard_by = {"user:host": [1, 3, 4, 6, 8], "user:packer": [2, 3, 4, 8], "guest:viewer": [3, 5, 8], "guest:2": [3, 8]}
    async with AsyncExitStack() as stack:
        clients = {subject: await stack.enter_async_context(connect(subject)) for subject in heard_by}
        for each in clients.values():
            await each.subscribe()
        for audience in audiences:
            api.write(audience=audience)
        await api.publish()
        assert {subject: await each.hear_until(8) for subject, each in clients.items()} == heard_by


async def test_an_act_is_nobodys_subject_and_a_subject_no_act(connect: Connect, api: ApiPeer) -> None:
    api.acts = {"user:host": ["user:mara", "moderate"]}
    async with connect("user:host") as host, connect("user:mara") as mara:
        await host.subscribe()
        await mara.subscribe()
        await api.publish(audience="user:mara")
        await api.publish(audience="moderate")
        await api.publish()
        assert await host.hear_until(3) == [3]
        assert await mara.hear_until(3) == [1, 3]


async def test_who_may_do_more_by_now_hears_more(connect: Connect, api: ApiPeer) -> None:
    async with connect("user:new") as member:
        await member.subscribe()
        api.acts = {"user:new": ["moderate"]}
        await api.change_access("user:new")

        async def told() -> bool:
            await api.publish(audience="act:moderate")
            try:
                await asyncio.wait_for(member.hear(), 0.1)
            except TimeoutError:
                return False
            return True

        await eventually(told)


async def test_who_may_do_less_by_now_hears_less(connect: Connect, api: ApiPeer) -> None:
    api.acts = {"user:former": ["moderate"]}
    async with connect("user:former") as member:
        await member.subscribe()
        await api.publish(audience="act:moderate")
        assert await member.hear_until(1) == [1]
        api.acts = {}
        await api.change_access("user:former")

        async def left_out() -> bool:
            await api.publish(audience="act:moderate")
            seq = await api.publish()
            return seq - 1 not in await member.hear_until(seq)

        await eventually(left_out)


async def test_viewer_counts_have_no_seq_and_are_not_kept(connect: Connect, api: ApiPeer) -> None:
    async with connect() as viewer:
        await viewer.subscribe()
        await api.count_viewers(7)
        frame = await viewer.hear()
        assert (frame["event"], frame["data"], "seq" in frame) == ("viewers.counted", {"viewers": 7}, False)
        assert (await viewer.subscribe(since=0))["seq"] == 0


async def test_who_joins_later_hears_the_count_that_stands(connect: Connect, api: ApiPeer) -> None:
    async with connect() as viewer, connect() as latecomer:
        await viewer.subscribe()
        for viewers in (7, 8):
            await api.count_viewers(viewers)
            assert (await viewer.hear())["data"] == {"viewers": viewers}
        await latecomer.subscribe()
        frame = await latecomer.hear()
        assert (frame["event"], frame["data"]) == ("viewers.counted", {"viewers": 8})


async def test_a_hidden_viewer_count_is_told_to_who_may_see_figures(connect: Connect, api: ApiPeer) -> None:
    api.acts = {"user:host": ["moderate", "see_stats"]}
    async with connect("user:host") as host, connect() as viewer:
        await host.subscribe()
        await viewer.subscribe()
        await api.count_viewers(7, audience="act:see_stats")
        assert (await host.hear())["event"] == "viewers.counted"
        async with connect("user:latecomer") as latecomer:
            await latecomer.subscribe()
            await api.publish()
            assert (await viewer.hear())["event"] == "message.created"
            assert (await latecomer.hear())["event"] == "message.created"
