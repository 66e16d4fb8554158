"""The limit: an ASGI app under uvicorn that writes a body to a file as it comes, and does nothing else.

`python -m benchmarks.uploads.bare FILE PORT`; the file holds a pickled path of the folder to write to.
"""

import pickle
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from itertools import count
from pathlib import Path
from typing import Any

import uvicorn

Message = MutableMapping[str, Any]


class App:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count(1)

    async def __call__(
        self, scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        if scope["type"] != "http":
            return
        with (self._folder / f"received-{next(self._numbers)}").open("wb", buffering=0) as file:
            more = True
            while more:
                message = await receive()
                file.write(message.get("body", b""))
                more = message.get("more_body", False)
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


if __name__ == "__main__":
    file, port = sys.argv[1:]
    uvicorn.run(App(pickle.loads(Path(file).read_bytes())), port=int(port), log_config=None, access_log=False)
