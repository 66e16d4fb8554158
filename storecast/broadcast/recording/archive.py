"""Takes of a session that is over become files in storage, one after another. What is done is done once.

Killed between any two steps, it goes on where it was: `StoredSession` remembers each file that was joined, and how many
of them are stored.
"""

import asyncio
from pathlib import Path

import structlog

from storecast.broadcast.recording.folder import SessionFolder, StoredSession, take_number
from storecast.broadcast.recording.join import JoinFailed, join, runs_of
from storecast.contracts.hooks import RecordedFile
from storecast.kit.errors import Unavailable
from storecast.kit.storage import Storage

PAUSE_SECONDS = 30.0  # before a file that could not be joined or stored is tried again

log = structlog.get_logger()


class Archive:
    def __init__(self, folder: SessionFolder, storage: Storage) -> None:
        self._folder = folder
        self._storage = storage

    async def keep(self, state: StoredSession) -> list[RecordedFile]:
        """Join and store all of it, however long that takes; the files in order, none where nothing was recorded."""
        while not state.complete:
            try:
                await self._keep(state)
            except (JoinFailed, OSError, Unavailable) as error:
                log.error(
                    "the recording cannot be written; trying again", session_id=state.session_id, error=str(error)
                )
                await asyncio.sleep(PAUSE_SECONDS)
        return state.files

    async def _keep(self, state: StoredSession) -> None:
        """Raises `JoinFailed`, OSError, `Unavailable`."""
        runs = await asyncio.to_thread(runs_of, self._folder.takes())
        for number, takes in enumerate(runs, 1):
            if number > state.stored:
                await self._store(state, await self._joined(state, number, takes))
        state.complete = True
        self._folder.save(state)

    async def _joined(self, state: StoredSession, number: int, takes: list[Path]) -> RecordedFile:
        """The file of that number, joined unless it was: while storage is away nothing is joined anew."""
        path = self._folder.joined(number)
        if len(state.files) == number and path.exists() and path.stat().st_size == state.files[-1].size:
            return state.files[-1]
        with self._folder.draft() as draft:
            target = draft / path.name
            film = await join(takes, target)
            target.replace(path)
        began = state.takes.get(take_number(takes[0]))
        file = RecordedFile(
            number=number,
            key=f"recordings/{state.session_id}{'' if number == 1 else f'-{number}'}.mp4",
            size=film.size,
            duration=film.duration,
            started_at=None if began is None else began + film.first,
            video_codec=film.video_codec,
            audio_codec=film.audio_codec,
            width=film.width,
            height=film.height,
        )
        state.files[number - 1 :] = [file]
        self._folder.save(state)
        return file

    async def _store(self, state: StoredSession, file: RecordedFile) -> None:
        path = self._folder.joined(file.number)
        await self._storage.put_file(file.key, path)
        state.stored = file.number
        self._folder.save(state)
        path.unlink(missing_ok=True)
        log.info(
            "recorded",
            session_id=state.session_id,
            key=file.key,
            size=file.size,
            duration=round(file.duration, 3),
        )
