import asyncio

from storecast.broadcast.rtmp.pace import FULL_READ, Pace
from tests.broadcast.rtmp.transport import MemoryTransport
from tests.waiting import eventually


class CountingTransport(MemoryTransport):
    resumed = 0

    def resume_reading(self) -> None:
        super().resume_reading()
        self.resumed += 1


async def test_connections_that_rest_are_woken_together() -> None:
    pace = Pace()
    first, second = CountingTransport(), CountingTransport()
    pace.rest(first, 100)
    await asyncio.sleep(0)
    pace.rest(second, 100)
    assert first.paused
    assert second.paused
    await eventually(lambda: first.resumed)
    assert (first.resumed, second.resumed) == (1, 1)


async def test_a_closed_connection_is_left_alone() -> None:
    pace = Pace()
    closed, open_ = CountingTransport(), CountingTransport()
    pace.rest(closed, 100)
    pace.rest(open_, 100)
    closed.close()
    await eventually(lambda: open_.resumed)
    assert closed.resumed == 0


async def test_rest_begins_anew_after_waking() -> None:
    pace = Pace()
    transport = CountingTransport()
    pace.rest(transport, 100)
    await eventually(lambda: transport.resumed == 1)
    pace.rest(transport, 100)
    assert transport.paused
    await eventually(lambda: transport.resumed == 2)


async def test_who_has_more_waiting_rests_for_one_turn_of_the_loop() -> None:
    transport = CountingTransport()
    Pace().rest(transport, FULL_READ)
    assert transport.paused
    await asyncio.sleep(0)
    assert transport.resumed == 1
