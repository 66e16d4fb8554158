"""Every operation that takes a name or a message takes people's, and none that plays tricks."""

import inspect
from collections.abc import Iterator
from typing import Any, get_args

import msgspec
import pytest

from storecast.entrypoints.api import create_routes
from storecast.kit.names import Worded, form_of
from tests.factories.accounts import PASSWORD, Member
from tests.factories.channels import channel
from tests.factories.oauth import REDIRECT, oauth_client
from tests.factories.platform import Client
from tests.factories.products import catalogue_product, upload

PRODUCT = {"link": "https://shop.test/lamp", "price": "10"}
HOSTILE = ("\u3164", "\u2800", "\u202eadmin", "ad\u200bmin")
GOOD = ("Ana's shop", "हिन्दी", "🎉 3D", "Müller & Söhne", "می‌خواهم", "👩‍👩‍👧‍👦👩‍👩‍👧‍👦")

# Texts of bodies that nobody else is shown, or that have a form of their own, by the field's name.
OF_OTHER_FORM = {
    "access_token", "channelMainColor", "channelOriginUrl", "code", "currency", "data", "date", "email", "hash", "link",
    "locale", "nonce", "old_password", "password", "phone", "phonePrefix", "phonePrefixValue", "phoneValue", "redirect",
    "refresh_token", "reply_for", "shop", "slug", "starts_at", "term", "threadSlug", "timezone", "token", "user",
    "price", "userEmail", "userId", "viewerHash", "cursor", "eventId", "channelId", "ticket", "challenge_id", "scopes",
    "response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method", "prompt",
    "grant_type", "client_secret", "username", "second_factor", "code_verifier", "token_type_hint", "id", "rawId",
    "mediaId", "order", "eventSlug", "questionId",
    "event_id", "contributorId", "viewHash", "json", "coupon", "total", "return_path", "amount", "minimum", "referrer",
    "guest_token", "publishable_key", "secret_key", "webhook_secret", "shipping_countries",
    "filename", "content_type", "compare_at_price", "variants", "options", "images",
    "url", "events", "key", "checksum",
    "thread_slug", "message_id", "question_id", "subject", "emoji", "blocked_words",
    "message", "stack", "version",
    "clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle",
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
async def test_names_that_play_tricks_are_refused_everywhere(
    anyone: Client, owner: Member, visitor: Client, name: str
) -> None:
    me, show = owner.client, await channel(owner.client, questionsEnabled=True)
    lamp, app = await catalogue_product(me), await oauth_client(me)
    said = (await me.post("messages", {"data": "Hi", "thread_id": show["thread_id"]})).json()["data"]
    form = {"data": {**PRODUCT, "name": name}, "files": {"image": upload()}}
    answers = {
        "full_name": [
            await anyone.post("auth/register", {"email": "a@example.com", "password": PASSWORD, "full_name": name}),
            await me.post("profile", {"full_name": name}),
        ],
        "username": [await me.post("profile", {"full_name": "Ana", "username": name})],
        "location": [await me.post("profile", {"full_name": "Ana", "location": name})],
        "description": [
            await me.post("profile", {"full_name": "Ana", "description": name}),
            await me.put(f"events/{show['id']}", {"description": f"About us: {name}"}),
            await me.post("webhooks", {"url": "https://hooks.shop.test/", "description": name}),
        ],
        "notifications_msg": [await me.put(f"events/{show['id']}", {"notifications_msg": f"Now! {name}"})],
        "attributes.productCtaLabel": [
            await me.put(f"events/{show['id']}", {"attributes": {"productCtaLabel": f"Buy {name}"}})
        ],
        "name": [
            await me.post("events", {"name": name}),
            await me.put(f"events/{show['id']}", {"name": name}),
            await visitor.post("thread/participant", {"threadSlug": show["slug"], "name": name}),
            await me.call("POST", "profile/products/create", **form),
            await me.call("POST", f"profile/products/{lamp['id']}", **form),
            await me.call("POST", f"events/{show['id']}/products/add", **form),
            await me.post("oauth/clients", {"name": name, "redirect": REDIRECT}),
            await me.put(f"oauth/clients/{app.id}", {"name": name, "redirect": REDIRECT}),
            await me.post("oauth/personal-access-tokens", {"name": name}),
        ],
        "data": [
            await visitor.post("messages/guest", {"thread_id": show["thread_id"], "data": name}),
            await me.put(f"messages/{said['id']}", {"data": name}),
        ],
        "note": [await visitor.post(f"messages/{said['id']}/reports", {"reason": "spam", "note": f"Look: {name}"})],
        "question": [
            await visitor.post("questions/create", {"eventId": show["id"], "question": name}),
            await me.post(f"events/{show['id']}/polls", {"question": name, "answers": ["A", "B"]}),
        ],
        "answers": [await me.post(f"events/{show['id']}/polls", {"question": "Which?", "answers": ["A", name]})],
    }
    blank = name == "\u2800"  # within a text it is a space
    for field, refused in answers.items():
        if not (blank and field in ("attributes.productCtaLabel", "notifications_msg", "note")):
            for answer in refused[:1] if blank and field == "description" else refused:
                assert answer.status_code == 422, (field, answer.request.url, answer.text)
                assert [entry["field"] for entry in answer.json()["error"]["messages"]] == [field]


@pytest.mark.parametrize("name", GOOD)
async def test_names_of_all_languages_are_taken_as_they_are(owner: Member, visitor: Client, name: str) -> None:
    me, show = owner.client, await channel(owner.client, name=name)
    assert show["name"] == name
    person = (await me.post("profile", {"full_name": name, "username": name})).json()["data"]
    assert (person["full_name"], person["username"]) == (name, name)
    assert (await catalogue_product(me, name))["name"] == name
    joined = await visitor.post("thread/participant", {"threadSlug": show["slug"], "name": f" {name}\n"})
    assert joined.json()["data"]["name"] == name
    said = (await visitor.post("messages/guest", {"thread_id": show["thread_id"], "data": name})).json()["data"]
    assert (said["data"], said["author"]["data"]["name"]) == (name, name)


async def test_a_message_is_no_taller_than_what_it_says(owner: Member) -> None:
    show = await channel(owner.client)
    tall = {"thread_id": show["thread_id"], "data": "a" + "\n" * 298 + "b"}
    assert (await owner.client.post("messages", tall)).json()["data"]["data"] == "a\n\nb"
    answer = await owner.client.post("messages", {**tall, "data": "a\n" * 100})
    assert answer.status_code == 422
    assert answer.json()["error"]["messages"] == [{"field": "data", "message": "must be at most 20 lines"}]


def test_each_text_of_a_body_is_in_form_or_of_another() -> None:
    """A new one is declared by `line` or `paragraphs`, or named above."""
    undeclared, without = [], []
    for body in set(_bodies()):
        texts = [field for field in msgspec.structs.fields(body) if _is_text(field.type)]
        if any(form_of(field.type) for field in texts) and not issubclass(body, Worded):
            without.append(body.__name__)
        undeclared += [
            f"{body.__name__}.{field.encode_name}"
            for field in texts
            if form_of(field.type) is None and field.encode_name not in OF_OTHER_FORM
        ]
    assert (undeclared, without) == ([], [])


def _bodies() -> Iterator[type[msgspec.Struct]]:
    """The structs that routes take, and those within them."""
    for route in create_routes().routes:
        for handler in getattr(route, "route_handlers", ()):
            if "data" in (parameters := handler.parsed_fn_signature.parameters):
                yield from _structs(parameters["data"].annotation)


def _structs(kind: Any) -> Iterator[type[msgspec.Struct]]:
    if inspect.isclass(kind) and issubclass(kind, msgspec.Struct):
        yield kind
        for field in msgspec.structs.fields(kind):
            yield from _structs(field.type)
    for part in get_args(kind):
        yield from _structs(part)


def _is_text(kind: Any) -> bool:
    return kind is str or any(_is_text(part) for part in get_args(kind))
