"""Whom the gateway counts a connection for, with proxies in between and without."""

from contextlib import AsyncExitStack, suppress

import pytest
from websockets.exceptions import ConnectionClosed

from storecast.kit.settings import Settings
from tests.realtime.conftest import Connect

SHARE = 2


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"realtime_connections_per_address": SHARE})


async def refused(connect: Connect, callers: list[list[str]]) -> list[bool]:
    """Which of the callers, all connected at once, has too many connections."""
    answers = []
    async with AsyncExitStack() as stack:
        for forwarded_for in callers:
            viewer = await stack.enter_async_context(connect(forwarded_for=forwarded_for))
            with suppress(ConnectionClosed):
                await viewer.say(type="subscribe", room="show")
            code = (await viewer.hear()).get("code")
            assert code in (None, 429)
            answers.append(code is not None)
    return answers


@pytest.mark.parametrize(
    "third",
    [
        ["198.51.100.1"],
        ["203.0.113.9, 198.51.100.1"],
        ["203.0.113.9", "198.51.100.1"],  # the caller's own line, and the one a proxy added
        ["198.51.100.1:4711"],
        ["::ffff:198.51.100.1"],
    ],
)
async def test_one_caller_has_one_share_whatever_they_say(connect: Connect, third: list[str]) -> None:
    same = [["198.51.100.1"]] * SHARE
    assert await refused(connect, [*same, third, ["198.51.100.2"]]) == [False, False, True, False]


async def test_a_customers_ipv6_network_has_one_share(connect: Connect) -> None:
    callers = [["2001:db8:0:1::1"], ["2001:db8:0:1::2"], ["2001:db8:0:1:ffff::"], ["2001:db8:0:2::1"]]
    assert await refused(connect, callers) == [False, False, True, False]


async def test_a_proxy_that_names_nobody_is_the_caller(connect: Connect) -> None:
    assert await refused(connect, [["unknown"], [""], [], ["198.51.100.1"]]) == [False, False, True, False]


class TestWithoutProxies:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"trusted_proxies": "10.1.0.7"})

    async def test_nobody_else_is_believed(self, connect: Connect) -> None:
        assert await refused(connect, [["198.51.100.1"], ["198.51.100.2"], ["198.51.100.3"]]) == [False, False, True]
