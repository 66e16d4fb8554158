"""A worker that does the jobs there are and is killed once so many mails or SMS are out, before it notes the last.

`python -m tests.domains.audience.subscribers.texts.killed SETTINGS (as JSON) HOW_MANY`
"""

import asyncio
import json
import os
import signal
import sys

from storecast.adapters.email.mailer import Mailer
from storecast.adapters.sms.texter import Texter
from tests.factories.platform import Given, do_jobs

SETTINGS, HOW_MANY = sys.argv[1:]

_left = int(HOW_MANY)


def _until_killed(kind: type[Mailer] | type[Texter]) -> None:
    send = kind.send

    async def send_and_die(self: object, *what: object) -> object:
        global _left
        answer = await send(self, *what)  # type: ignore[arg-type, call-arg]
        _left -= 1
        if not _left:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    kind.send = send_and_die  # type: ignore[method-assign, assignment]


_until_killed(Mailer)
_until_killed(Texter)
asyncio.run(do_jobs(Given.model_validate(json.loads(SETTINGS))))
