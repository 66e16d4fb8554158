"""Every setting of an installation, each `STORECAST_<NAME>` in the environment.

`docs/settings.md` is generated from these descriptions by `storecast settings`.
"""

import os
import re
import shutil
from functools import cached_property
from pathlib import Path
from typing import Literal

import imageio_ffmpeg
from pydantic import Field, IPvAnyAddress, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from storecast.kit.networks import TrustedProxies

WEB_DIST = Path(__file__).parents[2] / "web" / "dist"
_BUCKET = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9_-][A-Za-z0-9._-]*)*/?")
_ORIGIN = re.compile(r"https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?/?")

_SCRIPT = re.compile(r"https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?/[A-Za-z0-9._~/-]*")
# Whom SMS come from: a number, a Messaging Service of Twilio's, or a word (which has a letter, and at most 11 signs).
_SENDER = re.compile(r"\+[1-9]\d{4,14}|MG[0-9a-fA-F]{32}|(?=.*[A-Za-z])[A-Za-z0-9 &+_-]{1,11}")


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="STORECAST_", extra="ignore", frozen=True)

    data_dir: Path = Field(Path("data"), description="Folder for everything the installation keeps on disk.")
    host: str = Field("127.0.0.1", description="Address the servers listen on; 0.0.0.0 to be reached from outside.")
    port: int = Field(8000, ge=1, le=65535, description="Port of the API and the web pages.")
    realtime_port: int = Field(8001, ge=1, le=65535, description="Port of the WebSocket gateway.")
    broadcast_port: int = Field(8002, ge=1, le=65535, description="Port of the HLS origin.")
    rtmp_port: int = Field(1935, ge=1, le=65535, description="Port publishers push RTMP to.")

    api_workers: int | None = Field(
        None,
        ge=1,
        le=64,
        description="`api` processes that `storecast run` starts, all on one port; by default half the cores, at least "
        "one. Each may open `STORECAST_DATABASE_POOL` database connections.",
    )

    trusted_proxies: str = Field(
        "127.0.0.1,::1",
        description="Proxies that are believed in `X-Forwarded-For` and `X-Forwarded-Proto`: "
        "addresses and networks (`10.1.0.0/24`), separated by commas; empty for none.",
    )

    public_url: str | None = Field(
        None, description="Address of the web pages as viewers see it; by default the host they asked for."
    )
    realtime_url: str | None = Field(None, description="WebSocket address as viewers see it (`wss://…`).")
    broadcast_url: str | None = Field(
        None, description="HLS origin address as viewers see it (`https://…`); browsers go live there, too."
    )
    rtmp_url: str | None = Field(None, description="Ingest address shown to publishers (`rtmp://…/live`).")

    api_internal_url: str | None = Field(None, description="Where the other processes reach the API for hooks.")
    broadcast_internal_url: str | None = Field(None, description="Where the API reaches this broadcast node.")
    realtime_internal_url: str | None = Field(
        None, description="Where the API reaches the realtime gateway, to see whether it is well."
    )
    hook_secret: SecretStr | None = Field(
        None,
        description="Secret that signs hooks between processes; by default made on first start in the data folder.",
    )

    database_url: SecretStr | None = Field(
        None,
        description="`postgresql://…`; by default `storecast run` starts a bundled PostgreSQL in the data folder.",
    )
    database_pool: int = Field(10, ge=1, le=200, description="Database connections a process may open.")

    ffmpeg_path: str | None = Field(None, description="An ffmpeg to use in place of the bundled one.")
    web_dist: Path = Field(WEB_DIST, description="Folder of the built web pages.")

    log_format: Literal["json", "console"] = Field("console", description="How log lines are written.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Least severe log line written."
    )

    plans: Literal["unlimited", "enforced"] = Field(
        "unlimited",
        description="Whether the limits of plans apply; without a payment provider they are off by default.",
    )
    plans_file: Path | None = Field(None, description="A plan catalogue (TOML) to use in place of the shipped one.")

    languages: str = Field(
        "ar,en-GB,en-US,zh-CN,es,fr,de",
        pattern=r"^[a-z]{2,3}(-[A-Z]{2})?(,[a-z]{2,3}(-[A-Z]{2})?)*$",
        description="Languages people can choose, with regions where there are any; "
        "mails are in Arabic, Chinese, English, French, German and Spanish, and in English for other languages.",
    )
    valkey_url: SecretStr | None = Field(
        None,
        description="`valkey://user:password@host:6379/0` (or `redis://`, or `valkeys://` with TLS): rate limits are "
        "counted there for all machines, and processes tell each other there what happened; without it each machine "
        "counts for itself, and PostgreSQL tells.",
    )

    storage_url: str | None = Field(
        None,
        description="`s3://bucket` or `s3://bucket/prefix`: where pictures, recordings and copies of data are kept; "
        "by default in `DATA/storage`.",
    )
    storage_endpoint: str | None = Field(
        None,
        description="Address of an S3 other than AWS (`https://…`, or `http://…` in a network of your own); "
        "the bucket is named in the path, unless the address begins with it. By default `AWS_ENDPOINT_URL`, else AWS.",
    )
    storage_public_endpoint: str | None = Field(
        None,
        description="Address at which browsers reach the S3 of `STORECAST_STORAGE_ENDPOINT`: downloads are sent there "
        "by links good for minutes; without it they pass through the API.",
    )
    storage_region: str | None = Field(
        None, pattern=r"^[a-z0-9-]+$", description="Region of the bucket; by default `AWS_REGION`, else `us-east-1`."
    )
    storage_secret_key: SecretStr | None = Field(
        None, description="Secret key for S3; by default what AWS' own programs would use: `AWS_…`, or the role."
    )
    storage_access_key: str | None = Field(None, validate_default=True, description="Access key for S3, likewise.")

    mail_from: str = Field("Storecast <no-reply@localhost>", description="Sender of mails.")
    smtp_url: SecretStr | None = Field(
        None,
        description="`smtp://user:password@host:587` or `smtps://…` (TLS from the start); "
        "without it mails are files in `DATA/mail`.",
    )
    smtp_tls: Literal["offered", "required", "off"] = Field(
        "offered",
        description="Whether `smtp://` is encrypted by STARTTLS: where the server offers it, always, or never.",
    )
    smtp_ca_file: Path | None = Field(
        None, description="Certificates (PEM) to trust in place of the system's when the mail server shows its own."
    )

    twilio_account_sid: str | None = Field(
        None,
        pattern=r"^AC[0-9a-fA-F]{32}$",
        description="Twilio account that SMS are sent by (`AC…`), with its token and a sender; "
        "without it SMS are files in `DATA/sms`.",
    )
    twilio_auth_token: SecretStr | None = Field(
        None, description="Auth Token of that account; what Twilio tells us is signed with it."
    )
    twilio_from: str | None = Field(
        None,
        validate_default=True,
        description="Whom SMS come from: a number (`+40…`), a Messaging Service (`MG…`), "
        "or a name of at most 11 letters and digits, which nobody can answer with STOP.",
    )
    twilio_api_url: str | None = Field(
        None, description="Address of what stands in for Twilio's API, for trying things out."
    )
    sms_countries: str | None = Field(
        None,
        pattern=r"^(\*|[A-Z]{2}(,[A-Z]{2})*)$",
        description="Countries whose mobile numbers are sent SMS (`RO,MD,DE`), or `*` for all; "
        "by default that of the number they come from, and none where they come from no number.",
    )
    sms_quiet_hours: str = Field(
        "21-8",
        pattern=r"^(([01]?\d|2[0-3])-([01]?\d|2[0-3]))?$",
        description="Hours in which nobody is reminded by SMS, by their own clock: from 21:00 to 8:00; empty for none.",
    )
    sms_per_day: int = Field(
        5_000, ge=0, description="SMS sent in 24 hours at most, by all; a quarter of them codes for who subscribes."
    )
    sms_per_account_per_day: int = Field(
        1_000, ge=0, description="SMS sent in 24 hours at most for the channels of one account; a quarter likewise."
    )

    google_client_ids: str | None = Field(
        None,
        description="Client ids of your Google apps (web, iOS, …), the web's first, separated by commas: "
        "switches sign-in by Google on.",
    )
    apple_client_ids: str | None = Field(
        None,
        description="Services and bundle ids of your Apple apps, the web's first, separated by commas: "
        "switches sign-in by Apple on.",
    )
    facebook_app_id: str | None = Field(
        None, description="Id of your Facebook app: with its secret switches sign-in by Facebook on."
    )
    facebook_app_secret: SecretStr | None = Field(None, description="Secret of your Facebook app.")
    facebook_emails_verified: bool = Field(
        False,
        description="Whether to take emails Facebook shows as verified, which Facebook does not promise; "
        "without it nobody new comes in by Facebook.",
    )
    shopify_api_key: str | None = Field(
        None, description="Client id of your Shopify app: with its secret switches sign-in by Shopify on."
    )
    shopify_api_secret: SecretStr | None = Field(None, description="Client secret of your Shopify app.")

    stripe_api_url: str | None = Field(
        None, description="Address of what stands in for Stripe's API, for trying things out; takes test keys only."
    )
    stripe_js_url: str | None = Field(
        None, description="Address of the script that goes with it, in place of Stripe.js; takes test keys only."
    )

    operator_second_factor: Literal["optional", "required"] = Field(
        "optional",
        description="Whether operators need a second factor: one without may then only sign in to set one up.",
    )

    webhooks_private: bool = Field(
        False,
        description="Whether outgoing webhooks may go to private networks and to this machine, and without TLS: "
        "only where whoever has an account is trusted with what those can be asked.",
    )

    simulcast_private: bool = Field(
        False,
        description="Whether shows may be passed on to private networks and to this machine: "
        "only where whoever has an account is trusted with what those can be asked.",
    )

    ladder: str = Field(
        "",
        pattern=r"^((720p|480p|audio)(,(720p|480p|audio))*)?$",
        description="Lesser qualities shows and videos are encoded to besides their own, for viewers of slow networks: "
        "any of `720p`, `480p` and `audio` (sound alone), separated by commas; by default none.",
    )

    ladder_at_once: int = Field(
        2,
        ge=1,
        le=64,
        description="Live shows that are encoded to lesser qualities at once on this machine, each by a process that "
        "takes up to one core; further shows have their own quality and sound alone.",
    )

    session_grace_seconds: float = Field(
        30, gt=0, le=600, description="Seconds a dropped publisher has to come back into the same session."
    )
    realtime_connections: int = Field(20_000, ge=1, description="WebSockets one realtime gateway takes at once.")
    realtime_connections_per_address: int = Field(500, ge=1, description="WebSockets it takes from one network.")
    max_publishers: int = Field(64, ge=1, description="Publishers one broadcast node takes at once.")
    max_stream_kbps: int = Field(20_000, ge=500, description="Bit rate above which a publisher is cut off.")
    max_whip_publishers: int = Field(
        8, ge=0, description="Publishers it takes at once by WHIP, each of which costs a process; 0 for none."
    )
    whip_address: IPvAnyAddress | None = Field(
        None,
        description="IP address that publishers by WHIP are told to send to, where it is none of this machine's (NAT) "
        "or `STORECAST_HOST` is not reached from outside; by default that, or all of its own where it is 0.0.0.0.",
    )
    whip_ports: str = Field("8100-8131", description="UDP ports that WHIP's media comes in at, one a publisher.")

    @cached_property
    def api_processes(self) -> int:
        return self.api_workers or max(1, cores() // 2)

    @field_validator("trusted_proxies")
    @classmethod
    def _readable(cls, listed: str) -> str:
        TrustedProxies(listed)
        return listed

    @cached_property
    def proxies(self) -> TrustedProxies:
        return TrustedProxies(self.trusted_proxies)

    @cached_property
    def rungs(self) -> frozenset[str]:
        """The wanted ones of `ladder`."""
        return frozenset(filter(None, self.ladder.split(",")))

    @field_validator("whip_ports")
    @classmethod
    def _is_range(cls, ports: str) -> str:
        first, last = _port_range(ports)
        if not 0 < first <= last <= 0xFFFF:
            raise ValueError("must be two ports, the lower first (`8100-8131`)")
        return ports

    @cached_property
    def whip_port_range(self) -> tuple[int, int]:
        """The first and the last."""
        return _port_range(self.whip_ports)

    @field_validator("storage_url")
    @classmethod
    def _is_bucket(cls, url: str | None) -> str | None:
        if url is not None and not _BUCKET.fullmatch(url):
            raise ValueError("must be s3://bucket or s3://bucket/prefix")
        return url

    @field_validator("twilio_from")
    @classmethod
    def _is_sender(cls, sender: str | None, known: ValidationInfo) -> str | None:
        given = [known.data.get("twilio_account_sid"), known.data.get("twilio_auth_token"), sender]
        if any(given) and not all(given):
            raise ValueError(
                "goes with STORECAST_TWILIO_ACCOUNT_SID and STORECAST_TWILIO_AUTH_TOKEN: give all three or none"
            )
        if sender is not None and not _SENDER.fullmatch(sender):
            raise ValueError("must be a number (+40…), a Messaging Service (MG…), or a name of at most 11 letters")
        return sender

    @cached_property
    def quiet_hours(self) -> tuple[int, int] | None:
        """From which hour to which."""
        first, _, last = self.sms_quiet_hours.partition("-")
        return (int(first), int(last)) if last and first != last else None

    @field_validator("stripe_api_url", "twilio_api_url")
    @classmethod
    def _stands_in(cls, url: str | None) -> str | None:
        if url is not None and not _ORIGIN.fullmatch(url):
            raise ValueError("must be https://host or https://host:port (or http://…), without a path")
        return url and url.rstrip("/")

    @field_validator("stripe_js_url")
    @classmethod
    def _is_script(cls, url: str | None) -> str | None:
        if url is not None and not _SCRIPT.fullmatch(url):
            raise ValueError("must be https://host/path (or http://…)")
        return url

    @cached_property
    def stripe_is_real(self) -> bool:
        """Whether live keys may be used."""
        return self.stripe_api_url is None and self.stripe_js_url is None

    @field_validator("storage_endpoint", "storage_public_endpoint")
    @classmethod
    def _is_origin(cls, endpoint: str | None, known: ValidationInfo) -> str | None:
        if endpoint is None:
            return None
        if not _ORIGIN.fullmatch(endpoint):
            raise ValueError("must be https://host or https://host:port (or http://…), without a path")
        return _of_s3(endpoint.rstrip("/"), known)

    @field_validator("storage_access_key")
    @classmethod
    def _has_secret(cls, key: str | None, known: ValidationInfo) -> str | None:
        if (key is None) != (known.data.get("storage_secret_key") is None):
            raise ValueError("goes with STORECAST_STORAGE_SECRET_KEY: give both or neither")
        return None if key is None else _of_s3(key, known)

    @cached_property
    def web_url(self) -> str:
        """Address of the web pages where no request says what the viewer sees, as in mails."""
        return self.public_url or f"http://localhost:{self.port}"

    @cached_property
    def api_hooks_url(self) -> str:
        return self.api_internal_url or f"http://127.0.0.1:{self.port}"

    @cached_property
    def broadcast_node_url(self) -> str:
        return self.broadcast_internal_url or f"http://127.0.0.1:{self.broadcast_port}"

    @cached_property
    def realtime_gateway_url(self) -> str:
        return self.realtime_internal_url or f"http://127.0.0.1:{self.realtime_port}"

    @cached_property
    def ffmpeg(self) -> str:
        if self.ffmpeg_path:
            return shutil.which(self.ffmpeg_path) or self.ffmpeg_path
        return str(imageio_ffmpeg.get_ffmpeg_exe())


def cores() -> int:
    """Those this process may use, by affinity and by the bound of its control group."""
    most = len(os.sched_getaffinity(0))
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
        return max(1, min(most, int(quota) // int(period)))
    except (OSError, ValueError):  # no such bound: "max"
        return most


def _port_range(ports: str) -> tuple[int, int]:
    """Of `8100-8131`. Raises `ValueError`."""
    first, _, last = ports.partition("-")
    return int(first), int(last or first)


def _of_s3(value: str, known: ValidationInfo) -> str:
    if known.data.get("storage_url", "") is None:
        raise ValueError("says nothing without STORECAST_STORAGE_URL")
    return value
