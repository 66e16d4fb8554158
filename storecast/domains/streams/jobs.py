"""Telling a node that a session is over: asked for in the transaction that ends it, done by the worker at once.

Not called from the transaction itself: it holds locks that chat and other publishers wait for, and if it failed to
commit, a publisher would have been cut off from a show that goes on.
"""

import structlog

from storecast.contracts.hooks import END_SESSION, EndSession
from storecast.kit.hooks import HookClient, HookRefused, HookUnavailable
from storecast.kit.jobs import Job

PATIENCE = 2  # seconds

log = structlog.get_logger()


class CutOff(Job, frozen=True):
    """Not tried again: a node that does not answer hears of the end with its next `SessionsAlive`."""

    name = "streams.cut_off"
    queue = "streams"
    priority = 10  # ahead of mails, of which there may be thousands
    retry = False

    node: str
    session_id: str


async def cut_off(job: CutOff, hook_secret: bytes) -> None:
    client = HookClient(job.node, hook_secret, timeout=PATIENCE)
    try:
        await client.call(END_SESSION, EndSession(job.session_id), object)
    except (HookRefused, HookUnavailable) as error:
        log.warning("node not told that the session is over", session=job.session_id, error=str(error))
    finally:
        await client.close()
