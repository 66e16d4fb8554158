"""Puts a process together by its settings."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx

from storecast.adapters.email.mailer import Mailer
from storecast.adapters.identity.configured import configured_providers
from storecast.adapters.identity.web import Web
from storecast.adapters.sms.texter import Texter
from storecast.adapters.stripe.client import Stripe
from storecast.adapters.webhooks.courier import Courier
from storecast.domains.audience.directory import ChannelDirectory
from storecast.domains.audience.heartbeats import HeartbeatBuffer
from storecast.domains.billing.catalogue import load_catalogue
from storecast.domains.chat.hearts.sums import HeartSums
from storecast.domains.chat.reads import GuestReads
from storecast.domains.media.ladders import LadderMaker
from storecast.domains.media.playing import VideoGate
from storecast.domains.media.playouts.conductor import Conductor
from storecast.domains.media.processor import Processor
from storecast.domains.media.uploads.partials import Partials
from storecast.domains.moderation.rulebook import Rulebook
from storecast.domains.platform.client_errors.log import ClientErrorLog
from storecast.domains.platform.loads import LoadReads
from storecast.domains.platform.self_check import SelfCheck
from storecast.domains.streams.playback import PlaybackTokens
from storecast.domains.webhooks.deliverer import Deliverer
from storecast.kit.bus import Outlet
from storecast.kit.database import create_databases, create_engine
from storecast.kit.kept import BUSY_ROOM_SECONDS, Keeper
from storecast.kit.keys import Keyring
from storecast.kit.lately import Lately
from storecast.kit.rate_limits import create_rate_limits
from storecast.kit.seals import Seal
from storecast.kit.secrets import hook_secret, stored_secret
from storecast.kit.settings import Settings
from storecast.kit.shared.machine import Machine
from storecast.kit.storage import Storage
from storecast.kit.tallies import Tallies
from storecast.wiring.checks import checks_of
from storecast.wiring.process import Process, plans_of
from storecast.wiring.subscriptions import create_bus
from storecast.wiring.unit import Unit, unit_of_work

MOST_COUNTED = 1_000  # channels whose messages are too many to be counted for each who asks


def create_process(settings: Settings, outside: httpx.AsyncBaseTransport | None = None) -> Process:
    """Opens nothing before `running`. `outside` stands in for the internet."""
    engine = create_engine(settings)
    databases = create_databases(engine)
    keyring = Keyring(settings.data_dir / "keys")
    web = Web(outside)
    machine = Machine.shared()
    limits = create_rate_limits(settings, machine)
    courier = Courier(private=settings.webhooks_private)

    def secret(name: str) -> bytes:
        return stored_secret(settings.data_dir, name).encode()

    seal = Seal(secret("seal"))
    storage = Storage.of(settings)
    catalogue = load_catalogue(settings)
    bus = create_bus(lambda: process, outlet_of(settings))
    process = Process(
        settings=settings,
        engine=engine,
        databases=databases,
        keyring=keyring,
        storage=storage,
        catalogue=catalogue,
        machine=machine,
        limits=limits,
        web=web,
        mailer=Mailer(settings),
        texter=Texter(settings),
        stripe=Stripe(settings),
        courier=courier,
        deliverer=Deliverer(databases, courier, seal, settings),
        identity_providers=configured_providers(settings, web),
        bus=bus,
        seal=seal,
        hook_secret=hook_secret(settings),
        hook_seal=Seal(hook_secret(settings)),
        pass_secret=secret("passes"),
        export_secret=secret("exports"),
        followers_secret=secret("followers"),
        subscribers_secret=secret("subscribers"),
        orders_secret=secret("orders"),
        upload_secret=secret("uploads"),
        moderation_secret=secret("moderation"),
        partials=Partials(settings.data_dir / "uploads"),
        keeper=Keeper(machine.changes),
        directory=ChannelDirectory(databases),
        rulebook=Rulebook(machine.changes),
        heartbeats=HeartbeatBuffer(databases, bus, limits, machine.crowds),
        tallies=Tallies(databases, bus),
        guest_reads=GuestReads(machine.marks),
        hearts=HeartSums(),
        playback_tokens=PlaybackTokens(keyring),
        video_gate=VideoGate(databases, keyring),
        processor=Processor(databases, bus, storage, settings),
        ladders=LadderMaker(databases, bus, storage, settings, lambda db: plans_of(db, catalogue, settings)),
        conductor=Conductor(databases, bus, storage, seal, settings),
        client_errors=ClientErrorLog(databases, limits),
        load_reads=LoadReads(limits),
        said_lately=Lately(timedelta(seconds=BUSY_ROOM_SECONDS), MOST_COUNTED),
        self_check=SelfCheck(checks_of(lambda: process)),
    )
    bus.hear = process.said
    return process


def outlet_of(settings: Settings) -> Outlet | None:
    if settings.valkey_url is None:
        return None
    from storecast.kit.valkey_bus import ValkeyOutlet

    return ValkeyOutlet(settings.valkey_url.get_secret_value())


@asynccontextmanager
async def command(settings: Settings) -> AsyncGenerator[Unit, None]:
    """A unit of a command's own process."""
    process = create_process(settings)
    try:
        async with unit_of_work(process) as unit:
            yield unit
    finally:
        await process.close()
