"""`storecast openapi`: the API's description, of an app that is put together and never started."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from litestar import Litestar
from pydantic import SecretStr

from storecast.entrypoints.api import create_app
from storecast.entrypoints.description import description_of
from storecast.kit.settings import Settings


@contextmanager
def unstarted_app() -> Iterator[Litestar]:
    with TemporaryDirectory() as folder:
        yield create_app(Settings(data_dir=Path(folder), database_url=SecretStr("postgresql://localhost/none")))


def api_description() -> str:
    with unstarted_app() as app:
        schema = description_of(app)
    return msgspec.json.format(msgspec.json.encode(schema)).decode() + "\n"
