"""A thread to take along, over HTTP."""

from collections.abc import AsyncGenerator
from typing import Annotated, Literal

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from litestar.response import Stream

from storecast.domains.accounts.callers import Scope
from storecast.domains.channels.access import Act, Seat
from storecast.domains.chat.exports import writing
from storecast.domains.chat.exports.service import EXPORTS
from storecast.domains.chat.schemas import MessageView
from storecast.domains.moderation.values import Action
from storecast.kit.envelope import Data
from storecast.kit.http.openapi import ALSO, described
from storecast.wiring.unit import Unit, unit_of_work

Format = Annotated[Literal["csv", "json"], QueryParameter(description="`csv` for spreadsheets, or `json`.")]
Include = Annotated[
    Literal["shown", "all"], QueryParameter(description="`all` has what is held, hidden and deleted, too.")
]
TYPES = {"csv": "text/csv", "json": "application/json"}


@get(
    "/events/{channel_ref:str}/chat/export",
    operation_id="exportChat",
    tags=["Chat"],
    opt={"scope": Scope.CHAT, "may": Act.MODERATE, ALSO: "text/csv"},  # whoever may see stats may moderate, too
    responses=described(Data[list[MessageView]]),
)
async def export_chat(
    seat: NamedDependency[Seat], unit: NamedDependency[Unit], format: Format = "csv", include: Include = "shown"
) -> Stream:
    """What was said in the channel's chat until now, oldest first, as CSV or JSON."""
    process, channel, now, urls = unit.process, seat.channel, unit.now, unit.urls
    await unit.limits.hit(EXPORTS, "chat export", seat.caller.subject)
    until = await unit.chat_exports.newest(channel)
    await unit.moderation.note(channel, seat.caller, Action.EXPORT, now, detail=f"{format} {include}")

    async def batches() -> AsyncGenerator[list[MessageView], None]:
        after = 0
        while after < until:
            async with unit_of_work(process, now) as own:
                batch = await own.chat_exports.batch(channel, after, until, urls, everything=include == "all")
            if not batch:
                return
            after = batch[-1].seq
            yield batch

    async def table() -> AsyncGenerator[str, None]:
        yield writing.header()
        async for batch in batches():
            yield "".join(map(writing.row, batch))

    async def document() -> AsyncGenerator[bytes, None]:
        begun = b'{"data":['
        async for batch in batches():
            yield begun + b",".join(map(msgspec.json.encode, batch))
            begun = b","
        yield b"]}" if begun == b"," else begun + b"]}"

    name = f"chat-{now:%Y-%m-%d}.{format}"
    return Stream(
        table() if format == "csv" else document(),
        media_type=TYPES[format],
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"},
    )
