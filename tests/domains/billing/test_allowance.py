import re
import tomllib
from pathlib import Path

import pytest

from storecast.domains.billing.catalogue import SHIPPED
from storecast.domains.billing.limits import Limit
from storecast.domains.billing.service import MEDIA_VALIDITY
from tests.factories.accounts import Member, member
from tests.factories.channels import channel
from tests.factories.platform import Client, running_app, settings_for
from tests.factories.products import catalogue_product


async def test_everything_fits_where_plans_are_not_enforced(owner: Member) -> None:
    await channel(owner.client)
    answer = (await owner.client.post("profile/can", {"can": "add_channels"})).json()
    assert (answer["can"], answer["used"]) == (True, 1)


async def test_plan_bounds_channels_and_products(tmp_path: Path, database_url: str) -> None:
    async with running_app(settings_for(tmp_path, database_url, plans="enforced")) as anyone:
        person = await member(anyone)
        await catalogue_product(person.client)
        assert (await person.client.post("profile/can", {"can": "add_channels"})).json() == {
            "can": True, "limit": 1, "used": 0,
        }  # fmt: skip
        await person.client.post("events", {"name": "Evening show"})
        assert (await person.client.post("profile/can", {"can": "add_channels"})).json() == {
            "can": False, "limit": 1, "used": 1,
        }  # fmt: skip
        assert (await person.client.post("profile/can", {"can": "add_products"})).json() == {
            "can": True, "limit": 5, "used": 1,
        }  # fmt: skip


@pytest.mark.parametrize("body", [{}, {"can": "add_wings"}, {"can": None}, {"can": 1}])
async def test_bad_input_names_the_field(owner: Member, body: dict[str, object]) -> None:
    answer = await owner.client.post("profile/can", body)
    assert answer.status_code == 422
    assert [entry["field"] for entry in answer.json()["error"]["messages"]] == ["can"]


async def test_a_users_token_is_needed(anyone: Client, visitor: Client) -> None:
    for caller in (anyone, visitor):
        assert (await caller.post("profile/can", {"can": "add_channels"})).status_code == 401


def test_shipped_plans_say_what_bounds_something_and_nothing_else() -> None:
    text = SHIPPED.read_text()
    named = {feature["identifier"] for plan in tomllib.loads(text)["plans"] for feature in plan["features"]}
    [said] = re.findall(r"^# What bounds something: ([^.]*)\.", text, re.MULTILINE)
    assert named & set(re.findall(r"\w+", said)) == {*Limit, MEDIA_VALIDITY}
