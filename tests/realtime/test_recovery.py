"""Who comes back with the last `seq` seen misses nothing, or is told to reload."""

import asyncpg

from storecast.contracts.audience import all_but
from storecast.contracts.bus import RoomRewritten
from storecast.contracts.hooks import ERASED, EVENTS
from tests.realtime.api_peer import ApiPeer
from tests.realtime.conftest import Connect
from tests.waiting import eventually


async def test_a_returning_client_is_given_what_it_missed_from_memory(connect: Connect, api: ApiPeer) -> None:
    async with connect() as viewer:
        await viewer.subscribe()
        for _ in range(5):
            await api.publish()
        await viewer.hear_until(5)
        fetched = api.asked[EVENTS]
        async with connect("guest:back") as back:
            assert await back.subscribe(since=2) == {"type": "subscribed", "room": "show", "seq": 5, "recovered": True}
            assert await back.hear_until(5) == [3, 4, 5]
        assert api.asked[EVENTS] == fetched


async def test_a_client_of_another_gateway_is_given_what_it_missed_from_the_log(connect: Connect, api: ApiPeer) -> None:
    for _ in range(400):
        api.write()
    async with connect() as viewer:
        assert await viewer.subscribe(since=10) == {"type": "subscribed", "room": "show", "seq": 400, "recovered": True}
        assert await viewer.hear_until(400) == list(range(11, 401))
        fetched = api.asked[EVENTS]
        async with connect("guest:next") as following:
            assert (await following.subscribe(since=100))["recovered"]
            assert await following.hear_until(400) == list(range(101, 401))
        assert api.asked[EVENTS] == fetched, "what one came back for serves the next"


async def test_a_returning_client_is_told_nothing_of_what_was_erased(connect: Connect, api: ApiPeer) -> None:
    for event in ("message.created", ERASED, ERASED, "message.created", ERASED):
        api.write(event=event)
    async with connect() as viewer:
        assert await viewer.subscribe(since=0) == {"type": "subscribed", "room": "show", "seq": 5, "recovered": True}
        await api.publish()
        assert await viewer.hear_until(6) == [1, 4, 6]


async def test_what_the_log_took_back_is_not_told_from_memory(connect: Connect, api: ApiPeer) -> None:
    async with connect() as viewer:
        await viewer.subscribe()
        for _ in range(3):
            await api.publish()
        await viewer.hear_until(3)
        api.take_back(2)
        await api.announce(RoomRewritten(api.names["show"]))
        await api.publish()
        assert await viewer.hear_until(4) == [4], "who is there goes on as before"
        async with connect("guest:back") as back:
            assert await back.subscribe(since=0) == {"type": "subscribed", "room": "show", "seq": 4, "recovered": True}
            assert await back.hear_until(4) == [1, 3, 4]


async def test_a_returning_client_is_told_only_what_was_meant_for_it(connect: Connect, api: ApiPeer) -> None:
    api.acts = {"user:host": ["moderate"]}
    for audience in (
        "",
        "act:moderate",
        "user:mara",
        "act:bill",
        "guest:viewer",
        all_but(["user:mara", "guest:v"]),
        "",
    ):
        api.write(audience=audience)
    heard_by = {"user:host": [2, 6, 7], "user:mara": [3, 7], "guest:viewer": [5, 6, 7]}
    for subject, heard in heard_by.items():
        for _ in ("from the log", "from memory"):
            async with connect(subject) as back:
                answer = await back.subscribe(since=1)
                assert answer == {"type": "subscribed", "room": "show", "seq": 7, "recovered": True}
                assert await back.hear_until(7) == heard


async def test_who_is_left_out_hears_the_rest(connect: Connect, api: ApiPeer) -> None:
    api.acts = {"user:mara": ["moderate"]}
    async with connect("user:mara") as mara, connect("guest:v") as viewer, connect("guest:viewer") as other:
        for each in (mara, viewer, other):
            await each.subscribe()
        for audience in ("", all_but(["user:mara", "guest:v"]), "act:moderate", all_but(["guest:v"]), all_but([])):
            api.write(audience=audience)
        await api.publish()
        assert await mara.hear_until(6) == [1, 3, 4, 5, 6]
        assert await viewer.hear_until(6) == [1, 5, 6]
        assert await other.hear_until(6) == [1, 2, 4, 5, 6]


async def test_withheld_events_leave_no_gap(connect: Connect, api: ApiPeer) -> None:
    """Who was not told the newest event goes on from it, and comes back to it, all the same."""
    async with connect() as viewer:
        await viewer.subscribe()
        await api.publish()
        await viewer.hear_until(1)
        for _ in range(3):
            await api.publish(audience="act:moderate")
        await api.publish()
        assert await viewer.hear_until(5) == [5]
        await api.publish(audience="user:mara")

        async def is_at_the_end() -> bool:
            return (await viewer.subscribe(since=5))["seq"] == 6

        await eventually(is_at_the_end)
        assert (await viewer.subscribe(since=6))["recovered"]
        await api.publish()
        assert await viewer.hear_until(7) == [7]


async def test_a_client_that_was_away_too_long_is_told(connect: Connect, api: ApiPeer) -> None:
    api.kept = 10
    for _ in range(50):
        api.write()
    async with connect() as viewer:
        assert await viewer.subscribe(since=3) == {"type": "subscribed", "room": "show", "seq": 50, "recovered": False}
        await api.publish()
        assert await viewer.hear_until(51) == [51]


async def test_a_client_ahead_of_the_log_is_told_to_reload(connect: Connect, api: ApiPeer) -> None:
    await api.publish()
    async with connect() as viewer:
        assert await viewer.subscribe(since=99) == {"type": "subscribed", "room": "show", "seq": 1, "recovered": False}


async def test_a_first_subscribe_needs_no_recovery(connect: Connect, api: ApiPeer) -> None:
    await api.publish()
    async with connect() as viewer:
        assert await viewer.subscribe() == {"type": "subscribed", "room": "show", "seq": 1, "recovered": True}


async def test_nothing_is_missed_when_the_bus_is_cut(
    connect: Connect, api: ApiPeer, bus: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    async with connect() as viewer:
        await viewer.subscribe()
        await api.publish()
        await viewer.hear_until(1)
        for _ in range(3):
            api.write()  # announced while nobody listens
        await bus.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE query ILIKE 'LISTEN%' AND pid <> pg_backend_pid()"
        )
        assert await viewer.hear_until(4) == [2, 3, 4]
        await api.publish()
        assert await viewer.hear_until(5) == [5]


async def test_nothing_is_missed_while_the_api_is_down(connect: Connect, api: ApiPeer) -> None:
    async with connect() as viewer:
        await viewer.subscribe()
        asked = api.asked[EVENTS]
        api.failing = True
        await api.publish()

        async def tried_twice() -> bool:
            return api.asked[EVENTS] >= asked + 2

        await eventually(tried_twice)
        api.failing = False
        assert await viewer.hear_until(1) == [1]


async def test_clients_reload_when_the_log_lost_events(connect: Connect, api: ApiPeer) -> None:
    api.kept = 2
    async with connect() as viewer:
        await viewer.subscribe()
        for _ in range(9):
            api.write()
        await api.publish()
        assert await viewer.hear() == {"type": "subscribed", "room": "show", "seq": 10, "recovered": False}
        await api.publish()
        assert await viewer.hear_until(11) == [11]
