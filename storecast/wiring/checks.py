"""How each part of an installation is tried (`domains/platform/self_check.py`)."""

from collections.abc import Callable, Mapping
from datetime import timedelta

import httpx

from storecast.domains.platform.self_check import Check
from storecast.kit.clock import utcnow
from storecast.kit.database import transaction
from storecast.kit.ids import public_id
from storecast.wiring.process import Process

WORKER_SILENCE = timedelta(minutes=1)  # workers say every 10 s that they are there
_WORKER = "SELECT max(last_heartbeat) FROM procrastinate_workers"


class NotThere(Exception):
    """A part is not what it should be; the message says how."""


def checks_of(process: Callable[[], Process]) -> Mapping[str, Check]:
    async def database() -> None:
        async with transaction(process().databases) as db:
            await db.rows("SELECT 1")

    async def bus() -> None:
        if not process().keeper.listening:
            raise NotThere("This process does not hear what the others say.")

    async def worker() -> None:
        async with transaction(process().databases) as db:
            heard = (await db.rows(_WORKER))[0][0]
        if heard is None or heard < utcnow() - WORKER_SILENCE:
            raise NotThere("No worker was heard of for a minute: nobody does what was put off.")

    async def storage() -> None:
        key, content = f"checks/{public_id()}", b"written"
        await process().storage.put(key, content)
        try:
            _, chunks = await process().storage.read(key)
            if b"".join([chunk async for chunk in chunks]) != content:
                raise NotThere("What was written is not what is read.")
        finally:
            await process().storage.delete(key)

    async def mail() -> None:
        await process().mailer.check()

    async def broadcast() -> None:
        await _ready(process().settings.broadcast_node_url)

    async def realtime() -> None:
        await _ready(process().settings.realtime_gateway_url)

    return {
        "database": database, "bus": bus, "worker": worker, "storage": storage, "mail": mail, "broadcast": broadcast,
        "realtime": realtime,
    }  # fmt: skip


async def _ready(url: str) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.get(f"{url}/health/ready")
    if answer.status_code != httpx.codes.OK:
        raise NotThere(f"It answers {answer.status_code}: {answer.text[:100].strip()}")
