"""Mails to followers, a batch a job: a show begins for thousands at once."""

from datetime import datetime, timedelta
from urllib.parse import urlencode

from storecast.adapters.email.messages import MailKind
from storecast.adapters.email.outbox import request_mail
from storecast.domains.channels.followers.repository import FollowRepository
from storecast.domains.channels.followers.service import opt_out_proof
from storecast.domains.channels.models import Privacy
from storecast.domains.channels.repository import ChannelRepository
from storecast.kit.database import Database
from storecast.kit.jobs import Job, defer
from storecast.kit.settings import Settings

BATCH = 200
QUIET = timedelta(hours=6)  # a streamer who starts over and over is heard of once
OPT_OUT_PATH = "/api/v1/profile/unfollow"


class TellFollowers(Job, frozen=True):
    """The followers of the channel's owner hear that it is live."""

    name = "channels.tell_followers"
    queue = "mail"

    channel_id: int


async def tell_followers(job: TellFollowers, db: Database, settings: Settings, secret: bytes, now: datetime) -> None:
    """Tell one batch, and leave the others to another job. `secret` proves that an opt-out link was mailed.

    Only of public shows: others are for whom the owner asks. And only of who has verified their address: nobody else's
    words stand in mails.
    """
    channel = next(iter(await ChannelRepository(db).by_ids([job.channel_id])), None)
    if channel is None or channel.deleted_at is not None or channel.privacy != Privacy.PUBLIC:
        return
    followers = FollowRepository(db)
    streamer = await followers.streamer(channel)
    if streamer.verified_at is None:
        return
    batch = await followers.untold(streamer.id, now - QUIET, BATCH)
    for follow, follower in batch:
        follow.told_at = now
        proof = opt_out_proof(secret, follower.hash_id, streamer.hash_id)
        query = urlencode({"follower": follower.hash_id, "streamer": streamer.hash_id, "proof": proof})
        opt_out = f"{settings.web_url}{OPT_OUT_PATH}?{query}"
        await request_mail(
            db,
            MailKind.LIVE,
            follower.email,
            follower.locale,
            link=f"{settings.web_url}/watch/{channel.slug}",
            opt_out=opt_out,
            unsubscribe=opt_out,
            name=follower.greeting,
            streamer=streamer.nickname,
            show=channel.name,
        )
    if len(batch) == BATCH:
        await defer(db, job)
