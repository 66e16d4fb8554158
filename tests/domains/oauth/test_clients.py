import pytest

from storecast.domains.oauth import redirects
from tests.factories.accounts import Member
from tests.factories.oauth import REDIRECT, OAuthClient, consent, exchange, oauth_client
from tests.factories.platform import Client

GOOD = {"name": "Shop tool", "redirect": REDIRECT}


async def test_secret_is_shown_once(owner: Member) -> None:
    made = (await owner.client.post("oauth/clients", GOOD)).json()
    assert made.pop("plainSecret")
    assert made.keys() == {
        "id", "user_id", "name", "provider", "redirect", "personal_access_client", "password_client", "revoked",
        "created_at", "updated_at",
    }  # fmt: skip
    assert (made["name"], made["redirect"], made["user_id"]) == ("Shop tool", REDIRECT, owner.user["id"])
    assert (made["revoked"], made["password_client"], made["personal_access_client"]) == (False, False, False)
    assert (await owner.client.get("oauth/clients")).json() == [made]


@pytest.mark.parametrize("confidential", [False, "false", "0"])
async def test_public_client_has_no_secret(owner: Member, confidential: object) -> None:
    form = {**GOOD, "confidential": confidential}
    answer = await owner.client.call("POST", "oauth/clients", **({"json" if confidential is False else "data": form}))
    assert answer.status_code == 200
    assert "plainSecret" not in answer.json()


async def test_nobody_makes_a_client_of_the_installations_own(owner: Member) -> None:
    made = await owner.client.post("oauth/clients", {**GOOD, "first_party": True, "password_client": True})
    assert made.json()["password_client"] is False


async def test_update_changes_name_and_redirect(owner: Member) -> None:
    client = await oauth_client(owner.client)
    change = {"name": "New name", "redirect": "https://new.example/a,https://new.example/b"}
    answer = await owner.client.put(f"oauth/clients/{client.id}", change)
    assert answer.status_code == 200
    assert {name: answer.json()[name] for name in change} == change
    assert "plainSecret" not in answer.json()


async def test_deleted_client_and_its_tokens_are_over(anyone: Client, owner: Member, stranger: Member) -> None:
    client = await oauth_client(stranger.client)
    tokens = await exchange(anyone, client, await consent(owner.client, client))
    answer = await stranger.client.delete(f"oauth/clients/{client.id}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert (await anyone.with_token(tokens["access_token"]).get("profile")).status_code == 401
    fresh = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"], **client.body}
    refused = await anyone.post("oauth/token", fresh)
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
    assert (await stranger.client.get("oauth/clients")).json() == []


async def test_somebody_elses_client_is_not_there(owner: Member, app: OAuthClient) -> None:
    for answer in (
        await owner.client.put(f"oauth/clients/{app.id}", GOOD),
        await owner.client.delete(f"oauth/clients/{app.id}"),
        await owner.client.delete("oauth/clients/unknown"),
    ):
        assert (answer.status_code, answer.content) == (404, b"")
    assert (await owner.client.get("oauth/clients")).json() == []


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("POST", ""), ("PUT", "/{id}"), ("DELETE", "/{id}")],
)
async def test_clients_are_for_people_signed_in(
    anyone: Client, visitor: Client, owner: Member, app: OAuthClient, method: str, path: str
) -> None:
    path = "oauth/clients" + path.format(id=app.id)
    personal = await owner.client.post("oauth/personal-access-tokens", {"name": "mine", "scopes": ["profile"]})
    for caller, status in ((anyone, 401), (visitor, 401), (anyone.with_token(personal.json()["accessToken"]), 403)):
        answer = await caller.call(method, path, json=GOOD if method in ("POST", "PUT") else None)
        assert answer.status_code == status
        assert answer.json()["error"]["code"] == status


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "  "}, "name"),
        ({"name": "n" * 192}, "name"),
        ({"name": None}, "name"),
        ({"redirect": ""}, "redirect"),
        ({"redirect": None}, "redirect"),
        ({"redirect": "http://app.example/"}, "redirect"),
        ({"redirect": f"{REDIRECT},"}, "redirect"),
        ({"redirect": ",".join(f"https://app.example/{n}" for n in range(11))}, "redirect"),
        ({"confidential": "perhaps"}, "confidential"),
    ],
)
async def test_bad_input_names_the_field(owner: Member, change: dict[str, object], field: str) -> None:
    answer = await owner.client.post("oauth/clients", {**GOOD, **change})
    assert answer.status_code == 422
    assert [entry["field"] for entry in answer.json()["error"]["messages"]] == [field]


@pytest.mark.parametrize(
    "uri",
    [
        "https://app.example", "https://app.example:8443/a?b=c", "http://127.0.0.1:1234/", "http://[::1]/back",
        "http://localhost:3000/callback", "com.example.app:/back", "com.example.app://back",
    ],
)  # fmt: skip
def test_redirect_uris_that_may_be_registered(uri: str) -> None:
    assert redirects.fault(uri) is None


@pytest.mark.parametrize(
    "uri",
    [
        "http://app.example/", "http://127.0.0.1.evil.example/", "http://localhost.evil.example/", "https:///back",
        "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "app:/back", "https://a@b.example/", "/back",
        "https://app.example/#fragment", "https://app.example/a b", "https://app.example/\r\nSet-Cookie: a=b",
        "https://*.example/", "https://app.example\\@evil.example/", "https://[::1", "https://app.example:port/",
        "https://bücher.example/", "x" * 2001,
    ],
)  # fmt: skip
def test_redirect_uris_that_may_not(uri: str) -> None:
    assert redirects.fault(uri) is not None
