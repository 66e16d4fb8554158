"""The merchant's letter box: mails of an installation without a mail server lie in its data folder."""

import asyncio
import email
from email import policy
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

LOOK = 0.5  # seconds between two looks


async def proof_for(address: str, folder: Path) -> str:
    """What the newest mail to confirm `address` proves that it was read; waits until there is one."""
    while True:
        found = await asyncio.to_thread(_newest_proof, address, folder)
        if found is not None:
            return found
        await asyncio.sleep(LOOK)


def _newest_proof(address: str, folder: Path) -> str | None:
    for path in sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime, reverse=True):
        mail = email.message_from_bytes(path.read_bytes(), policy=policy.default)
        text = mail.get_body(("plain",))
        if mail["To"] != address or text is None:
            continue
        for word in str(text.get_content()).split():
            link = urlsplit(word)
            if link.path == "/verify" and (proof := dict(parse_qsl(link.query)).get("hash")):
                return proof
    return None
