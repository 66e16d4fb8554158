"""The gateway: which rooms there are, who may be in them, and what the bus says about them."""

import asyncio
import re
import time
from collections import defaultdict, deque
from collections.abc import Coroutine

import structlog

from storecast.contracts.audience import heard_by
from storecast.contracts.bus import BusMessage, GrantsRevoked, RoomAccessChanged, RoomAdvanced, RoomRewritten, RoomTold
from storecast.kit.clock import iso, utcnow
from storecast.kit.hooks import HookClient, HookRefused, HookUnavailable
from storecast.kit.jwks import RemoteKeys
from storecast.kit.keys import Claims, InvalidToken
from storecast.kit.networks import TrustedProxies
from storecast.kit.tasks import watch
from storecast.realtime.access import Doorkeeper, Question
from storecast.realtime.admission import Admission
from storecast.realtime.feed import Feed
from storecast.realtime.metrics import Metrics
from storecast.realtime.protocol import CloseCode
from storecast.realtime.recovery import KEPT_SECONDS
from storecast.realtime.rooms import Room, Subscription
from storecast.realtime.session import Session

AUDIENCE = "realtime"
SWEEP_SECONDS = 15.0
MAX_IDLE_ROOMS = 1_000
LOOK_SECONDS = 5.0
LOOK_PAUSE = 0.01  # between two rooms
CHECKED_AT_ONCE = 400  # subscriptions of a room whose access is asked again at a time
CHECK_RETRIES = (0.5, 1.0, 2.0, 4.0, 8.0)  # seconds; after the last the subscription ends

_SUBJECT = re.compile(r"(user|guest):[\x21-\x7e]{1,128}")

log = structlog.get_logger()


class Gateway:
    def __init__(self, client: HookClient, admission: Admission, proxies: TrustedProxies) -> None:
        self.admission = admission
        self.proxies = proxies
        self.metrics = Metrics()
        self.sessions: set[Session] = set()
        self.listening = False
        self._client = client
        self._keys = RemoteKeys(client)
        self._doorkeeper = Doorkeeper(client, self.metrics)
        self._rooms: dict[str, Room] = {}
        self._to_check: dict[str, set[str | None]] = defaultdict(set)
        self._checking: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def identify(self, token: str) -> Claims:
        """Who holds the token. Raises `InvalidToken`, `HookUnavailable`."""
        claims = await self._keys.verify(token, AUDIENCE, utcnow())
        if not _SUBJECT.fullmatch(claims.sub):
            raise InvalidToken("its subject is neither a user nor a guest")
        return claims

    async def enter(self, session: Session, name: str) -> Subscription:
        """A place in the room the client calls `name`. Raises `HookRefused`, `HookUnavailable`."""
        grant = await self._doorkeeper.enter(Question(name, session.subject, session.grant_id))
        room = self._rooms.get(grant.room_id)
        if room is None:
            feed = Feed(grant.room_id, grant.seq, self._client, self.metrics)
            room = self._rooms[grant.room_id] = Room(grant.room_id, feed, self.metrics)
            self.metrics.rooms.set(len(self._rooms))
        room.feed.announce(grant.seq)
        return room.join(session, name, heard_by(session.subject, grant.acts))

    def hear(self, message: BusMessage) -> None:
        if isinstance(message, RoomAdvanced):
            if room := self._rooms.get(message.room_id):
                room.feed.announce(message.seq)
        elif isinstance(message, RoomAccessChanged):
            self._doorkeeper.forget(message.room_id, message.subject)
            self._check(message.room_id, message.subject)
        elif isinstance(message, GrantsRevoked):
            self._revoke(set(message.grant_ids))
        elif isinstance(message, RoomRewritten) and (room := self._rooms.get(message.room_id)):
            room.feed.forget()
        elif isinstance(message, RoomTold) and (room := self._rooms.get(message.room_id)):
            room.tell(message, iso(utcnow()))

    def bus_connected(self, connected: bool) -> None:
        """After a time without the bus anything may have happened: look at every room and everyone's access."""
        self.listening = connected
        self.metrics.bus_connected.set(connected)
        if connected:
            self._doorkeeper.forget()
            for room in self._rooms.values():
                room.feed.suspect()
                self._check(room.room_id, None)

    async def sweep(self) -> None:
        """Forget rooms nobody came back to, and events too old to recover. Runs until cancelled."""
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            now = time.monotonic()
            idle = sorted((room.idle_since, room.room_id) for room in self._rooms.values() if room.idle_since)
            for place, (since, room_id) in enumerate(idle):
                if now - since > KEPT_SECONDS or len(idle) - place > MAX_IDLE_ROOMS:
                    self._rooms.pop(room_id).close()
            for room in self._rooms.values():
                room.feed.history.trim(now)
            self.metrics.rooms.set(len(self._rooms))

    async def look(self) -> None:
        """Look what rooms with people in them may have missed: for a bus that is told after the commit, or never."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            for room in [room for room in self._rooms.values() if not room.idle_since]:
                room.feed.suspect()
                await asyncio.sleep(LOOK_PAUSE)

    async def emptied(self) -> None:
        """Wait until the last client has left."""
        for session in list(self.sessions):
            await session.left()

    def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        for room in self._rooms.values():
            room.close()
        self._doorkeeper.close()

    def _revoke(self, grant_ids: set[str]) -> None:
        """Close the sockets of these sign-ins. A token made before cannot enter a room again."""
        self._doorkeeper.forget_grants(grant_ids)
        for session in [each for each in self.sessions if each.grant_id in grant_ids]:
            session.refuse(401, CloseCode.UNAUTHENTICATED, "Signed out")

    def _check(self, room_id: str, subject: str | None) -> None:
        """Ask again who may be in the room; asks that come while one runs are taken together after it."""
        if room_id in self._rooms:
            self._to_check[room_id].add(subject)
            if room_id not in self._checking:
                self._checking.add(room_id)
                self._start(self._check_room(room_id))

    async def _check_room(self, room_id: str) -> None:
        try:
            while subjects := self._to_check.pop(room_id, None):
                by_question: dict[Question, list[Subscription]] = defaultdict(list)
                for each in self._rooms.get(room_id, ()):
                    if None in subjects or each.socket.subject in subjects:
                        by_question[Question(each.name, each.socket.subject, each.socket.grant_id)].append(each)
                left = deque(by_question.items())
                async with asyncio.TaskGroup() as group:
                    for _ in range(CHECKED_AT_ONCE):
                        group.create_task(self._check_each(room_id, left))
        finally:
            self._checking.discard(room_id)

    async def _check_each(self, room_id: str, left: deque[tuple[Question, list[Subscription]]]) -> None:
        while left:
            question, subscriptions = left.popleft()
            members = [each for each in subscriptions if each.open]
            if not members:
                continue
            try:
                hears = await self._still_hears(room_id, question)
            except HookRefused as refusal:
                for each in members:
                    each.room.expel(each, refusal.status, refusal.message)
            except HookUnavailable as error:
                log.warning(
                    "access cannot be checked; subscription ended",
                    room=question.room,
                    subject=question.subject,
                    error=str(error),
                )
                for each in members:
                    each.room.expel(each, 503, "Access to the room cannot be checked now")
            else:
                for each in members:
                    each.hears = hears

    async def _still_hears(self, room_id: str, question: Question) -> frozenset[str]:
        """The audiences the subject is in by now. Raises `HookRefused` when it may not stay, `HookUnavailable`."""
        for retry in (*CHECK_RETRIES, None):
            try:
                grant = await self._doorkeeper.enter(question)
            except HookUnavailable:
                if retry is None:
                    raise
                await asyncio.sleep(retry)
            else:
                if grant.room_id != room_id:
                    raise HookRefused(404, "The name means another room now")
                return heard_by(question.subject, grant.acts)
        raise HookUnavailable("not reached")

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = watch(work, "asking again who may be in a room")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
