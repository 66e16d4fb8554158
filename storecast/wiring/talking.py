"""One transaction's services of what viewers say to each other and to the host, and who keeps it in order."""

from storecast.domains.channels.models import Channel
from storecast.domains.chat.exports.service import ExportService
from storecast.domains.chat.hearts.service import HeartService
from storecast.domains.chat.imports.service import ImportService
from storecast.domains.chat.pins.service import PinService
from storecast.domains.chat.reactions.service import ReactionService
from storecast.domains.chat.removals import RemovalService
from storecast.domains.chat.reports.service import ReportService
from storecast.domains.chat.repository import ChatRepository
from storecast.domains.chat.service import ChatService
from storecast.domains.chat.showing import NAMELESS
from storecast.domains.chat.threads import ThreadService
from storecast.domains.moderation.authors import Authors
from storecast.domains.moderation.bans.service import BanService
from storecast.domains.moderation.service import ModerationService
from storecast.domains.orders.repository import OrderRepository
from storecast.domains.questions.ballots import BallotBox
from storecast.domains.questions.desk import QuestionDesk
from storecast.domains.questions.news import QuestionNews
from storecast.domains.questions.polls.service import PollService
from storecast.domains.questions.repository import QuestionRepository
from storecast.domains.questions.service import QuestionService
from storecast.kit.database import Database
from storecast.kit.lazy import cached_property
from storecast.kit.urls import Urls
from storecast.wiring.members import Members
from storecast.wiring.services import Services


class ChatNames:
    """The names that guests go by in a channel's chat are theirs there."""

    def __init__(self, db: Database) -> None:
        self._repository = ChatRepository(db)

    async def of_guest(self, channel: Channel, subject: str) -> str:
        known = await self._repository.known_as(channel.id, subject)
        return known.name if known is not None else NAMELESS


class Talking(Services):
    """Moderation, chat, questions and polls; on top of the services they need."""

    @cached_property
    def moderation(self) -> ModerationService:
        members = Members(self.access, OrderRepository(self.db))
        authors: tuple[Authors, ...] = (ChatRepository(self.db), QuestionRepository(self.db))
        parts = (self.accounts, self.access, self.follows, members, authors)
        lasting = (self.process.limits, self.process.rulebook, self.process.moderation_secret)
        return ModerationService(self.db, *parts, self.events, *lasting)

    @cached_property
    def bans(self) -> BanService:
        return BanService(self.db, self.moderation, self.events, self.limits)

    @cached_property
    def chat(self) -> ChatService:
        return ChatService(self.db, self.threads, self.moderation, self.events, self.limits, Urls(self.settings))

    @cached_property
    def removals(self) -> RemovalService:
        parts = (self.threads, self.moderation, self.events, self.limits)
        return RemovalService(self.db, *parts, self.process.tallies, Urls(self.settings))

    @cached_property
    def reports(self) -> ReportService:
        parts = (self.threads, self.removals, self.moderation, self.events, self.limits)
        return ReportService(self.db, *parts, Urls(self.settings))

    @cached_property
    def pins(self) -> PinService:
        return PinService(self.db, self.moderation, self.events, Urls(self.settings))

    @cached_property
    def reactions(self) -> ReactionService:
        return ReactionService(self.db, self.threads, self.moderation, self.limits, self.process.tallies)

    @cached_property
    def hearts(self) -> HeartService:
        lasting = (self.limits, self.process.hearts, self.process.tallies)
        return HeartService(self.threads, self.moderation, *lasting)

    @cached_property
    def chat_imports(self) -> ImportService:
        parts = (self.access, self.clients, self.moderation, self.events, self.limits)
        return ImportService(self.db, *parts, Urls(self.settings))

    @cached_property
    def chat_exports(self) -> ExportService:
        return ExportService(self.db)

    @cached_property
    def threads(self) -> ThreadService:
        return ThreadService(self.db, self.access, self.moderation, self.limits, self.process.guest_reads)

    @cached_property
    def questions(self) -> QuestionService:
        parts = (self.access, self.moderation, self.ballots, ChatNames(self.db), self.question_news)
        return QuestionService(self.db, *parts, self.process.tallies, self.limits)

    @cached_property
    def question_news(self) -> QuestionNews:
        return QuestionNews(self.db, self.events, Urls(self.settings))

    @cached_property
    def ballots(self) -> BallotBox:
        return BallotBox(self.db, self.moderation, self.limits)

    @cached_property
    def desk(self) -> QuestionDesk:
        return QuestionDesk(self.db, self.moderation, self.question_news, self.events, self.limits)

    @cached_property
    def polls(self) -> PollService:
        parts = (self.access, self.channels, self.streams, self.moderation, self.ballots, self.events)
        return PollService(self.db, *parts, self.process.tallies, self.limits)
