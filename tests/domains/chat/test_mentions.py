"""Names behind an `@` lead to who goes by them in the thread."""

from tests.factories.accounts import Member, guest, member
from tests.factories.channels import Json, channel
from tests.factories.chat import join, read, say
from tests.factories.platform import Client


async def named(client: Client, made: Json, text: str) -> list[str]:
    return [each["name"] for each in (await say(client, made, text))["mentions"]]


async def test_who_takes_part_is_found_by_name(owner: Member, lamps: Json, visitor: Client) -> None:
    zoe = await join(visitor, lamps, "Zoe B")
    await read(owner.client, lamps)
    said = await say(visitor, lamps, "Hi @Mara Ionescu, it is me: @zoe b!")
    assert said["mentions"] == [
        {"id": owner.user["hash_id"], "name": "Mara Ionescu"}, {"id": zoe, "name": "Zoe B"}
    ]  # fmt: skip
    assert (await read(visitor, lamps))["messages"]["data"] == [said]


async def test_the_longest_name_is_meant(owner: Member, lamps: Json, anyone: Client) -> None:
    for name in ("Zoe", "Zoe B", "王小明", "Élodie", "B.", "Straße"):
        await join(await guest(anyone), lamps, name)
    one = await guest(anyone)
    assert await named(one, lamps, "@Zoe B and @zoe") == ["Zoe B", "Zoe"]
    assert await named(one, lamps, "@Zoe Baker") == ["Zoe"]
    assert await named(one, lamps, "@王小明你好") == ["王小明"]
    assert await named(one, lamps, "(@ÉLODIE)") == ["Élodie"]
    assert await named(one, lamps, "@b. or @STRASSE") == ["B.", "Straße"]
    assert await named(owner.client, lamps, "@Zoey, zoe@example.com, @nobody, @ Zoe, @@Zoe") == []
    assert await named(one, lamps, "@Zoe @Zoe @zoe") == ["Zoe"]


async def test_ten_names_are_looked_up_and_no_more(lamps: Json, anyone: Client) -> None:
    for number in range(12):
        await join(await guest(anyone), lamps, f"P{number}x")
    said = await named(await guest(anyone), lamps, " ".join(f"@p{number}x" for number in range(12)))
    assert said == [f"P{number}x" for number in range(10)]


async def test_nobody_is_meant_who_takes_no_part_here(owner: Member, lamps: Json, visitor: Client) -> None:
    other = await channel(owner.client, slug="chairs")
    await join(visitor, other, "Zoe")
    assert await named(visitor, lamps, "@Zoe @Mara Ionescu") == []


async def test_who_borrows_a_name_is_not_mistaken_for_who_has_an_account(
    lamps: Json, visitor: Client, anyone: Client
) -> None:
    await join(visitor, lamps, "Ana Pop")
    ana = await member(anyone, full_name="Ana Pop")
    await read(ana.client, lamps)
    await say(visitor, lamps)
    await read(ana.client, lamps)
    said = await say(visitor, lamps, "@Ana Pop")
    assert [each["id"] for each in said["mentions"]] == [ana.user["hash_id"]]


async def test_a_new_name_is_what_somebody_is_mentioned_by(lamps: Json, visitor: Client, anyone: Client) -> None:
    ana = await member(anyone, full_name="Ana Pop")
    await say(visitor, lamps)
    await read(ana.client, lamps)
    renamed = await ana.client.post("profile", {"full_name": "Ana Nova"})
    assert renamed.status_code == 200, renamed.text
    assert await named(visitor, lamps, "@Ana Pop @Ana Nova") == ["Ana Nova"]


async def test_an_edit_mentions_anew(lamps: Json, visitor: Client) -> None:
    await join(visitor, lamps, "Zoe")
    said = await say(visitor, lamps, "@Zoe")
    edited = (await visitor.put(f"messages/{said['id']}", {"data": "Zoe"})).json()["data"]
    assert (len(said["mentions"]), edited["mentions"]) == (1, [])
