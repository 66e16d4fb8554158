"""Somebody with an account, in a real browser."""

import email.policy
import re
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from playwright.async_api import Locator, Page, Route, expect

from tests.e2e.installation import Installation
from tests.waiting import eventually

PASSWORD = "walnut lamp by the window"


class Person:
    """Somebody with an address, a browser and a mailbox."""

    def __init__(self, installation: Installation, page: Page, address: str) -> None:
        self.installation = installation
        self.site = f"http://localhost:{installation.port}"  # passkeys want a name
        self.page = page
        self.address = address

    async def open(self, path: str) -> None:
        await self.page.goto(self.site + path)

    async def sign_up(self) -> None:
        await self.open("/account")
        await self.page.get_by_role("button", name="Create an account").click()
        await self.page.get_by_label("Name").fill("Ada Lovelace")
        await self.page.get_by_label("Email").fill(self.address)
        await self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        await self.page.route("**/auth/register", self._register)
        await self.page.get_by_role("button", name="Create account").click()
        await expect(self.page.get_by_role("heading", name="Profile")).to_be_visible()

    async def _register(self, route: Route) -> None:
        await route.continue_(headers={**route.request.headers, **self.installation.another_network()})

    async def give_password(self, password: str = PASSWORD) -> None:
        await self.page.get_by_label("Email").fill(self.address)
        await self.page.get_by_label("Password", exact=True).fill(password)
        await self.page.get_by_role("button", name="Sign in", exact=True).click()

    async def prove(self) -> None:
        """Answer the question who asks."""
        dialog = self.page.get_by_role("dialog")
        await dialog.get_by_label("Password").fill(PASSWORD)
        await dialog.get_by_role("button", name="Continue").click()

    async def sign_out(self) -> None:
        await self.page.get_by_role("navigation", name="You").get_by_role("button", name="Sign out").click()
        await expect(self.page.get_by_label("Email")).to_be_visible()

    async def section(self, name: str) -> None:
        await self.page.get_by_role("navigation", name="Account").get_by_role("link", name=name).click()

    def panel(self, title: str) -> Locator:
        return self.page.get_by_role("region", name=title)

    async def link_of(self, subject: str) -> str:
        """The address in the newest mail of this subject, as soon as it has come."""
        found: list[str] = []

        async def came() -> bool:
            texts = [
                mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
                for mail in mails(self.installation.folder / "data" / "mail")
                if mail["To"] == self.address and mail["Subject"] == subject
            ]
            found[:] = re.findall(r"https?://\S+", texts[-1]) if texts else []
            return bool(found)

        await eventually(came, 30)
        return found[0]


def mails(folder: Path) -> list[EmailMessage]:
    """Every mail sent so far, the oldest first."""
    parser = BytesParser(policy=email.policy.default)
    paths = sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    return [parser.parsebytes(path.read_bytes()) for path in paths]
