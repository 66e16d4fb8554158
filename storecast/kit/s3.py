"""The S3 that the settings, and for what they leave out the AWS_… environment, name."""

import os
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from obstore.store import S3Store

from storecast.kit.settings import Settings

if TYPE_CHECKING:  # obstore has them in its stubs alone
    from obstore.store import S3Config, S3Credential, S3CredentialProvider

CONNECTING = "5s"
STALLED = "2m"  # without a byte, and for an upload's part in all
ONE_REQUEST = "24h"  # a slow browser paces what is read for it: only what stalls is given up
RETRIES = 3  # 5xx and lost connections


def s3_store(settings: Settings) -> S3Store:
    return _store(settings, _endpoint(settings))


def link_signer(settings: Settings) -> S3Store | None:
    """A store that signs for the address browsers know; None where they know none."""
    if settings.storage_public_endpoint is not None:
        return _store(settings, settings.storage_public_endpoint)
    return _store(settings, None) if _endpoint(settings) is None else None


def _endpoint(settings: Settings) -> str | None:
    """None for AWS itself."""
    given = (settings.storage_endpoint, os.environ.get("AWS_ENDPOINT_URL_S3"), os.environ.get("AWS_ENDPOINT_URL"))
    return next((endpoint.rstrip("/") for endpoint in given if endpoint), None)


def _store(settings: Settings, endpoint: str | None) -> S3Store:
    bucket, _, prefix = (settings.storage_url or "").removeprefix("s3://").partition("/")
    config: S3Config = {
        "virtual_hosted_style_request": _bucket_is_host(bucket, endpoint),
        "disable_bulk_delete": True,  # not every maker's S3 knows it, or takes its checksum
    }
    if endpoint is not None:
        config["aws_endpoint_url_s3"] = endpoint  # the one that no variable overrides
    if settings.storage_region is not None:
        config["region"] = settings.storage_region
    return S3Store(
        bucket,
        prefix=prefix.strip("/") or None,
        config=config,
        credential_provider=_credentials(settings),
        client_options={
            "allow_http": endpoint is not None and endpoint.startswith("http://"),
            "connect_timeout": CONNECTING,
            "read_timeout": STALLED,
            "timeout": ONE_REQUEST,
        },
        retry_config={"max_retries": RETRIES},
    )


def _bucket_is_host(bucket: str, endpoint: str | None) -> bool:
    """As AWS wants it, but for names with dots, which its certificates do not cover; elsewhere where it is said so."""
    if endpoint is None:
        return "." not in bucket
    return (urlsplit(endpoint).hostname or "").startswith(f"{bucket}.")


def _credentials(settings: Settings) -> "S3CredentialProvider | None":
    """None leaves them to the environment. Both at once would sign with our key and the environment's token."""
    key, secret = settings.storage_access_key, settings.storage_secret_key
    if key is None or secret is None:
        return None
    credential: S3Credential = {
        "access_key_id": key,
        "secret_access_key": secret.get_secret_value(),
        "expires_at": None,
    }
    return lambda: credential
