"""Mails to followers, a batch a job: a show begins for thousands at once."""

from datetime import datetime, timedelta
from urllib.parse import urlencode

from sqlalchemy.ext.asyncio import AsyncSession

from storecast.adapters.email.messages import MailKind
from storecast.adapters.email.outbox import request_mail
from storecast.domains.channels.followers.repository import FollowRepository
from storecast.domains.channels.followers.service import opt_out_proof
from storecast.domains.channels.models import Privacy
from storecast.domains.channels.repository import ChannelRepository
from storecast.kit.jobs import defer
from storecast.kit.secrets import stored_secret
from storecast.kit.settings import Settings

TELL_FOLLOWERS = "channels.tell_followers"
BATCH = 200
QUIET = timedelta(hours=6)  # a streamer who starts over and over is heard of once
OPT_OUT_PATH = "/api/v1/profile/unfollow"


async def request_telling(session: AsyncSession, channel_id: int) -> None:
    """Tell the followers of the channel's owner that it is live."""
    await defer(session, TELL_FOLLOWERS, {"channel_id": channel_id}, queue="mail")


async def tell_followers(session: AsyncSession, settings: Settings, channel_id: int, now: datetime) -> None:
    """Tell one batch, and leave the others to another job. Only of public shows: others are for whom the owner asks."""
    channel = next(iter(await ChannelRepository(session).by_ids([channel_id])), None)
    if channel is None or channel.deleted_at is not None or channel.privacy != Privacy.PUBLIC:
        return
    followers = FollowRepository(session)
    streamer = await followers.streamer(channel)
    secret = followers_secret(settings)
    batch = await followers.untold(streamer.id, now - QUIET, BATCH)
    for follow, follower in batch:
        follow.told_at = now
        proof = opt_out_proof(secret, follower.hash_id, streamer.hash_id)
        query = urlencode({"follower": follower.hash_id, "streamer": streamer.hash_id, "proof": proof})
        opt_out = f"{settings.web_url}{OPT_OUT_PATH}?{query}"
        await request_mail(
            session,
            MailKind.LIVE,
            follower.email,
            follower.locale,
            link=f"{settings.web_url}/watch/{channel.slug}",
            opt_out=opt_out,
            unsubscribe=opt_out,
            name=follower.nickname,
            streamer=streamer.nickname,
            show=channel.name,
        )
    if len(batch) == BATCH:
        await request_telling(session, channel_id)


def followers_secret(settings: Settings) -> bytes:
    return stored_secret(settings.data_dir, "followers").encode()
