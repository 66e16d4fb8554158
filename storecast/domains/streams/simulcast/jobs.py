"""Telling a node where a show goes from now on: asked for in the transaction that decides it, done at once after."""

from collections.abc import Awaitable, Callable

import structlog

from storecast.contracts.hooks import SIMULCAST, SessionTargets, Simulcast
from storecast.kit.hooks import HookClient, HookRefused, HookUnavailable
from storecast.kit.jobs import Job

PATIENCE = 2  # seconds

log = structlog.get_logger()


class PushTargets(Job, frozen=True):
    """Has no keys in it: they are read when it is done. A node that does not answer hears by its next sign of life."""

    name = "streams.push_targets"
    queue = "streams"
    priority = 10  # ahead of mails, of which there may be thousands
    retry = False

    node: str
    session_id: str
    channel_id: int


async def push_targets(
    job: PushTargets, told: Callable[[int], Awaitable[Simulcast | None]], hook_secret: bytes
) -> None:
    simulcast = await told(job.channel_id)
    if simulcast is None:
        return
    client = HookClient(job.node, hook_secret, timeout=PATIENCE)
    try:
        await client.call(SIMULCAST, SessionTargets(job.session_id, simulcast), object)
    except (HookRefused, HookUnavailable) as error:
        log.warning("node not told where a show goes", session=job.session_id, error=str(error))
    finally:
        await client.close()
