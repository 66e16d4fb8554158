"""Videos whose files have something in them, and the worker that makes something of it."""

from storecast.contracts import hooks
from storecast.domains.media.models import VersionState
from storecast.wiring.process import Process, process_of
from storecast.wiring.unit import unit_of_work
from tests.factories.accounts import Member
from tests.factories.channels import Json, channel
from tests.factories.media import end, file_of, go_live, run


async def recorded(owner: Member, content: bytes) -> Json:
    """A show whose file has this in it, waiting to be processed."""
    made = await channel(owner.client, slug="lamps")
    node, grant = await go_live(owner.client, made["id"])
    await end(node, grant, run(duration=12.0))
    file = file_of(grant["session_id"], run(duration=12.0))
    await process_of(owner.client.app).storage.put(file.key, content)
    stored = hooks.SessionRecorded(grant["session_id"], [file])
    assert (await node.call(hooks.RECORDED, stored)).status_code == 204
    found: Json = (await owner.client.get("events/lamps/media")).json()["data"][0]
    return found


async def work(process: Process, video: Json, state: VersionState = VersionState.CURRENT) -> Json:
    """As the worker does its job."""
    async with unit_of_work(process) as unit:
        media = await unit.media.find(video["id"])
        version = (await unit.media.versions([media]))[media.id][state]
    await process.processor.process(version.id)
    return video


async def shown(owner: Member, video: Json) -> Json:
    found: Json = (await owner.client.get(f"events/media/{video['id']}")).json()["data"]
    return found
