import asyncio

from storecast.broadcast.rtmp.pace import Pace
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
    pace.rest(first)
    await asyncio.sleep(0)
    pace.rest(second)
    assert first.paused
    assert second.paused
    await eventually(lambda: first.resumed)
    assert (first.resumed, second.resumed) == (1, 1)


async def test_a_closed_connection_is_left_alone() -> None:
    pace = Pace()
    closed, open_ = CountingTransport(), CountingTransport()
    pace.rest(closed)
    pace.rest(open_)
    closed.close()
    await eventually(lambda: open_.resumed)
    assert closed.resumed == 0


async def test_rest_begins_anew_after_waking() -> None:
    pace = Pace()
    transport = CountingTransport()
    pace.rest(transport)
    await eventually(lambda: transport.resumed == 1)
    pace.rest(transport)
    assert transport.paused
    await eventually(lambda: transport.resumed == 2)
