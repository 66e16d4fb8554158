"""Settings that cannot be right are refused at start, by name, and no secret is shown."""

import os
import subprocess
import sys

import pytest

RIGHT = {
    "STORAGE_URL": "s3://shop/show",
    "STORAGE_ENDPOINT": "https://minio.shop.test:9000",
    "STORAGE_ACCESS_KEY": "AKIDSHOP",
    "STORAGE_SECRET_KEY": "very-secret",
}


def started(**settings: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {f"STORECAST_{name}": value for name, value in settings.items()}
    command = [sys.executable, "-m", "storecast.entrypoints.supervision.resolve"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_right_ones_are_taken() -> None:
    assert started(**RIGHT).returncode == 0


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"STORAGE_URL": "shop"}, "STORECAST_STORAGE_URL=shop: Value error, must be s3://bucket or s3://bucket/prefix"),
        ({"STORAGE_URL": "s3://Shop"}, "STORECAST_STORAGE_URL=s3://Shop:"),
        ({"STORAGE_URL": "s3://shop/../other"}, "STORECAST_STORAGE_URL=s3://shop/../other:"),
        ({"STORAGE_URL": "https://shop.s3.amazonaws.com"}, "STORECAST_STORAGE_URL="),
        (
            {"STORAGE_ENDPOINT": "minio:9000"},
            "STORECAST_STORAGE_ENDPOINT=minio:9000: Value error, must be https://host",
        ),
        ({"STORAGE_ENDPOINT": "https://minio/shop"}, "STORECAST_STORAGE_ENDPOINT=https://minio/shop:"),
        ({"STORAGE_PUBLIC_ENDPOINT": "//files"}, "STORECAST_STORAGE_PUBLIC_ENDPOINT=//files:"),
        ({"STORAGE_REGION": "EU West"}, "STORECAST_STORAGE_REGION=EU West:"),
        (
            {"STORAGE_SECRET_KEY": ""},
            "STORECAST_STORAGE_ACCESS_KEY: Value error, goes with STORECAST_STORAGE_SECRET_KEY",
        ),
        (
            {"STORAGE_ACCESS_KEY": ""},
            "STORECAST_STORAGE_ACCESS_KEY: Value error, goes with STORECAST_STORAGE_SECRET_KEY",
        ),
        (
            {"STORAGE_URL": ""},
            "STORECAST_STORAGE_ENDPOINT=https://minio.shop.test:9000: Value error, says nothing without",
        ),
    ],
)
def test_wrong_ones_are_named(wrong: dict[str, str], named: str) -> None:
    settings = {name: value for name, value in (RIGHT | wrong).items() if value}
    refused = started(**settings)
    assert refused.returncode == 1
    assert named in refused.stderr
    assert "Traceback" not in refused.stderr
    assert RIGHT["STORAGE_SECRET_KEY"] not in refused.stderr
    assert RIGHT["STORAGE_ACCESS_KEY"] not in refused.stderr
