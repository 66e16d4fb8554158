"""The API process: every router, one line each."""

from contextlib import AbstractAsyncContextManager

import httpx
from litestar import Litestar, Router
from litestar.config.cors import CORSConfig
from litestar.exceptions import HTTPException, NotFoundException
from litestar.openapi import OpenAPIConfig
from sqlalchemy.exc import SQLAlchemyError

from storecast import __version__
from storecast.domains.accounts.api_tokens.routes import ApiTokenController
from storecast.domains.accounts.routes import AuthController, ProfileController, issue_realtime_token
from storecast.domains.audience.routes import FrontOfficeController
from storecast.domains.audience.subscribers.routes import NotificationController, SubscriptionController
from storecast.domains.audience.subscribers.texts.hooks import TwilioHooks
from storecast.domains.billing.routes import can
from storecast.domains.channels.followers.routes import FollowController
from storecast.domains.channels.pictures.routes import ChannelPictureController
from storecast.domains.channels.routes import ChannelController
from storecast.domains.chat.exports.routes import export_chat
from storecast.domains.chat.hearts.routes import send_hearts
from storecast.domains.chat.imports.routes import store_messages
from storecast.domains.chat.pins.routes import PinController
from storecast.domains.chat.reactions.routes import react_to_message
from storecast.domains.chat.reports.routes import QueueController, report_message
from storecast.domains.chat.routes import ChatController
from storecast.domains.media.routes import (
    ChannelMediaController,
    MediaController,
    ReplayController,
    clip_media,
    list_expired_media,
    video,
)
from storecast.domains.media.uploads.links import PREFIX as UPLOADS
from storecast.domains.media.uploads.routes import UploadController
from storecast.domains.moderation.bans.routes import BanController
from storecast.domains.moderation.routes import ModerationController
from storecast.domains.oauth.authorization.routes import AuthorizationController
from storecast.domains.oauth.clients.routes import ClientController
from storecast.domains.oauth.granted.routes import GrantedController
from storecast.domains.oauth.routes import server_metadata
from storecast.domains.oauth.tokens.routes import TokenController
from storecast.domains.orders.attribution.routes import report_attribution
from storecast.domains.orders.carts.routes import CartController
from storecast.domains.orders.coupons.routes import CouponController, PinnedCouponController
from storecast.domains.orders.payments.hooks import hear_stripe
from storecast.domains.orders.payments.routes import PaymentsController
from storecast.domains.orders.routes import OrderController, PurchaseController, record_transaction
from storecast.domains.orders.sales.routes import show_sales
from storecast.domains.orders.shops.routes import report_shop_order
from storecast.domains.orders.waitlist.routes import WaitlistController
from storecast.domains.platform.client_errors.routes import report_error
from storecast.domains.platform.hooks import RealtimeHooks
from storecast.domains.platform.routes import HealthController, PlatformController, jwks
from storecast.domains.privacy.routes import DataExportController, ErasureController
from storecast.domains.products.deals.routes import DealController
from storecast.domains.products.routes import CatalogueController, ShelfController, count_available
from storecast.domains.products.sheets.routes import SheetController
from storecast.domains.products.variants.routes import ShelfVariantController
from storecast.domains.questions.polls.routes import ChannelPollController, PollController, vote_poll
from storecast.domains.questions.routes import DeskController, QuestionController, stop_answering
from storecast.domains.sign_ins.devices.routes import DeviceController, list_security_events
from storecast.domains.sign_ins.passwords.routes import PasswordController, send_verification
from storecast.domains.sign_ins.routes import SignInController
from storecast.domains.sign_ins.second_factors.routes import PasskeyController, SecondFactorController
from storecast.domains.sign_ins.social.routes import SocialController
from storecast.domains.streams.hooks import BroadcastHooks
from storecast.domains.streams.routes import ChannelStreamController, StreamController
from storecast.domains.streams.simulcast.routes import SimulcastController
from storecast.domains.webhooks.routes import WebhookController
from storecast.entrypoints.dependencies import DEPENDENCIES, token_before_body
from storecast.entrypoints.description import ABOUT, DescriptionPlugin
from storecast.entrypoints.hot_paths import HotPaths
from storecast.entrypoints.pages import PAGES, missing_page
from storecast.entrypoints.uploads import UploadDoor
from storecast.kit.errors import ApiError
from storecast.kit.http.failures import (
    answer_api_error,
    answer_database_error,
    answer_framework_error,
    answer_unexpected,
)
from storecast.kit.http.idempotency import Idempotency
from storecast.kit.http.openapi import StructSchemas
from storecast.kit.http.paths import refuse_odd_numbers
from storecast.kit.http.request import BodyRequest
from storecast.kit.http.trace import TracedLitestar
from storecast.kit.http.transactions import Transactions
from storecast.kit.settings import Settings
from storecast.wiring.assembly import create_process
from storecast.wiring.process import Process, process_of

MAX_BODY = 1024 * 1024 - 1  # bytes; operations that take pictures state their own
HOOK_BODY = 256 * 1024
# Headers that pages of other origins may read.
EXPOSED = ["X-Request-Id", "ETag", "Idempotency-Replayed", "Location", "Tus-Resumable", "Upload-Expires"]


def create_app(settings: Settings, outside: httpx.AsyncBaseTransport | None = None) -> TracedLitestar:
    """The API for these settings. Opens nothing before its start-up. `outside` stands in for the internet."""
    app = create_routes()
    serve(app, create_process(settings, outside))
    return app


def serve(app: TracedLitestar, process: Process) -> None:
    """Let the routes work with `process`."""
    app.state.process = process
    app.proxies = process.settings.proxies
    hot = HotPaths(process, ", ".join(sorted(EXPOSED)))
    app.first, app.quick = hot.answer, hot.quick
    app.mounted = (UPLOADS, UploadDoor(process))


def create_routes() -> TracedLitestar:
    """Every route; they work once `state.process` is there. Apart, because putting them together takes a while."""
    v1 = Router(
        "/api/v1",
        route_handlers=[
            PlatformController,
            report_error,
            AuthController,
            SignInController,
            PasswordController,
            send_verification,
            ApiTokenController,
            DeviceController,
            DataExportController,
            ErasureController,
            list_security_events,
            SecondFactorController,
            PasskeyController,
            SocialController,
            TokenController,
            GrantedController,
            ClientController,
            AuthorizationController,
            ProfileController,
            can,
            issue_realtime_token,
            ChannelController,
            ChannelPictureController,
            FollowController,
            CatalogueController,
            ShelfController,
            count_available,
            ShelfVariantController,
            DealController,
            SheetController,
            StreamController,
            ChannelStreamController,
            ChannelMediaController,
            MediaController,
            clip_media,
            ReplayController,
            list_expired_media,
            SimulcastController,
            PaymentsController,
            hear_stripe,
            FrontOfficeController,
            NotificationController,
            SubscriptionController,
            TwilioHooks,
            CartController,
            CouponController,
            PinnedCouponController,
            OrderController,
            PurchaseController,
            record_transaction,
            report_shop_order,
            report_attribution,
            WaitlistController,
            show_sales,
            ChatController,
            react_to_message,
            send_hearts,
            PinController,
            report_message,
            QueueController,
            store_messages,
            export_chat,
            ModerationController,
            BanController,
            QuestionController,
            DeskController,
            stop_answering,
            ChannelPollController,
            PollController,
            vote_poll,
            UploadController,
            WebhookController,
        ],
        request_max_body_size=MAX_BODY,
    )
    inner = Router("/", route_handlers=[BroadcastHooks, RealtimeHooks], request_max_body_size=HOOK_BODY)
    return TracedLitestar(
        route_handlers=[v1, inner, HealthController, jwks, server_metadata, video, *PAGES],
        dependencies=DEPENDENCIES,
        guards=[token_before_body],
        request_class=BodyRequest,
        middleware=[Transactions(), Idempotency(process_of)],
        before_request=refuse_odd_numbers,
        cors_config=CORSConfig(allow_origins=["*"], allow_headers=["*"], expose_headers=EXPOSED),
        exception_handlers={
            ApiError: answer_api_error,
            HTTPException: answer_framework_error,
            NotFoundException: missing_page(lambda app: process_of(app).settings),
            SQLAlchemyError: answer_database_error,
            OSError: answer_database_error,
            Exception: answer_unexpected,
        },
        openapi_config=OpenAPIConfig(
            title="Storecast",
            version=__version__,
            description=ABOUT,
            use_handler_docstrings=True,
            render_plugins=[DescriptionPlugin()],
        ),
        plugins=[StructSchemas()],
        lifespan=[_running],
        logging_config=None,
    )


def _running(app: Litestar) -> AbstractAsyncContextManager[None]:
    return process_of(app).running()
