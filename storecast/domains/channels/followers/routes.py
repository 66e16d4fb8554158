"""Following over HTTP."""

from typing import Annotated

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.enums import MediaType
from litestar.params import JSONBody, QueryParameter

from storecast.adapters.email.messages import PageOf, page_of
from storecast.domains.accounts.callers import Scope, Unscoped
from storecast.domains.channels.followers.schemas import FollowRequest, FollowView
from storecast.kit.envelope import Data
from storecast.kit.http.mailed_pages import mailed_page
from storecast.wiring.unit import Unit

HashId = Annotated[str, QueryParameter(min_length=1, max_length=64, description="From the mail's link.")]
Proof = Annotated[str, QueryParameter(min_length=64, max_length=64, description="From the mail's link.")]


class FollowController(Controller):
    path = "/profile"
    tags = ("Channels",)

    @post("/follow", operation_id="follow", status_code=200, opt={"scope": Scope.PROFILE})
    async def follow(self, data: JSONBody[FollowRequest], unit: NamedDependency[Unit]) -> Data[FollowView]:
        """Follow a channel's streamer, or no longer. Followers hear by mail when a public show begins."""
        return Data(await unit.follows.change(unit.user, data, unit.now))

    @get("/unfollow", operation_id="showUnfollow", media_type=MediaType.HTML, opt={"scope": Unscoped.PUBLIC})
    async def show_unfollow(self, unit: NamedDependency[Unit]) -> Response[str]:
        """Where a mail's opt-out link leads: a page with one button, for mail scanners follow links."""
        return mailed_page(page_of(PageOf.OPT_OUT, unit.locale))

    @post(
        "/unfollow",
        operation_id="unfollow",
        status_code=200,
        media_type=MediaType.HTML,
        opt={"scope": Unscoped.PUBLIC},
    )
    async def unfollow(
        self, follower: HashId, streamer: HashId, proof: Proof, unit: NamedDependency[Unit]
    ) -> Response[str]:
        """End the mails of one streamer to one follower: that page's button, and mail programs' own (RFC 8058)."""
        await unit.follows.opt_out(follower, streamer, proof, unit.address)
        return mailed_page(page_of(PageOf.OPTED_OUT, unit.locale))
