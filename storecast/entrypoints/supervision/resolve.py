"""Prints what `run` needs of the settings. A process of its own, so that `run` need not load what reads them."""

import json
import sys
from pathlib import Path

from pydantic import ValidationError

from storecast.domains.billing.catalogue import load_catalogue
from storecast.kit.settings import Settings

KEPT_QUIET = {name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)} | {
    "storage_access_key"
}


def read_settings(data_dir: str | None = None) -> Settings:
    """The settings, or the end of the process with one line for each that is wrong. `data_dir` is said by a flag."""
    try:
        settings = Settings() if data_dir is None else Settings(data_dir=Path(data_dir))
        load_catalogue(settings)
    except ValidationError as error:
        for wrong in error.errors():
            name = "_".join(str(part) for part in wrong["loc"])
            given = "" if name in KEPT_QUIET or wrong["input"] is None else f"={wrong['input']!s}"
            sys.stderr.write(f"storecast: STORECAST_{name.upper()}{given}: {wrong['msg']}\n")
        sys.exit(1)
    except ValueError as error:
        sys.stderr.write(f"storecast: the plans cannot be read: {error}\n")
        sys.exit(1)
    return settings


def main() -> None:
    settings = read_settings()
    url = settings.database_url
    resolved = {
        "data_dir": str(settings.data_dir.absolute()),
        "host": settings.host,
        "port": settings.port,
        "realtime_port": settings.realtime_port,
        "broadcast_port": settings.broadcast_port,
        "rtmp_port": settings.rtmp_port,
        "database_pool": settings.database_pool,
        "api_workers": settings.api_processes,
        "database_url": url.get_secret_value() if url else None,
    }
    json.dump(resolved, sys.stdout)


if __name__ == "__main__":
    main()
