"""What a person asked and chose, wherever they did: what they are given of it, and what is erased."""

from storecast.domains.accounts.events import AccountHandedOver, DataCollected, PersonErased, ProfileChanged
from storecast.domains.questions.repository import QuestionRepository
from storecast.domains.questions.traces import TraceRepository
from storecast.kit.bus import Occasion
from storecast.kit.ids import public_id

INSIDE = ("origin", "former", "counted", "seq")


async def collect(event: DataCollected, at: Occasion) -> None:
    traces, subject = TraceRepository(at.db), f"user:{event.user.hash_id}"
    event.archive.add("questions", await traces.questions_of(subject), without=INSIDE)
    event.archive.add("question_votes", await traces.votes_of(subject), without=INSIDE)
    event.archive.add("poll_votes", await traces.poll_votes_of(subject), without=INSIDE)


async def replace_avatar(event: ProfileChanged, at: Occasion) -> None:
    """What they asked under a picture they took back is shown with their new one."""
    if event.former_avatar is not None:
        await TraceRepository(at.db).replace_avatar(event.former_avatar, event.user.avatar_key)


async def erase(event: PersonErased, at: Occasion) -> None:
    """What they asked goes. What they voted stays in the sums, as nobody's."""
    traces, subject = TraceRepository(at.db), f"user:{event.user.hash_id}"
    asked = [question.id for question in await traces.questions_of(subject)]
    await QuestionRepository(at.db).erase_words(asked)
    await traces.delete_questions(subject)
    await traces.replace_voter(subject, _nobody())


async def hand_over(event: AccountHandedOver, at: Occasion) -> None:
    """What whoever made the account asked and chose is not its true holder's, who may vote themselves."""
    traces, subject, nobody = TraceRepository(at.db), f"user:{event.user.hash_id}", _nobody()
    await traces.replace_author(subject, nobody)
    await traces.replace_voter(subject, nobody)


def _nobody() -> str:
    """No subject of anybody's, but one voter like any other."""
    return f"gone:{public_id()}"
