"""The rules of what may be said on a channel, and by whom. One call is one transaction."""

import hashlib
import hmac
import math
from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import UNSET, structs

from storecast.contracts.bus import Kind
from storecast.domains.accounts.callers import Caller, Guest, SignedIn
from storecast.domains.accounts.service import AccountService
from storecast.domains.channels.access import Act, ChannelAccess
from storecast.domains.channels.followers.service import FollowService
from storecast.domains.channels.models import Channel
from storecast.domains.moderation.authors import Authors, Membership
from storecast.domains.moderation.bans.repository import BanRepository
from storecast.domains.moderation.errors import (
    Banned,
    FollowersOnly,
    GuestsNotNow,
    MembersOnly,
    PersonNotFound,
    SlowMode,
    WordsNotFound,
)
from storecast.domains.moderation.events import ModerationChanged, PersonWarned, SettingsChanged
from storecast.domains.moderation.links import has_link
from storecast.domains.moderation.models import ModerationNote
from storecast.domains.moderation.repository import ModerationRepository
from storecast.domains.moderation.rulebook import Rulebook
from storecast.domains.moderation.schemas import NewWarning, SettingsChanges
from storecast.domains.moderation.values import (
    Action,
    Author,
    ChatSettings,
    Hold,
    LinkPolicy,
    Standing,
    Verdict,
    show_settings,
)
from storecast.domains.moderation.words import BlockedWords, is_sayable
from storecast.kit.clock import iso
from storecast.kit.database import Database
from storecast.kit.errors import Unprocessable
from storecast.kit.events import Events
from storecast.kit.ids import public_id
from storecast.kit.names import one_line
from storecast.kit.networks import network
from storecast.kit.pagination import PageRequest, Slice
from storecast.kit.rate_limits import RateLimits

CHANGES = "120/minute"  # of one moderator, bans and warnings among them
NOTES_A_PAGE = 50
LONGEST_DETAIL = 500  # characters
NOTED_EVERY = timedelta(hours=1)
NAMELESS = "Guest"


class ModerationService:
    def __init__(
        self,
        db: Database,
        accounts: AccountService,
        access: ChannelAccess,
        follows: FollowService,
        members: Membership,
        authors: Sequence[Authors],
        events: Events,
        limits: RateLimits,
        rulebook: Rulebook,
        secret: bytes,
    ) -> None:
        """`authors` know who wrote messages, and then who asked questions."""
        self._db = db
        self._repository = ModerationRepository(db)
        self._bans = BanRepository(db)
        self._accounts = accounts
        self._access = access
        self._follows = follows
        self._members = members
        self._authors = authors
        self._events = events
        self._limits = limits
        self._rulebook = rulebook
        self._secret = secret

    # For who takes something said.

    async def admit(
        self,
        channel: Channel,
        by: Caller,
        texts: Sequence[str],
        address: str,
        now: datetime,
        *,
        acts: frozenset[Act],
        name: str | None = None,
        paced: bool = True,
    ) -> Verdict:
        """Whether `by`, who may do `acts` there, may say `texts` on the channel now, under `name` where they chose one.

        Whoever may moderate is exempt of everything. What is no new thing said, as an edit, is not `paced`: slow mode
        takes no notice of it.

        Raises `Banned`, `GuestsNotNow`, `FollowersOnly`, `MembersOnly`, `SlowMode`; `Unprocessable` of `data`, or
        `name`, for blocked words and links where they do not wait for review.
        """
        if Act.MODERATE in acts:
            return Verdict.SHOWN
        hidden = await self._is_hidden(channel, by, address, now)
        rules = (await self._rulebook.of(self._db, channel.id)).force
        if not acts:
            await self._require_belonging(channel, by, rules, now)
        links = rules.links is LinkPolicy.EVERYONE or bool(acts)
        links = links or (rules.links is LinkPolicy.ACCOUNTS and isinstance(by, SignedIn))
        refused = _refused(self._rulebook.blocked(rules.blocked_words), texts, name, links=links)
        if refused is not None and not rules.holds(Hold.BLOCKED):
            raise refused
        held = refused is not None or rules.holds(Hold.EVERYTHING)
        held = held or (isinstance(by, Guest) and rules.holds(Hold.GUESTS))
        if paced and rules.slow_seconds:
            await self._pace(channel, by, rules, now)
        if hidden:
            return Verdict.HIDDEN
        return Verdict.HELD if held else Verdict.SHOWN

    async def judge(self, channel: Channel, said: Sequence[tuple[str, str]]) -> list[Verdict | None]:
        """What becomes of what was said elsewhere, each under a name and by people with accounts there.

        None where it is refused. When and by whom it was said, the rules of here do not ask.
        """
        rules = await self.settings(channel.id)
        blocked, links = self._rulebook.blocked(rules.blocked_words), rules.links is not LinkPolicy.TEAM
        passed = Verdict.HELD if rules.holds(Hold.EVERYTHING) else Verdict.SHOWN
        otherwise = Verdict.HELD if rules.holds(Hold.BLOCKED) else None
        refused = (_refused(blocked, [text], name, links=links) for name, text in said)
        return [passed if each is None else otherwise for each in refused]

    async def require_welcome(
        self, channel: Channel, by: Caller, address: str, now: datetime, *, acts: frozenset[Act]
    ) -> Verdict:
        """That nobody banned `by`, for what says nothing: joining, voting, reacting, reporting. Raises `Banned`.

        `HIDDEN` of whom a silent hide is on: take what they do, and let nobody see or count it.
        """
        if Act.MODERATE in acts:
            return Verdict.SHOWN
        return Verdict.HIDDEN if await self._is_hidden(channel, by, address, now) else Verdict.SHOWN

    async def is_banned(self, channel: Channel, subject: str, now: datetime) -> bool:
        """Whether a ban of their own is on somebody, a silent one too."""
        return bool(await self._bans.binding(channel.id, subject, None, now))

    async def standing(
        self, channel: Channel, by: Caller, address: str, now: datetime, *, acts: frozenset[Act]
    ) -> Standing:
        """What their page is to tell `by` before they try."""
        if Act.MODERATE in acts:
            return Standing(banned=False, banned_until=None, slow_until=None)
        pause = timedelta(seconds=(await self._rulebook.of(self._db, channel.id)).force.slow_seconds)
        slow_until = await self._slow_until(channel, by, pause, now) if pause else None
        try:
            await self._is_hidden(channel, by, address, now)
        except Banned as ban:
            return Standing(banned=True, banned_until=ban.until, slow_until=slow_until)
        return Standing(banned=False, banned_until=None, slow_until=slow_until)

    async def settings(self, channel_id: int) -> ChatSettings:
        """The rules in force."""
        return (await self._rulebook.of(self._db, channel_id)).force

    def origin(self, channel: Channel, address: str) -> str:
        """Names the caller's network on this channel, and nowhere else: a keyed hash of it, 32 characters."""
        said = f"{channel.hash_id}:{network(address)}".encode()
        return hmac.new(self._secret, said, hashlib.sha256).hexdigest()[:32]

    async def note(
        self,
        channel: Channel,
        by: Caller,
        action: Action,
        now: datetime,
        *,
        subject: str | None = None,
        name: str | None = None,
        message_id: str | None = None,
        detail: str | None = None,
    ) -> None:
        """Have it in the audit that `by` did something to moderate: to whom, known as `name`, and of which thing."""
        await self._repository.note(
            ModerationNote(
                hash_id=public_id(),
                channel_id=channel.id,
                action=action.value,
                by_id=by.id if isinstance(by, SignedIn) else None,
                subject=subject,
                name=name,
                message_id=message_id,
                detail=detail[:LONGEST_DETAIL] if detail else None,
                created_at=now,
            )
        )

    async def note_now_and_then(
        self, channel: Channel, by: Caller, action: Action, now: datetime, *, detail: str | None
    ) -> None:
        """As `note`, of what somebody goes on doing: once an hour is enough."""
        by_id = by.id if isinstance(by, SignedIn) else None
        if not await self._repository.is_noted(channel.id, action, by_id, detail, now - NOTED_EVERY):
            await self.note(channel, by, action, now, detail=detail)

    # For who moderates.

    async def kept(self, channel: Channel) -> ChatSettings:
        """The rules as they are kept, whatever is in force under the shield."""
        return (await self._repository.settings(channel.id))[1]

    async def change(self, channel: Channel, data: SettingsChanges, by: SignedIn, now: datetime) -> ChatSettings:
        """Change the rules given; they hold at once. Raises `Unprocessable` for a blocked word nobody can say."""
        await self._limits.hit(CHANGES, "moderate", by.subject)
        changes = {name: value for name, value in structs.asdict(data).items() if value is not UNSET}
        if "blocked_words" in changes and data.blocked_words is not UNSET:
            changes["blocked_words"] = _words(data.blocked_words)
        if not changes:
            return await self.kept(channel)
        before = await self._repository.hold_settings(channel.id)
        after = await self._repository.change_settings(channel.id, changes, now)
        if after == before:
            return after
        if show_settings(after) != show_settings(before):
            await self._events.happened(channel, SettingsChanged(**structs.asdict(show_settings(after))), now)
        else:
            await self._events.stale(channel, Kind.MODERATION)
        await self._events.happened(channel, ModerationChanged(rules=True), now)
        await self.note(channel, by, Action.SETTINGS, now, detail=_difference(before, after))
        return after

    async def warn(self, channel: Channel, data: NewWarning, by: SignedIn, now: datetime) -> Author:
        """Tell somebody why they should mind what they say. Raises `PersonNotFound`, `WordsNotFound`."""
        await self._limits.hit(CHANGES, "moderate", by.subject)
        author = await self.person(channel, data.subject, data.message_id, data.question_id)
        await self._events.happened(channel, PersonWarned(data.reason, iso(now)), now, to=author.subject)
        thing = data.message_id or data.question_id
        whom = {"subject": author.subject, "name": author.name, "message_id": thing}
        await self.note(channel, by, Action.WARN, now, **whom, detail=data.reason)
        return author

    async def audit(self, channel: Channel, page: int) -> tuple[list[ModerationNote], Slice]:
        """What was done on a channel, newest first."""
        return await self._repository.notes(channel.id, PageRequest(page, NOTES_A_PAGE))

    async def person(
        self, channel: Channel, subject: str | None, message_id: str | None, question_id: str | None
    ) -> Author:
        """Whom a moderator means, by one of the three. Raises `PersonNotFound`, `WordsNotFound`, `Unprocessable`."""
        given = [each for each in (subject, message_id, question_id) if each is not None]
        if len(given) != 1:
            raise Unprocessable.field("subject", "is required, or else a message or a question, and only one of them")
        if subject is not None:
            return await self._known(channel, subject)
        kind = 0 if message_id is not None else 1
        author = await self._authors[kind].author_of(channel.id, given[0]) if kind < len(self._authors) else None
        if author is None or not author.subject.startswith(("user:", "guest:")):
            raise WordsNotFound
        return author

    async def acts_of(self, channel: Channel, subject: str) -> frozenset[Act]:
        """What somebody may do on the channel."""
        kind, _, hash_id = subject.partition(":")
        user = await self._accounts.by_hash_id(hash_id) if kind == "user" else None
        return frozenset() if user is None else await self._access.acts_of_user(channel, user.id)

    async def _known(self, channel: Channel, subject: str) -> Author:
        kind, _, hash_id = subject.partition(":")
        known = [await authors.known_as(channel.id, subject) for authors in self._authors]
        found = next(filter(None, known), None)
        if kind == "guest":
            return found or Author(subject, NAMELESS, None)
        user = await self._accounts.by_hash_id(hash_id)
        if user is None:
            raise PersonNotFound
        return Author(subject, user.nickname, found.origin if found is not None else None)

    async def _is_hidden(self, channel: Channel, by: Caller, address: str, now: datetime) -> bool:
        """Whether only a silent hide is on somebody. Raises `Banned`. Asked of the database: a ban binds at once."""
        origin = self.origin(channel, address) if isinstance(by, Guest) else None
        found = await self._bans.binding(channel.id, by.subject, origin, now)
        for until, hidden, reason in found:
            if not hidden:
                raise Banned(until, reason)
        return bool(found)

    async def _require_belonging(self, channel: Channel, by: Caller, rules: ChatSettings, now: datetime) -> None:
        if isinstance(by, Guest) and not rules.guests:
            raise GuestsNotNow
        if rules.followers_only:
            followed = await self._follows.followed_since(by, [channel.owner_id])
            since = followed.get(channel.owner_id)
            if since is None or since > now - rules.followed_for:
                raise FollowersOnly(rules.followers_minutes)
        if rules.members_only and not await self._members.belongs(channel, by):
            raise MembersOnly

    async def _pace(self, channel: Channel, by: Caller, rules: ChatSettings, now: datetime) -> None:
        pause = timedelta(seconds=rules.slow_seconds)
        if not await self._repository.speak(channel.id, by.subject, pause, now):
            until = await self._slow_until(channel, by, pause, now)
            left = math.ceil((until - now).total_seconds()) if until is not None else 1
            raise SlowMode(max(1, left))

    async def _slow_until(self, channel: Channel, by: Caller, pause: timedelta, now: datetime) -> datetime | None:
        spoken_at = await self._repository.spoken_at(channel.id, by.subject)
        if spoken_at is None or not now - pause < spoken_at <= now + pause:
            return None
        return spoken_at + pause


def _refused(blocked: BlockedWords, texts: Sequence[str], name: str | None, *, links: bool) -> Unprocessable | None:
    """What keeps this from being said, if anything. The word is not named: whoever is told tries the next spelling."""
    if name is not None and (blocked.found_in(name) is not None or (not links and has_link(name))):
        return Unprocessable.field("name", "has words or a link that may not be used here")
    if any(blocked.found_in(text) is not None for text in texts):
        return Unprocessable.field("data", "has words that may not be used here")
    if not links and any(map(has_link, texts)):
        return Unprocessable.field("data", "has a link, which you may not post here")
    return None


def _words(given: Sequence[str]) -> list[str]:
    """As they are kept, each once. Raises `Unprocessable`."""
    words: dict[str, str] = {}
    for place, word in enumerate(given):
        try:
            kept = one_line(word)
        except ValueError as error:
            raise Unprocessable.field(f"blocked_words.{place}", str(error)) from error
        if not kept or not is_sayable(kept):
            raise Unprocessable.field(f"blocked_words.{place}", "must have something to see")
        words.setdefault(kept.casefold(), kept)
    return list(words.values())


def _difference(before: ChatSettings, after: ChatSettings) -> str:
    """Which rules are others now, by their keys: `slow_seconds=30, blocked_words=+2-1`."""
    said = []
    for name in ChatSettings.__struct_fields__:
        was, is_now = getattr(before, name), getattr(after, name)
        if was == is_now:
            continue
        if name == "blocked_words":
            said.append(f"{name}=+{len(set(is_now) - set(was))}-{len(set(was) - set(is_now))}")
        else:
            said.append(f"{name}={str(is_now).lower() if isinstance(is_now, bool) else is_now}")
    return ", ".join(said)
