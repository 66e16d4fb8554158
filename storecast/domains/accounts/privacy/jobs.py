"""Making and erasing, by the worker."""

import asyncio
from datetime import datetime

from storecast.domains.accounts.models import User
from storecast.domains.accounts.privacy.service import PrivacyService, new_export_key
from storecast.kit.storage import Storage


async def make_export(
    privacy: PrivacyService, storage: Storage, site: str, export_id: str, now: datetime
) -> User | None:
    """Write somebody's zip; answers who is to hear of it, None when nobody is. Raises OSError."""
    found = await privacy.collect(export_id)
    if found is None:
        return None
    user, archive = found
    key = new_export_key()
    target = storage.path(key)
    await asyncio.to_thread(archive.write, target, storage.path, site, now)
    await privacy.export_made(export_id, key, target.stat().st_size, now)
    return user
