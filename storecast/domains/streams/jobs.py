"""Telling a node that a session is over: asked for in the transaction that ends it, done by the worker at once.

Not called from the transaction itself: it holds locks that chat and other publishers wait for, and if it failed to
commit, a publisher would have been cut off from a show that goes on.
"""

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from storecast.contracts.hooks import END_SESSION, EndSession
from storecast.domains.streams.models import StreamSession
from storecast.kit.hooks import HookClient, HookRefused, HookUnavailable
from storecast.kit.jobs import defer

CUT_OFF = "streams.cut_off"
AHEAD = 10  # of mails, of which there may be thousands
PATIENCE = 2  # seconds

log = structlog.get_logger()


async def request_cut_off(session: AsyncSession, ended: StreamSession) -> None:
    arguments = {"node": ended.node, "session_id": ended.id}
    await defer(session, CUT_OFF, arguments, queue="streams", priority=AHEAD)


async def cut_off(hook_secret: bytes, node: str, session_id: str) -> None:
    """Tell the node. One that does not answer hears of the end with its next `SessionsAlive`."""
    client = HookClient(node, hook_secret, timeout=PATIENCE)
    try:
        await client.call(END_SESSION, EndSession(session_id), object)
    except (HookRefused, HookUnavailable) as error:
        log.warning("node not told that the session is over", session=session_id, error=str(error))
    finally:
        await client.close()
