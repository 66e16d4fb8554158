from pathlib import Path

import pytest

from storecast.processing.facts import Progress
from tests.processing import films


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for films that tests share."""
    return tmp_path_factory.mktemp("films")


@pytest.fixture(scope="session")
def film(made: Path) -> Path:
    """12 seconds, counting and clicking."""
    return films.counted(made / "counted.mp4")


@pytest.fixture
def told() -> list[float]:
    return []


@pytest.fixture
def progress(told: list[float]) -> Progress:
    return told.append
