"""Secrets an installation makes for itself on first start: one file each in `DATA/secrets`, for its owner only."""

import os
import secrets
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # `run` needs a secret, and none of what reading settings takes
    from storecast.kit.settings import Settings


def hook_secret(settings: "Settings") -> bytes:
    """The secret that signs hooks between processes."""
    if settings.hook_secret:
        return settings.hook_secret.get_secret_value().encode()
    return stored_secret(settings.data_dir, "hooks").encode()


def is_installation(data_dir: Path) -> bool:
    """Whether `run` or `migrate` made one of this folder: the first they make is a secret."""
    return (data_dir / "secrets").is_dir()


@cache
def stored_secret(data_dir: Path, name: str) -> str:
    """The secret `name`, made on first asking. Two processes that ask at once get the same one.

    It never changes, so that each process reads it once.
    """
    path = data_dir / "secrets" / name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(32))
        try:
            os.link(draft, path)  # fails where another process was first
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text()
