from pathlib import Path

import pytest

from tests.factories.accounts import Member, member
from tests.factories.channels import channel
from tests.factories.platform import Client, running_app, settings_for


@pytest.mark.parametrize("path", ["/", "/api/v1"])
async def test_root_says_what_answers_here(anyone: Client, path: str) -> None:
    about = (await anyone.get(path)).json()["data"]
    assert about["name"] == "Storecast"
    assert about["links"]["openapi"] == "http://shop.test:8000/schema/openapi.json"


async def test_pages_can_say_where_mails_are(anyone: Client, tmp_path: Path, database_url: str) -> None:
    assert (await anyone.get("")).json()["data"]["mails"] == "kept"
    with_server = settings_for(tmp_path, database_url, smtp_url="smtp://user:secret@mail.shop.test")
    async with running_app(with_server) as other:
        answer = await other.get("")
    assert answer.json()["data"]["mails"] == "sent"
    assert "mail.shop.test" not in answer.text


async def test_every_answer_carries_a_request_id(anyone: Client) -> None:
    assert (await anyone.get("/nothing")).headers["X-Request-Id"]
    answer = await anyone.get("/", headers={"X-Request-Id": "given-by-a-proxy"})
    assert answer.headers["X-Request-Id"] == "given-by-a-proxy"
    answer = await anyone.get("/", headers={"X-Request-Id": "bad one!"})
    assert answer.headers["X-Request-Id"] != "bad one!"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nothing", 404), ("PATCH", "/api/v1/profile", 405), ("GET", "/files/images/../secrets/hooks", 404),
     ("GET", "/files/images/%2e%2e/%2e%2e/secrets/hooks", 404), ("GET", "/api/v1/events/%00", 404)],
)  # fmt: skip
async def test_framework_errors_wear_the_envelope(
    anyone: Client, owner: Member, method: str, path: str, status: int
) -> None:
    caller = owner.client if "/events/" in path else anyone
    answer = await caller.call(method, path)
    assert answer.status_code == status
    assert answer.json()["error"].keys() == {"code", "title", "message", "messages"}
    assert answer.json()["error"]["code"] == status


async def test_description_says_what_errors_look_like(anyone: Client) -> None:
    schema = (await anyone.get("/schema/openapi.json")).json()
    operation = schema["paths"]["/api/v1/auth/register"]["post"]
    assert "400" not in operation["responses"]
    assert operation["responses"]["default"]["content"]["application/json"]["schema"]["$ref"].endswith("ErrorEnvelope")
    assert set(operation["requestBody"]["content"]) == {
        "application/json", "multipart/form-data", "application/x-www-form-urlencoded"
    }  # fmt: skip


async def test_a_channel_list_costs_the_same_queries_however_long(owner: Member, count_queries: object) -> None:
    counts = []
    for _ in range(2):
        for _ in range(3):
            await channel(owner.client)
        with count_queries() as queries:  # type: ignore[operator]
            await owner.client.get("events")
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 15


async def test_currencies_are_the_ones_in_use_with_ids_the_profile_takes(anyone: Client, owner: Member) -> None:
    found = {entry["iso_code"]: entry for entry in (await anyone.get("currencies")).json()["data"]}
    assert len({entry["id"] for entry in found.values()}) == len(found) > 140
    assert (found["EUR"]["symbol"], found["JPY"]["name"]) == ("€", "Japanese Yen")
    assert "DEM" not in found
    answer = await owner.client.post("profile", {"full_name": "Zoe", "currency_id": found["RON"]["id"]})
    assert answer.json()["data"]["currency"]["data"] == found["RON"]


DOCUMENTED_LANGUAGES = [
    {"id": "ar", "language": {"code": "ar", "default_name": "Arabic", "locale_name": "العربية"}, "regions": []},
    {
        "id": "en",
        "language": {"code": "en", "default_name": "English", "locale_name": "English"},
        "regions": [
            {"code": "en-GB", "default_name": "United Kingdom", "locale_name": "United Kingdom"},
            {"code": "en-US", "default_name": "United States", "locale_name": "United States"},
        ],
    },
    {
        "id": "zh",
        "language": {"code": "zh", "default_name": "Chinese", "locale_name": "中文"},
        "regions": [{"code": "zh-CN", "default_name": "China", "locale_name": "中国"}],
    },
    {"id": "es", "language": {"code": "es", "default_name": "Spanish", "locale_name": "español"}, "regions": []},
    {"id": "fr", "language": {"code": "fr", "default_name": "French", "locale_name": "français"}, "regions": []},
]
GERMAN = {"id": "de", "language": {"code": "de", "default_name": "German", "locale_name": "Deutsch"}, "regions": []}


async def test_languages_are_the_documented_five_and_german(anyone: Client, owner: Member) -> None:
    assert (await anyone.get("localizations")).status_code == 401
    assert (await owner.client.get("localizations")).json() == {"localizations": [*DOCUMENTED_LANGUAGES, GERMAN]}


async def test_an_operator_widens_the_languages(tmp_path: Path, database_url: str) -> None:
    async with running_app(settings_for(tmp_path, database_url, languages="en,pt-BR")) as anyone:
        person = await member(anyone)
        answer = (await person.client.get("localizations")).json()["localizations"]
    assert [entry["id"] for entry in answer] == ["en", "pt"]
    assert answer[1]["regions"] == [{"code": "pt-BR", "default_name": "Brazil", "locale_name": "Brasil"}]
